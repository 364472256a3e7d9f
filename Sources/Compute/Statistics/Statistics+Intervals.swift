extension Statistics {
  /// Student's t interval for the mean of independent, roughly normal values; nil below two values.
  public static func meanInterval(_ values: [Double], level: Double = 0.95) -> Interval? {
    checkLevel(level)
    guard values.count > 1 else { return nil }
    let reach =
      standardError(values) * SpecialFunctions.studentQuantile((1 + level) / 2, degrees: Double(values.count - 1))
    let centre = mean(values)
    return Interval(lower: centre - reach, upper: centre + reach, level: level)
  }

  /// Welch's interval for mean(first) − mean(second), with unequal variances and the Satterthwaite degrees of freedom;
  /// nil if either has fewer than two values.
  public static func differenceInterval(_ first: [Double], _ second: [Double], level: Double = 0.95) -> Interval? {
    checkLevel(level)
    guard first.count > 1, second.count > 1 else { return nil }
    let a = variance(first) / Double(first.count)
    let b = variance(second) / Double(second.count)
    let difference = mean(first) - mean(second)
    guard a + b > 0 else { return Interval(lower: difference, upper: difference, level: level) }
    let degrees =
      (a + b) * (a + b) / (a * a / Double(first.count - 1) + b * b / Double(second.count - 1))
    let reach = (a + b).squareRoot() * SpecialFunctions.studentQuantile((1 + level) / 2, degrees: degrees)
    return Interval(lower: difference - reach, upper: difference + reach, level: level)
  }

  /// The exact (Clopper–Pearson) interval for a proportion: covers at least at its level, for every true proportion.
  /// Nil without trials.
  public static func proportionInterval(successes: Int, of trials: Int, level: Double = 0.95) -> Interval? {
    checkLevel(level)
    precondition(successes >= 0 && successes <= trials, "successes lie between 0 and the number of trials")
    guard trials > 0 else { return nil }
    let k = Double(successes)
    let n = Double(trials)
    let tail = (1 - level) / 2
    return Interval(
      lower: successes == 0 ? 0 : SpecialFunctions.incompleteBetaInverse(tail, k, n - k + 1),
      upper: successes == trials ? 1 : SpecialFunctions.incompleteBetaInverse(1 - tail, k + 1, n - k),
      level: level)
  }

  /// Wilson's score interval for a proportion: shorter than the exact one, covers at its level on average. Nil without
  /// trials.
  public static func wilsonInterval(successes: Int, of trials: Int, level: Double = 0.95) -> Interval? {
    checkLevel(level)
    precondition(successes >= 0 && successes <= trials, "successes lie between 0 and the number of trials")
    guard trials > 0 else { return nil }
    let z = SpecialFunctions.normalQuantile((1 + level) / 2)
    let n = Double(trials)
    let share = Double(successes) / n
    let shrink = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / shrink
    let reach = z / shrink * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return Interval(
      lower: successes == 0 ? 0 : max(0, centre - reach), upper: successes == trials ? 1 : min(1, centre + reach),
      level: level)
  }

  static func checkLevel(_ level: Double) {
    precondition(level > 0 && level < 1, "a confidence level lies strictly between 0 and 1")
  }
}
