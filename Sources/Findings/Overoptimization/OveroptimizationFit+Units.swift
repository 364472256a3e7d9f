import Compute

extension OveroptimizationFit {
  /// Fits the mean over units (prompts of best-of-n, seeds of a learner) whose gains at the same divergences were
  /// measured, with intervals by resampling units.
  ///
  /// The gains of one unit may depend on one another as they like, as those of best-of-n from the same samples do, and
  /// scatter more at one divergence than at another. Nil below eight units or four usable points, or if the mean does not
  /// determine α and β. Time: the resamples times units times points.
  ///
  /// Of the parameters:
  /// - `divergences`: as for the other fit.
  /// - `gains`: for each unit, its gains at these divergences.
  public init?(
    _ form: Form, divergences: [Double], gainsOfUnits gains: [[Double]], resamples: Int = 999, level: Double = 0.95,
    random: RandomSource
  ) {
    precondition(gains.allSatisfy { $0.count == divergences.count }, "one gain for each divergence")
    guard gains.count >= Self.fewestUnits else { return nil }
    func mean(_ chosen: [Int]) -> [Double] {
      divergences.indices.map { place in chosen.reduce(0) { $0 + gains[$1][place] } / Double(chosen.count) }
    }
    guard let (design, values) = Self.usable(form, divergences, mean(Array(gains.indices))),
      let whole = Self(design, values, level: level)
    else { return nil }
    var solutions: [(alpha: Double, beta: Double)] = []
    for index in 0..<resamples {
      var stream = random.stream("overoptimization/units", index)
      let drawn = mean(gains.indices.map { _ in stream.below(gains.count) })
      guard let solution = Self.usable(form, divergences, drawn).flatMap({ $0.design.solve($0.values) }) else {
        return nil
      }
      solutions.append(solution)
    }
    let expanded = Statistics.percentileLevel(units: gains.count, level: level)
    func interval(_ values: [Double]) -> Interval {
      Interval(
        lower: Statistics.quantile(values, (1 - expanded) / 2), upper: Statistics.quantile(values, (1 + expanded) / 2),
        level: level)
    }
    self = whole
    units = gains.count
    guard resamples > 0 else { return }
    alphaInterval = interval(solutions.map(\.alpha))
    betaInterval = interval(solutions.map(\.beta))
    let peaks = solutions.map { design.peak(alpha: $0.alpha, beta: $0.beta) ?? .infinity }
    peakInterval = Self.interval(ofPeaks: peaks, level: expanded).map {
      Interval(lower: $0.lower, upper: $0.upper, level: level)
    }
  }

  /// The fewest units that can be resampled.
  public static let fewestUnits = 8
}
