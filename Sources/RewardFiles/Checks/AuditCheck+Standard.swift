import Compute

extension AuditCheck {
  /// The checks that an audit makes unless others are asked for, in the order in which it lists them: what would
  /// do most harm in training first. A new check is one file and one line here.
  public static let standard: [AuditCheck] = [
    .accuracy,
    .missingScores,
    .leakage,
    .lengthBias,
    .styleBias,
    .bestOfN,
    .calibration,
    .positionLeakage,
    .humanCeiling,
    .labelNoise,
    .contradictions,
    .slices,
    .ties,
    .invariance,
    .padding,
    .perturbation,
    .tails,
    .promptVariance,
    .ensemble,
    .outOfDistribution,
    .drift,
    .kl,
    .modelDistance,
    .rewardBench,
    .power,
  ]

  /// The check of this name.
  ///
  /// - Throws: `InputError` with the nearest right names if there is none.
  public static func named(_ name: String, among checks: [AuditCheck] = standard) throws -> AuditCheck {
    guard let check = checks.first(where: { $0.id == name }) else {
      throw InputError.unknown("check", name, among: checks.map(\.id))
    }
    return check
  }
}
