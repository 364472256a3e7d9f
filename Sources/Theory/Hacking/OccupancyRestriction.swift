import Compute
import Environments

/// Which stochastic policies are allowed: all of them, or those whose discounted occupancy keeps near a reference's.
public struct OccupancyRestriction: Sendable {
  /// The occupancy to keep near, [states × actions], unnormalised; nil if `radius` and `box` are nil.
  public var reference: [Double]?
  /// The L1 distance from the reference, as a share of the reference's total: 0 … 2. Half of it is the probability that
  /// has to be moved.
  public var radius: Double?
  /// How much each (state, action) may differ from the reference, in the same unit.
  public var box: Double?
  /// The least true return that is allowed.
  public var leastTrueReturn: Double?
  /// The greatest return by the proxy that is allowed.
  public var greatestProxyReturn: Double?

  /// Restricts the occupancies that are looked at; what is left out restricts nothing.
  public init(
    reference: [Double]? = nil, radius: Double? = nil, box: Double? = nil, leastTrueReturn: Double? = nil,
    greatestProxyReturn: Double? = nil
  ) {
    precondition(reference != nil || (radius == nil && box == nil), "a ball needs its centre")
    self.reference = reference
    self.radius = radius
    self.box = box
    self.leastTrueReturn = leastTrueReturn
    self.greatestProxyReturn = greatestProxyReturn
  }

  /// No restriction.
  public static var none: OccupancyRestriction { OccupancyRestriction() }

  var total: Double { (reference ?? []).reduce(0, +) }

  /// Variables that one copy of the restriction needs beside the occupancy.
  func slackCount(_ rows: Int) -> Int { radius == nil ? 0 : rows }

  /// Adds what this asks of the occupancy whose variables start at `first`; slack variables start at `slack`.
  func constrain(
    _ program: inout LinearProgram, first: Int, slack: Int, rows: Int, truth: [Double], proxy: [Double]
  ) {
    if let reference {
      if let box {
        for row in 0..<rows {
          program.lower[first + row] = max(0, reference[row] - box * total)
          program.upper[first + row] = reference[row] + box * total
        }
      }
      if let radius {
        for row in 0..<rows {
          program.addConstraint([(first + row, 1), (slack + row, -1)], upper: reference[row])
          program.addConstraint([(first + row, 1), (slack + row, 1)], lower: reference[row])
        }
        program.addConstraint(Self.terms([Double](repeating: 1, count: rows), slack), upper: radius * total)
      }
    }
    if let leastTrueReturn {
      program.addConstraint(Self.terms(truth, first), lower: leastTrueReturn)
    }
    if let greatestProxyReturn {
      program.addConstraint(Self.terms(proxy, first), upper: greatestProxyReturn)
    }
  }

  private static func terms(_ weights: [Double], _ first: Int) -> [(variable: Int, coefficient: Double)] {
    weights.enumerated().map { (variable: first + $0.offset, coefficient: $0.element) }
  }
}
