import Compute
import Foundation

/// What people might have in mind when they compare segments.
public enum PreferenceModel: String, Codable, Sendable, Hashable, CaseIterable {
  /// The sum of rewards along the segment (Christiano et al. 2017).
  case partialReturn = "partial return"
  /// How little worse the segment is than the best that could have been done: −(V*(start) − rewards − V*(end))
  /// (Knox et al. 2022).
  case regret
}

/// How well a model of the person, with the true reward, explains their answers.
///
/// P(second preferred) = σ(scale · Δ), Δ being the second segment's value under the model minus the first's. The scale
/// is fitted by maximum likelihood; ties count as half a preference for each.
public struct PreferenceModelFit: Codable, Sendable, Hashable {
  /// What people were taken to judge by.
  public var model: PreferenceModel
  /// The weight of Δ, per unit of value: 0 is a coin, negative for people who prefer what the model calls worse.
  public var scale: Double
  /// A bootstrap percentile interval of ``scale``, over answers; nil without resamples.
  public var scaleInterval: Interval?
  /// Mean cross-entropy at the best scale, in nats; a coin has ln 2 = 0.693.
  public var crossEntropy: Double
  /// A bootstrap percentile interval of ``crossEntropy``; nil without resamples.
  public var crossEntropyInterval: Interval?
  /// The share of answers that the model gets right, among those where neither person nor model was indifferent.
  public var agreement: Double
  /// Exact (Clopper–Pearson).
  public var agreementInterval: Interval?
  /// The number of those answers.
  public var decided: Int
}

/// Each part of the regret weighed on its own: P(second preferred) = σ(w · (Δ partial return, Δ V*(start), Δ V*(end))).
///
/// Partial return is w ∝ (1, 0, 0), regret w ∝ (1, −1, 1).
public struct PreferencePartsFit: Codable, Sendable, Hashable {
  /// The weights of Δ partial return, Δ V*(start) and Δ V*(end), in this order.
  public var weights: [Double]
  /// A bootstrap percentile interval of each weight; nil without resamples.
  public var weightIntervals: [Interval?]
  /// Mean cross-entropy at the best weights, in nats.
  public var crossEntropy: Double
  /// A bootstrap percentile interval of ``crossEntropy``; nil without resamples.
  public var crossEntropyInterval: Interval?
}

extension HumanAnswers {
  /// The model's value of the second segment minus the first's, under the true reward; `optimalValues` are V*,
  /// undiscounted, of each tabular state.
  public func differences(_ model: PreferenceModel, optimalValues: [Double]) -> [Double] {
    switch model {
    case .partialReturn: differences { partialReturn($0) }
    case .regret: differences { partialReturn($0) + optimalValues[$0.end] - optimalValues[$0.start] }
    }
  }

  /// Fits the model's scale. Intervals are of `resamples` bootstrap resamples of the answers; with 0, nil.
  public func fit(
    _ model: PreferenceModel, optimalValues: [Double], level: Double = 0.95, resamples: Int = 1000, random: RandomSource
  ) -> PreferenceModelFit {
    let differences = differences(model, optimalValues: optimalValues)
    let regression = LogisticRegression(rows: differences, width: 1, targets: answers.map(\.preference))
    let (weights, crossEntropy, replicates) = fit(regression, resamples: resamples, random: random)
    let decided = zip(differences, answers).filter { $0 != 0 && $1.preference != 0.5 }
    let right = decided.count { ($0 > 0) == ($1.preference == 1) }
    return PreferenceModelFit(
      model: model, scale: weights[0],
      scaleInterval: Statistics.percentileInterval(replicates, column: 0, level: level), crossEntropy: crossEntropy,
      crossEntropyInterval: Statistics.percentileInterval(replicates, column: 1, level: level),
      agreement: decided.isEmpty ? 0.5 : Double(right) / Double(decided.count),
      agreementInterval: Statistics.proportionInterval(successes: right, of: decided.count, level: level),
      decided: decided.count)
  }

  /// Fits one weight for each part of the regret.
  public func fitParts(
    optimalValues: [Double], level: Double = 0.95, resamples: Int = 1000, random: RandomSource
  ) -> PreferencePartsFit {
    let parts = [
      differences { partialReturn($0) }, differences { optimalValues[$0.start] },
      differences { optimalValues[$0.end] },
    ]
    let rows = answers.indices.flatMap { row in parts.map { $0[row] } }
    let regression = LogisticRegression(rows: rows, width: 3, targets: answers.map(\.preference))
    let (weights, crossEntropy, replicates) = fit(regression, resamples: resamples, random: random)
    return PreferencePartsFit(
      weights: weights,
      weightIntervals: (0..<3).map { Statistics.percentileInterval(replicates, column: $0, level: level) },
      crossEntropy: crossEntropy,
      crossEntropyInterval: Statistics.percentileInterval(replicates, column: 3, level: level))
  }

  /// So small that it only keeps weights finite where the model never errs.
  private static let finitePenalty = 1e-9

  /// The fit, and its replicates: weights, then cross-entropy.
  private func fit(
    _ regression: LogisticRegression, resamples: Int, random: RandomSource
  ) -> (weights: [Double], crossEntropy: Double, replicates: [[Double]]) {
    let weights = regression.fit(penalty: Self.finitePenalty)
    guard resamples > 1 else { return (weights, regression.crossEntropy(weights), []) }
    let replicates = Statistics.bootstrapReplicates(count: answers.count, resamples: resamples, random: random) {
      counts in
      var resampled = regression
      resampled.counts = counts
      let refitted = resampled.fit(penalty: Self.finitePenalty, start: weights)
      return refitted + [resampled.crossEntropy(refitted)]
    }
    return (weights, regression.crossEntropy(weights), replicates)
  }
}
