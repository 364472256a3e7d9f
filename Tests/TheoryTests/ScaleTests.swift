import Agents
import Compute
import Environments
import Findings
import Foundation
import Rewards
import Testing
import Theory

/// The unit of reward makes no difference to any audit: what is true of a reward is true of its multiples, however large
/// or small. Powers of two round nothing, so that equal means equal.
@Suite("Rewards of any size")
struct ScaleTests {
  private static let exponents = [-900, -500, -60, 60, 500, 900]

  private static func world(_ index: Int) throws -> (mdp: TabularMDP, rewards: [[Double]]) {
    var random = RandomSource(seed: 41).stream("scale", index)
    let mdp = try SmallWorlds.random(&random, states: 2 + index % 3, actions: 2 + index % 2)
    return (mdp, (0..<2).map { _ in SmallWorlds.reward(mdp, &random) })
  }

  private static func scaled(_ reward: [Double], _ exponent: Int) -> [Double] {
    reward.map { Double(sign: .plus, exponent: exponent, significand: $0) }
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Everything that findings say but for numbers in the reward's own units.
  private static func words(_ findings: [Finding], dropping own: [String] = []) -> [String] {
    findings.map { finding in
      let evidence = finding.evidence.filter { entry in !own.contains { entry.name.contains($0) } }
      return "\(finding.id) \(finding.verdict) \(evidence.map { "\($0.name) \($0.value)" })"
    }
  }

  @Test("compare: distances, regrets and agreement", arguments: exponents)
  func compare(exponent: Int) throws {
    for index in 0..<5 {
      let (mdp, rewards) = try Self.world(index)
      let other = Self.scaled(rewards[0], exponent)
      func two(_ reward: [Double]) throws -> TwoRewards {
        try TwoRewards(
          mdp, ("a", RewardTable(expected: reward, in: mdp)), ("b", RewardTable(expected: rewards[1], in: mdp)),
          random: RandomSource(seed: 3))
      }
      let (plain, moved) = (try two(rewards[0]), try two(other))
      #expect(plain.distances == moved.distances)
      #expect(plain.pearson == moved.pearson)
      #expect(plain.optimal == moved.optimal && plain.agreement == moved.agreement)
      #expect(plain.worstCase.forward?.value == moved.worstCase.forward?.value)
      #expect(plain.worstCase.backward?.value == moved.worstCase.backward?.value)
      let range = try #require(plain.worstCase.forward?.range)
      #expect(moved.worstCase.forward?.range == WideNumber(range.significand, exponent: range.exponent + exponent))
      #expect(
        Self.words(plain.findings, dropping: ["range of returns"])
          == Self.words(moved.findings, dropping: ["range of returns"]))
      // With itself: the same order, whatever the unit.
      let same = try TwoRewards(
        mdp, ("a", RewardTable(expected: rewards[0], in: mdp)), ("b", RewardTable(expected: other, in: mdp)),
        random: RandomSource(seed: 3))
      #expect(same.equivalence == .scaling || same.equivalence == .bothTrivial)
    }
  }

  @Test("goodhart: angle, paths, ascent and stop", arguments: exponents)
  func goodhart(exponent: Int) throws {
    for index in 0..<5 {
      let (mdp, rewards) = try Self.world(index)
      for sizes in [(exponent, 0), (0, exponent), (exponent, -exponent)] {
        let plain = try GoodhartAudit(mdp, truth: rewards[0], proxy: rewards[1], points: 9, resolution: 0.2)
        let moved = try GoodhartAudit(
          mdp, truth: Self.scaled(rewards[0], sizes.0), proxy: Self.scaled(rewards[1], sizes.1), points: 9,
          resolution: 0.2)
        #expect(plain.angle == moved.angle && plain.paths == moved.paths)
        #expect(plain.ascentTruth == moved.ascentTruth && plain.ascentProxy == moved.ascentProxy)
        #expect(plain.turn == moved.turn && plain.stop == moved.stop)
        let own = ["return of every policy"]
        #expect(
          Self.words(plain.findings(), dropping: own) == Self.words(moved.findings(), dropping: own))
      }
    }
  }

  @Test("hackable: orders, losses and what could not be hacked", arguments: exponents)
  func hackable(exponent: Int) throws {
    for index in 0..<5 {
      let (mdp, rewards) = try Self.world(index)
      func audit(_ truth: [Double], _ proxy: [Double]) throws -> HackingAudit {
        try HackingAudit(
          truth: truth, proxy: proxy, in: mdp,
          near: .init(
            reference: .uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount), name: "uniform", radius: 0.2),
          orderLimit: 200, samples: 200, random: RandomSource(seed: 1))
      }
      let plain = try audit(rewards[0], rewards[1])
      let moved = try audit(Self.scaled(rewards[0], exponent), Self.scaled(rewards[1], -exponent))
      #expect(Self.words(plain.findings) == Self.words(moved.findings))
      #expect(plain.comparison?.truth == moved.comparison?.truth)
      #expect(plain.partner?.proxy?.reward == moved.partner?.proxy?.reward)
      #expect(plain.worst.before == moved.worst.before)
    }
  }

  @Test("identify: what stays open, and how far two rewards part", arguments: exponents)
  func identify(exponent: Int) throws {
    for (index, source) in ["boltzmann-policy", "trajectory-comparisons", "lotteries", "optimal-policies"].enumerated()
    {
      let (mdp, rewards) = try Self.world(index)
      let dense = try RewardTable(expected: rewards[0], in: mdp).dense.values
      let plain = try Identification(mdp, reward: dense, source: DataSource(parsing: source))
      let moved = try Identification(mdp, reward: Self.scaled(dense, exponent), source: DataSource(parsing: source))
      #expect(plain.parts == moved.parts && plain.dimension == moved.dimension)
      #expect(plain.disagreement?.regret == moved.disagreement?.regret)
      #expect(Self.words(plain.findings()) == Self.words(moved.findings()))
      #expect(moved.disagreement?.wideOther.allSatisfy { $0.significand.isFinite } ?? true)
    }
  }

  @Test("misspecify: with the temperatures in the same unit", arguments: exponents)
  func misspecify(exponent: Int) throws {
    for index in 0..<2 {
      let (mdp, rewards) = try Self.world(index)
      func audit(_ reward: [Double], _ unit: Double) throws -> MisspecificationAudit {
        try MisspecificationAudit(
          mdp, believed: BehaviorModel(.boltzmann, temperature: 2 * unit, slip: 0.1),
          actual: BehaviorModel(.boltzmann, temperature: unit), rewards: [reward], steps: 2)
      }
      let plain = try audit(rewards[0], 1)
      let moved = try audit(
        Self.scaled(rewards[0], exponent), Double(sign: .plus, exponent: exponent, significand: 1))
      #expect(plain.outcomes == moved.outcomes)
      // A temperature of 1 beside rewards of any size: an answer, with numbers.
      let fixed = try audit(Self.scaled(rewards[0], exponent), 1)
      for finding in fixed.findings() { #expect(finding.evidence.allSatisfy { $0.value.isFinite }) }
    }
  }

  @Test("safe-data: margins and the best coverage", arguments: exponents)
  func safeData(exponent: Int) throws {
    for index in 0..<4 {
      let (mdp, rewards) = try Self.world(index)
      let rows = mdp.stateCount * mdp.actionCount
      func audit(_ reward: [Double]) throws -> SafeDataAudit {
        try SafeDataAudit(
          reward: reward, in: mdp, coverage: [Double](repeating: 1 / Double(rows), count: rows), error: 0.01,
          regretLimit: 0.4)
      }
      let (plain, moved) = (try audit(rewards[0]), try audit(Self.scaled(rewards[0], exponent)))
      #expect(plain.margin.largestSafeError == moved.margin.largestSafeError)
      #expect(plain.best?.coverage == moved.best?.coverage)
      #expect(Self.words(plain.findings) == Self.words(moved.findings))
    }
  }

  @Test("express: an order that rewards of any size make", arguments: exponents)
  func express(exponent: Int) throws {
    let mdp = try PaperWorlds.twoStates()
    func reward(_ file: String) throws -> ExpressionAudit {
      let world = try FiniteWorld(
        mdp: mdp,
        rewards: [
          ("a", RewardTable(expected: Self.scaled([0, 1, 0, 1], exponent), in: mdp)),
          ("b", RewardTable(expected: Self.scaled([1, 0, 0.5, 0], exponent), in: mdp)),
        ])
      let task = try ExpressionTaskFile(json: Data(file.utf8), in: world, place: "task")
      return try ExpressionAudit(task.task, description: task.description, in: mdp, domain: task.domain)
    }
    let sum = try reward(#"{"task": "objective", "rewards": ["a", "b"], "rule": "sum"}"#)
    #expect(sum.result.isExpressible)
    let least = try reward(#"{"task": "objective", "rewards": ["a", "b"], "rule": "maximin", "mixtures": true}"#)
    #expect(!least.result.isExpressible)
  }

  @Test("irl: how near a learned reward is to the true one", arguments: exponents)
  func recovered(exponent: Int) throws {
    for index in 0..<4 {
      let (mdp, rewards) = try Self.world(index)
      let truth = try RewardTable(expected: rewards[0], in: mdp)
      let learned = try RewardTable(expected: rewards[1], in: mdp)
      let plain = try RecoveredReward(mdp, learned: learned, truth: truth)
      let moved = try RecoveredReward(
        mdp, learned: RewardTable(expected: Self.scaled(rewards[1], -exponent), in: mdp),
        truth: RewardTable(expected: Self.scaled(rewards[0], exponent), in: mdp))
      #expect(plain == moved)
    }
  }

  /// Rewards at the end of what a double holds: returns lie beyond it.
  @Test("returns beyond any double have a mantissa and an exponent, and no audit traps")
  func beyond() throws {
    let mdp = try SmallWorlds.world([[[1, 0], [0, 1]], [[0.5, 0.5], [0, 1]]], start: [0.5, 0.5], discount: 0.9)
    let huge = [0.0, 1e308, -1e308, 0]
    let unit = [0.0, 1, -1, 0]
    let other = [1.0, 1, 0, 0]
    let two = try TwoRewards(
      mdp, ("huge", RewardTable(expected: huge, in: mdp)), ("other", RewardTable(expected: other, in: mdp)),
      random: RandomSource(seed: 0))
    let same = try TwoRewards(
      mdp, ("unit", RewardTable(expected: unit, in: mdp)), ("other", RewardTable(expected: other, in: mdp)),
      random: RandomSource(seed: 0))
    #expect(abs(two.distance.value - same.distance.value) < 1e-12)
    #expect(abs((two.worstCase.forward?.value ?? .nan) - (same.worstCase.forward?.value ?? .nan)) < 1e-9)
    let goodhart = try GoodhartAudit(mdp, truth: huge, proxy: other)
    #expect(goodhart.truthRange.greatest.double == nil || goodhart.truthRange.least.double == nil)
    let loss = try HackingAudit(
      truth: huge, proxy: other, in: mdp, samples: 100, random: RandomSource(seed: 0))
    #expect(loss.findings.allSatisfy { !$0.reason.contains("undefined") && !$0.reason.contains("∞") })
    #expect(try !Self.json(loss.numbers).contains("infinity"))
    #expect(try !Self.json(two).contains("infinity"))
    let safe = try SafeDataAudit(
      reward: huge, in: mdp, coverage: [0.25, 0.25, 0.25, 0.25], error: 0.1, regretLimit: 0.5)
    #expect(try !Self.json(safe.summary).contains("infinity"))
    let found = try Identification(
      mdp, reward: RewardTable(expected: huge, in: mdp).dense.values, source: DataSource(.boltzmannPolicy))
    #expect(found.dimension > 0)
  }
}
