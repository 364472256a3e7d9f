import Foundation

/// The likelihood of one comparison with or without ties, and its derivatives by what a person is made of.
///
///     P(first) = σ(u − δ)    P(second) = σ(−u − δ)    P(tie) = the rest        (without ties, δ = 0)
///     P′ = (1 − ε) P + ε / k                                                  (k = 3 answers, or 2)
///
/// with u the utility of the first less that of the second: ``ChoiceLink`` with cut points −δ and δ, by hand.
struct GradedComparison {
  var loss: Double
  var byUtility: Double
  var byThreshold: Double
  var byLapse: Double

  /// `answer`: 1 first, 0 tie, −1 second. A tie where none can be said counts as half of each.
  init(utility: Double, threshold: Double, lapse: Double, answer: Int, ties: Bool) {
    let delta = ties ? threshold : 0
    let first = 1 / (1 + exp(delta - utility))
    let second = 1 / (1 + exp(delta + utility))
    let slopes = (first * (1 - first), second * (1 - second))
    let share = ties ? 1.0 / 3 : 0.5
    loss = 0
    byUtility = 0
    byThreshold = 0
    byLapse = 0
    func mix(_ probability: Double, _ utility: Double, _ threshold: Double, _ weight: Double) -> (
      Double, Double, Double, Double
    ) {
      let mixed = max((1 - lapse) * probability + lapse * share, 1e-300)
      return (
        -weight * log(mixed), -weight * (1 - lapse) * utility / mixed, -weight * (1 - lapse) * threshold / mixed,
        -weight * (share - probability) / mixed
      )
    }
    let parts: [(Double, Double, Double, Double)]
    switch (answer, ties) {
    case (1, _): parts = [mix(first, slopes.0, -slopes.0, 1)]
    case (-1, _): parts = [mix(second, -slopes.1, -slopes.1, 1)]
    case (_, true):
      // 1 − σ(u − δ) − σ(−u − δ), without cancelling where δ is small.
      let tie = max(0, expm1(2 * delta)) * first * second
      parts = [mix(tie, slopes.1 - slopes.0, slopes.0 + slopes.1, 1)]
    case (_, false):
      parts = [mix(first, slopes.0, 0, 0.5), mix(second, -slopes.1, 0, 0.5)]
    }
    for part in parts {
      loss += part.0
      byUtility += part.1
      byThreshold += ties ? part.2 : 0
      byLapse += part.3
    }
  }
}
