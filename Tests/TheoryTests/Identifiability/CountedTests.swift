import Compute
import Environments
import Foundation
import Rewards
import Testing
import Theory

/// Counting is a second way to what the dense null spaces say: where both can be had, they agree.
@Suite("Counted dimensions are those of null spaces")
struct CountedTests {
  private static let variants = [
    "segment-returns:length=2", "segment-comparisons:length=1", "segment-comparisons:length=2",
    "segment-comparisons:length=3", "segment-order:length=2", "segment-comparisons:start=same",
    "segment-comparisons:length=1,start=same", "segment-comparisons:length=2,start=same",
    "segment-comparisons:length=3,start=same", "segment-comparisons:length=2,start=same,temperature=unknown",
    "segment-comparisons:temperature=unknown", "boltzmann-policy:temperature=unknown",
    "mce-trajectories:temperature=unknown", "trajectory-comparisons:temperature=unknown",
  ]

  private func sources() throws -> [DataSource] {
    try DataSource.Kind.allCases.map { DataSource($0) } + Self.variants.map { try DataSource(parsing: $0) }
  }

  /// A world with at most four states, sparse: chains and trees that end, absorbing and unreachable states, several starts,
  /// an end among them.
  private func world(_ random: inout RandomStream) throws -> TabularMDP {
    let (states, actions) = (1 + random.below(4), 1 + random.below(3))
    let (width, forward) = (1 + random.below(2), random.bernoulli(0.3))
    let terminal = (0..<states).map { _ in random.bernoulli(0.2) }
    var (starts, nexts, weights) = ([0], [Int](), [Double]())
    for state in 0..<states {
      for _ in 0..<actions {
        let share = width == 1 ? 1 : 0.25 + 0.5 * random.uniform()
        for place in 0..<width {
          nexts.append(forward ? min(states - 1, state + 1 + random.below(2)) : random.below(states))
          weights.append(place == 0 ? share : 1 - share)
        }
        starts.append(nexts.count)
      }
    }
    let several = random.bernoulli(0.5)
    var start = (0..<states).map { state in several ? (random.bernoulli(0.5) ? 1.0 : 0) : state == 0 ? 1 : 0 }
    if start.allSatisfy({ $0 == 0 }) { start[0] = 1 }
    let sum = start.reduce(0, +)
    return try TabularMDP(
      stateCount: states, actionCount: actions, rowStarts: starts, successors: nexts, probabilities: weights,
      rewards: [Double](repeating: 0, count: states * actions), start: start.map { $0 / sum }, isTerminal: terminal,
      discount: [0, 0.5, 0.9, 0.95][random.below(4)])
  }

  /// Rewards of every kind that has a place of its own: none, constants, constants on states, shaping, redistribution only,
  /// paid where nobody gets to, small whole numbers with ties, and any.
  private func reward(_ mdp: TabularMDP, _ random: inout RandomStream) throws -> RewardTable {
    let count = mdp.stateCount * mdp.actionCount * mdp.stateCount
    func row(_ index: Int) -> Int { index / mdp.stateCount }
    let potential = (0..<mdp.stateCount).map { mdp.isTerminal[$0] ? 0 : Double(random.below(5)) }
    let reached = mdp.reachableStates
    let kind = random.below(8)
    let values = (0..<count).map { index -> Double in
      let (state, next) = (row(index) / mdp.actionCount, index % mdp.stateCount)
      return switch kind {
      case 0: 0
      case 1: 3
      case 2: potential[state]
      case 3: mdp.discount * potential[next] - potential[state]
      case 4: reached[state] ? 0 : random.normal()
      case 5: Double(random.below(3))
      case 6: mdp.discount * potential[next] - potential[state] + (row(index) == 0 ? 1 : 0)
      default: random.normal()
      }
    }
    return try RewardTable(states: mdp.stateCount, actions: mdp.actionCount, axes: .transition, values: values)
  }

  private func compare(_ mdp: TabularMDP, _ reward: RewardTable, _ source: DataSource, _ place: String) throws {
    let dense = try Identification(mdp, reward: reward, source: source, method: .numerical)
    let counted = try Identification(mdp, reward: reward, source: source, method: .counted)
    #expect(counted.dimension == dense.dimension, "\(place), \(source)")
    #expect(counted.coordinates == dense.coordinates, "\(place), \(source)")
    #expect(counted.parts == dense.parts, "\(place), \(source)")
    #expect(counted.unexplained == dense.unexplained, "\(place), \(source)")
    #expect(counted.settlesThisWorld == dense.settlesThisWorld, "\(place), \(source)")
    #expect(counted.unknownOthers.isEmpty, "\(place), \(source)")
    for (a, b) in zip(counted.others, dense.others) {
      #expect(a.source == b.source && a.dimension == b.dimension, "\(place), \(source) with \(a.source)")
    }
    if dense.coordinates > 0 { #expect(counted.findings().map(\.id) == dense.findings().map(\.id)) }
  }

  @Test("in 160 random sparse worlds, for every kind of data", arguments: 0..<8)
  func sparse(part: Int) throws {
    for index in part * 20..<(part + 1) * 20 {
      var random = RandomSource(seed: 29).stream("counted", index)
      let mdp = try world(&random)
      let reward = try reward(mdp, &random)
      for source in try sources() { try compare(mdp, reward, source, "world \(index)") }
    }
  }

  @Test("the unit of the reward changes nothing", arguments: [-900, 900])
  func units(exponent: Int) throws {
    for index in 0..<12 {
      var random = RandomSource(seed: 32).stream("units", index)
      let mdp = try world(&random)
      let reward = try reward(mdp, &random)
      let moved = try RewardTable(
        states: reward.states, actions: reward.actions, axes: .transition,
        values: reward.values.map { Double(sign: .plus, exponent: exponent, significand: 1) * $0 })
      for kind in DataSource.Kind.allCases {
        let plain = try Identification(mdp, reward: reward, source: DataSource(kind), method: .counted)
        let scaled = try Identification(mdp, reward: moved, source: DataSource(kind), method: .counted)
        #expect(plain.dimension == scaled.dimension && plain.parts == scaled.parts, "world \(index), \(kind)")
        #expect(plain.others.map(\.dimension) == scaled.others.map(\.dimension), "world \(index), \(kind)")
        #expect(plain.disagreement?.regret == scaled.disagreement?.regret, "world \(index), \(kind)")
        #expect(plain.disagreement?.change == scaled.disagreement?.change, "world \(index), \(kind)")
      }
    }
  }

  /// More than the 24 classes of which vectors are kept: nearly every state is one.
  @Test(
    "shaping and constants have their share of more classes than there are vectors of", arguments: [1, 2, 3],
    [false, true])
  func manyClasses(length: Int, ends: Bool) throws {
    // A ring of 30 states, or a chain that ends, with one fork to a state further on.
    let states = 30
    var (starts, nexts, weights) = ([0], [Int](), [Double]())
    for state in 0..<states {
      nexts.append(ends ? min(states - 1, state + 1) : (state + 1) % states)
      weights.append(state == 12 ? 0.5 : 1)
      if state == 12 {
        nexts.append(14)
        weights.append(0.5)
      }
      starts.append(nexts.count)
    }
    let mdp = try TabularMDP(
      stateCount: states, actionCount: 1, rowStarts: starts, successors: nexts, probabilities: weights,
      rewards: [Double](repeating: 0, count: states), start: (0..<states).map { $0 == 3 ? 1 : 0 },
      isTerminal: (0..<states).map { ends && $0 == states - 1 }, discount: 0.9)
    let reward = try RewardTable(
      states: states, actions: 1, axes: .transition, values: [Double](repeating: 0, count: states * states))
    let source = try DataSource(parsing: "segment-comparisons:length=\(length),start=same")
    let dense = try Identification(mdp, reward: reward, source: source, method: .numerical)
    let counted = try Identification(mdp, reward: reward, source: source, method: .counted)
    #expect(!counted.unknownOthers.isEmpty, "there are few classes")
    #expect(counted.dimension == dense.dimension)
    for family in [Identification.Family.impossible, .unreachable, .shaping, .constant] {
      func share(_ found: Identification) -> Int { found.parts.first { $0.family == family }?.dimension ?? 0 }
      #expect(share(counted) == share(dense), "\(family)")
    }
  }

  @Test(
    "two rewards with the same optimal trajectories do not part over a state that one of them makes worth a visit",
    arguments: [Identification.Method.numerical, .counted])
  func notVisited(method: Identification.Method) throws {
    // Left leads to a state that pays 1 for ever, right to one that costs 1 for ever.
    let mdp = try TabularMDP(
      states: 3, actions: 2, transitions: [0, 1, 0, 0, 0, 1] + [0, 1, 0, 0, 1, 0] + [0, 0, 1, 0, 0, 1],
      rewards: [Double](repeating: 0, count: 6), start: [1, 0, 0], discount: 0.9)
    let own = (0..<18).map { [0.0, 1, -1][$0 / 6] }
    let reward = try RewardTable(states: 3, actions: 2, axes: .transition, values: own)
    let found = try Identification(mdp, reward: reward, source: DataSource(.optimalTrajectories), method: method)
    let pair = try #require(found.disagreement)
    var other = pair.differences == nil ? pair.other : own
    for difference in pair.differences ?? [] {
      other[(difference.state * 2 + difference.action) * 3 + difference.next] += difference.by.nearest
    }
    func value(_ state: Int) -> Double { max(other[state * 6 + state], other[state * 6 + 3 + state]) / (1 - 0.9) }
    #expect(other[1] + 0.9 * value(1) > other[5] + 0.9 * value(2), "left is best by both")
  }

  @Test("in worlds of other tests, with dense rows")
  func dense() throws {
    var random = RandomSource(seed: 30).stream("dense")
    for index in 0..<12 {
      let mdp = try SmallWorlds.random(&random, states: 1 + random.below(4), actions: 1 + random.below(3))
      let reward = try reward(mdp, &random)
      for source in try sources() { try compare(mdp, reward, source, "dense world \(index)") }
    }
  }
}

/// In a large world where everything is reached and all paths meet, the catalogue's groups can be counted by hand.
@Suite("Identification of large worlds")
struct LargeIdentificationTests {
  @Test(
    "the dimensions of the catalogue, without a matrix",
    arguments: ["boltzmann-policy", "trajectory-comparisons", "policy-order", "segment-comparisons:length=6"])
  func catalogue(source: String) throws {
    let (states, actions, width) = (1000, 3, 4)
    // Each pair leads to four neighbours of its own; one start.
    var (nexts, weights) = ([Int](), [Double]())
    for pair in 0..<states * actions {
      for step in 0..<width {
        nexts.append((pair / actions + 1 + pair % actions * 7 + step * 3) % states)
        weights.append([0.5, 0.25, 0.125, 0.125][step])
      }
    }
    var random = RandomSource(seed: 31).stream("large")
    let mdp = try TabularMDP(
      stateCount: states, actionCount: actions,
      rowStarts: Array(stride(from: 0, through: nexts.count, by: width)), successors: nexts, probabilities: weights,
      rewards: [Double](repeating: 0, count: states * actions), start: (0..<states).map { $0 == 0 ? 1 : 0 },
      isTerminal: [Bool](repeating: false, count: states), discount: 0.9)
    let reward = try RewardTable(expected: (0..<states * actions).map { _ in random.normal() }, in: mdp)
    let found = try Identification(mdp, reward: reward, source: DataSource(parsing: source))
    let (all, possible) = (states * actions * states, nexts.count)
    let expected =
      switch source {
      case "boltzmann-policy": all - states * actions + states
      case "policy-order": all - states * actions + states + 1
      case "trajectory-comparisons": all - possible + states
      default: all - possible + 1
      }
    #expect(found.method == .counted && found.dimension == expected && found.unexplained == 0)
    #expect(found.parts.reduce(0) { $0 + $1.dimension } == expected)
    // Slipping makes transitions possible that no data show, and on them the other reward turns everything round.
    let pair = try #require(found.disagreement)
    #expect(pair.change == .dynamics && (pair.regret ?? 0) > 0.9)
    let differences = try #require(pair.differences)
    // The same data: on what can happen, nothing but redistribution at most.
    var left = [Int: Double]()
    for item in differences {
      for index in mdp.transitions(item.state, item.action) where mdp.successors[index] == item.next {
        left[item.state * actions + item.action, default: 0] += mdp.probabilities[index] * item.by.nearest
      }
    }
    #expect(left.values.allSatisfy { abs($0) < 1e-9 })
    if source != "boltzmann-policy", source != "policy-order" { #expect(left.isEmpty) }
  }
}
