import Foundation

/// Numbers in the names of rules and in what they promise.
enum CautionFormat {
  /// At most four significant digits, without trailing zeros.
  static func number(_ value: Double) -> String { String(format: "%.4g", value) }

  /// A share in per cent.
  static func share(_ value: Double) -> String { String(format: "%.3g %%", 100 * value) }
}
