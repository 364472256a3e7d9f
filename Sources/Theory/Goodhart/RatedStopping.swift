import Compute
import Environments
import Findings
import Foundation

/// When to stop optimising a proxy whose truth is known from ratings alone: ``GoodhartAudit``'s early stopping without
/// an oracle.
///
/// ```swift
/// let stopping = try RatedStopping(world, proxy: proxy, ratings: ratings, confidence: 0.95)
/// stopping.bound.angle                              // the truth is no farther than that, with confidence
/// stopping.policy                                   // loses no true return against the start, with confidence
/// ```
public struct RatedStopping: Sendable {
  /// The world's occupancies, in which all angles are measured.
  public let geometry: OccupancyGeometry
  /// How far the truth may be.
  public let bound: AngleBound
  /// The path of steepest ascent of the proxy.
  public let ascent: SteepestAscent
  /// The corner at which to stop.
  public let stop: Int

  /// Of the parameters:
  /// - `proxy`: expected reward on [states × actions].
  /// - `confidence`: the probability, above 0 and below 1, with which the promise is to hold.
  /// - `start`: the policy that the path starts from; the one that takes all actions alike if nil.
  public init(
    _ mdp: TabularMDP, proxy: [Double], ratings: RewardRatings, confidence: Double = 0.95,
    start: TabularPolicy? = nil
  ) throws {
    guard confidence > 0, confidence < 1 else {
      throw InputError("the confidence is \(confidence)", remedy: "it lies between 0 and 1, such as 0.95")
    }
    let geometry = try OccupancyGeometry(mdp)
    self.geometry = geometry
    let compact = geometry.compact(proxy)
    bound = AngleBound(geometry, proxy: compact, ratings: ratings, delta: 1 - confidence)
    ascent = try SteepestAscent(
      geometry, proxy: compact, start: start.map { try geometry.occupancy(geometry.compact($0.probabilities)) })
    stop = ascent.stop(angle: bound.angle)
  }

  /// The policy to stop at.
  public var policy: TabularPolicy { ascent.policy(corner: stop) }

  /// The greatest angle with which the piece after the stop could be gone; nil at the end.
  public var angleForMore: Double? {
    stop < ascent.segments.count ? ascent.safeAngle(corner: stop + 1) : nil
  }
}

extension RatedStopping {
  /// What the findings of stopping by ratings come to.
  public static let headline = Headline(
    holds: "The proxy can be optimised as far as stated",
    fails: "The ratings speak against the proxy",
    mixed: "Optimise the proxy no farther than stated",
    unknown: "The ratings are too few to optimise the proxy")

  /// What stands: the bound on the angle, and the stopping.
  public var findings: [Finding] {
    guard let estimate = bound.estimate, !ascent.segments.isEmpty else {
      return [
        Finding(
          id: "goodhart/rated-stopping", claim: claim, verdict: .notMeasurable,
          reason: "The proxy, or the mean of the ratings, tells no policies apart.", assumptions: assumptions,
          errorRate: errorRate, source: Self.source)
      ]
    }
    func degrees(_ radians: Double) -> String { GoodhartAudit.degrees(radians) }
    let isOpposed = estimate - asinClamped(min(1, bound.relativeError)) > .pi / 2 && bound.relativeError < 1
    let angle = Finding(
      id: "goodhart/rated-angle",
      claim: "The ratings show that the truth is less than 90° from the proxy",
      verdict: bound.angle < .pi / 2 ? .holds : isOpposed ? .fails : .unknown,
      reason: "The mean ratings point \(degrees(estimate)) away from the proxy, and "
        + (bound.angle < .pi
          ? "the truth is at most \(degrees(bound.angle)) away." : "are too few to bound how far the truth is.")
        + (bound.unratedPairs > 0
          ? " \(Numbers.count(bound.unratedPairs, "pair")) of state and action without a rating may be anything." : ""),
      evidence: [
        Evidence("angle of the mean ratings to the proxy", estimate * 180 / .pi, unit: "°"),
        Evidence("bound on the truth's angle to the proxy", bound.angle * 180 / .pi, unit: "°"),
        Evidence("how far the mean ratings may be off, as a share of their length", bound.relativeError),
        Evidence("ratings that count", Double(bound.ratingCount)),
        Evidence("pairs without a rating", Double(bound.unratedPairs)),
      ], assumptions: assumptions, errorRate: errorRate, source: Self.source)
    let pieces = ascent.segments.count
    var reason =
      stop == pieces
      ? "Within \(degrees(bound.angle)) no truth loses all the way to the proxy's optimum"
      : stop == 0
        ? "No step is covered: the first piece needs the truth within \(degrees(angleForMore ?? 0))"
        : "After \(Numbers.count(stop, "piece")) of \(pieces); the next one needs the truth within "
          + degrees(angleForMore ?? 0)
    if let needed = angleForMore {
      let more = bound.more(for: needed)
      reason +=
        more.map { "; about \(Numbers.plain($0)) times as many ratings like these would do" }
        ?? "; more ratings like these would not change that"
    }
    let stopping = Finding(
      id: "goodhart/rated-stopping", claim: claim, verdict: stop > 0 ? .holds : isOpposed ? .fails : .unknown,
      reason: reason + ".",
      evidence: [
        Evidence("stops after piece", Double(stop)), Evidence("pieces of the path", Double(pieces)),
        Evidence(
          "worst change over the cone, per unit of the truth's projection",
          ascent.worstCase(corner: stop, angle: bound.angle)),
      ], assumptions: assumptions, errorRate: errorRate, source: Self.source)
    return [angle, stopping]
  }

  private var claim: String {
    "With \(Numbers.percent(1 - bound.delta)) confidence, optimising the proxy up to the stopping policy loses no true "
      + "return"
  }

  private var assumptions: [String] {
    [
      "The mean rating of each state and action is its true reward, up to a positive factor and a constant.",
      "Ratings are independent, and which pairs were rated does not depend on what other ratings said.",
      "The world's transitions, start and discount are as given.",
    ]
  }

  private var errorRate: String {
    "At most \(Numbers.percent(bound.delta)) of bounds are too small; of 2,000 simulated at 80 % confidence fewer than "
      + "1 % were"
  }

  private static let source =
    GoodhartAudit.source
    + "; Pinelis, Annals of Probability 1994, theorem 3.4; Maurer, JIPAM 2003; the bound on the angle "
    + "is ours"
}
