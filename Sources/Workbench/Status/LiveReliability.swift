import Audits
import Compute
import Feedback
import Findings
import Runs

/// How far the people of a live run can be relied on, by the questions that several of them answered: who of them is not
/// asked any more, and whose answers do not count.
///
/// A function of what the rounds took in, so that a run that was killed finds the same again. What people took back later
/// was still said, and stays part of what is known of them.
package struct LiveReliability: Codable, Sendable {
  /// What stands for each person's name, by the numbers that the watch has for them: a run's checkpoints stay when a
  /// person and what they said are deleted.
  private var people: [String] = []
  private var watch: PeopleWatch
  /// What was said to shared questions whose round has not ended.
  private var open: [Int: Heard] = [:]
  private var reportedDrifts = 0
  private var answers = 0

  /// What was said to one question.
  private struct Heard: Codable, Sendable {
    var iteration: Int
    var said: [Said] = []
  }

  private struct Said: Codable, Sendable {
    var person: Int
    var label: Int?
  }

  /// What is wanted of people, by the run's settings.
  package struct Policy: Sendable {
    var deferral: Deferral?
    var answersBetweenFalseAlarms: Double?

    /// Nil where the settings ask for nothing of the kind.
    package init?(_ settings: [String: String]) {
      deferral = settings["person.requiredAccuracy"].flatMap(Double.init).map { Deferral(requiredAccuracy: $0) }
      answersBetweenFalseAlarms = settings["person.driftAlarm"].flatMap(Double.init)
      guard deferral != nil || answersBetweenFalseAlarms != nil else { return nil }
    }
  }

  /// Two people go on being asked, whatever is noticed: somebody has to answer, and one alone is held against nobody.
  private static let fewestAsked = 2

  /// Nothing was said yet.
  package init(_ policy: Policy) {
    watch = PeopleWatch(people: 0, answersBetweenFalseAlarms: policy.answersBetweenFalseAlarms)
  }

  /// The queries whose answers do not count.
  package var withdrawn: [Int] { watch.withdrawn }

  /// Of these people, those who are not asked any more.
  package func untrusted(among names: [String], _ salt: String) -> [String] {
    let gone = Set(watch.untrusted.map { people[$0] })
    return names.filter { gone.contains(Self.mark($0, salt)) }
  }

  private static func mark(_ name: String, _ salt: String) -> String { Secret(salt + "/" + name).digest }

  /// Takes in what a round did.
  ///
  /// - Parameters:
  ///   - events: what the run takes in, in that order.
  ///   - round: the round.
  ///   - policy: the same in all rounds.
  ///   - kinds: the kinds of feedback that are asked.
  ///   - salt: of what stands for names.
  ///   - random: for intervals.
  /// - Returns: what was noticed about people by it. They are called by their numbers, in the order of first answers.
  package mutating func takeIn(
    _ events: [AnswerEvent], in round: IntakeRound, _ policy: Policy, kinds: FeedbackRegistry, salt: String,
    random: RandomSource
  ) throws -> [Finding] {
    var query = round.firstQuery
    for event in events {
      guard case .answered(let answer) = event else { continue }
      let person = number(of: Self.mark(answer.person, salt))
      watch.note(person: person, query: query)
      query += 1
      answers += 1
      let kind = try kinds.kind(answer.question.kind)
      guard kind.isShared else { continue }
      let label = try answer.content.flatMap {
        try kind.label(of: Answer($0, clips: answer.clips.map(\.trajectory)))
      }
      open[answer.question.number, default: Heard(iteration: answer.question.iteration)].said.append(
        Said(person: person, label: label))
    }
    for (number, heard) in open.sorted(by: { $0.key < $1.key }) where heard.iteration <= round.last {
      watch.compare(heard.said.map { ($0.person, $0.label) }, keeping: Self.fewestAsked)
      open[number] = nil
    }
    var findings: [Finding] = []
    if let deferral = policy.deferral {
      findings += try watch.deferUnreliable(
        by: deferral, answers: answers, keeping: Self.fewestAsked,
        random: random.child("people/deferral", round.iteration)
      ).map { DeferredPerson($0, name: Self.name($0.person), policy: deferral).finding() }
    }
    let fresh = watch.drifted.dropFirst(reportedDrifts)
    reportedDrifts += fresh.count
    return findings + fresh.map { DriftedPerson($0, name: Self.name($0.person)).finding() }
  }

  private static func name(_ person: Int) -> String { "Person \(person + 1), in the order of first answers," }

  private mutating func number(of mark: String) -> Int {
    if let known = people.firstIndex(of: mark) { return known }
    people.append(mark)
    watch.join()
    return people.count - 1
  }
}
