import Compute
import Environments
import Foundation

/// A small learner for ``SelfInducedShift``: it sees one of two things, and acts.
package protocol ShiftLearner: Sendable {
  /// What it does when it sees this.
  mutating func act(_ seen: Int, random: inout RandomStream) -> Int
  /// Learns from one step.
  mutating func learn(seen: Int, action: Int, reward: Double, next: Int, random: inout RandomStream)
  /// A copy that is a little different, for a population.
  func explored(_ random: inout RandomStream) -> Self
}

/// The share of random actions of all of them; half of these cooperate, which is the floor.
package let shiftExploration = 0.1

/// Q-learning by a table (Watkins 1989), at random among equals.
package struct QLearner: ShiftLearner {
  let discount: Double
  private let rate = 0.1
  /// What is seen × action.
  private var values = [0.0, 0, 0, 0]

  package init(discount: Double) { self.discount = discount }

  package mutating func act(_ seen: Int, random: inout RandomStream) -> Int {
    let (first, second) = (values[2 * seen], values[2 * seen + 1])
    return random.bernoulli(shiftExploration) || first == second ? random.below(2) : (first > second ? 0 : 1)
  }

  package mutating func learn(seen: Int, action: Int, reward: Double, next: Int, random: inout RandomStream) {
    let future = max(values[2 * next], values[2 * next + 1])
    values[2 * seen + action] += rate * (reward + discount * future - values[2 * seen + action])
  }

  /// The same with some noise in its values.
  package func explored(_ random: inout RandomStream) -> QLearner {
    var copy = self
    for index in copy.values.indices { copy.values[index] += 0.5 * random.normal() }
    return copy
  }
}

/// Logits of cooperating, by what is seen; a share of actions is random.
struct CooperationLogits: Sendable {
  var logits: [Double]

  /// Standard normal.
  init(_ random: inout RandomStream) { logits = [random.normal(), random.normal()] }

  /// The probability without the random share.
  func share(_ seen: Int) -> Double { 1 / (1 + exp(-logits[seen])) }

  func probability(_ seen: Int) -> Double { shiftExploration / 2 + (1 - shiftExploration) * share(seen) }

  mutating func perturb(_ random: inout RandomStream) {
    for index in logits.indices { logits[index] += 0.5 * random.normal() }
  }
}

/// The gradient of the next reward alone (REINFORCE without a future, Williams 1992, with a running mean as baseline).
package struct GradientLearner: ShiftLearner {
  private var policy: CooperationLogits
  private var rate: Double
  private var mean = 0.0

  package init(rate: Double = 0.1, _ random: inout RandomStream) {
    policy = CooperationLogits(&random)
    self.rate = rate
  }

  package mutating func act(_ seen: Int, random: inout RandomStream) -> Int {
    random.bernoulli(policy.probability(seen)) ? SelfInducedShift.cooperate : SelfInducedShift.defect
  }

  package mutating func learn(seen: Int, action: Int, reward: Double, next: Int, random: inout RandomStream) {
    let (share, probability) = (policy.share(seen), policy.probability(seen))
    let slope = (1 - shiftExploration) * share * (1 - share)
    let score = action == SelfInducedShift.cooperate ? slope / probability : -slope / (1 - probability)
    policy.logits[seen] += rate * (reward - mean) * score
    mean += 0.05 * (reward - mean)
  }

  /// Another step size, a fifth up or down, and logits with some noise.
  package func explored(_ random: inout RandomStream) -> GradientLearner {
    var copy = self
    copy.rate *= random.bernoulli(0.5) ? 1.2 : 0.8
    copy.policy.perturb(&random)
    return copy
  }
}

/// Imitates somebody who defects but for a twentieth of the time; it is told of no reward.
package struct CloningLearner: ShiftLearner {
  private var policy: CooperationLogits
  private var rate: Double

  package init(rate: Double = 0.1, _ random: inout RandomStream) {
    policy = CooperationLogits(&random)
    self.rate = rate
  }

  package mutating func act(_ seen: Int, random: inout RandomStream) -> Int {
    random.bernoulli(policy.probability(seen)) ? SelfInducedShift.cooperate : SelfInducedShift.defect
  }

  package mutating func learn(seen: Int, action: Int, reward: Double, next: Int, random: inout RandomStream) {
    let shown = random.bernoulli(shiftExploration / 2) ? 1.0 : 0
    policy.logits[seen] += rate * (shown - policy.share(seen))
  }

  package func explored(_ random: inout RandomStream) -> CloningLearner {
    var copy = self
    copy.rate *= random.bernoulli(0.5) ? 1.2 : 0.8
    copy.policy.perturb(&random)
    return copy
  }
}
