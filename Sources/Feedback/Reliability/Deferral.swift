import Compute

/// What is done about people whose judgement is unreliable here: who is not asked any more, and who answers instead.
///
/// A person is deferred only when the whole interval of their accuracy lies below what is wanted
/// (``PersonReliability/isReliable(atLeast:)`` is false): by the bootstrap over the questions that several people
/// answered. Asking them less because little is known of them would be no better than chance.
public struct Deferral: Codable, Sendable, Hashable {
  /// The share of right answers below which a person is not asked any more.
  public var requiredAccuracy: Double
  /// Who answers if no one is reliable.
  public var fallback: Fallback
  /// Of the interval. Every assessment tests each person again, so that it is narrower than one look would need.
  public var level: Double

  /// Who answers if no one is reliable.
  public enum Fallback: String, Codable, Sendable, Hashable, CaseIterable {
    /// No one: the question is used up without an answer.
    case nobody
    /// All of them, the majority deciding; an even split is a tie.
    case majority
  }

  /// That a person is deferred, and why.
  public struct Notice: Codable, Sendable, Hashable {
    /// Who, counted from 0.
    public var person: Int
    /// How many answers there were when it was noticed.
    public var answers: Int
    /// The estimated share of their right answers.
    public var accuracy: Double
    /// Of the accuracy: all of it lies below what is wanted.
    public var interval: Interval
    /// Their answers that could be compared with others'.
    public var checked: Int
  }

  /// Takes the parts as they are.
  public init(requiredAccuracy: Double, fallback: Fallback = .nobody, level: Double = 0.99) {
    self.requiredAccuracy = requiredAccuracy
    self.fallback = fallback
    self.level = level
  }

  /// Who of these people is found unreliable by these ratings of two labels. Nobody with fewer than 20 checked answers,
  /// nor where fewer than three people overlap, as a disagreement of two does not tell which of them errs.
  public func notices(
    _ ratings: [PersonRating], among people: [Int], answers: Int, random: RandomSource
  ) throws -> [Notice] {
    guard Set(ratings.map(\.person)).count >= 3 else { return [] }
    let assessed = try PersonReliability.assess(ratings, labels: 2, level: level, resamples: 400, random: random)
    return people.compactMap { person in
      guard person < assessed.count, assessed[person].checked >= 20,
        assessed[person].isReliable(atLeast: requiredAccuracy) == false,
        let interval = assessed[person].accuracyInterval
      else { return nil }
      return Notice(
        person: person, answers: answers, accuracy: assessed[person].accuracy, interval: interval,
        checked: assessed[person].checked)
    }
  }

  /// The majority of several answers; nil if there is no evidence in them.
  public static func majority(_ answers: [ComparisonAnswer]) -> ComparisonAnswer? {
    let first = answers.count { $0 == .first }
    let second = answers.count { $0 == .second }
    guard answers.contains(where: { $0.isEvidence }) else { return nil }
    return first > second ? .first : second > first ? .second : .tie
  }
}
