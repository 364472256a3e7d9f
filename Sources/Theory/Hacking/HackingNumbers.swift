import Compute

/// The numbers of a ``HackingAudit``, for other programs.
public struct HackingNumbers: Codable, Sendable, Hashable {
  /// Every policy with both returns; nil if none were listed.
  public var policies: [Entry]?
  /// How the proxy's order stands to the true one.
  public var relation: OrderComparison.Relation?
  /// Two policies in opposite order.
  public var witness: OrderComparison.Witness?
  /// How many pairs are in opposite order.
  public var invertedPairs: Int?
  /// How many pairs there are.
  public var pairs: Int?
  /// The dimension of what the policies do.
  public var dimension: Int?
  /// The dimension of the policies that are truly as good as each other.
  public var tiedDimension: Int?
  /// Whether some simplification of the true reward exists.
  public var simplificationExists: Bool?
  /// Whether some proxy exists that is neither trivial, equal nor hackable.
  public var unhackableProxyExists: Bool?
  /// Such a simplification, on [states × actions].
  public var simplification: [Double]?
  /// Such a proxy, on [states × actions].
  public var unhackableProxy: [Double]?
  /// The share of directions that cannot be hacked.
  public var unhackableShare: Double?
  /// How many orders some reward produces.
  public var realisableOrders: Int?
  /// How many of them have no ties.
  public var realisableStrictOrders: Int?
  /// How many pairs of orders are simplifications, unhackable, hackable.
  public var realisablePairs: RealisableOrders.PairCounts?
  /// Between the rewards as policies feel them; nil if one is trivial.
  public var angleDegrees: Double?
  /// The greatest true loss that the proxy allows, as a share of the range.
  public var worstLoss: Double
  /// Policies [states × actions] before and after the worst change.
  public var worstBefore: [Double]
  /// The occupancy after the worst change.
  public var worstAfter: [Double]
  /// The occupancy before the clearest inversion.
  public var inversionBefore: [Double]?
  /// The occupancy after the clearest inversion.
  public var inversionAfter: [Double]?
  /// How far from the reference the loss stays within what is allowed.
  public var largestSafeRadius: Double?

  /// One policy with both returns.
  public struct Entry: Codable, Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// Its return by the truth.
    public var trueReturn: WideNumber
    /// Its return by the proxy.
    public var proxyReturn: WideNumber
  }
}

extension HackingAudit {
  /// The numbers, for other programs.
  public var numbers: HackingNumbers {
    let (before, after) = policies(of: worst)
    let inverted = inversion.map { policies(of: $0) }
    return HackingNumbers(
      policies: comparison.map { comparison in
        (policies?.names ?? []).enumerated().map {
          .init(
            name: $0.element, trueReturn: comparison.truth.wideReturns[$0.offset],
            proxyReturn: comparison.proxy.wideReturns[$0.offset])
        }
      },
      relation: comparison?.relation, witness: comparison?.witness, invertedPairs: comparison?.invertedPairs,
      pairs: comparison?.pairCount, dimension: partner?.dimension, tiedDimension: partner?.tiedDimension,
      simplificationExists: partner?.simplificationExists, unhackableProxyExists: partner?.proxyExists,
      simplification: partner?.simplification?.reward, unhackableProxy: partner?.proxy?.reward,
      unhackableShare: share?.share, realisableOrders: orders?.all.count, realisableStrictOrders: orders?.strict.count,
      realisablePairs: orders?.pairCounts, angleDegrees: angle.degrees, worstLoss: worst.normalised,
      worstBefore: before.probabilities, worstAfter: after.probabilities,
      inversionBefore: inverted?.before.probabilities, inversionAfter: inverted?.after.probabilities,
      largestSafeRadius: near?.radius)
  }
}
