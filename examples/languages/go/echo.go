package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	// Imported for what it registers: every message type.
	_ "example.com/flow/gen/flowidl/admin/v1"
	_ "example.com/flow/gen/flowidl/plugins/kubeflow/v1"
	_ "example.com/flow/gen/flowidl/plugins/v1"
)

// echo decodes and encodes whatever it is sent, until its input ends. A frame is a length (four bytes, little
// endian) and that many bytes. A request is three frames: how to convert ("binary-binary", "binary-json" or
// "json-binary"), the full name of a message type, and the message. An answer is two: "ok" and the result, or
// "error" and the reason.
func echo(in io.Reader, out io.Writer) error {
	reader, writer := bufio.NewReader(in), bufio.NewWriter(out)
	for {
		conversion, err := readFrame(reader)
		if errors.Is(err, io.EOF) {
			return writer.Flush()
		}
		if err != nil {
			return err
		}
		name, err := readFrame(reader)
		if err != nil {
			return err
		}
		data, err := readFrame(reader)
		if err != nil {
			return err
		}
		status := "ok"
		result, err := convert(string(conversion), protoreflect.FullName(name), data)
		if err != nil {
			status, result = "error", []byte(err.Error())
		}
		writeFrame(writer, []byte(status))
		writeFrame(writer, result)
	}
}

func convert(conversion string, name protoreflect.FullName, data []byte) ([]byte, error) {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(name)
	if err != nil {
		return nil, err
	}
	message := kind.New().Interface()
	switch conversion {
	case "binary-binary":
		if err := proto.Unmarshal(data, message); err != nil {
			return nil, err
		}
		return proto.Marshal(message)
	case "binary-json":
		if err := proto.Unmarshal(data, message); err != nil {
			return nil, err
		}
		return protojson.Marshal(message)
	case "json-binary":
		if err := protojson.Unmarshal(data, message); err != nil {
			return nil, err
		}
		return proto.Marshal(message)
	}
	return nil, errors.New("unknown conversion " + conversion)
}

func readFrame(reader io.Reader) ([]byte, error) {
	var length uint32
	if err := binary.Read(reader, binary.LittleEndian, &length); err != nil {
		return nil, err
	}
	frame := make([]byte, length)
	_, err := io.ReadFull(reader, frame)
	return frame, err
}

func writeFrame(writer *bufio.Writer, frame []byte) {
	// A bufio.Writer remembers its first error and returns it from Flush.
	_ = binary.Write(writer, binary.LittleEndian, uint32(len(frame)))
	_, _ = writer.Write(frame)
}
