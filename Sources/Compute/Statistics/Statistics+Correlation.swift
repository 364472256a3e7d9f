import Foundation

extension Statistics {
  /// Pearson's correlation of paired values; NaN below two pairs or if either side is constant.
  public static func pearson(_ first: [Double], _ second: [Double]) -> Double {
    precondition(first.count == second.count, "correlation needs pairs")
    guard first.count > 1 else { return .nan }
    let meanOfFirst = mean(first)
    let meanOfSecond = mean(second)
    var products = 0.0
    var squaresOfFirst = 0.0
    var squaresOfSecond = 0.0
    for (a, b) in zip(first, second) {
      products += (a - meanOfFirst) * (b - meanOfSecond)
      squaresOfFirst += (a - meanOfFirst) * (a - meanOfFirst)
      squaresOfSecond += (b - meanOfSecond) * (b - meanOfSecond)
    }
    guard squaresOfFirst > 0, squaresOfSecond > 0 else { return .nan }
    return max(-1, min(1, products / (squaresOfFirst.squareRoot() * squaresOfSecond.squareRoot())))
  }

  /// Spearman's rank correlation, ties sharing their mean rank; NaN where ``pearson(_:_:)`` of the ranks is.
  public static func spearman(_ first: [Double], _ second: [Double]) -> Double {
    pearson(ranks(first), ranks(second))
  }

  /// Fisher's interval for Pearson's correlation of normal pairs; nil below four pairs or if it is undefined.
  public static func pearsonInterval(_ first: [Double], _ second: [Double], level: Double = 0.95) -> Interval? {
    fisherInterval(pearson(first, second), pairs: first.count, inflation: { _ in 1 }, level: level)
  }

  /// The interval for Spearman's correlation with the variance (1 + ρ²/2)/(n − 3) of its Fisher transform
  /// (Bonett and Wright 2000); nil below four pairs or if it is undefined.
  public static func spearmanInterval(_ first: [Double], _ second: [Double], level: Double = 0.95) -> Interval? {
    fisherInterval(spearman(first, second), pairs: first.count, inflation: { 1 + $0 * $0 / 2 }, level: level)
  }

  private static func fisherInterval(
    _ correlation: Double, pairs: Int, inflation: (Double) -> Double, level: Double
  ) -> Interval? {
    checkLevel(level)
    guard pairs > 3, !correlation.isNaN else { return nil }
    let reach =
      SpecialFunctions.normalQuantile((1 + level) / 2) * (inflation(correlation) / Double(pairs - 3)).squareRoot()
    let centre = atanh(correlation)
    if centre.isInfinite { return Interval(lower: correlation, upper: correlation, level: level) }
    return Interval(lower: tanh(centre - reach), upper: tanh(centre + reach), level: level)
  }

  /// Ranks from 1; equal values share the mean of their ranks.
  public static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for position in start..<end { ranks[order[position]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
