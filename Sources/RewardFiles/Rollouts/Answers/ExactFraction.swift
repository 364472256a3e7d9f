/// A fraction of whole numbers, exact; nil where it does not fit 64 bits.
package struct ExactFraction: Sendable, Hashable {
  package let numerator: Int
  /// Positive.
  package let denominator: Int

  package init?(_ numerator: Int, _ denominator: Int = 1) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    var (a, b) = (abs(numerator), abs(denominator))
    while b != 0 { (a, b) = (b, a % b) }
    let sign = denominator < 0 ? -1 : 1
    self.numerator = sign * (numerator / a)
    self.denominator = abs(denominator) / a
  }

  package func times(_ other: ExactFraction) -> ExactFraction? {
    let (top, a) = numerator.multipliedReportingOverflow(by: other.numerator)
    let (bottom, b) = denominator.multipliedReportingOverflow(by: other.denominator)
    return a || b ? nil : ExactFraction(top, bottom)
  }

  package func over(_ other: ExactFraction) -> ExactFraction? {
    other.numerator == 0 ? nil : ExactFraction(other.denominator, other.numerator).flatMap(times)
  }

  package func plus(_ other: ExactFraction) -> ExactFraction? {
    let (x, a) = numerator.multipliedReportingOverflow(by: other.denominator)
    let (y, b) = other.numerator.multipliedReportingOverflow(by: denominator)
    let (bottom, c) = denominator.multipliedReportingOverflow(by: other.denominator)
    let (top, d) = x.addingReportingOverflow(y)
    return a || b || c || d ? nil : ExactFraction(top, bottom)
  }

  package var negated: ExactFraction? { ExactFraction(-numerator, denominator) }
  package var double: Double { Double(numerator) / Double(denominator) }

  /// 10 to this power, if it fits.
  package static func power(ofTen exponent: Int) -> ExactFraction? {
    guard abs(exponent) <= 18 else { return nil }
    let power = (0..<abs(exponent)).reduce(1) { value, _ in value * 10 }
    return exponent >= 0 ? ExactFraction(power) : ExactFraction(1, power)
  }
}
