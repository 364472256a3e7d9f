extension Statistics {
  /// The level at which a percentile interval over resampled units must be read so that it covers at `level`: few units
  /// scatter less among their resamples than they should, by √((n − 1)/n), and their own scatter is estimated, as Student's t
  /// allows for. Source: Hesterberg 2015, "What teachers should know about the bootstrap", the expanded percentile interval.
  ///
  /// - Parameters:
  ///   - units: n, at least two.
  ///   - level: strictly between 0 and 1.
  package static func percentileLevel(units: Int, level: Double) -> Double {
    checkLevel(level)
    precondition(units > 1, "resampling needs at least two units")
    let n = Double(units)
    let reach = (n / (n - 1)).squareRoot() * SpecialFunctions.studentQuantile((1 + level) / 2, degrees: n - 1)
    return 1 - 2 * SpecialFunctions.normalDistribution(-reach)
  }
}
