import Compute
import Findings
import Rewards
import Theory

extension ReportModel {
  /// A page about one proxy for one true reward: the policies in both returns, and what could not be hacked.
  public init(_ audit: HackingAudit, world: FiniteWorld, truth: String, proxy: String, seed: UInt64) {
    var sections: [Section] = []
    if let entries = audit.numbers.policies, let comparison = audit.comparison {
      let points = zip(comparison.truth.shares, comparison.proxy.shares).map { Chart.Point($0, $1) }
      var series = [Chart.Series("policies", role: .neutral, shape: .scatter, points: points)]
      if let witness = comparison.witness {
        series.append(
          Chart.Series("a hack", role: .accent, shape: .line, points: [points[witness.before], points[witness.after]]))
      }
      let chart = Chart(
        id: "returns", title: "True return and proxy",
        caption: "Where a proxy cannot be hacked, the points rise from left to right.",
        summary:
          "\(entries.count) policies; \(comparison.invertedPairs) of \(comparison.pairCount) pairs in opposite order",
        x: Chart.Axis("true return, 0 worst, 1 best"),
        panels: [Chart.Panel(y: Chart.Axis("return by the proxy, 0 worst, 1 best"), series: series)])
      let rows = entries.prefix(40).map {
        [$0.name, Numbers.plain($0.trueReturn), Numbers.plain($0.proxyReturn)]
      }
      sections.append(
        Section(
          id: "policies", title: "Policies", charts: [chart],
          tables: [
            Table(
              caption: entries.count > 40 ? "The first 40 policies" : "Every policy",
              columns: ["policy", "true return", "by the proxy"], rows: rows, numeric: [1, 2])
          ]))
    }
    var facts = [
      Fact("Worst loss", NumberFormat.plain.text(audit.worst.normalised), note: "share of the true range")
    ]
    if let degrees = audit.angle.degrees {
      facts.append(Fact("Angle", NumberFormat.plain.text(degrees) + "°"))
    }
    if let share = audit.share {
      facts.append(Fact("Unhackable", NumberFormat.plain.text(share.share), note: "share of directions"))
    }
    self.init(
      kind: .theory, title: "Can \(proxy) be hacked?",
      subtitle: "The proxy \(proxy) for the true reward \(truth) in \(world.title).", headline: HackingAudit.headline,
      facts: facts, sections: sections, findings: audit.findings,
      provenance: [Fact("world", world.title), Fact("seed", "\(seed)")])
  }
}
