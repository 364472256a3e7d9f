import Compute

/// Notices that one of several people has stopped looking, by whether the others agree with them.
///
/// The first answers that can be checked (``calibration``) tell how often this person usually disagrees with the
/// majority of the others; from then on a ``DriftAlarm`` waits for the half that somebody has who does not look. One
/// and a half standard errors are added to what those first answers say, so that the usual share is seldom taken too low,
/// and false alarms come no more often than promised for most people.
///
/// It cannot tell who disagrees half of the time from the beginning (``Deferral`` can), nor a person who changes while
/// the first answers are counted; and where the others change together, it is the one who stayed that is noticed.
public struct PersonDrift: Codable, Sendable, Hashable {
  /// Checked answers that tell what is usual.
  public static let calibration = 60
  /// The usual share of disagreement from which on a half could not be told from it.
  public static let mostUsual = 0.45

  /// Answers that could be checked.
  public private(set) var checked = 0
  /// Of the first ``calibration`` of them, how many the majority of the others contradicted.
  private var disagreements = 0
  private var alarm: DriftAlarm?
  /// Where the person's answers stood when the sum of the alarm last was 0: the count of all their answers by then.
  private var quietAt = 0

  /// Nothing is known of the person yet.
  public init() {}

  /// The share of disagreement that counts as usual; nil before it is known, and where it is too large to tell.
  public var usual: Double? {
    guard checked >= Self.calibration else { return nil }
    let share = (Double(disagreements) + 1) / Double(Self.calibration + 2)
    let error = (share * (1 - share) / Double(Self.calibration)).squareRoot()
    let usual = share + 1.5 * error
    return usual <= Self.mostUsual ? usual : nil
  }

  /// Takes down whether the majority of the others said something else.
  ///
  /// - Parameters:
  ///   - disagrees: whether it did.
  ///   - answers: how many answers the person had given before this one, checked or not.
  ///   - answersBetweenFalseAlarms: checked answers between false alarms, on average, at least.
  /// - Returns: once the alarm sounds, from which of the person's answers on they are taken to have changed.
  public mutating func note(
    disagrees: Bool, answers: Int, answersBetweenFalseAlarms: Double
  ) -> Int? {
    checked += 1
    guard checked > Self.calibration else {
      if disagrees { disagreements += 1 }
      quietAt = answers + 1
      return nil
    }
    if alarm == nil, let usual {
      alarm = DriftAlarm(
        usualErrors: usual, unusualErrors: 0.5, answersBetweenFalseAlarms: answersBetweenFalseAlarms)
    }
    guard alarm?.note(wrong: disagrees) == true else {
      if alarm?.sum == 0 { quietAt = answers + 1 }
      return nil
    }
    return quietAt
  }

  /// That a person has changed, and what says so.
  public struct Notice: Codable, Sendable, Hashable {
    /// Who, counted from 0.
    public var person: Int
    /// How many answers of all there were when it was noticed.
    public var answers: Int
    /// How many of the person's own answers still count: those before.
    public var counted: Int
    /// Their answers that could be compared with others'.
    public var checked: Int
    /// The share of disagreement that was usual.
    public var usual: Double
    /// Checked answers between false alarms, on average, at least.
    public var answersBetweenFalseAlarms: Double
  }
}
