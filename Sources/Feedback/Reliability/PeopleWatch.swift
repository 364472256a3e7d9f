import Compute

/// What is known of several people by the questions that more than one of them answered, and who is not asked any more.
package struct PeopleWatch: Codable, Sendable, Hashable {
  /// What was answered where people overlap: label 0 for the first clip, 1 for the second; items count those questions.
  package private(set) var ratings: [PersonRating] = []
  /// Who is not asked any more because of how often they err, in the order in which it was noticed.
  package private(set) var deferred: [Deferral.Notice] = []
  /// The queries that each person answered, for taking them back.
  package private(set) var queries: [[Int]]
  private var sharedQuestions = 0
  /// Whether people go on as they began; nil where nobody looks.
  private var watched: [PersonDrift]?
  private var changed: [PersonDrift.Notice]?
  private let answersBetweenFalseAlarms: Double?

  /// - Parameters:
  ///   - people: who have answered nothing yet.
  ///   - answersBetweenFalseAlarms: of the alarm that a person has stopped looking (``PersonDrift``); nil for none.
  package init(people: Int, answersBetweenFalseAlarms: Double?) {
    queries = [[Int]](repeating: [], count: people)
    self.answersBetweenFalseAlarms = answersBetweenFalseAlarms
    if answersBetweenFalseAlarms != nil {
      (watched, changed) = ([PersonDrift](repeating: PersonDrift(), count: people), [])
    }
  }

  /// Who was noticed to have stopped looking, in the order in which that was noticed: they are not asked any more.
  package var drifted: [PersonDrift.Notice] { changed ?? [] }

  /// Everybody who is not asked any more.
  package var untrusted: Set<Int> { Set(deferred.map(\.person) + drifted.map(\.person)) }

  /// The queries whose answers do not count: all of people who were found unreliable, and those since they changed of
  /// people who did.
  package var withdrawn: [Int] {
    deferred.flatMap { queries[$0.person] } + drifted.flatMap { queries[$0.person].dropFirst($0.counted) }
  }

  /// One more person, who has answered nothing yet.
  package mutating func join() {
    queries.append([])
    watched?.append(PersonDrift())
  }

  /// Takes down that a person answered.
  package mutating func note(person: Int, query: Int) { queries[person].append(query) }

  /// Takes down what several people said to one question.
  ///
  /// - Parameters:
  ///   - answers: who said which of two things (`FeedbackKind.label`); nil for neither, which is left out.
  ///   - atLeast: so many people are asked on, whatever is noticed of them.
  package mutating func compare(_ answers: [(person: Int, label: Int?)], keeping atLeast: Int = 0) {
    guard answers.count > 1 else { return }
    for (person, label) in answers {
      guard let label else { continue }
      ratings.append(PersonRating(person: person, item: sharedQuestions, label: label))
    }
    sharedQuestions += 1
    watch(answers, atLeast)
  }

  /// Each answer beside the majority of the others, where that is one.
  private mutating func watch(_ answers: [(person: Int, label: Int?)], _ atLeast: Int) {
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
        queries.count - untrusted.count > atLeast, let state = watched?[person], let usual = state.usual
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
  ///   - atLeast: so many people are asked on, whatever is noticed of them.
  ///   - random: for the bootstrap.
  package mutating func deferUnreliable(
    by policy: Deferral, answers: Int, keeping atLeast: Int = 0, random: RandomSource
  ) throws -> [Deferral.Notice] {
    let gone = untrusted
    let trusted = queries.indices.filter { !gone.contains($0) }
    let notices = try policy.notices(ratings, among: trusted, answers: answers, random: random)
      .prefix(max(0, trusted.count - atLeast))
    deferred += notices
    return Array(notices)
  }
}
