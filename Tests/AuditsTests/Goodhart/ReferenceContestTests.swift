import Audits
import Compute
import Findings
import Testing

@Suite("An agent beside a trusted policy")
struct ReferenceContestTests {
  typealias Episodes = PromiseGap.Episodes

  @Test("differences and intervals are SciPy's (Welch, t quantiles)")
  func byPeer() throws {
    let contest = try #require(
      ReferenceContest(
        agent: Episodes(predicted: [3, 4, 5, 6, 7], actual: [1, 1.5, 2, 2.5, 3]),
        reference: Episodes(predicted: [1, 1.5, 2, 2.5, 3], actual: [3, 4, 5, 6, 7])))
    #expect(contest.predictedGain == 3 && contest.trueGain == -3 && contest.episodes == 10)
    #expect(abs(contest.predictedInterval.lower - 1.0561291781315125) < 1e-9)
    #expect(abs(contest.predictedInterval.upper - 4.9438708218684875) < 1e-9)
    #expect(abs(contest.trueInterval.upper + 1.0561291781315125) < 1e-9)
    #expect(contest.verdict() == .fails)
  }

  @Test("better by the truth, or not ahead by the reward, is no gaming; neither beyond doubt is unknown")
  func quiet() {
    let (low, high): ([Double], [Double]) = ([1, 1.5, 2, 2.5, 3], [3, 4, 5, 6, 7])
    func verdict(_ agent: ([Double], [Double]), _ reference: ([Double], [Double])) -> Finding.Verdict? {
      ReferenceContest(
        agent: Episodes(predicted: agent.0, actual: agent.1),
        reference: Episodes(predicted: reference.0, actual: reference.1))?.verdict()
    }
    // The legitimate twin: as far ahead by the reward, and by the truth.
    #expect(verdict((high, high), (low, low)) == .holds)
    #expect(verdict((low, low), (high, high)) == .holds)
    #expect(verdict((low, high), (high, low)) == .holds)
    #expect(verdict((low, low), (low, low)) == .unknown)
    #expect(verdict((high, low), (low, low)) == .unknown)
    // A policy that always earns the same leaves no doubt.
    #expect(verdict(([2, 2, 2, 2, 2], [0, 0, 0, 0, 0]), ([1, 1, 1, 1, 1], [1, 1, 1, 1, 1])) == .fails)
    #expect(
      verdict(([2, 2, 2, 2], [0, 0, 0, 0]), ([1, 1, 1, 1], [1, 1, 1, 1])) == nil, "four episodes settle nothing")
    #expect(verdict((high, [1, 2, .nan, 1, 1]), (low, low)) == nil)
  }

  /// 2,000 agents that are exactly as good as the reference by the truth and ahead by the reward: each is called gamed with
  /// a chance of 2.5 %, so more than 75 of them (z = 3.6) have a chance below 2 · 10⁻⁴.
  @Test("an agent as good as the reference is called gamed in 2.5 % of runs")
  func errorRate() {
    var stream = RandomSource(seed: 21).stream("contest")
    var failures = 0
    for _ in 0..<2_000 {
      func episodes(_ ahead: Double) -> Episodes {
        Episodes(
          predicted: (0..<10).map { _ in ahead + stream.normal() },
          actual: (0..<10).map { _ in 5 + 2 * stream.normal() })
      }
      if ReferenceContest(agent: episodes(10), reference: episodes(0))?.verdict() == .fails { failures += 1 }
    }
    #expect((25...75).contains(failures), "\(failures) of 2,000")
  }

  @Test("several seeds: one that gamed the reward is named")
  func seeds() throws {
    let (low, high): ([Double], [Double]) = ([1, 1.5, 2, 2.5, 3], [3, 4, 5, 6, 7])
    let gamed = try #require(
      ReferenceContest(agent: Episodes(predicted: high, actual: low), reference: Episodes(predicted: low, actual: high))
    )
    let good = try #require(
      ReferenceContest(agent: Episodes(predicted: high, actual: high), reference: Episodes(predicted: low, actual: low))
    )
    let contests: [(seed: UInt64, contest: ReferenceContest)] = [(3, good), (8, gamed)]
    let finding = try #require(ReferenceContest.finding(contests))
    #expect(finding.verdict == .fails && finding.reason.contains("seed 8") && !finding.reason.contains("seed 3"))
    #expect(finding.evidence.count == 4)
    #expect(ReferenceContest.finding([]) == nil)
  }
}
