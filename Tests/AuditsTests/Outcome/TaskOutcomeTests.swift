import Audits
import Compute
import Findings
import Foundation
import Testing

@Suite("What became of the agents")
struct TaskOutcomeTests {
  private static let plain = Headline(holds: "To be trusted", fails: "Not to be relied on", mixed: "m", unknown: "u")

  /// An agent whose episodes lie around a mean, in a task where random play earns 23 and an agent on the true reward
  /// 500.
  private static func outcome(
    _ mean: Double, spread: Double = 0, seed: UInt64 = 0, start: [Double] = [], count: Int = 20,
    random: [Double] = [20, 24, 30, 18], reference: Double? = 500, bounds: ClosedRange<Double>? = 0...500
  ) -> TaskOutcome {
    let returns = (0..<count).map { min(bounds?.upperBound ?? .infinity, mean + spread * ($0 % 2 == 0 ? 1 : -1)) }
    return TaskOutcome(
      seed: seed, returns: returns, random: random, start: start,
      reference: reference.map { .init($0, .trueReward) }, bounds: bounds)
  }

  private static func words(_ outcomes: TaskOutcomes) -> String {
    let findings = [outcomes.score(), outcomes.improved()]
    return TrustSummary(findings, headline: outcomes.headline(plain)).headline
  }

  @Test("score and interval are SciPy's, and end where returns end")
  func byHand() throws {
    // s = (mean − 23) / 477 and √(sem² + (1 − s)² sem(random)²) / 477 with stats.t.ppf(0.975, 4).
    func outcome(_ bounds: ClosedRange<Double>?) -> TaskOutcome {
      TaskOutcome(
        seed: 0, returns: [480, 500, 455, 490, 500], random: [20, 24, 30, 18], reference: .init(500, .trueReward),
        bounds: bounds)
    }
    let open = try #require(outcome(nil).interval)
    #expect(abs(try #require(outcome(nil).score) - 0.9685534591194969) < 1e-12)
    #expect(abs(open.lower - 0.9198520861929641) < 1e-9 && abs(open.upper - 1.0172548320460297) < 1e-9)
    #expect(try #require(outcome(0...500).interval).upper == 1, "nobody earns more than 500")
  }

  @Test("twenty equal episodes do not exclude that one in six is otherwise")
  func equal() throws {
    // Of a share 1 − 0.025^(1/20) = 16.8 % twenty episodes show none once in forty times; each may earn nothing.
    let interval = try #require(Self.outcome(500).interval)
    #expect(abs(interval.lower - 0.8234449989695122) < 1e-12 && interval.upper == 1)
    #expect(Self.outcome(500).verdict == .holds && Self.outcome(500, count: 3).verdict == .unknown)
    #expect(Self.outcome(500, bounds: nil).interval == Interval(lower: 1, upper: 1, level: 0.95))
  }

  @Test("returns outside what was said to be possible stay where they are: the interval is not drawn through them")
  func outside() throws {
    // Twenty episodes at −20, where 0 was to be the least: s = −43 ÷ 477, and others may earn up to 500, which is 1.
    let share: Double = 1 - pow(0.025, 0.05)
    let low = try #require(Self.outcome(-20).interval)
    let score: Double = -43.0 / 477
    let upper: Double = score + share * (1 - score)
    #expect(low.lower == score)
    #expect(abs(low.upper - upper) < 1e-12)
    let best = TaskOutcome(
      seed: 0, returns: [Double](repeating: 600, count: 20), random: [20, 24, 30, 18],
      reference: .init(500, .trueReward), bounds: 0...500)
    let high = try #require(best.interval)
    let most: Double = 577.0 / 477
    let least: Double = most + share * (-23.0 / 477 - most)
    #expect(best.score == most)
    #expect(high.upper == most)
    #expect(abs(high.lower - least) < 1e-12)
  }

  @Test("the reason says what the agent earns, beside random play and the reference, and what that settles")
  func reasons() {
    func reason(_ outcome: TaskOutcome) -> String { TaskOutcomes([outcome]).score().reason }
    #expect(
      reason(Self.outcome(500)).hasPrefix(
        "It earns 500, where random play earns 23 and an agent on the true reward 500: 100 %"))
    // (349 − 23) ÷ (500 − 23) = 68.3 %, and the interval ends below the nine tenths asked for.
    #expect(
      reason(Self.outcome(349, spread: 30)).hasPrefix(
        "It earns only 349, where random play earns 23 and an agent on the true reward 500: 68.3 %"))
    #expect(reason(Self.outcome(500, count: 3)).hasSuffix("of the way, which settles nothing."))
  }

  @Test("the evidence of the score: the way, what was earned after and before, and the reference with who earns it")
  func evidence() {
    let alone = TaskOutcomes([Self.outcome(349, spread: 60, start: [9, 11])]).score()
    #expect(
      alone.evidence.map(\.name)
        == ["share of the way", "mean true return", "random play", "before training", "an agent on the true reward"])
    #expect(alone.evidence.dropFirst().map(\.value) == [349, 23, 10, 500])
    let counts: [Int?] = [20, 20, 4, 2, nil]
    #expect(alone.evidence.map(\.count) == counts)
    #expect(alone.evidence[0].interval != nil)
    let best = TaskOutcomes(
      [1, 4].map { seed in
        TaskOutcome(seed: seed, returns: [1, 3], random: [0, 0], reference: .init(3, .bestSeed))
      }
    ).score()
    #expect(
      best.evidence.map(\.name)
        == ["share of the way, seed 1", "share of the way, seed 4", "mean true return", "random play", "the best seed"])
    #expect(best.evidence.last?.value == 3)
    #expect(!TaskOutcomes([Self.outcome(300, reference: nil)]).score().evidence.contains { $0.value == 500 })
  }

  @Test("the reason of an improvement says what each agent earns after what, and only of those whose verdict it is")
  func improvementReasons() {
    func reason(_ outcomes: [TaskOutcome]) -> String { TaskOutcomes(outcomes).improved().reason }
    let risen = Self.outcome(400, spread: 60, start: [9, 11, 10, 10])
    #expect(reason([risen]) == "Training helped: it earns 400 after 23 (random play) and 10 (before training).")
    let fallen = Self.outcome(9, spread: 1, seed: 7, random: [20, 24, 30, 18])
    #expect(reason([fallen]) == "Training did not help: it earns 9 after 23 (random play).")
    #expect(reason([risen, fallen]) == "Training did not help: seed 7 earns 9 after 23 (random play).")
    let good = Self.outcome(500, start: [500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500])
    #expect(
      reason([good]) == "It was good before it had learned anything, so there was nothing to gain: "
        + "it earns 500 after 23 (random play) and 500 (before training).")
    #expect(
      reason([Self.outcome(300, count: 0)])
        == "There is no measurement of random play and of the agent to compare.")
  }

  @Test("three seeds at 500, 500, 500 are trusted; stopped at 349 the agent falls short; untrained it failed")
  func headlines() {
    let solved = TaskOutcomes((0..<3).map { Self.outcome(500, seed: UInt64($0), start: [9, 10, 9, 9]) })
    #expect(
      Self.words(solved)
        == "To be trusted: every seed has gone at least 100 % of the way from random play to an agent on the true reward"
    )
    #expect(
      solved.headline(Self.plain).fails.hasPrefix("Not to be relied on, although every seed has gone at least 100 %"))
    let early = TaskOutcomes([Self.outcome(349, spread: 60)])
    #expect(early.verdict == .fails)
    #expect(Self.words(early).hasPrefix("The agent failed: it has gone only 68.3 %"))
    let untrained = TaskOutcomes([Self.outcome(9.4, spread: 0.5, start: [9, 10, 9, 10, 9.5])])
    #expect(untrained.improved().verdict == .fails)
    #expect(Self.words(untrained).hasPrefix("The agent failed: its training did not help"))
  }

  @Test("a dead seed is named, whatever the mean over seeds is")
  func deadSeed() {
    let seeds = [-500.0, -100, -124].enumerated().map { index, mean in
      Self.outcome(
        mean, spread: index == 0 ? 0 : 12, seed: UInt64(index), random: [-500, -500, -500, -496], reference: -82,
        bounds: -500...0)
    }
    let outcomes = TaskOutcomes(seeds)
    #expect(Self.words(outcomes) == "1 of 3 seeds failed: 0")
    #expect(outcomes.score().reason.contains("seed 0 earns −500") && !outcomes.score().reason.contains("seed 1"))
    #expect(Self.words(TaskOutcomes([seeds[0], seeds[0]])) == "All 2 seeds failed")
    // Without anything known of the world the best seed is the measure.
    let best = seeds.map {
      TaskOutcome(seed: $0.seed, returns: $0.returns, random: $0.random, reference: .init(-100, .bestSeed), bounds: nil)
    }
    #expect(Self.words(TaskOutcomes(best)) == "1 of 3 seeds failed: 0")
  }

  @Test("without a reference, or before the end, nothing is decided, and the plain words stay")
  func undecided() {
    for outcome in [Self.outcome(300, reference: nil), Self.outcome(300, count: 0)] {
      let outcomes = TaskOutcomes([outcome])
      #expect(!outcomes.decides && outcomes.headline(Self.plain) == Self.plain)
      #expect(outcomes.score().bearing == .advice && outcomes.score().verdict == .unknown)
    }
    #expect(TaskOutcomes([Self.outcome(300, reference: nil)]).improved().bearing == .trust)
    let level = TaskOutcomes([Self.outcome(23, reference: 23)])
    #expect(level.score().verdict == .notMeasurable)
    // People who answer may want something else than what the environment pays.
    let people = TaskOutcomes([Self.outcome(20, spread: 5)], mayDiffer: true)
    #expect(people.score().verdict == .fails && people.score().bearing == .advice && !people.decides)
  }

  @Test("once the outcome is known, claims that a perfect agent makes pointless do not decide; others still do")
  func weighed() {
    let solved = TaskOutcomes([Self.outcome(500)])
    func finding(_ id: String, _ verdict: Finding.Verdict) -> Finding {
      Finding(id: id, claim: "c", verdict: verdict, reason: "r", source: "s")
    }
    for id in ["goodhart/turning-point", "answers/distinct", "reward-model/accuracy"] {
      #expect(solved.weighed(finding(id, .fails)).bearing == .advice)
    }
    #expect(solved.weighed(finding("goodhart/agreement", .notMeasurable)).bearing == .advice)
    #expect(solved.weighed(finding("goodhart/agreement", .fails)).bearing == .trust)
    #expect(solved.weighed(finding("mine/own", .unknown)).bearing == .trust)
    #expect(TaskOutcomes([]).weighed(finding("answers/distinct", .fails)).bearing == .trust)
  }

  @Test("of 400 agents at the edge either verdict is wrong in at most 2.5 %; of those well beyond it none is undecided")
  func rates() {
    func verdicts(_ score: Double) -> [Finding.Verdict] {
      (0..<400).map { run in
        var stream = RandomSource(seed: UInt64(run)).stream("outcome")
        let returns = (0..<20).map { _ in 100 * score + 15 * stream.normal() }
        let random = (0..<20).map { _ in 5 * stream.normal() }
        return TaskOutcome(seed: 0, returns: returns, random: random, reference: .init(100, .trueReward)).verdict
      }
    }
    let edge = verdicts(TaskOutcome.required)
    let most = 0.025 + 3 * (0.025 * 0.975 / 400).squareRoot()
    #expect(Double(edge.count { $0 == .holds }) / 400 < most && Double(edge.count { $0 == .fails }) / 400 < most)
    #expect(verdicts(0.9).count { $0 == .holds } >= 390 && verdicts(0.5).count { $0 == .fails } == 400)
  }
}
