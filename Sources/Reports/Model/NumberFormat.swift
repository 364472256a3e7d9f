import Findings
import Foundation

/// How numbers are written: the same digits on every machine, in every locale.
public enum NumberFormat: String, Codable, Sendable, Hashable {
  /// 0.25, 12.5, −1,250
  case plain
  /// 250 k, 1.5 M: counts of steps and answers on axes
  case count
  /// 62 %
  case percent

  /// A value with about `digits` significant digits.
  public func text(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : (value < 0 ? "−∞" : "∞") }
    // What is not 0 is not written "0", and no number has more digits than one can read.
    let size = self == .percent ? abs(value * 100) : abs(value)
    if size != 0, !Numbers.written.contains(size) {
      return Numbers.plain(self == .percent ? value * 100 : value) + (self == .percent ? " %" : "")
    }
    switch self {
    case .plain: return Self.grouped(value, decimals: Self.decimals(for: value, digits: digits))
    case .percent:
      let decimals = max(Self.decimals(for: value * 100, digits: digits), Numbers.decimalsBesideAll(value))
      return Self.grouped(value * 100, decimals: decimals) + " %"
    case .count:
      let size = abs(value)
      let (scale, suffix) = size >= 999_500 ? (1e6, " M") : size >= 10_000 ? (1e3, " k") : (1, "")
      let scaled = value / scale
      return Self.grouped(scaled, decimals: scaled == scaled.rounded() ? 0 : Self.decimals(for: scaled, digits: 3))
        + suffix
    }
  }

  /// A tick label: as many decimals as the distance between ticks needs.
  func tick(_ value: Double, step: Double) -> String {
    switch self {
    case .plain: return Self.grouped(value, decimals: Self.tickDecimals(step))
    case .percent: return Self.grouped(value * 100, decimals: Self.tickDecimals(step * 100)) + " %"
    case .count:
      let (scale, suffix) = abs(step) >= 500_000 ? (1e6, " M") : abs(step) >= 500 ? (1e3, " k") : (1, "")
      return value == 0 ? "0" : Self.grouped(value / scale, decimals: Self.tickDecimals(step / scale)) + suffix
    }
  }

  private static func tickDecimals(_ step: Double) -> Int {
    guard step > 0, step.isFinite else { return 0 }
    return min(6, max(0, Int((-log10(step) - 1e-9).rounded(.up))))
  }

  private static func decimals(for value: Double, digits: Int) -> Int {
    guard value != 0 else { return 0 }
    let magnitude = Int(log10(abs(value)).rounded(.down))
    let decimals = min(6, max(0, digits - 1 - magnitude))
    return decimals
  }

  /// Fixed decimals without trailing zeros' noise, thousands grouped by commas, a true minus sign.
  private static func grouped(_ value: Double, decimals: Int) -> String {
    var digits = String(format: "%.\(decimals)f", abs(value))
    var fraction = ""
    if let dot = digits.firstIndex(of: ".") {
      fraction = String(digits[dot...])
      digits = String(digits[..<dot])
      while fraction.hasSuffix("0") { fraction.removeLast() }
      if fraction == "." { fraction = "" }
    }
    var groups = ""
    for (offset, digit) in digits.enumerated() {
      if offset > 0, (digits.count - offset) % 3 == 0 { groups.append(",") }
      groups.append(digit)
    }
    let isZero = !(groups + fraction).contains { $0 != "0" && $0 != "." && $0 != "," }
    return (value < 0 && !isZero ? "−" : "") + groups + fraction
  }
}
