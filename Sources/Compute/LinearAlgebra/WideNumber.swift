/// A number that may lie beyond what a double holds, such as a return of rewards near 10^308: a double times a power of
/// two.
///
/// In JSON it is a number where a double holds it, else `{"mantissa": 1.8, "exponent": 309}` for 1.8 · 10^309.
public struct WideNumber: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The number is this times 2^``exponent``.
  public let significand: Double
  /// The power of two.
  public let exponent: Int

  /// significand · 2^exponent.
  ///
  /// - Precondition: `significand` is finite.
  public init(_ significand: Double, exponent: Int = 0) {
    precondition(significand.isFinite, "a wide number has a finite significand")
    // One form for each number, so that equal numbers are equal.
    guard significand != 0 else {
      (self.significand, self.exponent) = (0, 0)
      return
    }
    let double = significand.timesTwo(to: exponent)
    if double.isFinite, double.isNormal {
      (self.significand, self.exponent) = (double, 0)
    } else {
      let own = Int(significand.exponent)
      (self.significand, self.exponent) = (significand.timesTwo(to: -own), exponent + own)
    }
  }

  /// The number as a double; nil if a double would be infinite, or lose digits near 0.
  public var double: Double? { exponent == 0 ? significand : nil }

  /// As a double that is infinite or rounded to 0 where it has to be.
  public var nearest: Double { significand.timesTwo(to: exponent) }

  /// Decimal: a mantissa of 1 up to 10 with its sign, and a power of ten; (0, 0) for 0.
  public var decimal: (mantissa: Double, exponent: Int) {
    guard significand != 0 else { return (0, 0) }
    // In steps that no factor overflows: 2^332 is a little less than 10^100.
    var (mantissa, binary, power) = (significand, exponent, 0)
    func normalise() {
      while abs(mantissa) >= 1e16 { (mantissa, power) = (mantissa / 1e16, power + 16) }
      while abs(mantissa) < 1 { (mantissa, power) = (mantissa * 1e16, power - 16) }
      while abs(mantissa) >= 10 { (mantissa, power) = (mantissa / 10, power + 1) }
    }
    normalise()
    while binary != 0 {
      let step = max(-300, min(300, binary))
      mantissa = mantissa.timesTwo(to: step)
      binary -= step
      normalise()
    }
    return (mantissa, power)
  }

  /// Six digits: "1.79769e+309".
  public var description: String {
    if let double { return "\(double)" }
    let (mantissa, power) = decimal
    return "\((mantissa * 1e5).rounded() / 1e5)e\(power < 0 ? "" : "+")\(power)"
  }

  private enum CodingKeys: String, CodingKey { case mantissa, exponent }

  public init(from decoder: any Decoder) throws {
    let value: Double
    do {
      value = try decoder.singleValueContainer().decode(Double.self)
    } catch DecodingError.typeMismatch {
      self = try Self.decimal(in: decoder.container(keyedBy: CodingKeys.self))
      return
    }
    guard value.isFinite else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no finite number"))
    }
    self.init(value)
  }

  private static func decimal(in box: KeyedDecodingContainer<CodingKeys>) throws -> WideNumber {
    let mantissa = try box.decode(Double.self, forKey: .mantissa)
    let power = try box.decode(Int.self, forKey: .exponent)
    guard mantissa.isFinite, abs(power) < 100_000 else {
      throw DecodingError.dataCorruptedError(
        forKey: .exponent, in: box, debugDescription: "no number: \(mantissa) · 10^\(power)")
    }
    // 10 is 0.625 · 2⁴, and 1/10 is 0.8 · 2⁻³.
    let (factor, step) = power > 0 ? (0.625, 4) : (0.8, -3)
    return (0..<abs(power)).reduce(WideNumber(mantissa)) { value, _ in
      WideNumber(value.significand * factor, exponent: value.exponent + step)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    if let double {
      var box = encoder.singleValueContainer()
      try box.encode(double)
    } else {
      let (mantissa, power) = decimal
      var box = encoder.container(keyedBy: CodingKeys.self)
      try box.encode(mantissa, forKey: .mantissa)
      try box.encode(power, forKey: .exponent)
    }
  }
}
