package com.example.flow;

import com.example.flowidl.core.v1.WorkflowClosure;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Decodes and encodes whatever it is sent, until its input ends.
 *
 * <p>A frame is a length (four bytes, little endian) and that many bytes. A request is three frames: how to
 * convert ("binary-binary", "binary-json" or "json-binary"), the full name of a message type, and the
 * message. An answer is two: "ok" and the result, or "error" and the reason.
 */
final class Echo {
  /** What an Any may hold: the types of a file and of the files that it imports. */
  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder().add(WorkflowClosure.getDescriptor()).build();

  private Echo() {}

  static void run(InputStream input, OutputStream output) throws IOException {
    var frames = new DataInputStream(input);
    for (byte[] conversion = read(frames); conversion != null; conversion = read(frames)) {
      byte[] name = read(frames);
      byte[] data = read(frames);
      String status = "ok";
      byte[] result;
      try {
        result = convert(text(conversion), empty(text(name)), data);
      } catch (IOException | ReflectiveOperationException error) {
        status = "error";
        result = bytes(error.toString());
      }
      write(output, bytes(status));
      write(output, result);
    }
    output.flush();
  }

  private static byte[] convert(String conversion, Message.Builder message, byte[] data) throws IOException {
    if (conversion.equals("json-binary")) {
      JsonFormat.parser().usingTypeRegistry(TYPES).merge(text(data), message);
    } else {
      message.mergeFrom(data, ExtensionRegistry.getEmptyRegistry());
    }
    return conversion.equals("binary-json")
        ? bytes(JsonFormat.printer().usingTypeRegistry(TYPES).print(message))
        : message.build().toByteArray();
  }

  /** Returns a builder for flowidl.core.v1.Node, whose class is com.example.flowidl.core.v1.Node. */
  private static Message.Builder empty(String name) throws ReflectiveOperationException {
    return (Message.Builder) Class.forName("com.example." + name).getMethod("newBuilder").invoke(null);
  }

  /** Returns the next frame, or null if the stream ends before one. */
  private static byte[] read(DataInputStream frames) throws IOException {
    byte[] length = frames.readNBytes(4);
    if (length.length < 4) {
      return null;
    }
    return frames.readNBytes(ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt());
  }

  private static void write(OutputStream output, byte[] frame) throws IOException {
    int length = frame.length;
    output.write(new byte[] {(byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)});
    output.write(frame);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
