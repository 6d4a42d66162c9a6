"""The Protobuf wire format: reading fields, scanning for what is odd, counting elements, finding bytes."""
