/// How the proxies of an ensemble become one score to optimise.
///
/// ```swift
/// PooledProxy.varianceWeighted(0.5).score([1, 2, 3])   // 1.667
/// ```
///
/// Source: Coste, Anwar, Kirk and Krueger 2023, "Reward model ensembles help mitigate overoptimization".
public enum PooledProxy: Sendable, Hashable {
  /// The members' mean.
  case mean
  /// The lowest member: worst-case optimisation, WCO.
  case worst
  /// The mean less this weight times the members' variance (that of a population): uncertainty-weighted optimisation, UWO.
  case varianceWeighted(Double)

  /// The score of one answer or transition.
  ///
  /// - Parameter members: what each member says of it, at least one.
  public func score(_ members: [Double]) -> Double {
    precondition(!members.isEmpty, "an ensemble has members")
    let mean = members.reduce(0, +) / Double(members.count)
    switch self {
    case .mean: return mean
    case .worst: return members.reduce(.infinity) { min($0, $1) }
    case .varianceWeighted(let weight):
      return mean - weight * members.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(members.count)
    }
  }
}
