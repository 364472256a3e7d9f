import Compute
import Foundation

/// Numbers in the sentences of findings: three significant digits, no locale. What is not 0 is never written "0": very
/// small and very large numbers have a mantissa and a power of ten.
package enum Numbers {
  /// Sizes that are written out: six decimals still hold three digits of the smallest.
  package static let written = 1e-4..<1e15

  package static func plain(_ value: Double) -> String {
    guard value.isFinite else { return "undefined" }
    guard value != 0 else { return "0" }
    guard written.contains(abs(value)) else { return plain(WideNumber(value)) }
    let magnitude = Int(log10(abs(value)).rounded(.down))
    return fixed(value, decimals: min(6, max(0, 2 - magnitude)))
  }

  /// A number that may lie beyond what a double holds: "1.8·10³⁰⁹".
  package static func plain(_ value: WideNumber) -> String {
    if let double = value.double, double == 0 || written.contains(abs(double)) { return plain(double) }
    var (mantissa, exponent) = value.decimal
    mantissa = (mantissa * 100).rounded() / 100
    if abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return fixed(mantissa, decimals: 2) + "·10" + superscript(exponent)
  }

  /// "⁻⁷"
  package static func superscript(_ number: Int) -> String {
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return (number < 0 ? "⁻" : "") + String("\(abs(number))".compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }

  package static func percent(_ value: Double) -> String {
    guard value.isFinite else { return "undefined" }
    let percent = value * 100
    // A share that is not 0 is not written "0 %".
    if percent != 0, abs(percent) < 0.05 { return plain(percent) + " %" }
    return fixed(percent, decimals: max(1, decimalsBesideAll(value))) + " %"
  }

  /// Decimals of a percentage without which a share that is not the whole would be written "100 %": 99.96, 99.9997. 0 for
  /// every other share, and for what differs from the whole by less than sums of rounded numbers do.
  package static func decimalsBesideAll(_ share: Double) -> Int {
    let gap = abs(1 - abs(share)) * 100
    guard gap < 0.5, gap > 1e-10 else { return 0 }
    return Int((-log10(gap)).rounded(.up))
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
