/// What our own, second implementation says of an answer and its reference. It never stands for the truth: `equal` and
/// `different` are said only where the forms are plain, and a form that was asked for is a matter for people.
package enum AnswerOpinion: Int8, Sendable, Hashable {
  /// The two have the same value.
  case equal
  /// They have different values.
  case different
  /// The forms are not understood, or it depends on rounding or on the form.
  case unsure
}

extension AnswerOpinion {
  /// Compares two answers as they were written.
  package static func of(_ answer: some Collection<UInt8>, _ reference: some Collection<UInt8>) -> AnswerOpinion {
    let (first, second) = (AnswerText.normal(answer), AnswerText.normal(reference))
    if first.isEmpty || second.isEmpty { return .unsure }
    if first == second { return .equal }
    return AnswerValue(first).compare(AnswerValue(second))
  }
}
