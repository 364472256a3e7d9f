import Agents
import Audits
import Compute
import Environments
import Foundation

/// A finite world with two policies: one acts, the other's worth is asked for and known exactly.
package struct OffPolicyWorld: Sendable {
  package let name: String
  package let mdp: TabularMDP
  package let behavior: TabularPolicy
  package let target: TabularPolicy
  package let horizon: Int
  /// Whether a step earns 1 with the probability that its reward is, and 0 otherwise.
  let tossesRewards: Bool
  /// The ends of a reward that there can be.
  let rewards: ClosedRange<Double>
  /// Episodes in a log.
  package var episodes: Int

  /// The most that the target's probability can be, as a multiple of the behaviour's.
  var largestRatio: Double {
    zip(target.probabilities, behavior.probabilities).reduce(0) { $1.1 > 0 ? max($0, $1.0 / $1.1) : $0 }
  }

  /// The exact return of a policy within the horizon.
  package func worth(of policy: TabularPolicy) -> Double {
    var values = [Double](repeating: 0, count: mdp.stateCount)
    for _ in 0..<horizon {
      values = (0..<mdp.stateCount).map { state in
        guard !mdp.isTerminal[state] else { return 0 }
        return (0..<mdp.actionCount).reduce(0) { sum, action in
          let row = state * mdp.actionCount + action
          let ahead = mdp.transitions(state, action).reduce(0) {
            $0 + mdp.probabilities[$1] * values[mdp.successors[$1]]
          }
          return sum + policy.probabilities[row] * (mdp.rewards[row] + mdp.discount * ahead)
        }
      }
    }
    return zip(mdp.start, values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// A log of ``episodes`` episodes.
  package func log(random: RandomStream) throws -> CountedLog {
    var random = random
    var (lengths, states, actions, earned) = ([Int](), [Int](), [Int](), [Double]())
    for _ in 0..<episodes {
      var state = Self.draw(mdp.start[...], &random)
      var length = 0
      while length < horizon, !mdp.isTerminal[state] {
        let first = state * mdp.actionCount
        let action = Self.draw(behavior.probabilities[first..<first + mdp.actionCount], &random)
        let reward = mdp.rewards[first + action]
        states.append(state)
        actions.append(action)
        earned.append(tossesRewards ? (random.bernoulli(reward) ? 1 : 0) : reward)
        let range = mdp.transitions(state, action)
        state = mdp.successors[range.lowerBound + Self.draw(mdp.probabilities[range], &random)]
        length += 1
      }
      lengths.append(length)
    }
    let taken = zip(states, actions).map { behavior.probabilities[$0 * mdp.actionCount + $1] }
    return try CountedLog(
      lengths: lengths, states: states, actions: actions, rewards: earned, behavior: taken, policy: target,
      discount: mdp.discount)
  }

  private static func draw(_ probabilities: ArraySlice<Double>, _ random: inout RandomStream) -> Int {
    var rest = random.uniform()
    for (place, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return place }
    }
    return (probabilities.lastIndex { $0 > 0 } ?? probabilities.startIndex) - probabilities.startIndex
  }
}

extension OffPolicyWorld {
  /// The worlds of the study.
  package static func all() throws -> [OffPolicyWorld] {
    try [bandit(), twoStates(), noDifference(), grid(), delivery(), forgetting()]
  }

  /// The same world and policies, paid so that neither earns more than the other: where every verdict on the gain is wrong.
  ///
  /// One action is made dearer or cheaper wherever it is taken, by as much as it takes: returns are linear in rewards.
  ///
  /// - Throws: `InputError` if the policies take every action equally often.
  package func twin() throws -> OffPolicyWorld {
    let rows = mdp.stateCount * mdp.actionCount
    func gain(_ rewards: [Double]) throws -> Double {
      let paid = with(mdp: try mdp.with(rewards: rewards), rewards: rewards)
      return paid.worth(of: target) - paid.worth(of: behavior)
    }
    let indicators = (0..<mdp.actionCount).map { action in
      (0..<rows).map { mdp.isTerminal[$0 / mdp.actionCount] || $0 % mdp.actionCount != action ? 0.0 : 1 }
    }
    // The action that the policies differ most in needs the least change.
    let gains = try indicators.map(gain)
    guard let action = gains.indices.max(by: { abs(gains[$0]) < abs(gains[$1]) }), abs(gains[action]) > 1e-9 else {
      throw InputError("no action tells the two policies of '\(name)' apart")
    }
    let price = try gain(mdp.rewards) / gains[action]
    var paid = zip(mdp.rewards, indicators[action]).map { $0 - price * $1 }
    if tossesRewards {
      // Coins have chances between 0 and 1. Episodes have one step, so what is added to all rewards adds nothing to the gain.
      let live = (0..<rows).filter { !mdp.isTerminal[$0 / mdp.actionCount] }
      let (low, high) = live.reduce((Double.infinity, -Double.infinity)) { (min($0.0, paid[$1]), max($0.1, paid[$1])) }
      for row in live { paid[row] = high > low ? 0.1 + 0.8 * (paid[row] - low) / (high - low) : 0.5 }
    }
    return with(mdp: try mdp.with(rewards: paid), rewards: paid)
  }

  /// The same with other rewards, whose ends are those of the world's before and now.
  private func with(mdp: TabularMDP, rewards paid: [Double]) -> OffPolicyWorld {
    let (low, high) = (paid.min() ?? 0, paid.max() ?? 0)
    return OffPolicyWorld(
      name: name + ", twin", mdp: mdp, behavior: behavior, target: target, horizon: horizon,
      tossesRewards: tossesRewards, rewards: tossesRewards ? rewards : min(low, 0)...max(high, 0), episodes: episodes)
  }

  /// Four contexts, five actions, coins; the target is the behaviour, sharpened towards what is best.
  static func bandit() throws -> OffPolicyWorld {
    let random = RandomSource(seed: 19)
    var draws = random.stream("off-policy/bandit")
    let chances = (0..<20).map { _ in 0.1 + 0.8 * draws.uniform() }
    let rows = (0..<4).map { Array(chances[$0 * 5..<$0 * 5 + 5]) }
    return OffPolicyWorld(
      name: "bandit",
      mdp: try world(states: 5, actions: 5, start: [0.25, 0.25, 0.25, 0.25, 0], discount: 1) { state, action in
        (4, state < 4 ? rows[state][action] : 0)
      }, behavior: softmax(rows, 1), target: softmax(rows, 4), horizon: 1, tossesRewards: true, rewards: 0...1,
      episodes: 500)
  }

  /// The worked example: two states, three steps.
  static func twoStates() throws -> OffPolicyWorld {
    let mdp = try TabularMDP(
      stateCount: 2, actionCount: 2, rowStarts: [0, 1, 2, 3, 4], successors: [0, 1, 0, 1],
      probabilities: [1, 1, 1, 1], rewards: [0, 1, 0, 0.5], start: [1, 0], isTerminal: [false, false], discount: 0.9)
    return OffPolicyWorld(
      name: "two states", mdp: mdp, behavior: TabularPolicy(probabilities: [0.5, 0.5, 0.6, 0.4], actionCount: 2),
      target: TabularPolicy(probabilities: [0.2, 0.8, 0.3, 0.7], actionCount: 2), horizon: 3, tossesRewards: false,
      rewards: 0...1, episodes: 500)
  }

  /// A bandit whose actions are all worth as much, so that no policy earns more than another.
  static func noDifference() throws -> OffPolicyWorld {
    let rows = [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
    return OffPolicyWorld(
      name: "no difference",
      mdp: try world(states: 3, actions: 3, start: [0.5, 0.5, 0], discount: 1) { state, _ in (2, state < 2 ? 0.5 : 0) },
      behavior: softmax(rows, 0),
      target: TabularPolicy(
        probabilities: [0.7, 0.2, 0.1, 0.1, 0.3, 0.6, 0.5, 0.25, 0.25], actionCount: 3), horizon: 1,
      tossesRewards: true, rewards: 0...1, episodes: 500)
  }

  /// Four by four cells, a slip in one of five moves, a goal in the far corner; twelve steps, −.1 for each, 1 at the goal.
  static func grid() throws -> OffPolicyWorld {
    let size = 4
    func next(_ cell: Int, _ move: Int) -> Int {
      let (dx, dy) = [(0, -1), (0, 1), (-1, 0), (1, 0)][move]
      let x = min(max(cell % size + dx, 0), size - 1)
      let y = min(max(cell / size + dy, 0), size - 1)
      return y * size + x
    }
    let goal = size * size - 1
    var (starts, successors, probabilities, rewards) = ([0], [Int](), [Double](), [Double]())
    for cell in 0...goal {
      for move in 0..<4 {
        var paid = 0.0
        for other in 0..<4 {
          let probability = (move == other ? 0.8 : 0) + 0.05
          successors.append(next(cell, other))
          probabilities.append(probability)
          paid += probability * (next(cell, other) == goal ? 1 : -0.1)
        }
        rewards.append(cell == goal ? 0 : paid)
        starts.append(successors.count)
      }
    }
    let mdp = try TabularMDP(
      stateCount: goal + 1, actionCount: 4, rowStarts: starts, successors: successors, probabilities: probabilities,
      rewards: rewards, start: (0...goal).map { $0 == 0 ? 1 : 0 }, isTerminal: (0...goal).map { $0 == goal },
      discount: 0.95)
    return try sharpened("gridworld", mdp, acting: 0.5, asked: 0.7, horizon: 12, rewards: -0.1...1, episodes: 500)
  }

  /// The delivery task; ten steps.
  static func delivery() throws -> OffPolicyWorld {
    let mdp = try Delivery().tabular(discount: 0.95).mdp
    return try sharpened(
      "delivery", mdp, acting: 0.6, asked: 0.75, horizon: 10,
      rewards: (mdp.rewards.min() ?? 0)...(mdp.rewards.max() ?? 0), episodes: 500)
  }

  /// Two states that forget everything, forty steps: weights of whole episodes are a product of forty.
  static func forgetting() throws -> OffPolicyWorld {
    let mdp = try TabularMDP(
      stateCount: 2, actionCount: 2, rowStarts: [0, 2, 4, 6, 8], successors: [0, 1, 0, 1, 0, 1, 0, 1],
      probabilities: [Double](repeating: 0.5, count: 8), rewards: [0, 1, 1, 0], start: [0.5, 0.5],
      isTerminal: [false, false], discount: 1)
    return OffPolicyWorld(
      name: "forty steps", mdp: mdp, behavior: .uniform(stateCount: 2, actionCount: 2),
      target: TabularPolicy(probabilities: [0.2, 0.8, 0.4, 0.6], actionCount: 2), horizon: 40, tossesRewards: false,
      rewards: 0...1, episodes: 500)
  }

  /// Two policies that do what is best so often, and anything otherwise.
  private static func sharpened(
    _ name: String, _ mdp: TabularMDP, acting: Double, asked: Double, horizon: Int, rewards: ClosedRange<Double>,
    episodes: Int
  ) throws -> OffPolicyWorld {
    let best = PolicyIteration.solve(mdp, rewards: mdp.rewards).policy
    func mixed(_ share: Double) -> TabularPolicy {
      TabularPolicy(
        probabilities: best.probabilities.map { share * $0 + (1 - share) / Double(mdp.actionCount) },
        actionCount: mdp.actionCount)
    }
    return OffPolicyWorld(
      name: name, mdp: mdp, behavior: mixed(acting), target: mixed(asked), horizon: horizon, tossesRewards: false,
      rewards: rewards, episodes: episodes)
  }

  private static func world(
    states: Int, actions: Int, start: [Double], discount: Double, _ step: (Int, Int) -> (next: Int, reward: Double)
  ) throws -> TabularMDP {
    let steps = (0..<states).flatMap { state in (0..<actions).map { step(state, $0) } }
    return try TabularMDP(
      stateCount: states, actionCount: actions, rowStarts: Array(0...states * actions), successors: steps.map(\.next),
      probabilities: [Double](repeating: 1, count: steps.count), rewards: steps.map(\.reward), start: start,
      isTerminal: (0..<states).map { $0 == states - 1 }, discount: discount)
  }

  /// exp(β r), a last state without rewards added.
  private static func softmax(_ rows: [[Double]], _ sharpness: Double) -> TabularPolicy {
    let probabilities = rows.flatMap { row in
      let weights = row.map { exp(sharpness * $0) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    let actions = rows[0].count
    return TabularPolicy(
      probabilities: probabilities + [Double](repeating: 1 / Double(actions), count: actions), actionCount: actions)
  }
}
