/// The numbers of a ``HackingAudit``, for other programs.
public struct HackingNumbers: Codable, Sendable, Hashable {
  public var policies: [Entry]?
  public var relation: OrderComparison.Relation?
  public var witness: OrderComparison.Witness?
  public var invertedPairs: Int?
  public var pairs: Int?
  public var dimension: Int?
  public var tiedDimension: Int?
  public var simplificationExists: Bool?
  public var unhackableProxyExists: Bool?
  public var simplification: [Double]?
  public var unhackableProxy: [Double]?
  public var unhackableShare: Double?
  public var realisableOrders: Int?
  public var realisableStrictOrders: Int?
  /// How many pairs of orders are simplifications, unhackable, hackable.
  public var realisablePairs: RealisableOrders.PairCounts?
  public var angleDegrees: Double?
  public var worstLoss: Double
  /// Policies [states × actions] before and after the worst change.
  public var worstBefore: [Double]
  public var worstAfter: [Double]
  public var inversionBefore: [Double]?
  public var inversionAfter: [Double]?
  public var largestSafeRadius: Double?

  public struct Entry: Codable, Sendable, Hashable {
    public var name: String
    public var trueReturn: Double
    public var proxyReturn: Double
  }
}

extension HackingAudit {
  public var numbers: HackingNumbers {
    let (before, after) = policies(of: worst)
    let inverted = inversion.map { policies(of: $0) }
    return HackingNumbers(
      policies: comparison.map { comparison in
        (policies?.names ?? []).enumerated().map {
          .init(
            name: $0.element, trueReturn: comparison.truth.returns[$0.offset],
            proxyReturn: comparison.proxy.returns[$0.offset])
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
