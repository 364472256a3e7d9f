import Compute
import Foundation

/// True and proxy return as the proxy is optimised harder and harder, without any geometry: policies at falling
/// temperature.
///
/// Pressure λ in 0 … 1 stands for the temperature α = −ln λ, in units of half the range of the proxy's discounted mean
/// reward over all policies: so shaping or rescaling the proxy changes nothing, and a bandit with rewards −1 and 1 has
/// the unit 1. λ = 0 is the policy of greatest entropy, λ = 1 is optimal for the proxy.
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
    /// Its true return.
    public let truth: Double
    /// Its return by the proxy.
    public let proxy: Double
    /// How far the occupancy lies from that of λ = 0.
    public let distance: Double
  }

  /// How pressure is put on the proxy.
  public let kind: Kind
  /// Points of equally spaced pressure, and the peak of the true return if that lies between two.
  public let points: [Point]
  /// Where the true return is highest.
  public let peak: Point
  /// The true return at λ = 1 less its highest, in units of the truth's range over all policies: −1 … 0, and below 0
  /// exactly if the true return rises (or starts high) and then falls. "Normalised drop height", Definition 5 of
  /// Karwowski et al. 2024. Nil if no policy differs from another by the truth.
  public let dropHeight: Double?

  /// - Parameters:
  ///   - range: the greatest and least return of the truth.
  ///   - unit: the proxy's temperature unit; 0 for a proxy that orders no policies.
  init(
    _ kind: Kind, geometry: OccupancyGeometry, truth: [Double], proxy: [Double], range: Double, unit: Double,
    points count: Int
  ) throws {
    self.kind = kind
    let family = try Family(kind, geometry: geometry, proxy: proxy, unit: unit)
    var policy = geometry.uniform
    var origin: [Double]?
    func point(_ pressure: Double, from policy: inout [Double]) throws -> Point {
      policy = try family.policy(pressure, from: policy)
      let occupancy = try geometry.occupancy(policy)
      if origin == nil { origin = occupancy }
      return Point(
        pressure: pressure, truth: Vectors.dot(occupancy, truth),
        proxy: Vectors.dot(occupancy, proxy),
        distance: Vectors.norm(zip(occupancy, origin ?? occupancy).map { $0 - $1 }))
    }
    var points: [Point] = []
    for index in 0..<max(2, count) {
      points.append(try point(Double(index) / Double(max(2, count) - 1), from: &policy))
    }
    let best = points.indices.max { (points[$0].truth, -$0) < (points[$1].truth, -$1) } ?? 0
    var peak = points[best]
    if best > 0, best < points.count - 1, range > 0 {
      // The true return is smooth in λ and highest between the neighbours: golden section.
      var (low, high) = (points[best - 1].pressure, points[best + 1].pressure)
      let ratio = (5.0.squareRoot() - 1) / 2
      var left = try point(high - ratio * (high - low), from: &policy)
      var right = try point(low + ratio * (high - low), from: &policy)
      while high - low > 1e-7 {
        if left.truth >= right.truth {
          high = right.pressure
          right = left
          left = try point(high - ratio * (high - low), from: &policy)
        } else {
          low = left.pressure
          left = right
          right = try point(low + ratio * (high - low), from: &policy)
        }
      }
      for candidate in [left, right] where candidate.truth > peak.truth { peak = candidate }
    }
    if peak.pressure != points[best].pressure {
      points.insert(peak, at: points.firstIndex { $0.pressure > peak.pressure } ?? points.count)
    }
    self.points = points
    self.peak = peak
    dropHeight = range > 0 ? min(0, (points[points.count - 1].truth - peak.truth) / range) : nil
  }

  /// Whether the true return falls by more than rounding.
  public var falls: Bool { (dropHeight ?? 0) < -1e-9 }
}

/// The policies of one kind of path, by pressure.
private struct Family {
  let kind: PressurePath.Kind
  let geometry: OccupancyGeometry
  let proxy: [Double]
  let unit: Double
  let q: [Double]

  init(_ kind: PressurePath.Kind, geometry: OccupancyGeometry, proxy: [Double], unit: Double) throws {
    self.kind = kind
    self.geometry = geometry
    self.proxy = proxy
    self.unit = unit
    q = try geometry.optimum(proxy).q
  }

  func policy(_ pressure: Double, from neighbour: [Double]) throws -> [Double] {
    let flat = [Double](repeating: 0, count: proxy.count)
    switch (kind, pressure) {
    case (.boltzmann, ...0): return geometry.uniform
    case (.boltzmann, 1...): return geometry.softmax(flat, temperature: 1, allowed: geometry.optimalPairs(q))
    case (.boltzmann, _): return geometry.softmax(q, temperature: temperature(pressure))
    case (.maximumCausalEntropy, ...0):
      return try geometry.softOptimal(flat, temperature: 1, from: geometry.uniform)
    case (.maximumCausalEntropy, 1...):
      // As the temperature falls to 0, the greatest entropy among the optimal policies remains.
      let optimal = geometry.optimalPairs(q)
      let first = geometry.softmax(flat, temperature: 1, allowed: optimal)
      return try geometry.softOptimal(flat, temperature: 1, from: first, allowed: optimal)
    case (.maximumCausalEntropy, _):
      return try geometry.softOptimal(proxy, temperature: temperature(pressure), from: neighbour)
    }
  }

  private func temperature(_ pressure: Double) -> Double { unit > 0 ? -log(pressure) * unit : 1 }
}
