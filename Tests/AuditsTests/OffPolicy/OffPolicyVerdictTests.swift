import Audits
import Compute
import Environments
import Findings
import Foundation
import Testing

@Suite("Off-policy evaluation: what is believed, and what is refused")
struct OffPolicyVerdictTests {
  /// Episodes of the two-state world, drawn from its behaviour policy.
  private static func drawn(_ count: Int, seed: UInt64) -> [[Int]] {
    (0..<count).map { episode in
      var draws = RandomSource(seed: seed).stream("episode", episode)
      var state = 0
      return (0..<3).map { _ in
        state = draws.bernoulli(OffPolicyFixture.behavior[state][1]) ? 1 : 0
        return state
      }
    }
  }

  private static func verdicts(_ evaluation: OffPolicyEvaluation) -> [String: Finding.Verdict] {
    Dictionary(uniqueKeysWithValues: evaluation.findings.map { ($0.id, $0.verdict) })
  }

  @Test("a log that carries: the doubly robust estimate is believed, and the policy is found to earn more")
  func carries() throws {
    let log = try OffPolicyFixture.counted(Self.drawn(600, seed: 1))
    let evaluation = try OffPolicyEvaluation(log, random: RandomSource(seed: 1))
    #expect(
      Self.verdicts(evaluation) == [
        "off-policy/support": .holds, "off-policy/effective-size": .holds, "off-policy/mean-weight": .holds,
        "off-policy/gain": .holds,
      ])
    let believed = try #require(evaluation.believed)
    #expect(believed.estimate.estimator == .weightedDoublyRobust && evaluation.refusal == nil)
    #expect(try #require(believed.estimate.interval).contains(1.58156))
    #expect(evaluation.anytime.contains(1.58156))
    // A fitted model is drawn anew by fqe, and no dm takes it for given.
    #expect(evaluation[.direct] == nil && evaluation[.fittedQ] != nil)
    #expect(try JSONDecoder().decode(OffPolicyEvaluation.self, from: JSONEncoder().encode(evaluation)) == evaluation)
  }

  @Test("the policy that acted earns no more, and one that earns less is found out")
  func noGain() throws {
    let episodes = Self.drawn(600, seed: 2)
    func evaluate(_ policy: [[Double]]) throws -> OffPolicyEvaluation {
      let counted = try OffPolicyFixture.counted(episodes)
      return try OffPolicyEvaluation(
        CountedLog(
          lengths: episodes.map(\.count), states: counted.states, actions: counted.actions,
          rewards: counted.episodes.rewards, behavior: counted.episodes.behavior,
          policy: TabularPolicy(probabilities: policy.flatMap(\.self), actionCount: 2), discount: 0.9),
        random: RandomSource(seed: 2))
    }
    let same = try evaluate(OffPolicyFixture.behavior)
    #expect(same.weights.effectiveSize > 599.999 && Self.verdicts(same)["off-policy/gain"] == .unknown)
    #expect(Self.verdicts(try evaluate([[0.9, 0.1], [0.9, 0.1]]))["off-policy/gain"] == .fails)
  }

  @Test(
    "the interval of a gain is no narrower than Student's over the episodes' own differences, widened, nor much wider")
  func gainInterval() throws {
    let log = try OffPolicyFixture.counted(Self.drawn(400, seed: 3)).episodes
    let evaluation = try OffPolicyEvaluation(log, random: RandomSource(seed: 3))
    for estimator in [OffPolicyEstimator.importance, .perDecision] {
      let terms = try #require(OffPolicyEstimate.terms(estimator, log))
      // Of a mean the jackknife's standard error is the mean's own.
      let student = try #require(Statistics.meanInterval(zip(terms, log.returns).map { $0 - $1 }))
      let estimate = try #require(evaluation[estimator])
      let (gain, interval) = (try #require(estimate.gain), try #require(estimate.gainInterval))
      let reach = OffPolicyEvaluation.widening * student.halfWidth
      #expect(interval.lower <= gain - reach + 1e-9 && interval.upper >= gain + reach - 1e-9)
      #expect(interval.halfWidth < 1.2 * reach && OffPolicyEvaluation.widening > 1)
    }
  }

  @Test("too few, too uneven, wrong probabilities, or nothing tried: refused, with the reason")
  func refused() throws {
    let few = try OffPolicyEvaluation(
      OffPolicyFixture.counted(OffPolicyFixture.logged).episodes, random: RandomSource(seed: 1))
    #expect(few.believed == nil && few.refusal?.contains("2.85") == true)
    #expect(
      Self.verdicts(few)["off-policy/gain"] == .unknown && Self.verdicts(few)["off-policy/effective-size"] == .fails)
    #expect(Self.verdicts(few)["off-policy/support"] == nil)

    // One of 2,000 weighs as much as all the others.
    var behavior = [Double](repeating: 0.5, count: 2000)
    behavior[77] = 0.0001
    let uneven = try OffPolicyEvaluation(
      LoggedEpisodes(
        lengths: [Int](repeating: 1, count: 2000), rewards: (0..<2000).map { $0.isMultiple(of: 3) ? 1 : 0 },
        behavior: behavior, target: [Double](repeating: 0.5, count: 2000), discount: 1), random: RandomSource(seed: 1))
    #expect(uneven.weights.effectiveSize < 3 && uneven.believed == nil)

    // All probabilities written down twice as large as they were.
    let counted = try OffPolicyFixture.counted(Self.drawn(600, seed: 3))
    let halved = try OffPolicyEvaluation(
      LoggedEpisodes(
        lengths: [Int](repeating: 3, count: 600), rewards: counted.episodes.rewards,
        behavior: counted.episodes.behavior.map { min(1, 2 * $0) }, target: counted.episodes.target, discount: 0.9),
      random: RandomSource(seed: 1))
    #expect(Self.verdicts(halved)["off-policy/mean-weight"] == .fails && halved.believed == nil)

    // The second action was never tried.
    let never = try OffPolicyEvaluation(
      CountedLog(
        lengths: [Int](repeating: 1, count: 100), states: [Int](repeating: 0, count: 100),
        actions: [Int](repeating: 0, count: 100), rewards: [Double](repeating: 1, count: 100), behavior: nil,
        policy: TabularPolicy(probabilities: [0.6, 0.4], actionCount: 2), discount: 1), behaviorIsFitted: true,
      random: RandomSource(seed: 1))
    #expect(never.unsupportedShare == 0.4 && Self.verdicts(never)["off-policy/support"] == .fails)
    #expect(never.believed == nil && never.refusal?.contains("40 %") == true)
  }

  @Test("where weights of whole episodes do not carry and those of steps do, the marginalised estimate is believed")
  func marginalized() throws {
    // Forty steps between two states that forget everything; the target takes action 1 in four of five cases.
    let (count, horizon) = (300, 40)
    var (states, actions, rewards) = ([Int](), [Int](), [Double]())
    for episode in 0..<count {
      var draws = RandomSource(seed: 6).stream("long", episode)
      for _ in 0..<horizon {
        states.append(draws.below(2))
        actions.append(draws.below(2))
        rewards.append(Double(actions[actions.count - 1] ^ states[states.count - 1]))
      }
    }
    let evaluation = try OffPolicyEvaluation(
      CountedLog(
        lengths: [Int](repeating: horizon, count: count), states: states, actions: actions, rewards: rewards,
        behavior: [Double](repeating: 0.5, count: states.count),
        policy: TabularPolicy(probabilities: [0.2, 0.8, 0.2, 0.8], actionCount: 2), discount: 1),
      random: RandomSource(seed: 6))
    #expect(evaluation.weights.effectiveSize < 30 && evaluation.weightsProblem != nil)
    #expect(evaluation.believed?.estimate.estimator == .marginalized)
    // Whatever the state, half of the steps are worth something: 20 in all.
    #expect(evaluation.believed?.estimate.interval?.contains(20) == true)
    #expect(abs((evaluation[.fittedQ]?.value ?? 0) - 20) < 1)
  }

  @Test("what cannot be used is refused with its place")
  func badInput() throws {
    func log(
      _ rewards: [Double] = [0, 1, 0.5], _ behavior: [Double] = [0.5, 0.5, 0.5], _ target: [Double] = [1, 0, 1]
    )
      throws -> LoggedEpisodes
    {
      try LoggedEpisodes(lengths: [2, 1], rewards: rewards, behavior: behavior, target: target, discount: 1)
    }
    for (name, make) in [
      ("episode 0, step 1: the reward is nan", { try log([0, .nan, 0]) }),
      ("episode 1, step 0: what was done had the probability 0.0", { try log([0, 1, 0], [0.5, 0.5, 0]) }),
      ("episode 0, step 0: the target's probability is 1.5", { try log([0, 1, 0], [1, 1, 1], [1.5, 0, 1]) }),
      ("target: target has 2 entries", { try log([0, 1, 0], [1, 1, 1], [1, 0]) }),
    ] as [(String, () throws -> LoggedEpisodes)] {
      let error = #expect(throws: InputError.self) { try make() }
      #expect(error?.description.hasPrefix(name) == true, "\(error?.description ?? "")")
    }
    let unknown = #expect(throws: InputError.self) { try OffPolicyEstimator(named: "wdrr") }
    #expect(unknown?.remedy?.contains("wdr") == true)
    #expect(throws: InputError.self) { try ModeledValues(actionValues: [1, .infinity], values: [0, 0]) }
    #expect(throws: InputError.self) {
      try OffPolicyEvaluation(
        log(), model: ModeledValues(actionValues: [1], values: [0]), random: RandomSource(seed: 1))
    }
    #expect(throws: InputError.self) {
      try CountedLog(
        lengths: [1], states: [2], actions: [0], rewards: [0], behavior: [1],
        policy: .uniform(stateCount: 2, actionCount: 2), discount: 1)
    }
  }
}
