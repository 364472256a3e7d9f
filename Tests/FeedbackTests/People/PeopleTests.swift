import Compute
import Environments
import Feedback
import Testing

@Suite("Several people")
struct PeopleTests {
  static func lazy(_ probability: Double) -> SimulatedPerson {
    var human = SimulatedPerson(.rational())
    human.flaws.lazy = probability
    return human
  }

  /// Asks questions of random clips until `questions` are spent; returns the people and what was said about each.
  static func ask(
    _ people: SimulatedPool, questions: Int, policy: Deferral?, seed: UInt64
  ) throws -> (people: SimulatedPool, wrong: [Int]) {
    var people = people
    let source = RandomSource(seed: seed)
    var stream = source.stream("clips")
    var wrong = [Int](repeating: 0, count: people.members.count)
    for question in 0..<questions {
      let pair = (rewarded([Float(stream.normal())]), rewarded([Float(stream.normal())]))
      var answers: [(person: Int, answer: ComparisonAnswer)] = []
      for person in people.respondents(to: question, random: source) {
        let answer = people.members[person].answer(first: pair.0, second: pair.1, random: &stream)
        answers.append((person, answer))
        people.note(person: person, query: question)
        if answer != (pair.0.trueReturn > pair.1.trueReturn ? .first : .second) { wrong[person] += 1 }
      }
      people.compare(answers.map { ($0.person, $0.answer == .first ? 0 : $0.answer == .second ? 1 : nil) })
      if let policy, question % 50 == 49 {
        _ = try people.deferUnreliable(by: policy, answers: question, random: source.child("assess", question))
      }
    }
    return (people, wrong)
  }

  @Test("questions go round in turns, the shared ones to everybody, and past those deferred")
  func turns() throws {
    let source = RandomSource(seed: 1)
    let three = SimulatedPool([Self.lazy(0), Self.lazy(0), Self.lazy(0)])
    #expect((0..<6).map { three.respondents(to: $0, random: source) } == [[0], [1], [2], [0], [1], [2]])
    let shared = SimulatedPool(three.members, overlap: 0.3)
    let everybody = (0..<2000).count { shared.respondents(to: $0, random: source).count == 3 }
    // Four standard errors around 600.
    #expect(abs(everybody - 600) < 82)
    #expect(SimulatedPool([Self.lazy(0)], overlap: 1).respondents(to: 5, random: source) == [0])
  }

  @Test("the one who answers blindly is deferred, usually within 200 questions, and the careful never")
  func deferral() throws {
    var deferred = 0
    for seed in 0..<10 as Range<UInt64> {
      let people = SimulatedPool([Self.lazy(0.1), Self.lazy(1), Self.lazy(0.05), Self.lazy(0.1)], overlap: 0.5)
      let (after, _) = try Self.ask(people, questions: 200, policy: Deferral(requiredAccuracy: 0.75), seed: seed)
      #expect(after.trusted.contains(0) && after.trusted.contains(2) && after.trusted.contains(3))
      guard let notice = after.deferred.first else { continue }
      deferred += 1
      #expect(notice.person == 1 && notice.interval.upper < 0.75 && notice.checked >= 20)
      #expect(after.respondents(to: 1, random: RandomSource(seed: seed)).contains(1) == false)
    }
    #expect(deferred >= 8)
  }

  @Test("with one deferred there are fewer wrong answers from then on")
  func fewerErrors() throws {
    let people = SimulatedPool([Self.lazy(0.1), Self.lazy(1), Self.lazy(0.1), Self.lazy(0.1)], overlap: 0.4)
    let with = try Self.ask(people, questions: 600, policy: Deferral(requiredAccuracy: 0.75), seed: 3)
    let without = try Self.ask(people, questions: 600, policy: nil, seed: 3)
    #expect(with.people.deferred.map(\.person) == [1])
    #expect(with.wrong[1] * 2 < without.wrong[1])
  }

  @Test("two people say nothing about which of them errs")
  func two() throws {
    let people = SimulatedPool([Self.lazy(0), Self.lazy(1)], overlap: 1)
    let (after, _) = try Self.ask(people, questions: 200, policy: Deferral(requiredAccuracy: 0.9), seed: 1)
    #expect(after.deferred.isEmpty)
  }

  @Test("a majority of answers: who says nothing does not count, an even split is a tie")
  func majority() {
    #expect(Deferral.majority([.first, .first, .second]) == .first)
    #expect(Deferral.majority([.first, .second, .skipped]) == .tie)
    #expect(Deferral.majority([.skipped, .cannotTell]) == nil)
    #expect(Deferral.majority([.tie, .second]) == .second)
  }
}
