import Audits
import Compute

extension RunCheck {
  /// Whether the agent stays where the members of the ensemble agree.
  static let disagreement = RunCheck("reward-model/disagreement") { audited in
    let runs = audited.runs
    guard let count = runs.map(\.disagreement.count).min(), count > 0 else { return [] }
    let mean = (0..<count).map { index in Statistics.mean(runs.map { $0.disagreement[index] }) }
    return DisagreementGrowth(mean, random: audited.random.child("disagreement")).map { [$0.finding()] } ?? []
  }
}
