import Compute
import Runs
import Testing

@Suite("Scores")
struct TrueScoreTests {
  @Test("0 at random, 1 on the true reward, and linear between")
  func values() throws {
    let random = ReturnSummary(episodes: 100, mean: -1200, deviation: 0)
    let top = [-160.0, -140, -150].map { ReturnSummary(episodes: 100, mean: $0, deviation: 90) }
    func score(_ mean: Double) -> TrueScore? {
      TrueScore(ReturnSummary(episodes: 100, mean: mean, deviation: 0), random: random, reference: top)
    }
    #expect(score(-1200)?.value == 0 && score(-150)?.value == 1)
    #expect(score(-675)?.value == 0.5 && score(-1725)?.value == -0.5)
    #expect(score(-255)?.outcome == .success && score(-256)?.outcome == .between)
    #expect(score(-675)?.outcome == .between && score(-676)?.outcome == .failure)
  }

  @Test("the interval at 1 is Student's of the three means, by hand")
  func interval() throws {
    // Agent: 100 ± 20 over 25 episodes, variance of the mean 16. Top: seeds at 98, 100, 102, variance 4 ÷ 3.
    let score = try #require(
      TrueScore(
        ReturnSummary(episodes: 25, mean: 100, deviation: 20),
        random: ReturnSummary(episodes: 25, mean: 0, deviation: 50),
        reference: [98, 100, 102].map { ReturnSummary(episodes: 25, mean: $0, deviation: 7) }))
    // At a score of 1 the random policy's mean has no weight. v = (16 + 4/3) ÷ 100²; Satterthwaite's degrees:
    // (17.333)² ÷ (16² ÷ 24 + 1.333² ÷ 2) = 300.44 ÷ 11.556 = 26.0; t(.975, 26.0) = 2.0555.
    #expect(score.value == 1)
    let reach = try #require(score.interval?.halfWidth)
    #expect(abs(reach - 2.0555 * 17.3333.squareRoot() / 100) < 2e-5, "\(reach)")
  }

  @Test("without an agent on the true reward that is surely better than random there is no score")
  func none() {
    let agent = ReturnSummary(episodes: 10, mean: 5, deviation: 1)
    let random = ReturnSummary(episodes: 100, mean: 0, deviation: 1)
    #expect(TrueScore(agent, random: random, reference: []) == nil)
    #expect(TrueScore(agent, random: random, reference: [agent, agent].map { _ in random }) == nil)
    let spread = [-3.0, 4, 2].map { ReturnSummary(episodes: 10, mean: $0, deviation: 1) }
    #expect(TrueScore(agent, random: random, reference: spread) == nil)
    #expect(TrueScore(agent, random: agent, reference: [random, random]) == nil)
  }

  @Test("95 % intervals hold the true score in about that share of simulated tables")
  func coverage() throws {
    var stream = RandomSource(seed: 3).stream("test/score")
    var held = 0
    for _ in 0..<1000 {
      func returns(_ mean: Double, _ deviation: Double, _ count: Int) -> ReturnSummary {
        ReturnSummary((0..<count).map { _ in mean + deviation * stream.normal() })
      }
      let random = returns(10, 8, 30)
      let top = (0..<5).map { _ in returns(90 + 4 * stream.normal(), 5, 30) }
      let score = try #require(TrueScore(returns(66, 20, 30), random: random, reference: top))
      if score.interval?.contains(0.7) == true { held += 1 }
    }
    #expect((925...975).contains(held), "\(held) of 1000")
  }

  @Test("the sizes and units of returns do not matter", arguments: [-900, -100, 100, 900])
  func scale(exponent: Int) throws {
    func score(_ factor: Double) -> TrueScore? {
      func summary(_ mean: Double, _ deviation: Double) -> ReturnSummary {
        ReturnSummary(episodes: 20, mean: mean * factor, deviation: deviation * factor)
      }
      return TrueScore(summary(70, 3), random: summary(4, 2), reference: [summary(100, 1), summary(90, 1)])
    }
    let scaled = try #require(score(Double(sign: .plus, exponent: exponent, significand: 1)))
    let plain = try #require(score(1))
    #expect(scaled.value == plain.value && scaled.interval == plain.interval)
  }
}

@Suite("Headlines by outcomes")
struct HeadlineOutcomesTests {
  private static func outcomes(_ counts: [(HeadlineOutcomes.Said, TrueScore.Outcome, TrueScore.Outcome, Int)])
    -> HeadlineOutcomes
  {
    HeadlineOutcomes(
      counts.flatMap { said, outcome, own, count in
        (0..<count).map { _ in HeadlineOutcomes.Judged(said: said, outcome: outcome, own: own) }
      })
  }

  @Test("rates, their exact intervals and ceilings, by hand")
  func rates() throws {
    let outcomes = Self.outcomes([
      (.trusted, .success, .success, 96), (.unsettled, .success, .success, 3), (.failure, .success, .between, 1),
      (.failure, .failure, .failure, 45), (.unsettled, .failure, .failure, 4), (.trusted, .failure, .between, 1),
      (.trusted, .between, .success, 7),
    ])
    let rates = outcomes.rates
    #expect(rates.map(\.hits) == [96, 45, 1] && rates.map(\.of) == [100, 50, 50])
    #expect(rates.map(\.ceiling) == [0.99, 0.98, 0])
    // Clopper and Pearson: 96 of 100 [.9007, .9890]; 45 of 50 [.7819, .9667]; 1 of 50 [.0005, .1065].
    let first = try #require(rates[0].interval)
    #expect(abs(first.lower - 0.9007) < 1e-4 && abs(first.upper - 0.9890) < 1e-4)
    #expect(rates.map(\.verdict) == [.holds, .unknown, .unknown])
    #expect(outcomes.count(.trusted, of: .between) == 7)
    #expect(outcomes.findings.map(\.verdict) == rates.map(\.verdict))
  }

  @Test("a rate holds only where its interval excludes the other, and fails likewise")
  func verdicts() {
    let good = Self.outcomes([(.trusted, .success, .success, 100), (.failure, .failure, .failure, 400)])
    #expect(good.rates.map(\.verdict) == [.holds, .holds, .holds])
    let bad = Self.outcomes([(.unsettled, .success, .success, 40), (.trusted, .failure, .failure, 40)])
    #expect(bad.rates.map(\.verdict) == [.fails, .fails, .fails])
    #expect(Self.outcomes([]).rates.map(\.verdict) == [.unknown, .unknown, .unknown])
  }
}
