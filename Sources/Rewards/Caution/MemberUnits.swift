/// A common zero and unit for the members of a reward ensemble.
///
/// Answers fix differences only: each member has a zero of its own, and the worst of several rewards with different
/// zeros is the one whose zero happens to be lowest. So every member is given the same mean and the same deviation over
/// the transitions that were judged, both being what the members have on average: what an agent is paid stays in the
/// unit, and around the zero, of the members' mean.
public struct MemberUnits: Sendable, Hashable, Codable {
  /// By member: its output, before normalisation, that counts as ``level``.
  public let zeros: [Double]
  /// By member: what its distance from that is multiplied by.
  public let scales: [Double]
  /// The reward at the zeros.
  public let level: Double

  /// The members as the model has them, brought to nothing in common.
  public init(of model: RewardModel) {
    (zeros, scales, level) = (model.outputMeans, model.outputScales, 0)
  }

  /// - Parameters:
  ///   - model: whose members these are.
  ///   - means: by member, the mean of its raw output over what was judged.
  ///   - deviations: and its deviation; a member whose output is constant keeps its own unit.
  package init(_ model: RewardModel, means: [Double], deviations: [Double]) {
    precondition(means.count == model.members && deviations.count == model.members, "one for each member")
    let members = Double(model.members)
    let levels = zip(zip(means, model.outputMeans), model.outputScales).map { ($0.0 - $0.1) * $1 }
    let spreads = zip(deviations, model.outputScales).map { $0 * $1 }
    let spread = spreads.reduce(0, +) / members
    zeros = means
    scales = zip(deviations, model.outputScales).map { $0 > 1e-12 ? spread / $0 : $1 }
    level = levels.reduce(0, +) / members
  }
}
