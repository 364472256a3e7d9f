import Compute
import Foundation

/// True and proxy return as the proxy is optimised harder and harder, without any geometry: policies at falling
/// temperature.
///
/// Pressure λ in 0 … 1 stands for the temperature α = −ln λ, in units of half the range of the proxy's discounted mean
/// reward over all policies: so shaping or rescaling the proxy changes nothing, and a bandit with rewards −1 and 1 has
/// the unit 1. λ = 0 is the policy of greatest entropy, λ = 1 is optimal for the proxy.
///
/// The path is looked at in equal steps of λ; from the last of them on at halved temperatures, until no action but the
/// optimal ones is taken any more; and then wherever a higher true return could still hide, until none higher by more
/// than a resolution can (``PressurePath/hidden``), or the allowance of points is spent.
public struct PressurePath: Sendable, Hashable {
  /// How pressure is put on the proxy.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Greatest return plus α × causal entropy.
    case maximumCausalEntropy
    /// softmax(Q* / α).
    case boltzmann
  }

  /// What a policy under one pressure is worth.
  public struct Point: Sendable, Hashable, Codable {
    /// The pressure λ, 0 … 1.
    public let pressure: Double
    /// The temperature α = −ln λ, which tells pressures apart that are 1 to rounding; nil for λ = 0, where it is infinite.
    public let temperature: Double?
    /// Its true return: 0 the worst policy's, 1 the best one's; 0 for a truth that orders no policies.
    public let truth: Double
    /// Its return by the proxy, likewise.
    public let proxy: Double
    /// How far the occupancy lies from that of λ = 0.
    public let distance: Double
  }

  /// How pressure is put on the proxy.
  public let kind: Kind
  /// All points looked at, by growing pressure, the peak among them.
  public let points: [Point]
  /// Where the true return is highest.
  public let peak: Point
  /// The true return at λ = 1 less its highest, in units of the truth's range over all policies: −1 … 0, and below 0
  /// exactly if the true return rises (or starts high) and then falls. "Normalised drop height", Definition 5 of
  /// Karwowski et al. 2024. Nil if no policy differs from another by the truth.
  public let dropHeight: Double?
  /// By how much the true return, in the same units, may be higher between two points than at the peak: a bound, not an
  /// estimate.
  public let hidden: Double
  /// What rounding can make of the true return.
  let rounding: Double

  /// - Parameters:
  ///   - resolution: refine until no more than this can hide.
  init(
    _ kind: Kind, geometry: OccupancyGeometry, truth: ScaledReward, proxy: ScaledReward, points count: Int,
    resolution: Double
  ) throws {
    self.kind = kind
    var search = try PressureSearch(kind, geometry: geometry, truth: truth, proxy: proxy)
    for index in 0..<max(2, count) { try search.add(pressure: Double(index) / Double(max(2, count) - 1)) }
    if truth.range > 0, proxy.range > 0 {
      try search.followToTheEnd()
      // Each point solves systems of equations in the states: in large worlds fewer are affordable.
      let size = Double(geometry.states.count)
      let affordable = Int(min(4000, 2e8 / max(1, size * size * size)))
      try search.refine(to: resolution, atMost: min(8 * count, max(2 * count, affordable)))
      try search.sharpenPeak()
    }
    points = search.samples.map(\.point)
    peak = search.samples[search.best].point
    let end = points[points.count - 1].truth
    dropHeight = truth.range > 0 ? min(0, end - peak.truth) : nil
    hidden = truth.range > 0 && proxy.range > 0 ? max(0, search.mostHidden - peak.truth) : 0
    rounding = search.rounding
  }

  /// Whether the true return falls by more than rounding.
  public var falls: Bool { (dropHeight ?? 0) < -rounding }
}

/// A reward on a geometry's pairs, at size 1, with the range of its returns.
struct ScaledReward: Sendable {
  /// The reward is these times 2^``exponent``.
  let values: [Double]
  let exponent: Int
  /// Of ``values``: equal, exactly, if the reward tells no policies apart.
  let least: Double
  let greatest: Double

  var range: Double { greatest - least }

  init(_ reward: [Double], _ geometry: OccupancyGeometry) throws {
    (values, exponent) = Vectors.unitScaled(reward)
    (least, greatest) = try geometry.range(values)
  }

  /// 0 … 1 for a return of ``values``; 0 if there is no range.
  func normalized(_ value: Double) -> Double { range > 0 ? (value - least) / range : 0 }
}
