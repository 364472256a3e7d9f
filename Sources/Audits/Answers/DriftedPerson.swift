import Compute
import Feedback
import Findings

/// That a person began to answer otherwise than before, so that others are asked in their place.
public struct DriftedPerson: Sendable, Hashable {
  /// When and why.
  public let notice: PersonDrift.Notice
  /// The person.
  public let name: String

  /// The first part of every such finding's name.
  public static let prefix = "answers/drift/"

  /// What is said about one person.
  public init(_ notice: PersonDrift.Notice, name: String) { (self.notice, self.name) = (notice, name) }

  /// The finding: advice to look at this person's later answers.
  public func finding() -> Finding {
    Finding(
      id: "\(Self.prefix)\(notice.person + 1)",
      claim: "\(name) goes on answering as they began",
      verdict: .fails, bearing: .advice,
      reason:
        "After \(notice.answers) answers of all, they are found to disagree with the majority of the others as often "
        + "as one who does not look. Their first \(Numbers.count(notice.counted, "answer")) still \(notice.counted == 1 ? "counts" : "count"); "
        + "those after do not, they are not asked any more, and others are asked in their place.",
      evidence: [
        Evidence("share of disagreement that was taken for usual", notice.usual, count: PersonDrift.calibration),
        Evidence("answers that others gave too", Double(notice.checked)),
        Evidence("answers of theirs that still count", Double(notice.counted)),
      ],
      assumptions: [
        "People err independently of each other, and the others go on as they began.",
        "The first \(PersonDrift.calibration) answers that others gave too are as the person usually answers.",
      ],
      errorRate:
        "At least \(Numbers.plain(notice.answersBetweenFalseAlarms)) answers that others gave too pass between "
        + "two false alarms about one person, on average, if their usual share of disagreement is not above the one taken.",
      source: "Page 1954; Reynolds & Stoumbos 1999")
  }
}
