import Feedback

extension AgreementReport {
  /// Whether a person has begun to err more often than one answer in ten, by the answers whose rightness is known: to gold,
  /// to equal clips (which no preference fits), and to questions that were decided.
  struct Drift: Codable, Sendable {
    enum State: String, Codable, Sendable { case none, drifting, unknown }

    var state: State
    /// How many answers were checked.
    var checked: Int
    var wrong: Int
    /// After which checked answer the alarm sounded, and after which one the errors began to gather.
    var alarmedAt: Int?
    var beganAfter: Int?
    /// How many checked answers it takes to notice that three of ten are wrong, on average.
    var noticedAfter: Double

    /// One wrong answer in ten is usual, three are not; a thousand checked answers between false alarms.
    private static let alarm = DriftAlarm(
      usualErrors: 0.1, unusualErrors: 0.3, answersBetweenFalseAlarms: 1000)
    private static let usualWait = alarm.meanRunLength(errors: 0.3)

    init(of person: String, in judgments: [Judgment], decided: [Int: Double]) {
      var alarm = Self.alarm
      (checked, wrong) = (0, 0)
      for judgment in judgments where judgment.person == person {
        guard let isRight = Self.isRight(judgment, decided) else { continue }
        checked += 1
        if !isRight { wrong += 1 }
        alarm.note(wrong: !isRight)
      }
      state = checked == 0 ? .unknown : alarm.alarmedAt == nil ? .none : .drifting
      alarmedAt = alarm.alarmedAt
      beganAfter = alarm.alarmedAt == nil ? nil : alarm.lastQuiet
      noticedAfter = Self.usualWait
    }

    private static func isRight(_ judgment: Judgment, _ decided: [Int: Double]) -> Bool? {
      switch judgment.check {
      case .gold, .impossible: return judgment.isPassed(before: nil)
      case .duplicate, .mirrored: return nil
      case nil:
        guard let truth = decided[judgment.question], let side = judgment.side else { return nil }
        return side == truth
      }
    }
  }
}
