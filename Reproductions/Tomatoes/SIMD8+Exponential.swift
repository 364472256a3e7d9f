/// Exponentials and logarithms of eight numbers at once. `Foundation` has them for one number only, and a garden's plan needs
/// a hundred million of each.
extension SIMD8 where Scalar == Double {
  /// e to each, to within two units in the last place. Below −708 it is e^−708, as good as 0; above 708 it is e^708.
  ///
  /// 2ⁿ times a Taylor polynomial of degree 12 over ±ln 2 / 2, the error of which is below 2⁻⁵²; ln 2 is taken in two
  /// parts (Cody & Waite 1980).
  @inline(__always)
  func exponential() -> Self {
    let x = self.clamped(lowerBound: Self(repeating: -708), upperBound: Self(repeating: 708))
    // Adding 1.5 · 2⁵² rounds to a whole number and leaves it in the lowest bits.
    let magic = Self(repeating: 6_755_399_441_055_744)
    let shifted = x * 1.442695040888963407 + magic
    let n = shifted - magic
    let r = x - n * 0.693147180369123816490 - n * 1.90821492927058770002e-10
    var sum = Self(repeating: 1 / 479_001_600)
    sum = sum * r + 1 / 39_916_800
    sum = sum * r + 1 / 3_628_800
    sum = sum * r + 1 / 362_880
    sum = sum * r + 1 / 40_320
    sum = sum * r + 1 / 5_040
    sum = sum * r + 1 / 720
    sum = sum * r + 1 / 120
    sum = sum * r + 1 / 24
    sum = sum * r + 1 / 6
    sum = sum * r + 1 / 2
    sum = sum * r + 1
    sum = sum * r + 1
    let bits = unsafeBitCast(shifted, to: SIMD8<Int64>.self) &- unsafeBitCast(magic, to: SIMD8<Int64>.self)
    return unsafeBitCast(unsafeBitCast(sum, to: SIMD8<Int64>.self) &+ (bits &<< 52), to: Self.self)
  }

  /// ln(1 + x) of each, for 0 ≤ x ≤ 1, to within three units in the last place.
  ///
  /// 2 artanh(x ∕ (2 + x)) by its series, which needs no more than 16 terms where the argument is at most ⅓.
  @inline(__always)
  func logarithmOfOnePlus() -> Self {
    let s = self / (2 + self)
    let square = s * s
    var sum = Self(repeating: 1 / 33)
    sum = sum * square + 1 / 31
    sum = sum * square + 1 / 29
    sum = sum * square + 1 / 27
    sum = sum * square + 1 / 25
    sum = sum * square + 1 / 23
    sum = sum * square + 1 / 21
    sum = sum * square + 1 / 19
    sum = sum * square + 1 / 17
    sum = sum * square + 1 / 15
    sum = sum * square + 1 / 13
    sum = sum * square + 1 / 11
    sum = sum * square + 1 / 9
    sum = sum * square + 1 / 7
    sum = sum * square + 1 / 5
    sum = sum * square + 1 / 3
    sum = sum * square + 1
    return 2 * s * sum
  }

  /// Eight numbers that follow one another in memory.
  @inline(__always)
  init(at numbers: UnsafePointer<Double>) {
    self = UnsafeRawPointer(numbers).loadUnaligned(as: Self.self)
  }

  /// Puts them there.
  @inline(__always)
  func write(to numbers: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(numbers).storeBytes(of: self, as: Self.self)
  }
}
