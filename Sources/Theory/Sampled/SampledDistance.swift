import Compute
import Foundation

/// A distance between two rewards over a sample, with how far chance can have moved it.
public struct SampledDistance: Sendable, Codable, Hashable {
  /// From 0 to the metric's greatest; nil if a canonical reward does not vary.
  public let value: Double?
  /// 95 %: see ``SampledDistance``'s initialiser for what it knows of.
  public let interval: Interval?
  /// How much of it may be owed to rewards being numbers of single precision.
  public let resolution: Double

  /// Whether nothing but the precision of rewards parts the two.
  public var isZero: Bool { value.map { $0 <= resolution } ?? false }

  /// √((1 − ρ)/2) times `greatest`, where ρ is the correlation of the canonical rewards, or the cosine between them if
  /// they are not centred.
  ///
  /// The interval is one for the squared distance, by Student's t over the jackknife's standard error: without each block
  /// of transitions in turn and, where queries were drawn, without each group of them; their variances add, since they
  /// were drawn independently. (Efron and Stein, "The jackknife estimate of variance", 1981.)
  package init(
    _ first: CanonicalRows, _ second: CanonicalRows, of sample: WorldSample, isCentred: Bool, greatest: Double
  ) {
    let whole = Self.squared(first.whole, second.whole, first, second, sample, without: nil, isCentred: isCentred)
    resolution = greatest / 2 * (whole?.resolution ?? 0)
    guard let whole else {
      value = nil
      interval = nil
      return
    }
    value = greatest * whole.squared.squareRoot()
    func part(_ parts: [CanonicalRows.Values], _ index: Int, else all: CanonicalRows.Values) -> CanonicalRows.Values {
      parts.isEmpty ? all : parts[index]
    }
    let byBlock = (0..<sample.blocks).compactMap { block in
      Self.squared(
        part(first.withoutBlock, block, else: first.whole), part(second.withoutBlock, block, else: second.whole),
        first, second, sample, without: block, isCentred: isCentred)?.unbounded
    }
    let groups = max(first.withoutQueries.count, second.withoutQueries.count)
    let byQueries = (0..<groups).compactMap { group in
      Self.squared(
        part(first.withoutQueries, group, else: first.whole), part(second.withoutQueries, group, else: second.whole),
        first, second, sample, without: nil, isCentred: isCentred)?.unbounded
    }
    guard byBlock.count == sample.blocks, byQueries.count == groups else {
      interval = nil
      return
    }
    let error = (Self.jackknifeVariance(byBlock) + Self.jackknifeVariance(byQueries)).squareRoot()
    let reach = error * SpecialFunctions.studentQuantile(0.975, degrees: Double(sample.blocks - 1))
    let (lower, upper) = Self.bounds(whole.unbounded, reach)
    func distance(_ squared: Double) -> Double { greatest * min(1, max(0, squared)).squareRoot() }
    interval = Interval(lower: distance(lower), upper: distance(upper), level: 0.95)
  }

  /// Symmetric, but longer towards the side to which a distance that is near one of its ends is skewed: there as on the
  /// scale of the logit, as far as half as long again.
  private static func bounds(_ squared: Double, _ reach: Double) -> (lower: Double, upper: Double) {
    let symmetric = (lower: squared - reach, upper: squared + reach)
    guard squared > 0, squared < 1 else { return symmetric }
    func onLogit(_ side: Double) -> Double {
      let odds = squared / (1 - squared) * exp(side * reach / (squared * (1 - squared)))
      return odds.isFinite ? odds / (1 + odds) : 1
    }
    return (
      min(symmetric.lower, max(onLogit(-1), squared - 1.5 * reach)),
      max(symmetric.upper, min(onLogit(1), squared + 1.5 * reach))
    )
  }

  private static func jackknifeVariance(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = Statistics.mean(values)
    return Double(values.count - 1) / Double(values.count) * values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// (1 − ρ)/2, taken from the differences of the standardised rewards, so that small distances are exact to rounding
  /// and not to its root. Nil if a reward does not vary.
  private static func squared(
    _ x: CanonicalRows.Values, _ y: CanonicalRows.Values, _ first: CanonicalRows, _ second: CanonicalRows,
    _ sample: WorldSample, without left: Int?, isCentred: Bool
  ) -> (squared: Double, unbounded: Double, resolution: Double)? {
    func mean(_ value: (Int) -> Double) -> Double {
      var (sum, total) = (0.0, 0.0)
      for row in sample.weights.indices where sample.block[row] != left {
        sum += sample.weights[row] * value(row)
        total += sample.weights[row]
      }
      return sum / total
    }
    func standardised(_ z: CanonicalRows.Values, _ scale: Double) -> (Double, Double, size: Double)? {
      let (one, two) = isCentred ? (mean { z.first[$0] }, mean { z.second[$0] }) : (0, 0)
      let variance = mean { (z.first[$0] - one) * (z.second[$0] - two) }
      // What single precision cannot resolve is no variation.
      guard variance > 0, variance.squareRoot() > 0x1p-21 * scale else { return nil }
      return (one, two, variance.squareRoot())
    }
    guard let a = standardised(x, first.scale), let b = standardised(y, second.scale) else { return nil }
    let apart = mean { row in
      ((x.first[row] - a.0) / a.size - (y.first[row] - b.0) / b.size)
        * ((x.second[row] - a.1) / a.size - (y.second[row] - b.1) / b.size)
    }
    return (
      min(1, max(0, apart / 4)), apart / 4, 0x1p-22 * (first.scale / a.size + second.scale / b.size)
    )
  }
}
