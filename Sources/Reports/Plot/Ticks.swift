import Foundation

/// Round places for ticks that cover a range: steps of 1, 2 or 5 times a power of ten.
struct Ticks {
  let values: [Double]
  let step: Double
  /// The range, widened to whole ticks where it was not fixed.
  let lower: Double
  let upper: Double

  /// About `count` ticks. Fixed ends stay where they are.
  init(lower: Double, upper: Double, count: Int, fixesLower: Bool, fixesUpper: Bool) {
    let (low, high) = Self.widened(lower, upper)
    let step = Self.roundStep((high - low) / Double(max(count, 1)))
    // A tick a rounding error beyond a fixed end still counts; one before a free end suffices.
    let first = fixesLower ? (low / step - 1e-9).rounded(.up) : (low / step + 1e-9).rounded(.down)
    let last = fixesUpper ? (high / step + 1e-9).rounded(.down) : (high / step - 1e-9).rounded(.up)
    self.step = step
    self.values = last < first ? [] : (0...Int(last - first)).map { (first + Double($0)) * step }
    self.lower = fixesLower ? low : min(low, first * step)
    self.upper = fixesUpper ? high : max(high, last * step)
  }

  /// A tick for each of `names`, at 0, 1, 2 …
  init(names: [String]) {
    values = names.indices.map(Double.init)
    step = 1
    lower = -0.5
    upper = Double(max(1, names.count)) - 0.5
  }

  /// A range with some height, even if all its values are equal or none is given.
  private static func widened(_ lower: Double, _ upper: Double) -> (Double, Double) {
    guard lower.isFinite, upper.isFinite else { return (0, 1) }
    if upper - lower > 1e-12 * max(1, abs(lower), abs(upper)) { return (lower, upper) }
    let margin = max(abs(lower) * 0.05, 0.5)
    return (lower - margin, upper + margin)
  }

  private static func roundStep(_ rough: Double) -> Double {
    let power = pow(10, log10(rough).rounded(.down))
    let lead = rough / power
    return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10)
  }
}
