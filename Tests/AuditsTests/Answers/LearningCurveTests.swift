import Audits
import Compute
import Testing

@Suite("The learning curve")
struct LearningCurveTests {
  private static func batches(_ rows: [(Int, Int, Int)]) -> [EnoughAnswers.Batch] {
    rows.map { EnoughAnswers.Batch(answersBefore: $0.0, correct: $0.1, count: $0.2) }
  }

  @Test("slope and interval of six batches are those of weighted least squares in NumPy")
  func numbers() throws {
    // numpy over the batches from 25 answers on (a quarter of 100), weights their counts, x = log2 of the answers before;
    // the interval by scipy.stats.norm.ppf(0.95) with p (1 − p) at the pooled accuracy of one answer more of each kind.
    let enough = try #require(
      EnoughAnswers(
        Self.batches([(24, 9, 20), (25, 15, 20), (40, 30, 40), (60, 12, 20), (80, 8, 10), (100, 20, 25)]), level: 0.9))
    #expect(abs(enough.slope - 0.015373845157700102) < 1e-12)
    #expect(abs(enough.interval.lower + 0.08252641062012432) < 1e-10)
    #expect(abs(enough.interval.upper - 0.11327410093552452) < 1e-10)
    #expect(enough.interval.level == 0.9 && enough.points == 5 && enough.answers == 125)
  }

  @Test("five batches of forty answers suffice; four, or thirty-nine, do not; empty batches and one place say nothing")
  func least() throws {
    let five = [(20, 4, 8), (22, 4, 8), (24, 4, 8), (26, 5, 8), (28, 6, 8)]
    #expect(try #require(EnoughAnswers(Self.batches(five))).points == 5)
    #expect(EnoughAnswers(Self.batches(Array(five.dropLast()) + [(28, 6, 7)])) == nil)
    #expect(EnoughAnswers(Self.batches(Array(five.dropLast()) + [(28, 40, 80), (28, 0, 0)])) != nil)
    #expect(EnoughAnswers(Self.batches(five.dropLast().map { ($0.0, 20, 40) })) == nil)
    #expect(EnoughAnswers(Self.batches(five + [(25, 0, 0)])) == EnoughAnswers(Self.batches(five)))
    #expect(EnoughAnswers(Self.batches(five.map { (16, $0.1, $0.2) })) == nil)
    #expect(EnoughAnswers(Self.batches(five.map { (0, $0.1, $0.2) })) == nil)
  }

  @Test("verdicts turn at the limits and not before")
  func limits() throws {
    let some = try #require(AnswerTests.enough(slope: 0, seed: 1))
    func verdict(_ lower: Double, _ upper: Double) throws -> String {
      let finding = try altered(some, ["interval": ends(lower, upper)]).finding()
      return "\(finding.verdict) \(finding.reason.prefix(5))"
    }
    #expect(try verdict(-0.2, -0.001) == "unknown Later")
    #expect(try verdict(-0.2, 0) == "holds The l")
    #expect(try verdict(-0.2, 0.019) == "holds The l")
    #expect(try verdict(-0.2, 0.02) == "unknown Not s")
    #expect(try verdict(0.02, 0.2) == "unknown Not s")
    #expect(try verdict(0.021, 0.2) == "fails More ")
  }

  @Test("the ceiling: a person who is right with probability q agrees with themselves in q² + (1 − q)²")
  func ceiling() {
    for right in [0.5, 0.6, 0.75, 0.9, 1] {
      #expect(abs(Consistency.ceiling(agreement: right * right + (1 - right) * (1 - right)) - right) < 1e-12)
    }
    #expect(Consistency.ceiling(agreement: 0) == 0.5)
  }
}
