import Foundation

extension Recorded {
  /// What came of it: "label: value", or "label: refused: " and the whole error.
  package static func attempt(_ label: String, _ body: () throws -> Any) -> String {
    do {
      return "\(label): \(try body())\n"
    } catch {
      return "\(label): refused: \(error)\n"
    }
  }

  /// Numbers to four digits: what single precision leaves after a few steps of learning on any processor.
  package static func short(_ numbers: some Sequence<some BinaryFloatingPoint>) -> String {
    numbers.map { number in
      let value = Double(number)
      return abs(value) < 1e-6 ? "0" : String(format: "%.4g", value)
    }.joined(separator: " ")
  }

  /// One number to four digits.
  package static func short(_ number: some BinaryFloatingPoint) -> String { short([number]) }
}
