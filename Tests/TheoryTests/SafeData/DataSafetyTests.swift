import Compute
import Environments
import Testing
import Theory

@Suite("Data on which a small error guarantees a small regret")
struct DataSafetyTests {
  func bandit(actions: Int, discount: Double) throws -> TabularMDP {
    try TabularMDP(states: 1, actions: actions, transitions: [Double](repeating: 1, count: actions), discount: discount)
  }

  @Test("one state, two actions: Δ is .3, by raising the bad action")
  func oneState() throws {
    let mdp = try bandit(actions: 2, discount: 0.5)
    let safety = try DataSafety(reward: [1, 0], in: mdp, regretLimit: 0.5)
    let margin = try safety.margin([0.7, 0.3])
    #expect(abs(margin.margin - 0.3) < 1e-9 && abs(margin.largestSafeError - 0.3) < 1e-9)
    #expect(zip(margin.reward, [1, 1]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(margin.policyName == "1" && margin.neediest == 1)
    // The matrix of the theorem has the rows (1, 0) and (0, 1).
    for share in stride(from: 0.0, through: 1, by: 0.1) {
      #expect(abs(try safety.margin([share, 1 - share]).margin - min(share, 1 - share)) < 1e-9)
    }
    let best = try safety.bestCoverage()
    #expect(best.isExact && abs(best.margin.margin - 0.5) < 1e-6)
  }

  @Test("a penalty of .4 · |π₂ − ½| shrinks the margin to .24, with the witness (1, .8)")
  func regularised() throws {
    let corners = try LiftedPolicy.bandit(reference: [0.5, 0.5], weight: 0.2, discount: 0.5)
    #expect(corners.count == 3)
    let margin = try DataSafety(reward: [1, 0], lifted: corners, regretLimit: 0.5).margin([0.7, 0.3])
    #expect(abs(margin.margin - 0.24) < 1e-9)
    #expect(zip(margin.reward, [1, 0.8]).allSatisfy { abs($0 - $1) < 1e-9 })
    // Without a penalty the corners are the deterministic policies and their middle.
    let free = try LiftedPolicy.bandit(reference: [0.5, 0.5], weight: 0, discount: 0.5)
    #expect(
      abs(try DataSafety(reward: [1, 0], lifted: free, regretLimit: 0.5).margin([0.7, 0.3]).margin - 0.3) < 1e-9)
  }

  @Test("three actions: the middle one's regret of exactly ½ counts as bad at L = ½")
  func ties() throws {
    let mdp = try bandit(actions: 3, discount: 0)
    let coverage = [0.5, 0.3, 0.2]
    for (limit, want) in [(0.5, 0.15), (0.6, 0.2)] {
      #expect(
        abs(try DataSafety(reward: [1, 0.5, 0], in: mdp, regretLimit: limit).margin(coverage).margin - want) < 1e-9)
      let context = BanditSafety.Context(weight: 1, rewards: [1, 0.5, 0], coverage: coverage)
      #expect(abs(try #require(try BanditSafety([context], regretLimit: limit).margin()).margin - want) < 1e-9)
    }
  }

  @Test("the two-state world with uniform data: 1/6 for L = ½ and 1/3 for L = 1, sufficient bounds .125 and .25")
  func twoStates() throws {
    let mdp = try PaperWorlds.twoStates()
    for (limit, want, bound) in [(0.5, 1.0 / 6, 0.125), (1, 1.0 / 3, 0.25)] {
      let safety = try DataSafety(reward: PaperWorlds.r1, in: mdp, regretLimit: limit)
      let coverage = [Double](repeating: 0.25, count: 4)
      #expect(abs(try safety.margin(coverage).margin - want) < 1e-8)
      #expect(abs(try #require(safety.sufficientError(coverage)) - bound) < 1e-12)
    }
  }

  @Test("the witness is as wrong as the margin, makes a bad policy optimal, and the bound is never above the margin")
  func witnesses() throws {
    var stream = RandomSource(seed: 31).stream("tests/safe-data")
    var checked = 0
    for index in 0..<250 {
      let mdp = try PaperWorlds.random(&stream, index: index)
      let reward = PaperWorlds.reward(&stream, for: mdp)
      let weights = reward.map { _ in stream.bernoulli(0.15) ? 0 : stream.uniform() + 0.01 }
      let sum = weights.reduce(0, +)
      guard sum > 0 else { continue }
      let coverage = weights.map { $0 / sum }
      let safety = try DataSafety(reward: reward, in: mdp, regretLimit: [0.3, 0.5, 1][index % 3])
      let margin = try safety.margin(coverage)
      guard margin.margin.isFinite else {
        #expect(safety.isTrivial)
        continue
      }
      checked += 1
      let error = zip(coverage, margin.errors).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(error - margin.margin) < 1e-8)
      let set = try PolicySet(everyDeterministicPolicyOf: mdp)
      let returns = set.returns(margin.reward)
      let policy = try #require(margin.policy)
      let own = mdp.expectedReturn(of: policy, rewards: margin.reward)
      #expect(own >= returns.max()! - 1e-7)
      #expect(margin.regret >= safety.regretLimit - 1e-9)
      if let bound = safety.sufficientError(coverage) { #expect(bound <= margin.largestSafeError + 1e-8) }
    }
    #expect(checked > 100)
  }

  @Test("no other wrong reward does with less: the program agrees with one constraint for each policy")
  func agreesWithVertices() throws {
    var stream = RandomSource(seed: 32).stream("tests/safe-data/vertices")
    for index in 0..<120 {
      let mdp = try PaperWorlds.random(&stream, index: index)
      let reward = PaperWorlds.reward(&stream, for: mdp)
      let coverage = [Double](repeating: 1 / Double(reward.count), count: reward.count)
      let set = try PolicySet(everyDeterministicPolicyOf: mdp)
      let lifted = (0..<set.count).map { LiftedPolicy(set.names[$0], occupancy: set.counts.row($0), penalty: 0) }
      let vertices = try DataSafety(reward: reward, lifted: lifted, regretLimit: 0.4).margin(coverage).margin
      let values = try DataSafety(reward: reward, in: mdp, regretLimit: 0.4).margin(coverage).margin
      #expect(vertices == values || abs(vertices - values) < 1e-8)
    }
  }

  @Test("many contexts: the knapsack agrees with all policies listed, and picks what it claims")
  func contexts() throws {
    var stream = RandomSource(seed: 33).stream("tests/safe-data/contexts")
    for index in 0..<60 {
      let (states, actions) = (1 + stream.below(3), 2 + stream.below(2))
      var transitions = [Double](repeating: 0, count: states * actions * states)
      for row in 0..<states * actions { transitions[row * states + row / actions] = 1 }
      let raw = (0..<states).map { _ in stream.uniform() + 0.1 }
      let start = raw.map { $0 / raw.reduce(0, +) }
      let mdp = try TabularMDP(states: states, actions: actions, transitions: transitions, start: start, discount: 0)
      let reward = (0..<states * actions).map { _ in Double(stream.below(5)) }
      let weights = reward.map { _ in stream.uniform() + 0.01 }
      let coverage = weights.map { $0 / weights.reduce(0, +) }
      let limit = [0.2, 0.5, 0.9][index % 3]
      let contexts = (0..<states).map { state in
        let range = state * actions..<(state + 1) * actions
        return BanditSafety.Context(
          weight: start[state], rewards: Array(reward[range]), coverage: Array(coverage[range]))
      }
      let listed = try DataSafety(reward: reward, in: mdp, regretLimit: limit).margin(coverage)
      guard let packed = try BanditSafety(contexts, regretLimit: limit).margin() else {
        #expect(!listed.margin.isFinite)
        continue
      }
      #expect(abs(packed.margin - listed.margin) < 1e-7)
      #expect(packed.regret >= limit - 1e-8)
    }
  }

  @Test("no coverage beats the best one")
  func bestCoverage() throws {
    var stream = RandomSource(seed: 34).stream("tests/safe-data/coverage")
    let mdp = try PaperWorlds.twoStates()
    for limit in [0.5, 1] {
      let safety = try DataSafety(reward: PaperWorlds.r1, in: mdp, regretLimit: limit)
      let best = try safety.bestCoverage()
      #expect(best.isExact && abs(best.coverage.reduce(0, +) - 1) < 1e-9)
      for _ in 0..<200 {
        let weights = (0..<4).map { _ in stream.uniform() + 1e-3 }
        let sum = weights.reduce(0, +)
        #expect(try safety.margin(weights.map { $0 / sum }).margin <= best.margin.margin + 1e-6)
      }
    }
    // Data that there are already are kept.
    let safety = try DataSafety(reward: PaperWorlds.r1, in: mdp, regretLimit: 0.5)
    let more = try safety.bestCoverage(existing: ([1, 0, 0, 0], 0.5))
    #expect(more.coverage[0] >= 0.5 - 1e-9)
  }

  @Test("where a bad policy lives off the data the margin is 0; what is no distribution is refused")
  func edges() throws {
    let mdp = try bandit(actions: 2, discount: 0.5)
    let safety = try DataSafety(reward: [1, 0], in: mdp, regretLimit: 0.5)
    #expect(try safety.margin([1, 0]).margin < 1e-12)
    #expect(throws: InputError.self) { try safety.margin([0.5, 0.4]) }
    #expect(throws: InputError.self) { try safety.margin([1.5, -0.5]) }
    #expect(throws: InputError.self) { try DataSafety(reward: [1, 0], in: mdp, regretLimit: 0) }
    let trivial = try DataSafety(reward: [1, 1], in: mdp, regretLimit: 0.5)
    #expect(trivial.isTrivial && trivial.badPolicyCount == 0)
    #expect(try trivial.margin([0.5, 0.5]).margin == .infinity)
    // Rewards from a class that holds only multiples of the truth make nothing bad optimal but by vanishing.
    let tied = try DataSafety(
      reward: [1, 0], in: mdp, regretLimit: 0.5, rewardClass: Matrix([[1], [0]]))
    #expect(abs(try tied.margin([0.7, 0.3]).margin - 0.7) < 1e-9)
  }
}
