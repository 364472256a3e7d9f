import Compute
import Environments
import Foundation

/// Rewards that fit some noisy comparisons of what somebody did: draws from the posterior of a linear reward, and which
/// states were shown.
///
/// The prior is normal, of deviation 1 for each weight; the posterior is approximated by a normal one with its mode and
/// curvature (Laplace). A feature that no comparison tells anything about keeps its prior.
package struct LearnedRewards: Sendable {
  /// [members][features].
  package var weights: [[Double]]
  /// By state of the training world.
  package var shown: [Bool]

  /// Compares pairs of windows of `steps` steps; those in which the hazard occurs are drawn again: nobody saw it.
  package init(
    _ world: HazardWorld, comparisons: Int, steps: Int = 10, rationality: Double = 2, members: Int,
    random: RandomSource
  ) throws {
    let width = world.features[0].count
    var shown = [Bool](repeating: false, count: world.training.mdp.stateCount)
    var (rows, targets) = ([Double](), [Double]())
    var stream = random.stream("caution/comparisons")
    for _ in 0..<comparisons {
      let first = Self.window(world, steps, &shown, &stream)
      let second = Self.window(world, steps, &shown, &stream)
      rows += zip(first.features, second.features).map { $0 - $1 }
      let preference = rationality * (first.worth - second.worth)
      targets.append(stream.bernoulli(Self.probability(preference)) ? 1 : 0)
    }
    self.shown = shown
    let regression = LogisticRegression(rows: rows, width: width, targets: targets)
    let mode = regression.fit(penalty: 0.5 / Double(comparisons))
    // The curvature of the whole log-posterior: answers and a prior of 1 for each weight.
    var curvature = Matrix.identity(width)
    for index in targets.indices {
      let p = Self.probability(regression.logit(index, mode))
      for i in 0..<width {
        for j in 0..<width {
          curvature[i, j] += p * (1 - p) * rows[index * width + i] * rows[index * width + j]
        }
      }
    }
    let factor = try LinearAlgebra.cholesky(curvature)
    var draws = random.stream("caution/members")
    weights = (0..<members).map { _ in
      // Lᵀ x = z has the covariance (L Lᵀ)⁻¹.
      var x = (0..<width).map { _ in draws.normal() }
      for i in (0..<width).reversed() {
        for j in i + 1..<max(width, i + 1) { x[i] -= factor[j, i] * x[j] }
        x[i] /= factor[i, i]
      }
      return zip(mode, x).map { $0 + $1 }
    }
  }

  /// Of the first of two options, by how much more it is worth.
  private static func probability(_ difference: Double) -> Double { 1 / (1 + exp(-difference)) }

  /// What somebody did for some steps: its features, and what it is judged to be worth.
  private static func window(
    _ world: HazardWorld, _ steps: Int, _ shown: inout [Bool], _ stream: inout RandomStream
  ) -> (features: [Double], worth: Double) {
    let mdp = world.training.mdp
    // What happened before the window: anything up to as long again.
    while true {
      var (features, worth) = ([Double](repeating: 0, count: world.features[0].count), 0.0)
      var state = stream.categorical(mdp.start)
      var (seen, isHarmless) = ([Int](), true)
      let before = stream.below(steps)
      for step in 0..<before + steps {
        let choices = (0..<mdp.actionCount).map { world.demonstrator.probabilities[state * mdp.actionCount + $0] }
        let row = state * mdp.actionCount + stream.categorical(choices)
        if step >= before {
          seen.append(state)
          for index in features.indices { features[index] += world.training.features[row][index] }
          worth += world.judged[row]
        }
        guard !mdp.isTerminal[state] else { break }
        let range = mdp.rowStarts[row]..<mdp.rowStarts[row + 1]
        state = mdp.successors[range.lowerBound + stream.categorical(Array(mdp.probabilities[range]))]
        isHarmless = isHarmless && !world.isHazardous(state)
      }
      guard isHarmless else { continue }
      for state in seen { shown[state] = true }
      return (features, worth)
    }
  }
}

extension HazardWorld {
  /// Whether a state of the training world is one that must not be entered; never where that is another world, which
  /// has none.
  fileprivate func isHazardous(_ state: Int) -> Bool {
    guard case .entering(let bad) = harm, known == nil else { return false }
    return bad[state]
  }
}
