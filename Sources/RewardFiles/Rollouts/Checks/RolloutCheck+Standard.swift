import Compute

extension RolloutCheck {
  /// The checks that an audit of rollouts makes unless others are asked for, in the order in which it lists them.
  public static let standard: [RolloutCheck] = [
    .falsePositives,
    .falseNegatives,
    .learnable,
    .labelsNeeded,
    .rankStability,
    .impossible,
    .failuresAsZero,
    .misaligned,
    .range,
    .weights,
    .advantages,
    .flaky,
    .secondVerifier,
    .combinedRule,
    .equivalents,
    .extraction,
    .answerLeak,
    .injection,
    .memorised,
    .shortcuts,
    .exploited,
    .dominance,
    .groupCollapse,
    .rubric,
    .judgeBias,
    .truncation,
    .tampering,
  ]

  /// The check of this name.
  ///
  /// - Throws: `InputError` with the nearest right names if there is none.
  public static func named(_ name: String, among checks: [RolloutCheck] = standard) throws -> RolloutCheck {
    guard let check = checks.first(where: { $0.id == name }) else {
      throw InputError.unknown("check", name, among: checks.map(\.id))
    }
    return check
  }
}
