import Compute
import Findings
import Foundation
import Rewards
import Theory

extension ReportModel {
  /// A page about how far a proxy may be optimised when ratings are all that is known of the truth.
  public init(_ stopping: RatedStopping, world: FiniteWorld, proxy: String) {
    func degrees(_ radians: Double) -> String { NumberFormat.plain.text(radians * 180 / .pi) + "°" }
    let policy = stopping.policy
    let shown = stopping.geometry.states.prefix(60)
    self.init(
      kind: .theory, title: "How far \(proxy) may be optimised",
      subtitle: "By \(stopping.bound.ratingCount) ratings of what is done in \(world.title).",
      headline: RatedStopping.headline,
      facts: [
        Fact("Angle, at most", degrees(stopping.bound.angle), note: "from the proxy to the truth, with confidence"),
        Fact(
          "Stop after", "\(stopping.stop) of \(stopping.ascent.segments.count)", note: "straight pieces of the path"),
      ],
      sections: [
        Section(
          id: "policy", title: "The policy to stop at",
          tables: [
            Table(
              caption: "Probability of each action, by state"
                + (shown.count < stopping.geometry.states.count ? ", the first \(shown.count) states" : ""),
              columns: ["State"] + world.actionNames,
              rows: shown.map { state in
                [world.stateNames[state]]
                  + (0..<policy.actionCount).map {
                    NumberFormat.plain.text(policy.probabilities[state * policy.actionCount + $0])
                  }
              }, numeric: Array(1...max(1, policy.actionCount)))
          ])
      ], findings: stopping.findings)
  }
}
