import Compute
import Environments
import Foundation

/// What happens to the true return in a finite world as a proxy is optimised harder and harder, and when to stop.
///
/// ```swift
/// let audit = try GoodhartAudit(world, truth: truth, proxy: proxy)
/// audit.ascent.policy(corner: audit.stop)   // cannot lose true return if the angle is right
/// FindingText(audit.findings(), headline: GoodhartAudit.headline).summary
/// ```
///
/// After Karwowski et al., "Goodhart's Law in Reinforcement Learning", ICLR 2024.
public struct GoodhartAudit: Sendable {
  /// The world's occupancies, in which all angles are measured.
  public let geometry: OccupancyGeometry
  let truth: [Double]
  let proxy: [Double]
  /// The least and greatest true return of any policy.
  public let truthRange: (least: Double, greatest: Double)
  /// The least and the greatest return by the proxy of any policy.
  public let proxyRange: (least: Double, greatest: Double)
  /// The angle between truth and proxy in radians; nil if either orders no policies.
  public let angle: Double?
  /// The angle that early stopping guards against, in radians.
  public let guardedAngle: Double
  /// Whether that angle was given, instead of being the true one.
  public let angleIsGiven: Bool
  /// What happens along each kind of pressure.
  public let paths: [PressurePath]
  /// The path of steepest ascent of the proxy.
  public let ascent: SteepestAscent
  /// The corner of the ascent at which to stop.
  public let stop: Int

  /// Of the parameters:
  /// - `truth`, `proxy`: expected rewards on [states × actions].
  /// - `angle`: how far (radians) the truth may be from the proxy; their true angle if nil.
  /// - `points`: how many pressures each path shows.
  public init(
    _ mdp: TabularMDP, truth: [Double], proxy: [Double], angle: Double? = nil, points: Int = 65
  ) throws {
    if let angle, !(0...Double.pi).contains(angle) {
      throw InputError("the angle is \(angle * 180 / .pi)°", remedy: "it lies between 0° and 180°")
    }
    for (name, reward) in [("true", truth), ("proxy", proxy)] {
      guard reward.count == mdp.stateCount * mdp.actionCount, reward.allSatisfy(\.isFinite) else {
        throw InputError(
          "the \(name) reward needs \(mdp.stateCount * mdp.actionCount) finite values, one for each state and action")
      }
    }
    let geometry = try OccupancyGeometry(mdp)
    self.geometry = geometry
    self.truth = geometry.compact(truth)
    self.proxy = geometry.compact(proxy)
    truthRange = try geometry.range(self.truth)
    proxyRange = try geometry.range(self.proxy)
    self.angle = geometry.angle(self.truth, self.proxy)
    guardedAngle = angle ?? self.angle ?? 0
    angleIsGiven = angle != nil
    let unit = (proxyRange.greatest - proxyRange.least) * (1 - mdp.discount) / 2
    let range = truthRange.greatest - truthRange.least
    let (compactTruth, compactProxy) = (self.truth, self.proxy)
    paths = try PressurePath.Kind.allCases.map {
      try PressurePath(
        $0, geometry: geometry, truth: compactTruth, proxy: compactProxy, range: range, unit: unit, points: points)
    }
    ascent = try SteepestAscent(geometry, proxy: compactProxy)
    stop = ascent.stop(angle: guardedAngle)
  }

  /// A true return between 0, the worst policy's, and 1, the best one's; nil if they are the same.
  public func normalized(truth value: Double) -> Double? { Self.normalized(value, truthRange) }

  /// The same for the proxy.
  public func normalized(proxy value: Double) -> Double? { Self.normalized(value, proxyRange) }

  private static func normalized(_ value: Double, _ range: (least: Double, greatest: Double)) -> Double? {
    range.greatest > range.least ? (value - range.least) / (range.greatest - range.least) : nil
  }

  /// Normalised true return at each corner of the ascent; empty if the truth is trivial.
  public var ascentTruth: [Double] { ascent.returns(truth).compactMap { normalized(truth: $0) } }

  /// Normalised proxy return at each corner.
  public var ascentProxy: [Double] { ascent.returns(proxy).compactMap { normalized(proxy: $0) } }

  /// The segment of the ascent along which the true return first falls.
  public var turn: Int? { ascent.turn(truth) }

  /// The policy to stop at: safe for every truth within ``guardedAngle`` of the proxy.
  public var stoppingPolicy: TabularPolicy { ascent.policy(corner: stop) }

  /// The greatest angle for which running to the end is safe: θ*.
  public var safeAngle: Double { ascent.safeAngle(corner: ascent.segments.count) }

  /// What blocks at the end of a segment: state and action of each facet.
  public func blocking(segment: Int) -> [(state: Int, action: Int)] {
    ascent.segments[segment].blocking.map {
      (geometry.states[$0 / geometry.actionCount], $0 % geometry.actionCount)
    }
  }
}

extension OccupancyGeometry {
  /// The least and greatest return of any policy; equal, exactly, if the reward tells no policies apart.
  func range(_ reward: [Double]) throws -> (least: Double, greatest: Double) {
    let greatest = try optimum(reward).value
    guard projected(reward).contains(where: { $0 != 0 }) else { return (greatest, greatest) }
    let least = -(try optimum(reward.map { -$0 }).value)
    return least < greatest ? (least, greatest) : (greatest, greatest)
  }
}
