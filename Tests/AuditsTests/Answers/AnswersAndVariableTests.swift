import Audits
import Compute
import Findings
import Foundation
import Testing

/// Whether answers change with what the agent moves. Right values: the same test in NumPy, and simulated people.
@Suite("Answers that move with a variable")
struct AnswersAndVariableTests {
  typealias Answer = AnswersAndVariable.Answer

  /// How much a unit of reward, and of the variable, weighs to a person at a time (0 to 1) and a level (0 to 1).
  private struct Person {
    var reward: @Sendable (_ time: Double, _ level: Double) -> Double = { _, _ in 2 }
    var variable: @Sendable (_ level: Double) -> Double = { _ in 0 }
    /// How much the variable pays.
    var pays = 0.0
    /// Whether the agent moves it more and more, or chance alone does.
    var rises = true
  }

  private func answers(_ count: Int, _ person: Person, _ stream: inout RandomStream) -> [Answer] {
    (0..<count).map { index in
      let time = Double(index / 10 * 10) / Double(count)
      let chance = person.rises ? 0.1 + 0.8 * time : 0.5
      let moved = (0..<2).map { _ in Double((0..<5).count { _ in stream.bernoulli(chance) }) / 5 }
      let difference = moved[0] - moved[1]
      let gain = stream.normal() + person.pays * difference
      let level = (moved[0] + moved[1]) / 2
      let logit = person.reward(time, level) * gain + person.variable(level) * difference
      return Answer(
        gain: gain, firstMoved: moved[0], secondMoved: moved[1], time: time,
        isFirst: stream.bernoulli(1 / (1 + exp(-logit))))
    }
  }

  /// How many of these sets are found to have moved.
  private func alarms(_ sets: Int, of count: Int, _ person: Person, seed: UInt64) -> Int {
    let source = RandomSource(seed: seed)
    return (0..<sets).count { set in
      var stream = source.stream("set", set)
      let test = AnswersAndVariable(
        answers(count, person, &stream), variable: "v", random: source, simulatedSets: 0)
      return test.finding().verdict == .fails
    }
  }

  /// One in twenty is promised; more than 76 of 1,000 has a chance of 2e-4 then.
  @Test("a constant person is accused as often as is said, also one who likes the variable, or tires, or is paid by it")
  func constantPeople() {
    let people = [
      Person(), Person(variable: { _ in 3 }, pays: 1.5), Person(reward: { time, _ in 3 - 2 * time }),
      Person(reward: { _, _ in 2 }, rises: false),
    ]
    for (place, person) in people.enumerated() {
      let count = alarms(1_000, of: 120, person, seed: UInt64(place))
      #expect(count <= 76, "person \(place): \(count) of 1000")
    }
  }

  /// Simulated in NumPy: .997 and .483 of 300 sets at 200 answers for weights of 4; at 600 answers .953 of the second.
  @Test("a person who turns round, or stops caring, where the variable is moved is found")
  func changedPeople() {
    #expect(alarms(200, of: 200, Person(reward: { 4 + 0 * $0 - 8 * $1 }), seed: 7) >= 190)
    let careless = alarms(200, of: 600, Person(reward: { 4 + 0 * $0 - 4 * $1 }), seed: 8)
    #expect(careless >= 175, "\(careless) of 200")
  }

  @Test("as NumPy has it")
  func fixture() throws {
    let set = (0..<120).map { index -> Answer in
      let gain = sin(1.3 * Double(index))
      let (first, second) = (Double(index * 7 % 6) / 5, Double((index * 5 + 2 * (index / 9)) % 6) / 5)
      return Answer(
        gain: gain, firstMoved: first, secondMoved: second, time: Double(index / 10),
        isFirst: sin(2.1 * Double(index)) + 1.2 * gain * (1 - 1.5 * (first + second) / 2) > 0)
    }
    let found = try #require(
      AnswersAndVariable(set, variable: "v", random: RandomSource(seed: 1), simulatedSets: 0).numbers)
    let wanted = (p: 0.11213187821232094, weight: 0.5060875335903215, change: -0.04142472715317782, half: 2.0382832)
    #expect(abs(found.pValue - wanted.p) < 1e-6 * wanted.p && abs(found.weight - wanted.weight) < 1e-6, "\(found)")
    #expect(abs(found.change - wanted.change) < 1e-6 && abs(found.interval.halfWidth - wanted.half) < 1e-6)
  }

  @Test("what is said with what could have been seen: no sign, not settled, not measurable")
  func verdicts() {
    let random = RandomSource(seed: 5)
    var stream = random.stream("answers")
    func finding(_ answers: [Answer]) -> Finding {
      AnswersAndVariable(answers, variable: "v", random: random).finding()
    }
    let many = answers(900, Person(reward: { _, _ in 4 }), &stream)
    let found = finding(many)
    #expect(found.verdict == .holds && found.reason.contains("would have been seen"), "\(found.reason)")
    #expect(finding(Array(many.prefix(60))).verdict == .unknown)
    #expect(finding(Array(many.prefix(39))).reason.contains("below 40"))
    func changed(_ change: (inout Answer) -> Void) -> [Answer] {
      many.map { answer in
        var answer = answer
        change(&answer)
        return answer
      }
    }
    #expect(finding(changed { ($0.firstMoved, $0.secondMoved) = (0.4, 0.4) }).verdict == .notMeasurable)
    #expect(finding(changed { $0.gain = 0 }).verdict == .notMeasurable)
    // Who never errs tells of no weight; and what moves with time alone is not told from time.
    let certain = finding(changed { $0.isFirst = $0.gain > 0 })
    #expect(certain.verdict == .unknown && certain.reason.contains("certain"), "\(certain.reason)")
    let steady = finding(changed { ($0.firstMoved, $0.secondMoved) = ($0.time, $0.time) })
    #expect(steady.verdict == .unknown && steady.reason.contains("with time"), "\(steady.reason)")
    #expect(finding([]).verdict == .unknown)
  }
}
