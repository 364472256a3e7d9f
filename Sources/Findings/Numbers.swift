import Compute
import Foundation

/// Numbers in the sentences of findings: three significant digits, no locale.
package enum Numbers {
  package static func plain(_ value: Double) -> String {
    guard value.isFinite else { return "undefined" }
    guard value != 0 else { return "0" }
    let magnitude = Int(log10(abs(value)).rounded(.down))
    return fixed(value, decimals: min(6, max(0, 2 - magnitude)))
  }

  package static func percent(_ value: Double) -> String {
    value.isFinite ? fixed(value * 100, decimals: 1) + " %" : "undefined"
  }

  /// Without trailing zeros, with a true minus sign.
  private static func fixed(_ value: Double, decimals: Int) -> String {
    var text = String(format: "%.\(decimals)f", abs(value))
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return (value < 0 && text != "0" ? "−" : "") + text
  }

  /// "0.61 [0.55, 0.67]"
  package static func plain(_ value: Double, _ interval: Interval?) -> String {
    plain(value) + (interval.map { " [\(plain($0.lower)), \(plain($0.upper))]" } ?? "")
  }

  /// "61.0 % [55.1 %, 66.7 %]"
  package static func percent(_ value: Double, _ interval: Interval?) -> String {
    percent(value) + (interval.map { " [\(percent($0.lower)), \(percent($0.upper))]" } ?? "")
  }

  /// "1 answer", "3 answers"
  package static func count(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) " + (count == 1 ? one : many ?? one + "s")
  }
}
