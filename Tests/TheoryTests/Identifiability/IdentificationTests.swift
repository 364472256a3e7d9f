import Compute
import Environments
import Foundation
import Rewards
import Testing
import Theory

@Suite("What data leave open about a reward")
struct IdentificationTests {
  private func reward(_ mdp: TabularMDP, _ random: inout RandomStream) -> [Double] {
    (0..<mdp.stateCount * mdp.actionCount * mdp.stateCount).map { _ in random.normal() }
  }

  private func sizes(_ found: Identification) -> [Identification.Family: Int] {
    Dictionary(uniqueKeysWithValues: found.parts.map { ($0.family, $0.dimension) })
  }

  private func dense(_ random: inout RandomStream, states: Int = 3, actions: Int = 2, start: [Double]) throws
    -> TabularMDP
  {
    let rows = (0..<states).map { _ in
      (0..<actions).map { _ -> [Double] in
        let weights = (0..<states).map { _ in 0.1 + random.uniform() }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
      }
    }
    return try SmallWorlds.world(rows, start: start, discount: 0.9)
  }

  /// Where everything is possible and reachable, the catalogue's groups have dimensions that can be counted.
  @Test(
    "the numerical null spaces have the dimensions of the catalogue",
    arguments: [
      ("reward", 0), ("q-values", 12), ("advantages", 15), ("values", 15), ("boltzmann-policy", 15), ("mce-policy", 15),
      ("boltzmann-trajectories", 15), ("segment-returns", 0), ("segment-comparisons", 0), ("segment-order", 1),
      ("trajectory-returns", 2), ("trajectory-comparisons", 3), ("lotteries", 4), ("policy-order", 16),
      ("boltzmann-policy:temperature=unknown", 16), ("segment-comparisons:length=1", 1),
    ])
  func catalogue(source: String, expected: Int) throws {
    var random = RandomSource(seed: 1).stream("catalogue")
    let mdp = try dense(&random, start: [1, 0, 0])
    let found = try Identification(mdp, reward: reward(mdp, &random), source: DataSource(parsing: source))
    #expect(found.dimension == expected)
    #expect(found.unexplained == 0)
    #expect(found.parts.reduce(0) { $0 + $1.dimension } == expected)
  }

  @Test(
    "without a future, the order of policies says nothing of states behind the start",
    arguments: [
      Identification.Method.numerical, .counted,
    ])
  func orderWithoutFuture(method: Identification.Method) throws {
    // Three actions lead from the start to the second state, to the end, and back; the same from the second state.
    let rows: [[[Double]]] = [
      [[0, 1, 0], [0, 0, 1], [1, 0, 0]], [[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0, 0, 1], [0, 0, 1]],
    ]
    let mdp = try SmallWorlds.world(rows, start: [1, 0, 0], terminal: [false, false, true], discount: 0)
    var truth = [Double](repeating: 0, count: 27)
    // What the first step pays: 1, 2 and 4.
    (truth[1], truth[5], truth[6]) = (1, 2, 4)
    let reward = try RewardTable(states: 3, actions: 3, axes: .transition, values: truth)
    func open(_ kind: DataSource.Kind) throws -> (found: Identification, ofPossible: Int) {
      let found = try Identification(mdp, reward: reward, source: DataSource(kind), method: method)
      let impossible: Int = sizes(found)[.impossible] ?? 0
      return (found, found.dimension - impossible)
    }
    let order = try open(.policyOrder)
    // Of six transitions that can happen, three belong to the start, where two differences are seen, to scale.
    #expect(order.ofPossible == 5)
    #expect(order.found.settlesThisWorld)
    #expect(order.found.unexplained == 0)
    // Choices along trajectories show the second state as well: two more differences, and the scale is seen.
    let choices = try open(.boltzmannTrajectories)
    #expect(choices.ofPossible == 2)
    #expect(choices.found.settlesThisWorld)
  }

  @Test("in the two-state world, trajectories from one start see the potential of that start alone")
  func initialTrajectories() throws {
    let mdp = try SmallWorlds.world([[[1, 0], [0, 1]], [[1, 0], [0, 1]]], start: [1, 0], discount: 0.5)
    let truth = [0.0, 0, 0, 1, 0, 0, 0, 1]
    let returns = try Identification(mdp, reward: truth, source: DataSource(.trajectoryReturns))
    // Four impossible transitions, and shaping with Φ(0) = 0, Φ(1) = c.
    #expect(sizes(returns) == [.impossible: 4, .shaping: 1])
    #expect(returns.parts.first { $0.family == .shaping }?.restriction == "Φ is 0 on the start")
    let comparisons = try Identification(mdp, reward: truth, source: DataSource(.trajectoryComparisons))
    #expect(sizes(comparisons) == [.impossible: 4, .shaping: 2])
    // With two starts, comparisons across them fix the difference of their potentials.
    let two = try Identification(SmallWorlds.twoStates(), reward: truth, source: DataSource(.trajectoryComparisons))
    #expect(sizes(two) == [.impossible: 4, .shaping: 1])
    #expect(two.parts.first { $0.family == .shaping }?.restriction == "Φ is equal on all starts")
  }

  @Test("every open direction has a name, in whatever world")
  func allNamed() throws {
    var random = RandomSource(seed: 2).stream("named")
    for trial in 0..<60 {
      let mdp = try SmallWorlds.random(&random, states: 1 + random.below(4), actions: 1 + random.below(3))
      let truth = reward(mdp, &random)
      for kind in DataSource.Kind.allCases {
        let found = try Identification(mdp, reward: truth, source: DataSource(kind))
        #expect(
          found.unexplained == 0, "world \(trial), \(kind): \(found.unexplained) of \(found.dimension) unexplained")
        #expect(found.findings().count >= 1)
      }
    }
  }

  @Test("two rewards that the data cannot tell apart, and that part when the world changes")
  func disagreement() throws {
    var random = RandomSource(seed: 3).stream("pair")
    for source in [DataSource.Kind.qValues, .boltzmannPolicy, .causalEntropyPolicy, .policyOrder, .optimalPolicies] {
      for _ in 0..<10 {
        let mdp = try dense(&random, start: [0.5, 0.5, 0])
        let truth = reward(mdp, &random)
        let found = try Identification(mdp, reward: truth, source: DataSource(source))
        let pair = try #require(found.disagreement)
        #expect(pair.change == .dynamics)
        #expect((pair.regret ?? 0) > 1e-3)
        // The same data: equal up to shaping and redistribution in the world itself.
        let geometry = try OccupancyGeometry(mdp)
        #expect((geometry.angle(expected(truth, mdp), expected(pair.other, mdp)) ?? 1) < 1e-6)
        // Different data elsewhere.
        let changed = try OccupancyGeometry(pair.world)
        #expect((changed.angle(expected(truth, pair.world), expected(pair.other, pair.world)) ?? 0) > 1e-3)
      }
    }
  }

  private func expected(_ reward: [Double], _ mdp: TabularMDP) -> [Double] {
    (0..<mdp.stateCount * mdp.actionCount).map { row in
      mdp.transitions(row / mdp.actionCount, row % mdp.actionCount).reduce(0) {
        $0 + mdp.probabilities[$1] * reward[row * mdp.stateCount + mdp.successors[$1]]
      }
    }
  }

  @Test("returns of trajectories part under another discount only; the reward itself never")
  func narrowAmbiguities() throws {
    var random = RandomSource(seed: 4).stream("narrow")
    let mdp = try dense(&random, start: [1, 0, 0])
    let truth = reward(mdp, &random)
    let returns = try Identification(mdp, reward: truth, source: DataSource(.trajectoryReturns))
    #expect(returns.disagreement?.change == .discount)
    #expect(returns.settlesThisWorld)
    let all = try Identification(mdp, reward: truth, source: DataSource(.reward))
    #expect(all.disagreement == nil)
    #expect(all.findings().allSatisfy { $0.verdict == .holds })
    let order = try Identification(mdp, reward: truth, source: DataSource(.segmentOrder))
    #expect(order.findings().first { $0.id == "identify/this-world" }?.verdict == .unknown)
    let values = try Identification(mdp, reward: truth, source: DataSource(.values))
    #expect(!values.settlesThisWorld)
  }

  @Test("one more source never opens anything, and incomparable ones settle more together")
  func others() throws {
    var random = RandomSource(seed: 5).stream("others")
    let mdp = try dense(&random, start: [1, 0, 0])
    let truth = reward(mdp, &random)
    for kind in DataSource.Kind.allCases {
      let found = try Identification(mdp, reward: truth, source: DataSource(kind))
      for (source, dimension) in found.others {
        let alone = try Identification(mdp, reward: truth, source: source).dimension
        #expect(dimension <= min(found.dimension, alone), "\(kind) with \(source)")
      }
    }
    let q = try Identification(mdp, reward: truth, source: DataSource(.qValues))
    #expect(q.others.first { $0.source.kind == .trajectoryReturns }?.dimension == 0)
  }

  @Test("terminal, unreachable and empty worlds get a verdict")
  func degenerate() throws {
    let ended = try SmallWorlds.world([[[1], [1]]], start: [1], terminal: [true], discount: 0.9)
    let nothing = try Identification(ended, reward: [1, 1], source: DataSource(.boltzmannPolicy))
    #expect(nothing.findings().map(\.id) == ["identify/empty"])
    // State 2 is never reached: its rewards are open for whoever sees only trajectories.
    let rows: [[[Double]]] = [[[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 1, 0]]]
    let mdp = try SmallWorlds.world(rows, start: [1, 0, 0], discount: 0.5)
    let truth = (0..<18).map { Double($0 % 5) }
    let found = try Identification(mdp, reward: truth, source: DataSource(.boltzmannTrajectories))
    #expect(sizes(found)[.unreachable] == 2)
    #expect(sizes(found)[.impossible] == 12)
    #expect(found.unexplained == 0)
    // A trivial reward: the other reward is not, and the finding says so.
    let trivial = try Identification(mdp, reward: [Double](repeating: 0, count: 18), source: DataSource(.qValues))
    #expect(trivial.findings().contains { $0.id == "identify/changed-world" && $0.verdict == .fails })
  }

  @Test("sources are read as they are written, and misspelt ones refused")
  func parsing() throws {
    for kind in DataSource.Kind.allCases {
      #expect(try DataSource(parsing: kind.rawValue).description == kind.rawValue)
    }
    let source = "segment-comparisons:length=2,start=same,temperature=unknown"
    #expect(try DataSource(parsing: source).description == source)
    #expect(try DataSource(parsing: source.replacing("segment", with: "fragment")).description == source)
    for bad in [
      "boltzman-policy", "lotteries:length=2", "segment-returns:length=0", "q-values:temperature=unknown",
      "reward:x=1",
    ] {
      #expect(throws: InputError.self, "\(bad)") { try DataSource(parsing: bad) }
    }
  }
}
