import Compute

/// Several people, and who of them is asked what.
///
/// ```swift
/// var people = SimulatedPool([careful, careful, lazy], overlap: 0.2)
/// people.respondents(to: 17, random: source)         // [2], or [0, 1, 2] where all are asked
/// ```
///
/// Questions go round in turns; a share of those that can be shared (`FeedbackKind.isShared`), drawn at random, goes to
/// everybody: where people overlap, they can be told apart (``DawidSkene``). Who has been deferred is not asked any more; the next in line is. If nobody is left,
/// ``Deferral/fallback`` decides.
public struct SimulatedPool: Codable, Sendable, Hashable {
  /// The people, in the order in which they take turns.
  public var members: [SimulatedPerson]
  /// The share of questions that all people answer.
  public var overlap: Double
  /// What was answered where people overlap: label 0 for the first clip, 1 for the second; items count those questions.
  public private(set) var ratings: [PersonRating] = []
  /// Who is not asked any more, in the order in which it was noticed.
  public private(set) var deferred: [Deferral.Notice] = []
  /// The queries that each person answered, for taking them back.
  public private(set) var queries: [[Int]]
  private var sharedQuestions = 0
  /// Whether people go on as they began; nil where nobody looks.
  private var watched: [PersonDrift]?
  private var changed: [PersonDrift.Notice]?
  private let answersBetweenFalseAlarms: Double?

  /// A pool of these people, at least one, who have answered nothing yet.
  ///
  /// - Parameters:
  ///   - members: in the order in which they take turns.
  ///   - overlap: the share of questions that all of them answer, 0 to 1.
  ///   - answersBetweenFalseAlarms: of the alarm that a person has stopped looking (``PersonDrift``); nil for none.
  public init(_ members: [SimulatedPerson], overlap: Double = 0, answersBetweenFalseAlarms: Double? = nil) {
    precondition(!members.isEmpty, "a pool needs at least one person")
    self.members = members
    self.overlap = overlap
    queries = [[Int]](repeating: [], count: members.count)
    self.answersBetweenFalseAlarms = answersBetweenFalseAlarms
    if answersBetweenFalseAlarms != nil {
      (watched, changed) = ([PersonDrift](repeating: PersonDrift(), count: members.count), [])
    }
  }

  /// Who was noticed to have stopped looking, in the order in which that was noticed: they are not asked any more.
  public var drifted: [PersonDrift.Notice] { changed ?? [] }

  /// The queries whose answers do not count: all of people who were found unreliable, and those since they changed of
  /// people who did.
  public var withdrawn: [Int] {
    deferred.flatMap { queries[$0.person] } + drifted.flatMap { queries[$0.person].dropFirst($0.counted) }
  }

  /// Applied to all: see ``ComparisonRespondent/adapt(to:)``.
  public mutating func adapt(to recent: RecentReturns) {
    for index in members.indices { members[index].adapt(to: recent) }
  }

  /// Whether any of them ever calls two clips equal.
  public var canTie: Bool { members.contains(where: \.canTie) }

  /// Who may still be asked.
  public var trusted: [Int] {
    let gone = Set(deferred.map(\.person) + drifted.map(\.person))
    return members.indices.filter { !gone.contains($0) }
  }

  /// Who answers a question: one person, all who are trusted, or no one if none is.
  public func respondents(to question: Int, random: RandomSource) -> [Int] {
    let trusted = trusted
    guard !trusted.isEmpty else { return [] }
    if overlap > 0, trusted.count > 1 {
      var chance = random.stream("people/overlap", question)
      if chance.bernoulli(overlap) { return trusted }
    }
    let turn = question % members.count
    return [trusted.first { $0 >= turn } ?? trusted[0]]
  }

  /// Takes down that a person answered.
  public mutating func note(person: Int, query: Int) {
    members[person].answered += 1
    queries[person].append(query)
  }

  /// Takes down what several people said to one question.
  ///
  /// - Parameter answers: who said which of two things (`FeedbackKind.label`); nil for neither, which is left out.
  public mutating func compare(_ answers: [(person: Int, label: Int?)]) {
    guard answers.count > 1 else { return }
    for (person, label) in answers {
      guard let label else { continue }
      ratings.append(PersonRating(person: person, item: sharedQuestions, label: label))
    }
    sharedQuestions += 1
    watch(answers)
  }

  /// Each answer beside the majority of the others, where that is one.
  private mutating func watch(_ answers: [(person: Int, label: Int?)]) {
    guard let answersBetweenFalseAlarms, answers.count > 2 else { return }
    for (person, label) in answers where !drifted.contains(where: { $0.person == person }) {
      let others = answers.filter { $0.person != person }.compactMap(\.label)
      let firsts = others.count { $0 == 0 }
      guard let label, others.count > 1, 2 * firsts != others.count else { continue }
      let majority = 2 * firsts > others.count ? 0 : 1
      let given = queries[person].count
      guard
        let counted = watched?[person].note(
          disagrees: label != majority, answers: given, answersBetweenFalseAlarms: answersBetweenFalseAlarms),
        let state = watched?[person], let usual = state.usual
      else { continue }
      changed?.append(
        PersonDrift.Notice(
          person: person, answers: queries.reduce(0) { $0 + $1.count }, counted: counted, checked: state.checked,
          usual: usual, answersBetweenFalseAlarms: answersBetweenFalseAlarms))
    }
  }

  /// Applies a policy to what is known by now; returns who is deferred from now on.
  ///
  /// - Parameters:
  ///   - policy: what is wanted of a person.
  ///   - answers: how many answers there are by now, for the notice.
  ///   - random: for the bootstrap.
  public mutating func deferUnreliable(
    by policy: Deferral, answers: Int, random: RandomSource
  ) throws -> [Deferral.Notice] {
    let notices = try policy.notices(ratings, among: trusted, answers: answers, random: random)
    deferred += notices
    return notices
  }
}
