import Rewards
import Theory

extension ReportModel {
  /// A page about one task: the reward that expresses it, or the proof that there is none.
  public init(_ audit: ExpressionAudit, world: FiniteWorld, description: String) {
    self.init(
      kind: .theory, title: "Can a reward express it?", subtitle: description, headline: ExpressionAudit.headline,
      findings: [audit.finding], provenance: [Fact("world", world.title)])
  }
}
