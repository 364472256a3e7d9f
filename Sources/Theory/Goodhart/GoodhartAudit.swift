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
  let truth: ScaledReward
  let proxy: ScaledReward
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
  /// - `points`: in how many equal steps of pressure each path is looked at first.
  /// - `resolution`: points are added until no true return can hide between them that is higher by more than this share
  ///   of the range; or until there are eight times as many, fewer in large worlds.
  public init(
    _ mdp: TabularMDP, truth: [Double], proxy: [Double], angle: Double? = nil, points: Int = 65,
    resolution: Double = 0.01
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
    let scaledTruth = try ScaledReward(geometry.compact(truth), geometry)
    let scaledProxy = try ScaledReward(geometry.compact(proxy), geometry)
    self.truth = scaledTruth
    self.proxy = scaledProxy
    self.angle = geometry.angle(scaledTruth.values, scaledProxy.values)
    guardedAngle = angle ?? self.angle ?? 0
    angleIsGiven = angle != nil
    // They do not wait for one another.
    let kinds = PressurePath.Kind.allCases
    let pieces = ThreadPool.shared.map(kinds.count + 1) { part -> Result<Piece, any Error> in
      Result {
        part < kinds.count
          ? .path(
            try PressurePath(
              kinds[part], geometry: geometry, truth: scaledTruth, proxy: scaledProxy, points: points,
              resolution: resolution))
          : .ascent(try SteepestAscent(geometry, proxy: scaledProxy.values))
      }
    }
    var (paths, ascents) = ([PressurePath](), [SteepestAscent]())
    for piece in pieces {
      switch try piece.get() {
      case .path(let path): paths.append(path)
      case .ascent(let ascent): ascents.append(ascent)
      }
    }
    self.paths = paths
    ascent = ascents[0]
    stop = ascent.stop(angle: guardedAngle)
  }

  /// What is computed side by side.
  private enum Piece: Sendable {
    case path(PressurePath)
    case ascent(SteepestAscent)
  }

  /// The least and greatest true return of any policy, in the reward's own units.
  public var truthRange: (least: WideNumber, greatest: WideNumber) { Self.range(truth) }

  /// The least and the greatest return by the proxy of any policy, in the proxy's own units.
  public var proxyRange: (least: WideNumber, greatest: WideNumber) { Self.range(proxy) }

  private static func range(_ reward: ScaledReward) -> (least: WideNumber, greatest: WideNumber) {
    (
      WideNumber(reward.least, exponent: reward.exponent), WideNumber(reward.greatest, exponent: reward.exponent)
    )
  }

  /// A true return, in the reward's own units, between 0, the worst policy's, and 1, the best one's; nil if they are the
  /// same.
  public func normalized(truth value: Double) -> Double? { Self.normalized(value, truth) }

  /// The same for the proxy.
  public func normalized(proxy value: Double) -> Double? { Self.normalized(value, proxy) }

  private static func normalized(_ value: Double, _ reward: ScaledReward) -> Double? {
    reward.range > 0 ? reward.normalized(value.timesTwo(to: -reward.exponent)) : nil
  }

  /// Normalised true return at each corner of the ascent; empty if the truth is trivial.
  public var ascentTruth: [Double] { truth.range > 0 ? ascent.returns(truth.values).map(truth.normalized) : [] }

  /// Normalised proxy return at each corner.
  public var ascentProxy: [Double] { proxy.range > 0 ? ascent.returns(proxy.values).map(proxy.normalized) : [] }

  /// The segment of the ascent along which the true return first falls.
  public var turn: Int? { ascent.turn(truth.values) }

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
