import Foundation

/// Results for machines: JSON with sorted keys, so that equal results are equal bytes.
enum JSONLine {
  /// One value on one line.
  static func print(_ value: some Encodable) throws { try write(value, pretty: false) }

  /// One value, spread over lines.
  static func printPretty(_ value: some Encodable) throws { try write(value, pretty: true) }

  private static func write(_ value: some Encodable, pretty: Bool) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    // JSON has no infinities; a quantity that does not exist is left out rather than invented.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    Screen.write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n", to: STDOUT_FILENO)
  }
}
