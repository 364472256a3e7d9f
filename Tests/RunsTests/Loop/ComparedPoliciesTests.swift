import Agents
import Compute
import Feedback
import Files
import Foundation
import Runs
import Testing

@Suite("Policies that people compare")
struct ComparedPoliciesTests {
  private static func contender(round: Int, best: Int = 1, open: [Int: Bool] = [:]) -> ComparedPolicies.Contender {
    .init(
      agent: AgentSnapshot(tensors: [], state: Data("\(round)".utf8)),
      asked: .init(
        moment: .init(iteration: round - 1, agentSteps: 10 * round), round: round, best: best, bestIsFirst: open))
  }

  /// Questions 100 … by the round, the best first in the even ones.
  private static func policies(rounds: [Int], questions: Int = 40, error: Double = 0.05) -> ComparedPolicies {
    var policies = ComparedPolicies(error: error, best: contender(round: 1))
    for round in rounds {
      let numbers = (0..<questions).map { 100 * round + $0 }
      policies.current.append(
        contender(
          round: round, open: Dictionary(uniqueKeysWithValues: numbers.map { ($0, $0.isMultiple(of: 2)) })))
    }
    return policies
  }

  /// An answer whose content is the place of the clip that it names.
  private static func answer(_ number: Int, _ place: Int, person: String = "a") throws -> GivenAnswer {
    GivenAnswer(
      number: number,
      question: PosedQuestion(
        number: number, iteration: number / 100, kind: PairComparison.name,
        question: Question([], details: JSONValue.null), clips: []),
      person: person, content: try JSONValue(encoding: place))
  }

  private static func named(_ answer: GivenAnswer) throws -> Int? {
    guard let place = try answer.content?.decode(Int.self), place >= 0 else { return nil }
    return place
  }

  private static func forBest(_ number: Int) throws -> GivenAnswer {
    try answer(number, number.isMultiple(of: 2) ? 0 : 1)
  }
  private static func forCurrent(_ number: Int) throws -> GivenAnswer {
    try answer(number, number.isMultiple(of: 2) ? 1 : 0)
  }

  @Test("where the best is preferred again and again the run stops, in the round that takes the answers in")
  func stops() throws {
    var policies = Self.policies(rounds: [2])
    try policies.take((200..<205).map(Self.forBest), in: 2, label: Self.named)
    #expect(policies.stoppedAt == nil && policies.watch.worse.wins == 5)
    #expect(policies.current[0].asked.bestIsFirst.count == 35)
    try policies.take((205..<225).map(Self.forBest), in: 2, label: Self.named)
    #expect(policies.stoppedAt == 2 && policies.best.asked.moment.iteration == 0 && policies.current.isEmpty)
    let finding = policies.finding(latest: .init(iteration: 1, agentSteps: 20))
    #expect(finding.verdict == .fails && finding.reason.contains("after round 0 was preferred in 25 of 25"))
  }

  @Test("a current policy that is preferred becomes the best, and answers about the former one are passed over")
  func replaces() throws {
    var policies = Self.policies(rounds: [2, 3])
    try policies.take((200..<220).map(Self.forCurrent), in: 3, label: Self.named)
    #expect(policies.watch.best == 2 && policies.best.asked.moment.iteration == 1)
    // Round 3 was asked beside the first best.
    try policies.take((300..<330).map(Self.forBest), in: 3, label: Self.named)
    #expect(policies.watch.worse.wins == 0 && policies.stoppedAt == nil)
  }

  @Test("only the first answer to a question counts, and none that names no clip or belongs to no question here")
  func once() throws {
    var policies = Self.policies(rounds: [2])
    try policies.take(
      [
        Self.forBest(200), Self.answer(200, 0, person: "b"), Self.answer(201, -1), Self.forBest(202),
        Self.forBest(999),
      ], in: 2, label: Self.named)
    #expect(policies.watch.worse.wins == 2 && policies.watch.worse.losses == 0)
  }

  @Test("answers that come a round late count for their own policy, and older questions are dropped")
  func late() throws {
    var policies = Self.policies(rounds: [2, 3])
    try policies.take([Self.forBest(300)] + (200..<203).map(Self.forCurrent), in: 3, label: Self.named)
    #expect(policies.round == 3 && policies.watch.current.forBest == 1 && policies.watch.current.forCurrent == 0)
    #expect(policies.watch.worse.wins == 1 && policies.watch.worse.losses == 3)
    #expect(policies.current.map(\.asked.round) == [3])
  }
}
