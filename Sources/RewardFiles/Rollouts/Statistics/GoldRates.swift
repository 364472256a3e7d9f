import Compute
import Foundation

/// Rates of error from a stratified sample, with intervals: sums over strata of population × share.
package struct GoldRates: Sendable {
  /// Rows of the file by verdict and truth: expectations or one draw.
  package struct Table: Sendable {
    package var acceptedRight = 0.0
    package var acceptedWrong = 0.0
    package var rejectedRight = 0.0
    package var rejectedWrong = 0.0

    /// Share of wrong completions that are accepted.
    package var falsePositiveRate: Double { acceptedWrong / (acceptedWrong + rejectedWrong) }
    /// Share of right completions that are rejected.
    package var falseNegativeRate: Double { rejectedRight / (rejectedRight + acceptedRight) }
    package var precision: Double { acceptedRight / (acceptedRight + acceptedWrong) }
    package var recall: Double { 1 - falseNegativeRate }
    package var rightShare: Double {
      (acceptedRight + rejectedRight) / (acceptedRight + acceptedWrong + rejectedRight + rejectedWrong)
    }
    /// 1 less both rates of error: what is left of a reward's slope (Youden's index).
    package var informedness: Double { 1 - falsePositiveRate - falseNegativeRate }
  }

  package let sample: GoldSample
  private let random: RandomSource
  package static let draws = 20_000

  package init(_ sample: GoldSample, random: RandomSource) {
    self.sample = sample
    self.random = random
  }

  /// The weighted estimate.
  package var estimate: Table {
    table { stratum in
      // Where nobody looked, the verdict is taken as right.
      stratum.labelled == 0 ? (stratum.accepted ? 0 : 1) : Double(stratum.wrong) / Double(stratum.labelled)
    }
  }

  private func table(_ wrongShare: (GoldSample.Stratum) -> Double) -> Table {
    var table = Table()
    for stratum in sample.strata {
      let wrong = stratum.population * wrongShare(stratum)
      if stratum.accepted {
        table.acceptedWrong += wrong
        table.acceptedRight += stratum.population - wrong
      } else {
        table.rejectedWrong += wrong
        table.rejectedRight += stratum.population - wrong
      }
    }
    return table
  }

  /// Draws of the table with few errors or with many: each stratum's share from the beta distribution whose quantiles are
  /// Clopper and Pearson's bounds, so that one stratum alone gives the exact interval and several a cautious one.
  package func draws(manyErrors: Bool) -> [Table] {
    // Wrong among the accepted and right among the rejected are the errors.
    draws(manyErrors ? "gold/many" : "gold/few") { $0.accepted == manyErrors }
  }

  /// The same with many or few right completions, whatever their verdict.
  package func draws(right many: Bool) -> [Table] { draws(many ? "gold/right" : "gold/wrong") { _ in !many } }

  private func draws(_ name: String, wrongIsMany: (GoldSample.Stratum) -> Bool) -> [Table] {
    var stream = random.stream(name)
    return (0..<Self.draws).map { _ in
      table { stratum in
        let up = wrongIsMany(stratum)
        let (wrong, right) = (Double(stratum.wrong), Double(stratum.right))
        if stratum.labelled == 0 { return up ? 1 : 0 }
        return up ? stream.beta(wrong + 1, right) : stream.beta(wrong, right + 1)
      }
    }
  }

  /// The interval of a rate of error, and the p-value of the claim that it is at most `limit`.
  package func errorRate(_ rate: KeyPath<Table, Double>, atMost limit: Double) -> (interval: Interval, pValue: Double) {
    let few = draws(manyErrors: false).map { finite($0[keyPath: rate], else: 0) }.sorted()
    let many = draws(manyErrors: true).map { finite($0[keyPath: rate], else: 1) }.sorted()
    return (
      Interval(
        lower: Statistics.quantile(sorted: few, 0.025), upper: Statistics.quantile(sorted: many, 0.975), level: 0.95),
      Double(max(1, few.count { $0 <= limit })) / Double(Self.draws)
    )
  }

  /// The interval of a rate that falls with errors, and the p-value of the claim that it is above `limit`.
  package func merit(_ rate: KeyPath<Table, Double>, above limit: Double) -> (interval: Interval, pValue: Double) {
    let many = draws(manyErrors: true).map { finite($0[keyPath: rate], else: 0) }.sorted()
    let few = draws(manyErrors: false).map { finite($0[keyPath: rate], else: 1) }.sorted()
    return (
      Interval(
        lower: Statistics.quantile(sorted: many, 0.025), upper: Statistics.quantile(sorted: few, 0.975), level: 0.95),
      Double(max(1, few.count { $0 > limit })) / Double(Self.draws)
    )
  }

  private func finite(_ value: Double, else other: Double) -> Double { value.isFinite ? value : other }
}
