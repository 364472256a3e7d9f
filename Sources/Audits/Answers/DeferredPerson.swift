import Compute
import Feedback
import Findings

/// That a person's judgement was found unreliable, so that others are asked in their place.
public struct DeferredPerson: Sendable, Hashable {
  /// When and why the person was set aside.
  public let notice: Deferral.Notice
  /// The person.
  public let name: String
  /// The rule by which people are set aside.
  public let policy: Deferral

  /// The first part of every such finding's name.
  public static let prefix = "answers/person/"

  /// What is said about one person under one rule.
  public init(_ notice: Deferral.Notice, name: String, policy: Deferral) {
    self.notice = notice
    self.name = name
    self.policy = policy
  }

  /// The finding: advice to look at this person's answers.
  public func finding() -> Finding {
    let accuracy = Numbers.percent(notice.accuracy, notice.interval)
    return Finding(
      id: "\(Self.prefix)\(notice.person + 1)",
      claim: "\(name) answers rightly at least \(Numbers.percent(policy.requiredAccuracy)) of the time",
      verdict: .fails, bearing: .advice,
      reason: "By \(notice.checked) answers that others gave too, only \(accuracy): after \(notice.answers) answers of "
        + "all, they are not asked any more, their answers no longer count, and others are asked in their place.",
      evidence: [
        Evidence("share of right answers", notice.accuracy, interval: notice.interval, count: notice.checked),
        Evidence("answers of all when it was noticed", Double(notice.answers)),
      ],
      assumptions: [
        "People err independently of each other.", "Most of them are right more often than wrong.",
      ],
      errorRate: "A reliable person is deferred in about \(Numbers.percent((1 - policy.level) / 2)) of looks; "
        + "there is one before each round of questions.",
      source: "Dawid & Skene 1979, with a bootstrap over questions")
  }
}
