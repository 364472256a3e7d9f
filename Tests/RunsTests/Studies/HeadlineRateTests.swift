import Findings
import Runs
import Testing

@Suite("How often headlines are right")
struct HeadlineRateTests {
  private static func judged(
    _ said: HeadlineOutcomes.Said, _ outcome: TrueScore.Outcome, own: TrueScore.Outcome? = nil, times: Int = 1
  ) -> [HeadlineOutcomes.Judged] {
    [HeadlineOutcomes.Judged](repeating: .init(said: said, outcome: outcome, own: own), count: times)
  }

  @Test("where there are no such runs there is no share, no interval, no verdict and no evidence")
  func none() {
    for rate in HeadlineOutcomes([]).rates {
      #expect(rate.of == 0 && rate.share == nil && rate.interval == nil && rate.ceiling == nil)
      #expect(rate.verdict == .unknown)
    }
    for finding in HeadlineOutcomes([]).findings {
      #expect(finding.reason == "there are none in the table" && finding.evidence.isEmpty)
    }
    // Runs between success and failure count for neither.
    #expect(HeadlineOutcomes(Self.judged(.trusted, .between, times: 9)).rates.allSatisfy { $0.share == nil })
  }

  @Test("each rate counts its own runs: successes that are trusted, failures that are named, failures that are trusted")
  func counts() throws {
    let outcomes = HeadlineOutcomes(
      Array(
        [
          Self.judged(.trusted, .success, own: .success, times: 3), Self.judged(.unsettled, .success, own: .between),
          Self.judged(.failure, .failure, own: .failure, times: 2), Self.judged(.trusted, .failure),
          Self.judged(.failure, .between),
        ].joined()))
    #expect(outcomes.rates.map(\.hits) == [3, 2, 1])
    #expect(outcomes.rates.map(\.of) == [4, 3, 3])
    let shares: [Double] = [0.75, 2.0 / 3, 1.0 / 3]
    #expect(outcomes.rates.compactMap(\.share) == shares)
    // Told each run's own score, a test would trust three of four successes, and name both failures that have one.
    let ceilings: [Double] = [0.75, 1, 0]
    #expect(outcomes.rates.compactMap(\.ceiling) == ceilings)
    #expect(outcomes.rates.allSatisfy { $0.verdict == .unknown })
    #expect(outcomes.findings.map(\.reason) == ["3 of 4 runs", "2 of 3 runs", "1 of 3 runs"])
    #expect(outcomes.count(.failure, of: .between) == 1 && outcomes.count(.unsettled, of: .failure) == 0)
  }

  @Test("a verdict needs the whole exact interval on one side of what is demanded")
  func verdicts() {
    func verdicts(_ said: HeadlineOutcomes.Said, _ outcome: TrueScore.Outcome, _ hits: Int, of count: Int)
      -> [Finding.Verdict]
    {
      HeadlineOutcomes(
        Self.judged(said, outcome, times: hits) + Self.judged(.unsettled, outcome, times: count - hits)
      ).rates.map(\.verdict)
    }
    // Of so many runs all: the lower end is 0.025^(1/n), 0.9 for n = 36 and less for 35.
    #expect(verdicts(.trusted, .success, 36, of: 36)[0] == .holds)
    #expect(verdicts(.trusted, .success, 35, of: 35)[0] == .unknown)
    #expect(verdicts(.trusted, .success, 30, of: 60)[0] == .fails)
    // 0.95 for n = 72, less for 71.
    #expect(verdicts(.failure, .failure, 72, of: 72)[1] == .holds)
    #expect(verdicts(.failure, .failure, 71, of: 71)[1] == .unknown)
    // None of so many: the upper end is 1 − 0.025^(1/n), 0.01 for n = 368 and more for 367.
    #expect(verdicts(.trusted, .failure, 0, of: 368)[2] == .holds)
    #expect(verdicts(.trusted, .failure, 0, of: 367)[2] == .unknown)
    #expect(verdicts(.trusted, .failure, 9, of: 100)[2] == .fails)
  }
}
