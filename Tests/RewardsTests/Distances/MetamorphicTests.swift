import Compute
import Environments
import Rewards
import Testing

/// Random worlds of every awkward kind, and rewards in them.
enum AwkwardWorlds {
  /// Tiny, deterministic, with absorbing, terminal and unreachable states, with one action, nearly undiscounted.
  static func world(_ random: inout RandomStream) throws -> TabularMDP {
    let states = 1 + random.below(6)
    let actions = 1 + random.below(3)
    let isDeterministic = random.bernoulli(0.3)
    let hasOneStart = random.bernoulli(0.3)
    var terminal = (0..<states).map { _ in random.bernoulli(0.1) }
    terminal[0] = false
    var rows: [Double] = []
    for state in 0..<states {
      let isAbsorbing = random.bernoulli(0.1)
      for _ in 0..<actions {
        var row = [Double](repeating: 0, count: states)
        if isAbsorbing {
          row[state] = 1
        } else if isDeterministic {
          row[random.below(states)] = 1
        } else {
          for next in 0..<states where random.bernoulli(0.6) { row[next] = random.uniform() }
          let sum = row.reduce(0, +)
          if sum > 0 { row = row.map { $0 / sum } } else { row[random.below(states)] = 1 }
        }
        rows += row
      }
    }
    var starts = [0]
    var successors: [Int] = []
    var probabilities: [Double] = []
    for row in 0..<states * actions {
      for next in 0..<states where rows[row * states + next] > 0 {
        successors.append(next)
        probabilities.append(rows[row * states + next])
      }
      starts.append(successors.count)
    }
    return try TabularMDP(
      stateCount: states, actionCount: actions, rowStarts: starts, successors: successors,
      probabilities: probabilities, rewards: [Double](repeating: 0, count: states * actions),
      start: hasOneStart
        ? (0..<states).map { $0 == 0 ? 1 : 0 } : [Double](repeating: 1 / Double(states), count: states),
      isTerminal: terminal, discount: [0, 0.5, 0.9, 0.99][random.below(4)])
  }

  static func reward(_ mdp: TabularMDP, _ random: inout RandomStream) throws -> RewardTable {
    let axes = RewardTable.Axes.allCases[random.below(3)]
    let count = axes.count(states: mdp.stateCount, actions: mdp.actionCount)
    let constant = random.normal()
    let isConstant = random.bernoulli(0.05)
    return try RewardTable(
      states: mdp.stateCount, actions: mdp.actionCount, axes: axes,
      values: (0..<count).map { _ in isConstant ? constant : random.normal() })
  }

  /// The same reward, scaled, shaped and redistributed over next states: all policies keep their order.
  static func disguised(_ reward: RewardTable, _ mdp: TabularMDP, _ random: inout RandomStream) -> RewardTable {
    // Where it ends the potential must be 0, or the end would pay.
    let potential = (0..<mdp.stateCount).map { mdp.isTerminal[$0] ? 0 : 3 * random.normal() }
    var result = reward.scaled(by: random.uniform(0.1, 5)).shaped(by: potential, discount: mdp.discount)
    let count = mdp.stateCount
    for row in 0..<count * mdp.actionCount {
      let range = mdp.rowStarts[row]..<mdp.rowStarts[row + 1]
      var added = [Double](repeating: 0, count: count)
      for next in 0..<count { added[next] = random.normal() }
      // Of expectation 0 under the transitions.
      let mean = range.reduce(0) { $0 + mdp.probabilities[$1] * added[mdp.successors[$1]] }
      for next in 0..<count { result.values[row * count + next] += added[next] - mean }
    }
    return result
  }
}

@Suite("Distances on thousands of random worlds")
struct MetamorphicTests {
  private static let norms: [(RewardNorm, RewardComparison)] = [
    (.l1, .norm(.l1)), (.l2, .norm(.l2)), (.maximum, .norm(.maximum)), (.weightedL1, .norm(.weightedL1)),
    (.weightedL2, .norm(.weightedL2)), (.weightedMaximum, .norm(.weightedMaximum)), (.l2, .norm(.l1)), (.l2, .angle),
  ]

  private func check(_ canonicalizations: [Canonicalization], worlds: Int, seed: UInt64, rounding: Double) throws {
    let source = RandomSource(seed: seed)
    for index in 0..<worlds {
      var random = source.stream("metamorphic", index)
      let mdp = try AwkwardWorlds.world(&random)
      let rewards = try (0..<3).map { _ in try AwkwardWorlds.reward(mdp, &random) }
      let disguised = AwkwardWorlds.disguised(rewards[0], mdp, &random)
      for canonicalization in canonicalizations {
        let space = try RewardSpace(mdp, canonicalization)
        let c = try rewards.map { try space.canonical($0) }
        let same = try space.canonical(disguised)
        let opposite = try space.canonical(rewards[0].scaled(by: -0.7))
        #expect(c[0].isTrivial == same.isTrivial, "world \(index)")
        for (norm, comparison) in Self.norms {
          func d(_ a: CanonicalReward, _ b: CanonicalReward) -> Double {
            space.distance(a, b, normalization: norm, comparison: comparison).value
          }
          let name = "world \(index), \(RewardMetric(canonicalization, norm, comparison))"
          #expect(d(c[0], same) < rounding, "\(name): invariance")
          #expect(abs(d(same, c[1]) - d(c[0], c[1])) < rounding, "\(name): invariance towards another")
          #expect(d(c[0], c[0]) == 0, "\(name): to itself")
          #expect(abs(d(c[0], c[1]) - d(c[1], c[0])) < rounding, "\(name): symmetry")
          #expect(d(c[0], c[2]) <= d(c[0], c[1]) + d(c[1], c[2]) + rounding, "\(name): triangle")
          if norm == .l2, comparison == .norm(.l2), !c[0].isTrivial {
            #expect(abs(d(c[0], opposite) - 2) < rounding, "\(name): opposite")
          }
        }
      }
    }
  }

  @Test("shaping, scale and redistribution leave every STARC distance at 0; symmetry; triangle; opposites at 2")
  func everySTARC() throws {
    try check([.valueAdjusted, .minimal(.l2), .projection], worlds: 3000, seed: 1, rounding: 1e-7)
  }

  @Test("the same for minimal L1 and maximum, by linear programs")
  func programs() throws {
    try check([.minimal(.l1), .minimal(.maximum)], worlds: 200, seed: 2, rounding: 1e-5)
  }

  @Test("minimal rewards are minimal: no equivalent reward has a smaller norm")
  func minimality() throws {
    let source = RandomSource(seed: 3)
    for index in 0..<300 {
      var random = source.stream("minimal", index)
      let mdp = try AwkwardWorlds.world(&random)
      let reward = try AwkwardWorlds.reward(mdp, &random)
      let weights = (0..<mdp.stateCount * mdp.actionCount).map { _ in random.uniform(0.5, 2) }
      for (minimal, norm) in [(MinimalNorm.l1, RewardNorm.l1), (.l2, .l2), (.maximum, .maximum)] {
        let space = try RewardSpace(mdp, .minimal(minimal))
        let plain = try RewardSpace(mdp, .none)
        let least = space.norm(try space.canonical(reward), norm)
        for _ in 0..<5 {
          let other = AwkwardWorlds.disguised(reward, mdp, &random)
          // The disguise scales; compare against its own minimum.
          let own = space.norm(try space.canonical(other), norm)
          #expect(own <= plain.norm(try plain.canonical(other), norm) + 1e-6)
        }
        #expect(least <= plain.norm(try plain.canonical(reward.dense), norm) + 1e-6)
      }
      let weighted = try RewardSpace(mdp, .minimal(.weightedL2(weights)))
      let disguised = AwkwardWorlds.disguised(reward, mdp, &random)
      #expect(try weighted.distance(reward, disguised).value < 1e-7)
    }
  }

  @Test("EPIC is blind to shaping, scale and a constant, and lies between 0 and 1; DARD to shaping and scale")
  func pearson() throws {
    let source = RandomSource(seed: 4)
    for index in 0..<1000 {
      var random = source.stream("pearson", index)
      var mdp = try AwkwardWorlds.world(&random)
      mdp = try mdp.absorbing()
      let reward = try AwkwardWorlds.reward(mdp, &random)
      let other = try AwkwardWorlds.reward(mdp, &random)
      let potential = (0..<mdp.stateCount).map { _ in random.normal() }
      let shaped = reward.scaled(by: 2.5, plus: 1).shaped(by: potential, discount: mdp.discount)
      for transform in PearsonDistance.Transform.allCases {
        for coverage in PearsonDistance.Coverage.allCases {
          // EPIC takes expectations over all states, so it needs all of them.
          let distance = try PearsonDistance(mdp, transform, coverage: coverage, reachableOnly: false)
          if let value = try distance.distance(reward, shaped).value { #expect(value < 1e-7, "world \(index)") }
          if let value = try distance.distance(reward, other).value { #expect((0...1).contains(value)) }
        }
      }
    }
  }

  @Test("states out of reach make no difference, unless asked for")
  func unreachable() throws {
    // State 1 is never reached; the rewards differ only there.
    let mdp = try TabularMDP(
      stateCount: 2, actionCount: 2, rowStarts: [0, 1, 2, 3, 4], successors: [0, 0, 0, 1],
      probabilities: [1, 1, 1, 1], rewards: [0, 0, 0, 0], start: [1, 0], isTerminal: [false, false], discount: 0.9)
    let first = try RewardTable(states: 2, actions: 2, axes: .stateAction, values: [0, 1, 5, 0])
    let second = try RewardTable(states: 2, actions: 2, axes: .stateAction, values: [0, 1, 0, 5])
    #expect(try RewardSpace(mdp).distance(first, second).value == 0)
    #expect(try RewardSpace(mdp).unreachableCount == 1)
    #expect(try RewardSpace(mdp, reachableOnly: false).distance(first, second).value > 0.5)
  }
}
