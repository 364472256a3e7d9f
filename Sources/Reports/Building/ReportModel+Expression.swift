import Rewards
import Theory

extension ReportModel {
  /// A page about one task: the reward that expresses it, or the proof that there is none.
  public init(_ audit: ExpressionAudit, world: FiniteWorld, description: String) {
    var sections: [Section] = []
    if let reward = audit.reward,
      let map = TablePicture.heatMap(
        id: "reward", title: "The reward that expresses it",
        caption: "Of all rewards with no number beyond 1, the one of largest margin.", reward, in: world)
    {
      sections.append(Section(id: "reward", title: "The reward", heatMaps: [map]))
    }
    if case .impossible(let proof) = audit.result, let chart = Self.mixtures(proof) {
      sections.append(
        Section(
          id: "proof", title: "Why there is none",
          text: "Every such reward values the two mixtures alike, but the first was to be better.", charts: [chart]))
    }
    self.init(
      kind: .theory, title: "Can a reward express it?", subtitle: description, headline: ExpressionAudit.headline,
      sections: sections, findings: [audit.finding], provenance: [Fact("world", world.title)])
  }

  /// What each side of the proof is made of.
  private static func mixtures(_ proof: Expressibility.Certificate) -> Chart? {
    let terms = proof.betterSide + proof.worseSide
    guard !proof.betterSide.isEmpty, terms.count <= 24 else { return nil }
    var names: [String] = []
    for term in terms where !names.contains(term.name) { names.append(term.name) }
    func points(_ side: [Expressibility.Certificate.Term]) -> [Chart.Point] {
      side.compactMap { term in names.firstIndex(of: term.name).map { Chart.Point(Double($0), term.weight) } }
    }
    return Chart(
      id: "mixtures", title: "Two mixtures with the same counts", caption: proof.text,
      summary: "Weights of the things that were to be better, and of those that were to be worse: \(proof.text).",
      x: Chart.Axis("", names: names),
      panels: [
        Chart.Panel(
          y: Chart.Axis("share of the better side", lower: 0, upper: 1),
          series: [Chart.Series("was to be better", role: .truth, shape: .bars, points: points(proof.betterSide))]),
        Chart.Panel(
          y: Chart.Axis("share of the worse side", lower: 0, upper: 1),
          series: [Chart.Series("was to be worse", role: .prediction, shape: .bars, points: points(proof.worseSide))]),
      ], isWide: names.count > 8)
  }
}
