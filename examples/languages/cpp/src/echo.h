#pragma once

#include <iosfwd>

// Decodes and encodes whatever it is sent, until its input ends. Returns whether it ended between two requests.
//
// A frame is a length (four bytes, little endian) and that many bytes. A request is three frames: how to convert
// ("binary-binary", "binary-json" or "json-binary"), the full name of a message type, and the message. An answer is
// two: "ok" and the result, or "error" and the reason.
bool Echo(std::istream& input, std::ostream& output);
