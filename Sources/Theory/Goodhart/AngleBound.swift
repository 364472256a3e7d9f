import Compute
import Environments
import Foundation

/// How far the truth can be from a proxy, as far as ratings tell: an upper bound on the projected angle that is too
/// small with a probability of at most δ.
///
/// The mean rating of each pair, projected on the directions in which policies differ, estimates the truth's projection
/// h. What the ratings' noise adds is a sum of independent vectors with mean 0: noise of one rating times a column of
/// the projection, over the number of ratings of its pair. With δ/2 its length is at most r by Pinelis's inequality of
/// Bernstein's form,
///
///     r = bL/3 + √((bL/3)² + 2vL),   L = ln(4/δ),
///
/// where b bounds one summand and v the sum of their variances. For v stands the smaller of two: the variances that the
/// scale allows, (range/2)², and an upper bound from the squared differences of ratings of the same pair, two and two
/// in the order given, which fails with δ/2 (a lower tail of sums of non-negative terms, Maurer 2003). Pairs without
/// ratings are filled in along the proxy, and count as far off as the scale allows. So h lies within r plus that of the
/// estimate, and its direction within arcsin of their share of the estimate's length.
///
/// Nothing is assumed of the noise but its bounds, nor of how pairs were chosen, but that it was not by what their
/// ratings said. Sources: Pinelis, "Optimum bounds for the distributions of martingales in Banach spaces", Annals of
/// Probability 1994, theorem 3.4; Maurer, "A bound on the deviation probability for sums of non-negative random
/// variables", JIPAM 2003. Their use here is ours.
public struct AngleBound: Sendable, Hashable {
  /// The upper bound in radians; π if the ratings bound nothing.
  public let angle: Double
  /// The angle between the proxy and the estimate; nil if either orders no policies.
  public let estimate: Double?
  /// The probability with which the bound may be too small, at most.
  public let delta: Double
  /// How far the estimate may be off, as a share of its length.
  public let relativeError: Double
  /// The part of it that more ratings make smaller.
  public let noiseShare: Double
  /// Ratings of pairs that can be reached; others say nothing.
  public let ratingCount: Int
  /// Pairs that can be reached and have no rating.
  public let unratedPairs: Int

  /// In larger worlds the bound 1 stands for the columns' lengths.
  static let mostColumns = 1000

  /// - Parameters:
  ///   - proxy: on the geometry's pairs.
  ///   - delta: in (0, 1).
  init(_ geometry: OccupancyGeometry, proxy: [Double], ratings: RewardRatings, delta: Double) {
    let size = geometry.pairCount
    var places = [Int](repeating: -1, count: geometry.mdp.stateCount * geometry.actionCount)
    for (index, state) in geometry.states.enumerated() {
      for action in 0..<geometry.actionCount {
        places[state * geometry.actionCount + action] = index * geometry.actionCount + action
      }
    }
    // At size 1: the scale's lower end is 0 and its width 1, which changes no direction.
    let width = ratings.scale.upperBound - ratings.scale.lowerBound
    var values = [[Double]](repeating: [], count: size)
    for rating in ratings.ratings where places[rating.pair] >= 0 {
      values[places[rating.pair]].append((rating.value - ratings.scale.lowerBound) / width)
    }
    self.delta = delta
    ratingCount = values.reduce(0) { $0 + $1.count }
    unratedPairs = values.count { $0.isEmpty }
    let (centre, missing) = Self.centre(values, Vectors.unitScaled(proxy).values)
    // The squared length of each column of the projection, which is at most 1.
    let spread = (0..<size).map { pair -> Double in
      guard size <= Self.mostColumns, !values[pair].isEmpty else { return 1 }
      var column = [Double](repeating: 0, count: size)
      column[pair] = 1
      return min(1, max(0, geometry.projected(column)[pair] + geometry.noise))
    }
    let noise = Self.noise(values, spread, delta: delta)
    let projected = geometry.projected(centre)
    let length = Vectors.norm(projected)
    // The solver's own error is far below any that ratings leave.
    let off = noise + missing + geometry.noise * Double(size).squareRoot()
    estimate = geometry.angle(centre, proxy)
    relativeError = length > 0 ? off / length : .infinity
    noiseShare = length > 0 ? noise / length : .infinity
    if let estimate, off < length {
      angle = min(.pi, estimate + asinClamped(off / length))
    } else {
      angle = .pi
    }
  }

  /// How many times as many ratings, of the same kind, would bound the angle by this; nil if none would.
  public func more(for wanted: Double) -> Double? {
    guard let estimate, wanted > estimate, noiseShare.isFinite, noiseShare > 0 else { return nil }
    let allowed = sin(min(wanted - estimate, .pi / 2)) - (relativeError - noiseShare)
    return allowed > 0 ? max(1, (noiseShare / allowed) * (noiseShare / allowed)) : nil
  }

  /// The mean rating of each pair, between 0 and 1, and how far those without may be off together. They are filled in
  /// by the line through the ratings that rises with the proxy and fits best.
  private static func centre(_ values: [[Double]], _ proxy: [Double]) -> (centre: [Double], missing: Double) {
    var (count, sumX, sumY, sumXX, sumXY) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (pair, ratings) in values.enumerated() {
      for rating in ratings {
        count += 1
        sumX += proxy[pair]
        sumY += rating
        sumXX += proxy[pair] * proxy[pair]
        sumXY += proxy[pair] * rating
      }
    }
    let (meanX, meanY) = count > 0 ? (sumX / count, sumY / count) : (0, 0.5)
    let variance = count > 0 ? sumXX / count - meanX * meanX : 0
    let slope = variance > 0 ? max(0, (sumXY / count - meanX * meanY) / variance) : 0
    var missing = 0.0
    let centre = values.enumerated().map { pair, ratings in
      guard ratings.isEmpty else { return ratings.reduce(0, +) / Double(ratings.count) }
      let value = min(1, max(0, meanY + slope * (proxy[pair] - meanX)))
      let most = max(value, 1 - value)
      missing += most * most
      return value
    }
    return (centre, missing.squareRoot())
  }

  /// r, for ratings between 0 and 1.
  private static func noise(_ values: [[Double]], _ spread: [Double], delta: Double) -> Double {
    var most = 0.0
    var allowed = 0.0
    // Of pairs rated twice or more: the estimate of their part of the variance, and its largest term.
    var (seen, largest, single) = (0.0, 0.0, 0.0)
    for (ratings, spread) in zip(values, spread) where !ratings.isEmpty {
      let count = Double(ratings.count)
      most = max(most, spread.squareRoot() / count)
      allowed += spread / count / 4
      guard ratings.count > 1 else {
        single += spread / 4
        continue
      }
      let couples = ratings.count / 2
      let weight = spread / count / Double(couples)
      for couple in 0..<couples {
        let difference = ratings[2 * couple] - ratings[2 * couple + 1]
        seen += weight * difference * difference / 2
      }
      largest = max(largest, weight / 2)
    }
    let tail = largest * log(2 / delta) / 2
    let root = tail.squareRoot() + (tail + seen).squareRoot()
    let variance = min(allowed, single + root * root)
    let logarithm = log(4 / delta)
    let linear = most * logarithm / 3
    return linear + (linear * linear + 2 * variance * logarithm).squareRoot()
  }
}
