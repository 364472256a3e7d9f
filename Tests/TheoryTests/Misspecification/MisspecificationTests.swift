import Agents
import Compute
import Environments
import Foundation
import Testing
import Theory

@Suite("Inverse reinforcement learning under a wrong idea of people")
struct MisspecificationTests {
  private func world(_ seed: UInt64 = 1, states: Int = 4, actions: Int = 3) throws -> (TabularMDP, [[Double]]) {
    var random = RandomSource(seed: seed).stream("misspecified")
    let rows = (0..<states).map { _ in
      (0..<actions).map { _ -> [Double] in
        let weights = (0..<states).map { _ in 0.02 + random.uniform() }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
      }
    }
    let mdp = try SmallWorlds.world(rows, start: [Double](repeating: 1 / Double(states), count: states), discount: 0.9)
    return (mdp, (0..<5).map { _ in SmallWorlds.reward(mdp, &random) })
  }

  @Test("a wrong temperature is harmless for the order of policies", arguments: ["boltzmann", "mce"])
  func temperature(kind: String) throws {
    let (mdp, rewards) = try world()
    let audit = try MisspecificationAudit(
      mdp, believed: BehaviorModel(parsing: kind + ":temperature=2"), actual: BehaviorModel(parsing: kind),
      rewards: rewards)
    #expect(audit.theorem == .tolerated)
    for point in audit.curve {
      for outcome in point.outcomes {
        #expect((outcome.range?.greatest ?? 1) < 1e-6)
        #expect((outcome.worstCaseRegret ?? 1) < 1e-6)
        #expect(outcome.keepsOptimalActions == true)
      }
    }
    #expect(audit.findings().allSatisfy { $0.verdict == .holds })
  }

  @Test(
    "a wrong discount turns harmless ambiguity into error, and more of it into more", arguments: ["boltzmann", "mce"])
  func discount(kind: String) throws {
    let (mdp, rewards) = try world()
    let actual = try BehaviorModel(parsing: kind + ":temperature=0.5")
    var before = 0.0
    for discount in [0.9, 0.8, 0.5] {
      let audit = try MisspecificationAudit(
        mdp, believed: BehaviorModel(parsing: kind + ":temperature=0.5,discount=\(discount)"), actual: actual,
        rewards: rewards)
      let greatest = audit.outcomes.compactMap { $0.range?.greatest }.max() ?? 0
      if discount == 0.9 {
        #expect(greatest < 1e-6)
      } else {
        #expect(audit.theorem == .notTolerated)
        #expect(greatest > before)
        #expect(audit.curve.count == 11)
        #expect((audit.curve[0].outcomes.compactMap { $0.range?.greatest }.max() ?? 1) < 1e-6)
        #expect(audit.findings().first?.verdict == .fails)
      }
      before = greatest
    }
  }

  @Test("the range over all that fits holds every reward that fits")
  func rangeIsExact() throws {
    let (mdp, rewards) = try world(2)
    let audit = try MisspecificationAudit(
      mdp, believed: BehaviorModel(parsing: "boltzmann:temperature=0.5,discount=0.8"),
      actual: BehaviorModel(parsing: "boltzmann:temperature=0.5"), rewards: [rewards[0]])
    let range = try #require(audit.outcomes[0].range)
    #expect(range.least >= 0 && range.least <= range.canonical && range.canonical <= range.greatest)
    #expect(range.greatest <= 2)
    // Each V gives a fitting reward; none may leave the range.
    var random = RandomSource(seed: 3).stream("potentials")
    let geometry = try OccupancyGeometry(mdp)
    let truth = rewards[0]
    let person = try policy(mdp, truth, temperature: 0.5)
    var seen: (Double, Double) = (2, 0)
    for draw in 0..<400 {
      let scale = draw.isMultiple(of: 2) ? 3.0 : 300
      let potential = (0..<mdp.stateCount).map { _ in scale * random.normal() }
      let learned = (0..<person.count).map { row in
        let state = row / mdp.actionCount
        let best = person[state * mdp.actionCount..<(state + 1) * mdp.actionCount].max() ?? 1
        let next = mdp.transitions(state, row % mdp.actionCount).reduce(0) {
          $0 + mdp.probabilities[$1] * potential[mdp.successors[$1]]
        }
        return 0.5 * log(person[row] / best) + potential[state] - 0.8 * next
      }
      let distance = try starc(geometry, mdp, truth, learned)
      seen = (min(seen.0, distance), max(seen.1, distance))
      #expect(distance >= range.least - 1e-9 && distance <= range.greatest + 1e-9)
    }
    #expect(seen.1 > 0.5 * range.greatest)
  }

  private func policy(_ mdp: TabularMDP, _ reward: [Double], temperature: Double) throws -> [Double] {
    var values = [Double](repeating: 0, count: mdp.stateCount)
    var q = reward
    for _ in 0..<2000 {
      for row in q.indices {
        q[row] =
          reward[row] + mdp.discount
          * mdp.transitions(row / mdp.actionCount, row % mdp.actionCount).reduce(0) {
            $0 + mdp.probabilities[$1] * values[mdp.successors[$1]]
          }
      }
      values = (0..<mdp.stateCount).map { q[$0 * mdp.actionCount..<($0 + 1) * mdp.actionCount].max() ?? 0 }
    }
    return q.indices.map { row in
      let state = row / mdp.actionCount
      let weights = q[state * mdp.actionCount..<(state + 1) * mdp.actionCount].map {
        exp(($0 - values[state]) / temperature)
      }
      return weights[row % mdp.actionCount] / weights.reduce(0, +)
    }
  }

  /// VAL under the uniform policy, both of length 1, Euclidean distance.
  private func starc(_ geometry: OccupancyGeometry, _ mdp: TabularMDP, _ a: [Double], _ b: [Double]) throws -> Double {
    let uniform = TabularPolicy.uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount)
    func level(_ reward: [Double]) -> [Double] {
      let advantages = mdp.advantages(of: uniform, rewards: reward)
      let size = advantages.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return advantages.map { $0 / size }
    }
    return zip(level(a), level(b)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  @Test("a “zero” reward under one discount prefers a state under another, by the formula")
  func zeroReward() throws {
    // Shaping with Φ = (0, 1) and γ = .9 judged with γ = .5.
    let mdp = try SmallWorlds.twoStates()
    let shaping = [0.0, 0.9, -1, -0.1]
    let expected = [[0, 0]: -0.5, [0, 1]: -0.1, [1, 0]: -0.1, [1, 1]: 0.3]
    for (actions, value) in expected {
      let policy = TabularPolicy(actions: actions, actionCount: 2)
      #expect(abs(mdp.expectedReturn(of: policy, rewards: shaping) - value) < 1e-12)
    }
  }

  @Test("a maximum-causal-entropy policy's likeliest action need not be optimal, so neither kind tolerates the other")
  func kinds() throws {
    // s0: a0 → s1 (pays 1 for both actions, for ever), a1 → s2 (pays 1.05 or −10, for ever).
    let rows: [[[Double]]] = [[[0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 1, 0]], [[0, 0, 1], [0, 0, 1]]]
    let mdp = try SmallWorlds.world(rows, start: [1, 0, 0], discount: 0.5)
    let truth = [0, 0, 1, 1, 1.05, -10]
    let audit = try MisspecificationAudit(
      mdp, believed: BehaviorModel(.boltzmann), actual: BehaviorModel(.maximumCausalEntropy), rewards: [truth])
    #expect(audit.theorem == .measured)
    #expect(audit.outcomes[0].keepsOptimalActions == false)
    #expect(audit.findings().map(\.verdict) == [.fails, .fails, .fails])
    // The likelier action of the soft policy is a0: (.6555, .3445).
    let soft = try SoftValueIteration.solve(mdp, rewards: truth, temperature: 1).policy
    #expect(abs(soft.probabilities[0] - 0.6555) < 1e-4)
    #expect(abs(soft.probabilities[1] - 0.3445) < 1e-4)
  }

  @Test("policies of opposite rewards merge as the scale falls, though the rewards stay 2 apart")
  func scale() throws {
    let mdp = try SmallWorlds.bandit(2)
    for (scale, distance) in [(1, 0.46212), (0.1, 0.04996), (0.01, 0.00500)] {
      let plus = try SoftValueIteration.solve(mdp, rewards: [0.5 * scale, -0.5 * scale], temperature: 1).policy
      let minus = try SoftValueIteration.solve(mdp, rewards: [-0.5 * scale, 0.5 * scale], temperature: 1).policy
      #expect(abs(abs(plus.probabilities[0] - minus.probabilities[0]) - distance) < 1e-5)
    }
  }

  @Test("optimal behaviour fits no soft model; a wrong world is not tolerated; trivial rewards get a verdict")
  func degenerate() throws {
    let (mdp, rewards) = try world()
    let impossible = try MisspecificationAudit(
      mdp, believed: BehaviorModel(.boltzmann), actual: BehaviorModel(.optimal), rewards: rewards)
    #expect(impossible.theorem == .impossible)
    #expect(impossible.findings().map(\.verdict) == [.fails])
    let ambiguous = try MisspecificationAudit(
      mdp, believed: BehaviorModel(.optimal), actual: BehaviorModel(.optimal), rewards: rewards)
    #expect(ambiguous.findings().first?.verdict == .fails)
    #expect(ambiguous.outcomes.allSatisfy { $0.keepsOptimalActions == true })
    let slipping = try MisspecificationAudit(
      mdp, believed: BehaviorModel(.boltzmann, slip: 0.3), actual: BehaviorModel(.boltzmann), rewards: rewards)
    #expect(slipping.theorem == .notTolerated)
    let trivial = try MisspecificationAudit(
      mdp, believed: BehaviorModel(.boltzmann), actual: BehaviorModel(.boltzmann),
      rewards: [[Double](repeating: 1, count: rewards[0].count)])
    #expect(trivial.findings().map(\.id) == ["misspecify/trivial"])
    for bad in [
      "boltzman", "boltzmann:temperature=0", "optimal:temperature=1", "mce:discount=1", "mce:x=1", "mce:slip=2",
    ] {
      #expect(throws: InputError.self, "\(bad)") { try BehaviorModel(parsing: bad) }
    }
  }
}
