/// Numbers scaled by a power of two, which rounds nothing: how rewards of any size become rewards of size 1 before
/// norms are taken and linear programs solved, so that their unit makes no difference, not in the last digit.
///
/// ```swift
/// let (unit, exponent) = Vectors.unitScaled([3e300, -1e300])   // the largest magnitude is 1 … 2
/// unit[0].timesTwo(to: exponent)                               // 3e300 again
/// ```
extension Vectors {
  /// The vector times a power of two, its largest magnitude from 1 up to 2; the vector is `values` · 2^`exponent`.
  /// Zeros stay, with the exponent 0. Numbers less than 2^−1022 of the largest lose digits.
  package static func unitScaled(_ a: [Double]) -> (values: [Double], exponent: Int) {
    let size = largest(a)
    guard size > 0, size.isFinite else { return (a, 0) }
    let exponent = Int(size.exponent)
    guard exponent != 0 else { return (a, 0) }
    return (timesTwo(a, to: -exponent), exponent)
  }

  /// a · 2^exponent.
  package static func timesTwo(_ a: [Double], to exponent: Int) -> [Double] {
    guard exponent != 0 else { return a }
    // A factor that is a number itself rounds nothing by being multiplied.
    if (-1000...1000).contains(exponent) {
      let factor = Double(sign: .plus, exponent: exponent, significand: 1)
      return a.map { $0 * factor }
    }
    return a.map { $0.timesTwo(to: exponent) }
  }
}

extension Double {
  /// This · 2^exponent: infinite or 0 beyond what a double holds.
  package func timesTwo(to exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: self) }

  /// Half the distance from 1 to the next number: what one rounding can do to a number of size 1.
  package static var roundingUnit: Double { ulpOfOne / 2 }
}
