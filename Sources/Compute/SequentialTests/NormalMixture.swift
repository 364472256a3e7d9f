import Foundation

extension Statistics {
  /// How far the mean of n numbers may lie from its expectation, at all n at once in at least `level` of all sequences:
  /// the half-width of a confidence sequence by a mixture of normals.
  ///
  /// The numbers are sub-Gaussian with variance 1 given the past: those in −1 … 1 are, and others after division by half
  /// of their range. Source: Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021.
  ///
  /// - Parameters:
  ///   - count: how many numbers, at least 1.
  ///   - tuning: ρ; the radius is narrowest, for what it has to be, at about 0.12 ρ numbers (level 0.95).
  ///   - level: the share of sequences that it holds for.
  public static func normalMixtureRadius(count: Int, tuning: Double = 100, level: Double = 0.95) -> Double {
    checkLevel(level)
    precondition(count > 0 && tuning > 0, "a radius needs numbers and a positive tuning")
    let n = Double(count)
    return ((n + tuning) * (log1p(n / tuning) - 2 * log1p(-level))).squareRoot() / n
  }
}
