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
            .policy(policy, states: stopping.geometry.states, in: world)
          ])
      ], findings: stopping.findings)
  }
}
