import Files
import Foundation

/// Results for machines: JSON with sorted keys, so that equal results are equal bytes.
enum JSONLine {
  /// One value on one line.
  static func print(_ value: some Encodable) throws { try write(value, pretty: false) }

  /// One value, spread over lines.
  static func printPretty(_ value: some Encodable) throws { try write(value, pretty: true) }

  private static func write(_ value: some Encodable, pretty: Bool) throws {
    let data = try JSON.encode(value, pretty ? .prettyResult : .result)
    Screen.write(String(decoding: data, as: UTF8.self) + "\n", to: STDOUT_FILENO)
  }
}
