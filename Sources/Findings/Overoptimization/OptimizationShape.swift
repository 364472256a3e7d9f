import Compute
import Foundation

/// What more and more optimisation of a proxy does to true worth: it goes on rising, saturates, or turns.
///
/// ```swift
/// let best = BestOfN(samples: 4096, sizes: BestOfN.powersOfTwo(samples: 4096))
/// let curves = prompts.map { best.means(proxy: $0.proxy, gold: $0.gold) }
/// let shape = OptimizationShape(divergences: best.divergences, curves: curves, random: random)
/// shape?.kind                         // .turns
/// ```
///
/// The mean curve over units (prompts, seeds) is judged, and all that is uncertain about it comes from resampling units, for
/// the points of one unit are made of the same samples.
/// - It *turns* if some later point lies below an earlier one by more than resampling explains: the largest studentised
///   fall between any two points, against its distribution over resamples of the curve less itself, each studentised by
///   its own scatter (max-t).
/// - Otherwise the slope against √KL (least squares, each point as sure as it is) over the last third is compared with that over the first: it *rises* if the late slope
///   is above half of the early one beyond doubt, and *saturates* if it lies between half of it down and half of it up. A
///   proxy with normal noise keeps its slope; one with exponential tails loses it; one with heavy tails turns, so it is the
///   tails that decide and not the variance.
/// - Else it is *unclear*.
///
/// Sources: the kinds: Gao, Schulman and Hilton 2022; Kwa, Thomas and Garriga-Alonso 2024; the rule is ours.
public struct OptimizationShape: Codable, Sendable, Hashable {
  /// What becomes of true worth as far as was looked.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// It never turns: at the end it gains as it did at the beginning.
    case rises
    /// It gains no more, and loses nothing.
    case saturates
    /// It falls after it rose.
    case turns
    /// The data do not settle which, or it never rose.
    case unclear
  }

  /// What becomes of true worth.
  public let kind: Kind
  /// √KL of each point, in √nats.
  public let divergences: [Double]
  /// The mean over units at each point.
  public let means: [Double]
  /// Of ``means``, by resampling units.
  public let intervals: [Interval]
  /// The √KL with the highest worth, on the curve that rises once and falls once.
  public let peak: Double
  /// Of ``peak``, by resampling units, as far as the neighbouring points on both sides.
  public let peakInterval: Interval
  /// The slope over the last third of √KL, divided by that over the first; nil if it does not rise at first, beyond doubt.
  public let lateShare: Double?
  /// Of ``lateShare``, by resampling units.
  public let lateShareInterval: Interval?
  /// How likely a fall as large as the largest is if the true curve never falls.
  public let fallPValue: Double
  /// How many units the mean is of.
  public let units: Int

  /// The fewest units that can be resampled.
  public static let fewestUnits = 8
  /// Below this chance under a curve that never falls, it turns.
  public static let significance = 0.01

  /// Judges curves at the same divergences. Nil below ``fewestUnits`` units, or with fewer than two points in the first or
  /// the last third of √KL. Time: resamples times units times the square of the points.
  ///
  /// - Parameters:
  ///   - divergences: √KL of each point, rising from 0.
  ///   - curves: for each unit, the worth at each point.
  ///   - resamples: how often the units are drawn anew.
  ///   - level: of the intervals.
  ///   - random: of the resamples.
  public init?(
    divergences: [Double], curves: [[Double]], resamples: Int = 999, level: Double = 0.95, random: RandomSource
  ) {
    precondition(curves.allSatisfy { $0.count == divergences.count }, "one worth for each divergence")
    precondition(zip(divergences, divergences.dropFirst()).allSatisfy(<), "divergences rise")
    precondition(resamples > 1, "an interval needs at least two resamples")
    guard curves.count >= Self.fewestUnits, let last = divergences.last else { return nil }
    let early = divergences.indices.filter { divergences[$0] <= last / 3 }
    let late = divergences.indices.filter { divergences[$0] >= last * 2 / 3 }
    guard early.count > 1, late.count > 1 else { return nil }
    let expanded = Statistics.percentileLevel(units: curves.count, level: level)
    let (low, high) = ((1 - expanded) / 2, (1 + expanded) / 2)
    func interval(_ values: [Double]) -> Interval {
      Interval(lower: Statistics.quantile(values, low), upper: Statistics.quantile(values, high), level: level)
    }
    let means = Self.mean(curves, [Double](repeating: 1, count: curves.count))
    let counts = (0..<resamples).map { index in
      var stream = random.stream("optimization-shape", index)
      var counts = [Double](repeating: 0, count: curves.count)
      for _ in curves { counts[stream.below(curves.count)] += 1 }
      return counts
    }
    let replicates = counts.map { Self.mean(curves, $0) }
    // The surer a point, the more it counts: those of best-of-n scatter in proportion to n.
    let variances = divergences.indices.map { place in Statistics.variance(replicates.map { $0[place] }) }
    let largest = variances.max() ?? 0
    let floor = largest > 0 ? 1e-6 * largest : 1
    func slope(_ values: [Double], _ places: [Int]) -> Double {
      let weights = places.map { 1 / max(variances[$0], floor) }
      let total = weights.reduce(0, +)
      func mean(_ value: (Int) -> Double) -> Double {
        zip(weights, places).reduce(0) { $0 + $1.0 / total * value($1.1) }
      }
      let (x, y) = (mean { divergences[$0] }, mean { values[$0] })
      return mean { (divergences[$0] - x) * (values[$0] - y) } / mean { (divergences[$0] - x) * (divergences[$0] - x) }
    }

    fallPValue = Self.pValueOfNoFall(curves, counts)
    peak = divergences[UnimodalFit(means).peak]
    // Between two points nothing was measured: the true peak may lie anywhere between the highest point's neighbours.
    let peaks = interval(replicates.map { divergences[UnimodalFit($0).peak] })
    peakInterval = Interval(
      lower: divergences.last { $0 < peaks.lower } ?? divergences[0],
      upper: divergences.first { $0 > peaks.upper } ?? last, level: level)
    intervals = divergences.indices.map { place in interval(replicates.map { $0[place] }) }
    self.means = means
    self.divergences = divergences
    units = curves.count
    if interval(replicates.map { slope($0, early) }).lower > 0 {
      lateShare = slope(means, late) / slope(means, early)
      lateShareInterval = interval(replicates.map { slope($0, late) / slope($0, early) })
    } else {
      (lateShare, lateShareInterval) = (nil, nil)
    }
    kind = Self.kind(falls: fallPValue <= Self.significance, lateShareInterval)
  }

  private static func kind(falls: Bool, _ late: Interval?) -> Kind {
    guard let late else { return .unclear }
    if falls { return .turns }
    if late.lower > 0.5 { return .rises }
    return late.lower > -0.5 && late.upper < 0.5 ? .saturates : .unclear
  }

  /// The mean over units, each counted so often.
  private static func mean(_ curves: [[Double]], _ counts: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: curves[0].count)
    for (curve, count) in zip(curves, counts) where count > 0 {
      for place in sums.indices { sums[place] += count * curve[place] }
    }
    return sums.map { $0 / Double(curves.count) }
  }

  /// How often resamples of the curve, less the curve itself, fall by as many of their standard errors as the curve does.
  ///
  /// Each resample is measured by its own scatter, so that few units do not make falls look certain.
  ///
  /// - Parameter counts: for each resample, how often it has each unit.
  private static func pValueOfNoFall(_ curves: [[Double]], _ counts: [[Double]]) -> Double {
    let points = curves[0].indices
    let units = Double(curves.count)
    let falls = points.flatMap { first in
      (first + 1..<points.upperBound).map { second in curves.map { $0[first] - $0[second] } }
    }
    // Sums of equal numbers in another order differ in their last bits: that is no fall.
    let rounding = 1e-13 * falls.reduce(0) { $1.reduce($0) { max($0, abs($1)) } }
    /// The mean fall and its standard error, with these counts of the units.
    func measured(_ fall: [Double], _ counts: [Double]) -> (mean: Double, error: Double) {
      var (sum, squares) = (0.0, 0.0)
      for (value, count) in zip(fall, counts) { sum += count * value }
      let mean = sum / units
      for (value, count) in zip(fall, counts) { squares += count * (value - mean) * (value - mean) }
      return (mean, (squares / (units - 1) / units).squareRoot())
    }
    /// The largest in standard errors; without any scatter every fall is certain.
    func largest(_ counts: [Double], less centres: [Double]) -> Double {
      zip(falls, centres).reduce(0) { most, item in
        let (mean, error) = measured(item.0, counts)
        let size = mean - item.1
        return size > rounding ? max(most, error > 0 ? size / error : .infinity) : most
      }
    }
    let whole = [Double](repeating: 1, count: curves.count)
    let observed = largest(whole, less: falls.map { _ in 0 })
    guard observed > 0 else { return 1 }
    let centres = falls.map { measured($0, whole).mean }
    let extreme = counts.count { largest($0, less: centres) >= observed }
    return Double(1 + extreme) / Double(1 + counts.count)
  }
}
