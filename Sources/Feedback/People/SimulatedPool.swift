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
  private var watch: PeopleWatch

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
    watch = PeopleWatch(people: members.count, answersBetweenFalseAlarms: answersBetweenFalseAlarms)
  }

  private enum CodingKeys: String, CodingKey { case members, overlap }

  /// What is known of the people stands beside them, as it did before it was a type of its own.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    members = try container.decode([SimulatedPerson].self, forKey: .members)
    overlap = try container.decode(Double.self, forKey: .overlap)
    watch = try PeopleWatch(from: decoder)
  }

  /// See ``init(from:)``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(members, forKey: .members)
    try container.encode(overlap, forKey: .overlap)
    try watch.encode(to: encoder)
  }

  /// What was answered where people overlap: label 0 for the first clip, 1 for the second; items count those questions.
  public var ratings: [PersonRating] { watch.ratings }

  /// Who is not asked any more, in the order in which it was noticed.
  public var deferred: [Deferral.Notice] { watch.deferred }

  /// The queries that each person answered, for taking them back.
  public var queries: [[Int]] { watch.queries }

  /// Who was noticed to have stopped looking, in the order in which that was noticed: they are not asked any more.
  public var drifted: [PersonDrift.Notice] { watch.drifted }

  /// The queries whose answers do not count: all of people who were found unreliable, and those since they changed of
  /// people who did.
  public var withdrawn: [Int] { watch.withdrawn }

  /// Applied to all: see ``ComparisonRespondent/adapt(to:)``.
  public mutating func adapt(to recent: RecentReturns) {
    for index in members.indices { members[index].adapt(to: recent) }
  }

  /// Whether any of them ever calls two clips equal.
  public var canTie: Bool { members.contains(where: \.canTie) }

  /// Who may still be asked.
  public var trusted: [Int] {
    let gone = watch.untrusted
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
    watch.note(person: person, query: query)
  }

  /// Takes down what several people said to one question.
  ///
  /// - Parameter answers: who said which of two things (`FeedbackKind.label`); nil for neither, which is left out.
  public mutating func compare(_ answers: [(person: Int, label: Int?)]) { watch.compare(answers) }

  /// Applies a policy to what is known by now; returns who is deferred from now on.
  ///
  /// - Parameters:
  ///   - policy: what is wanted of a person.
  ///   - answers: how many answers there are by now, for the notice.
  ///   - random: for the bootstrap.
  public mutating func deferUnreliable(
    by policy: Deferral, answers: Int, random: RandomSource
  ) throws -> [Deferral.Notice] {
    try watch.deferUnreliable(by: policy, answers: answers, random: random)
  }
}
