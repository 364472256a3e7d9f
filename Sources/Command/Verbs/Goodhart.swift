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
      Without --angle, the true angle between the two rewards is guarded against. With --ratings the truth need not be
      known: ratings of what was done bound the angle, with confidence. See Documentation/goodhart.md.

        pactolus goodhart cliff goal-and-cliff goal --out goodhart.html
        pactolus goodhart world.json proxy --ratings ratings.csv --scale 1,5
        pactolus goodhart two-state leave-0 action-1 --ratings 2000        (ratings of TRUE simulated)
      """)

  @OptionGroup var world: WorldArgument

  @Argument(
    help: ArgumentHelp(
      "The true reward and the proxy, each the name of one of the world's own, or written as for the other verbs; with "
        + "a file of ratings the proxy alone.", valueName: "reward"))
  var rewards: [String]

  @Option(help: ArgumentHelp("How far, in degrees, the truth may lie from the proxy.", valueName: "degrees"))
  var angle: Double?

  @Option(help: "How many pressures each path shows.")
  var points = 65

  @Option(
    help: ArgumentHelp(
      "Bound the angle by ratings of states and actions: a .csv file with the columns state, action and rating, a "
        + ".json file, or how many to simulate.", valueName: "ratings"))
  var ratings: String?

  @Option(help: ArgumentHelp("The least and the greatest rating that could be given, such as 1,5.", valueName: "ends"))
  var scale: String?

  @Option(help: "With --ratings: the probability with which the promise is to hold.")
  var confidence = 0.95

  @Option(help: "With simulated ratings: their seed.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "With --ratings: where the steepest ascent starts, uniform unless given: \(PolicyWords.oneHelp).",
      valueName: "policy"))
  var policy: String?

  @OptionGroup var horizon: HorizonOption

  @OptionGroup var output: TheoryOutput

  private var isFromFile: Bool { ratings.map { Int($0) == nil } ?? false }

  func validate() throws {
    guard (3...2000).contains(points) else { throw ValidationError("--points takes a number from 3 to 2000.") }
    guard rewards.count == (isFromFile ? 1 : 2) else {
      throw ValidationError(
        isFromFile
          ? "goodhart with a file of ratings takes a world and the proxy."
          : "goodhart takes a world, the true reward and the proxy.")
    }
    guard ratings != nil || scale == nil else { throw ValidationError("--scale is for --ratings.") }
    guard ratings != nil || policy == nil else { throw ValidationError("--policy is for --ratings.") }
    guard ratings == nil || angle == nil else { throw ValidationError("Give --angle, or --ratings to bound it.") }
    guard confidence > 0, confidence < 1 else { throw ValidationError("--confidence lies between 0 and 1.") }
  }

  func run() throws {
    let staged = try horizon.read(world)
    let world = staged.finite
    let start = try policy.map { try staged.policy($0, at: "--policy") }
    let proxy = try staged.reward(rewards[rewards.count - 1]).expected(in: world.mdp)
    if let ratings { return try stop(ratings, staged, proxy, start) }
    let truth = try staged.reward(rewards[0]).expected(in: world.mdp)
    let audit = try GoodhartAudit(
      world.mdp, truth: truth, proxy: proxy, angle: angle.map { $0 * .pi / 180 }, points: points)
    let findings = audit.findings(stateNames: world.stateNames, actionNames: world.actionNames)
    try output.show(
      findings, numbers: Numbers(audit, world),
      report: ReportModel(audit, findings: findings, world: world, truth: rewards[0], proxy: rewards[1]))
  }

  private func stop(_ text: String, _ staged: StagedWorld, _ proxy: [Double], _ start: TabularPolicy?) throws {
    let world = staged.finite
    let given: RewardRatings
    if let count = Int(text) {
      guard (1...10_000_000).contains(count) else {
        throw InputError("\(count) ratings", at: "--ratings", remedy: "give 1 to 10,000,000, or a file")
      }
      given = try RewardRatings(
        simulating: staged.reward(rewards[0]).expected(in: world.mdp), in: world.mdp, count: count,
        random: RandomSource(seed: seed).stream("goodhart/ratings"))
    } else {
      given = try RewardRatings(contentsOf: text, in: world, scale: ends())
    }
    let stopping = try RatedStopping(world.mdp, proxy: proxy, ratings: given, confidence: confidence, start: start)
    let name = rewards[rewards.count - 1]
    try output.show(
      stopping.findings, numbers: RatedNumbers(stopping),
      report: ReportModel(stopping, world: world, proxy: name))
  }

  private func ends() throws -> ClosedRange<Double>? {
    guard let scale else { return nil }
    let ends = scale.split(separator: ",").map { Double($0) }
    guard ends.count == 2, let lower = ends[0], let upper = ends[1], lower < upper, lower.isFinite, upper.isFinite
    else {
      throw InputError("the scale is '\(scale)'", at: "--scale", remedy: "give its two ends, such as 1,5")
    }
    return lower...upper
  }

  private struct RatedNumbers: Encodable {
    /// Degrees; absent if a reward orders no policies.
    var estimatedAngle: Double?
    var boundedAngle: Double
    var confidence: Double
    var ratings: Int
    var unratedPairs: Int
    var stopsAfter: Int
    var pieces: Int
    /// [state][action], in the world's order.
    var stoppingPolicy: [[Double]]

    init(_ stopping: RatedStopping) {
      func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
      estimatedAngle = stopping.bound.estimate.map(degrees)
      boundedAngle = degrees(stopping.bound.angle)
      confidence = 1 - stopping.bound.delta
      ratings = stopping.bound.ratingCount
      unratedPairs = stopping.bound.unratedPairs
      stopsAfter = stopping.stop
      pieces = stopping.ascent.segments.count
      stoppingPolicy = rows(stopping.policy)
    }
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
      stoppingPolicy = rows(audit.stoppingPolicy)
    }
  }
}

/// A policy as [state][action].
private func rows(_ policy: TabularPolicy) -> [[Double]] {
  (0..<policy.stateCount).map {
    Array(policy.probabilities[$0 * policy.actionCount..<($0 + 1) * policy.actionCount])
  }
}
