"""What holds at Acme."""
