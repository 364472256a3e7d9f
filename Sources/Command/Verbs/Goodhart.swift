import ArgumentParser
import Foundation
import Pactolus

/// `pactolus goodhart WORLD TRUE PROXY`: the true return as the proxy is optimised harder, and when to stop.
struct GoodhartVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "goodhart", abstract: "What optimising a proxy does to the true return, and when to stop.",
    discussion: """
      Follows the proxy's maximum-causal-entropy, Boltzmann-rational and steepest-ascent paths through the policies of
      a finite world, exactly; says where the true return turns and which face of the occupancy polytope is to blame,
      and gives the policy at which to stop so that no truth within --angle of the proxy can have lost.
      Without --angle, the true angle between the two rewards is guarded against. See Documentation/goodhart.md.

      Example:  pactolus goodhart cliff goal-and-cliff goal --out goodhart.html
      """)

  @OptionGroup var world: WorldArgument

  @Argument(help: FiniteWorld.rewardHelp) var truth: String
  @Argument(help: ArgumentHelp("What is optimised instead: a reward as before.", valueName: "proxy")) var proxy: String

  @Option(help: ArgumentHelp("How far, in degrees, the truth may lie from the proxy.", valueName: "degrees"))
  var angle: Double?

  @Option(help: "How many pressures each path shows.")
  var points = 65

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (3...2000).contains(points) else { throw ValidationError("--points takes a number from 3 to 2000.") }
  }

  func run() throws {
    let world = try world.read()
    let truth = try RewardTable.named(truth, in: world).expected(in: world.mdp)
    let proxy = try RewardTable.named(proxy, in: world).expected(in: world.mdp)
    let audit = try GoodhartAudit(
      world.mdp, truth: truth, proxy: proxy, angle: angle.map { $0 * .pi / 180 }, points: points)
    let findings = audit.findings(stateNames: world.stateNames, actionNames: world.actionNames)
    try output.show(
      findings, numbers: Numbers(audit, world),
      report: ReportModel(
        audit, findings: findings, world: world, truth: self.truth, proxy: self.proxy))
  }

  private struct Numbers: Encodable {
    struct Path: Encodable {
      var kind: PressurePath.Kind
      var normalizedDropHeight: Double?
      /// By how much a return between two points could exceed the peak.
      var hidden: Double
      var peak: PressurePath.Point
      var points: [PressurePath.Point]
    }
    struct Corner: Encodable {
      var truth: Double?
      var proxy: Double?
      /// Of the piece that leads away from here.
      var angleToProxy: Double?
      /// What is used up here: [state, action].
      var blocked: [[String]]
      var safeAngle: Double
      var worstCase: Double
    }
    var angle: Double?
    var guardedAngle: Double
    var safeAngle: Double
    /// Least and greatest, in the rewards' own units; all other returns are 0 for the worst policy and 1 for the best.
    var truthRange: [WideNumber]
    var proxyRange: [WideNumber]
    var paths: [Path]
    var ascent: [Corner]
    var turnsAfter: Int?
    var stopsAfter: Int
    /// [state][action], in the world's order.
    var stoppingPolicy: [[Double]]

    init(_ audit: GoodhartAudit, _ world: FiniteWorld) {
      func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
      angle = audit.angle.map(degrees)
      guardedAngle = degrees(audit.guardedAngle)
      safeAngle = degrees(audit.safeAngle)
      truthRange = [audit.truthRange.least, audit.truthRange.greatest]
      proxyRange = [audit.proxyRange.least, audit.proxyRange.greatest]
      paths = audit.paths.map {
        Path(kind: $0.kind, normalizedDropHeight: $0.dropHeight, hidden: $0.hidden, peak: $0.peak, points: $0.points)
      }
      let (truths, proxies) = (audit.ascentTruth, audit.ascentProxy)
      ascent = audit.ascent.corners.indices.map { corner in
        let segments = audit.ascent.segments
        return Corner(
          truth: truths.indices.contains(corner) ? truths[corner] : nil,
          proxy: proxies.indices.contains(corner) ? proxies[corner] : nil,
          angleToProxy: corner < segments.count ? degrees(acos(segments[corner].cosine)) : nil,
          blocked: corner == 0
            ? []
            : audit.blocking(segment: corner - 1).map { [world.stateNames[$0.state], world.actionNames[$0.action]] },
          safeAngle: degrees(audit.ascent.safeAngle(corner: corner)),
          worstCase: audit.ascent.worstCase(corner: corner, angle: audit.guardedAngle))
      }
      turnsAfter = audit.turn
      stopsAfter = audit.stop
      let policy = audit.stoppingPolicy
      stoppingPolicy = (0..<policy.stateCount).map {
        Array(policy.probabilities[$0 * policy.actionCount..<($0 + 1) * policy.actionCount])
      }
    }
  }
}
