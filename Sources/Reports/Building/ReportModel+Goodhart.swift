import Compute
import Findings
import Foundation
import Rewards
import Theory

extension ReportModel {
  /// A page about what optimising a proxy does in a finite world, with the curves and the path's angle.
  public init(_ audit: GoodhartAudit, findings: [Finding], world: FiniteWorld, truth: String, proxy: String) {
    var facts: [Fact] = []
    func degrees(_ radians: Double) -> String { NumberFormat.plain.text(radians * 180 / .pi) + "°" }
    if let angle = audit.angle {
      facts.append(Fact("Angle", degrees(angle), note: "between truth and proxy, where policies differ"))
      facts.append(Fact("Safe angle θ*", degrees(audit.safeAngle), note: "any closer truth gains all the way"))
    }
    for path in audit.paths {
      guard let drop = path.dropHeight else { continue }
      facts.append(
        Fact(
          path.kind == .boltzmann ? "Drop, Boltzmann" : "Drop, causal entropy", NumberFormat.plain.text(drop),
          note: "normalised drop height, −1 … 0"))
    }
    let policy = audit.stoppingPolicy
    self.init(
      kind: .theory, title: "\(truth) optimised through \(proxy)",
      subtitle: "What happens to the true return in \(world.title) as the proxy is optimised harder and harder.",
      headline: GoodhartAudit.headline,
      facts: facts,
      sections: [
        Section(
          id: "pressure", title: "More and more pressure",
          text: "Returns are scaled so that the worst policy has 0 and the best one 1.",
          charts: audit.angle == nil ? [] : audit.paths.map { Self.pressureChart($0, audit) }),
        Section(
          id: "ascent", title: "The steepest path, and where it turns",
          text:
            "From the policy that takes all actions alike, along straight pieces on the polytope of occupancies. At "
            + "each corner an action is used up and the path bends away from the proxy's direction; once it has bent "
            + "by more than 90° less the angle guarded against, some truth within that angle falls.",
          charts: audit.ascent.segments.isEmpty ? [] : [Self.ascentChart(audit)]),
        Section(
          id: "policy", title: "The policy to stop at",
          tables: [
            .policy(policy, states: audit.geometry.states, in: world)
          ]),
      ], findings: findings)
  }

  private static func pressureChart(_ path: PressurePath, _ audit: GoodhartAudit) -> Chart {
    func points(_ value: (PressurePath.Point) -> Double) -> [Chart.Point] {
      path.points.map { Chart.Point($0.pressure, value($0)) }
    }
    let name = path.kind == .boltzmann ? "Boltzmann-rational policies" : "Maximum-causal-entropy policies"
    return Chart(
      id: "pressure-\(path.kind.rawValue)", title: name,
      caption: path.falls ? "The true return turns while the proxy's goes on rising." : "The true return never turns.",
      summary: "\(name): normalised true and proxy return against optimisation pressure from 0 to 1.",
      x: Chart.Axis("pressure λ on the proxy", lower: 0, upper: 1),
      panels: [
        Chart.Panel(
          y: Chart.Axis("return, 0 worst, 1 best"),
          series: [
            Chart.Series("proxy", role: .prediction, points: points { $0.proxy }),
            Chart.Series("truth", role: .truth, points: points { $0.truth }),
          ])
      ],
      marks: path.falls ? [Chart.Mark(path.peak.pressure, label: "truth at its highest")] : [])
  }

  private static func ascentChart(_ audit: GoodhartAudit) -> Chart {
    var distance = 0.0
    var places = [0.0]
    for segment in audit.ascent.segments {
      distance += segment.length
      places.append(distance)
    }
    let angles = zip(audit.ascent.segments.indices, audit.ascent.segments).flatMap { index, segment in
      let angle = acos(segment.cosine) * 180 / .pi
      return [Chart.Point(places[index], angle), Chart.Point(places[index + 1], angle)]
    }
    let limit = max(0, 90 - audit.guardedAngle * 180 / .pi)
    var marks = [Chart.Mark(places[audit.stop], label: "stop here")]
    if let turn = audit.turn, turn != audit.stop { marks.append(Chart.Mark(places[turn], label: "truth turns")) }
    return Chart(
      id: "ascent", title: "Along the steepest ascent",
      caption: "Above, the returns; below, how far the path's direction has bent away from the proxy's.",
      summary: "True and proxy return along the steepest ascent of the proxy, and the angle of the path.",
      x: Chart.Axis("distance gone in occupancy space", lower: 0),
      panels: [
        Chart.Panel(
          y: Chart.Axis("return, 0 worst, 1 best"),
          series: [
            Chart.Series(
              "proxy", role: .prediction, points: zip(places, audit.ascentProxy).map { Chart.Point($0, $1) }),
            Chart.Series("truth", role: .truth, points: zip(places, audit.ascentTruth).map { Chart.Point($0, $1) }),
          ]),
        Chart.Panel(
          y: Chart.Axis("angle of the path (°)", lower: 0, upper: 90),
          series: [Chart.Series("path against proxy", role: .accent, points: angles)],
          references: [Chart.Reference(limit, "90° − θ")]),
      ], marks: marks, isWide: true)
  }
}
