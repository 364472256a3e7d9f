import Foundation

/// Two straight lines between which an activation stays while its argument lies between two numbers.
struct ActivationLines {
  var lowerSlope = 1.0
  var lowerOffset = 0.0
  var upperSlope = 1.0
  var upperOffset = 0.0
}

extension Activation {
  /// The slope of the leaky unit below 0, as the kernel has it.
  private static let leak = Double(0.01 as Float)

  /// f(x), in double precision.
  func value(_ x: Double) -> Double {
    switch self {
    case .identity: x
    case .tanh: Foundation.tanh(x)
    case .relu: max(0, x)
    case .leakyReLU: x > 0 ? x : Self.leak * x
    }
  }

  /// The least and the largest f′ on `low` … `high`; at a kink both of its sides count.
  func slopes(_ low: Double, _ high: Double) -> (low: Double, high: Double) {
    func tanhSlope(_ x: Double) -> Double {
      let value = Foundation.tanh(x)
      return 1 - value * value
    }
    switch self {
    case .identity: return (1, 1)
    case .relu: return (low > 0 ? 1 : 0, high >= 0 ? 1 : 0)
    case .leakyReLU: return (low > 0 ? 1 : Self.leak, high >= 0 ? 1 : Self.leak)
    case .tanh:
      let ends = (tanhSlope(low), tanhSlope(high))
      // Rounding of 1 − t² is absolute.
      return (max(0, min(ends.0, ends.1) - 1e-15), low <= 0 && high >= 0 ? 1 : min(1, max(ends.0, ends.1) + 1e-15))
    }
  }

  /// Lines below and above the activation on `low` … `high`.
  ///
  /// Of convex ones (ReLU, leaky ReLU) the chord lies above, and below the steeper half-line if more of the interval is
  /// positive. Of tanh: chord and tangent where it is convex or concave; across 0, the tangents through the ends.
  /// Source: Zhang, Weng, Chen, Hsieh and Daniel 2018, "Efficient neural network robustness certification with general
  /// activation functions" (CROWN).
  func lines(_ low: Double, _ high: Double) -> ActivationLines {
    switch self {
    case .identity: return ActivationLines()
    case .relu: return Self.hinge(low, high, below: 0)
    case .leakyReLU: return Self.hinge(low, high, below: Self.leak)
    case .tanh: return Self.tanhLines(low, high)
    }
  }

  private static func hinge(_ low: Double, _ high: Double, below slope: Double) -> ActivationLines {
    if low >= 0 { return ActivationLines() }
    if high <= 0 { return ActivationLines(lowerSlope: slope, upperSlope: slope) }
    let chord = (high - slope * low) / (high - low)
    return ActivationLines(
      lowerSlope: high > -low ? 1 : slope, upperSlope: chord, upperOffset: high - chord * high)
  }

  private static func tanhLines(_ low: Double, _ high: Double) -> ActivationLines {
    let (atLow, atHigh) = (Foundation.tanh(low), Foundation.tanh(high))
    // Too narrow for a chord's slope to be told from rounding.
    guard high - low > 1e-6 else {
      return ActivationLines(lowerSlope: 0, lowerOffset: atLow, upperSlope: 0, upperOffset: atHigh)
    }
    let chord = (atHigh - atLow) / (high - low)
    /// Slope and offset of the tangent.
    func tangent(_ x: Double) -> (Double, Double) {
      let value = Foundation.tanh(x)
      let slope = 1 - value * value
      return (slope, value - slope * x)
    }
    /// The line above on an interval from `start` < 0 to `end` > 0: the tangent right of 0 that meets the curve at `start`,
    /// or passes above it; nil if that touches beyond `end`, so that the chord lies above.
    func touching(_ start: Double, _ end: Double, _ atStart: Double) -> (Double, Double)? {
      func passes(_ x: Double) -> Bool {
        let line = tangent(x)
        return line.0 * start + line.1 >= atStart
      }
      guard passes(end) else { return nil }
      var (below, above) = (0.0, end)
      for _ in 0..<14 {
        let middle = (below + above) / 2
        if passes(middle) { above = middle } else { below = middle }
      }
      return tangent(above)
    }
    var (lower, upper) = ((chord, atLow - chord * low), (chord, atLow - chord * low))
    if low >= 0 {
      upper = tangent((low + high) / 2)
    } else if high <= 0 {
      lower = tangent((low + high) / 2)
    } else {
      upper = touching(low, high, atLow) ?? upper
      // tanh is odd: the line below is the mirror image of one above.
      if let mirrored = touching(-high, -low, -atHigh) { lower = (mirrored.0, -mirrored.1) }
    }
    return ActivationLines(lowerSlope: lower.0, lowerOffset: lower.1, upperSlope: upper.0, upperOffset: upper.1)
  }
}
