import Compute

/// What a proxy's correlation with the truth, where the reference policy goes, promises about a policy that is
/// optimised for the proxy.
///
/// All is per step: occupancies are distributions over (state, action). With r the correlation of proxy and truth
/// under the reference, P the proxy's gain in its own deviations, and χ² the divergence of the policy's occupancy from
/// the reference's, the truth's gain in its deviations is at least each of three bounds, of which the third is the
/// best that holds for all truths of that correlation (Laidlaw et al. 2024 for the first two; the third is the
/// minimum, in closed form, over the truths: the part of the policy's density ratio that the proxy does not explain
/// has length √(χ² − P²)). The assumption is r; whoever guesses it has no bound.
public struct CorrelatedProxy: Sendable, Hashable, Codable {
  /// r: of proxy and truth under the reference.
  public let correlation: Double
  /// χ² of the policy's occupancy against the reference's: Σ μ² ÷ μ₀ − 1.
  public let chiSquared: Double
  /// P: the proxy's gain over the reference, in its deviations under it.
  public let proxyGain: Double

  /// rP − √(1 − r²) √χ².
  public var simple: Double { correlation * proxyGain - rest * chiSquared.squareRoot() }
  /// (P − √(1 − r²) √χ²) ÷ r: what makes the weight of ``ChiSquaredPenalty``.
  public var scaled: Double { (proxyGain - rest * chiSquared.squareRoot()) / correlation }
  /// rP − √(1 − r²) √(χ² − P²): no smaller than either, and reached by some truth.
  public var exact: Double {
    correlation * proxyGain - rest * max(chiSquared - proxyGain * proxyGain, 0).squareRoot()
  }

  private var rest: Double { max(1 - correlation * correlation, 0).squareRoot() }

  /// Of distributions over (state, action), each summing to 1.
  ///
  /// - Throws: `InputError` if sizes do not fit, for a correlation that is not above 0 and up to 1, for a proxy that is
  ///   constant under the reference, or where χ² is infinite, with the first entry that makes it so.
  public init(reference: [Double], policy: [Double], proxy: [Double], correlation: Double) throws {
    guard reference.count == policy.count, reference.count == proxy.count else {
      throw InputError("reference, policy and proxy need as many entries each")
    }
    guard correlation > 0, correlation <= 1 else {
      throw InputError("the correlation is \(correlation)", remedy: "give one above 0, up to 1")
    }
    self.correlation = correlation
    chiSquared = try Self.chiSquared(policy, against: reference)
    let deviation = Self.deviation(of: proxy, under: reference)
    guard deviation > 0 else {
      throw InputError(
        "the proxy is the same wherever the reference goes",
        remedy: "a constant has no correlation: use a reference that meets different rewards")
    }
    proxyGain = (Vectors.dot(policy, proxy) - Vectors.dot(reference, proxy)) / deviation
  }

  /// Σ μ² ÷ μ₀ − 1, of two distributions.
  ///
  /// - Throws: `InputError` with the first entry that the policy has and the reference has not: χ² is infinite there.
  public static func chiSquared(_ policy: [Double], against reference: [Double]) throws -> Double {
    var sum = 0.0
    for index in policy.indices where policy[index] > 0 {
      guard reference[index] > 0 else {
        throw InputError(
          "the reference never meets entry \(index), which the policy does: χ² is infinite", at: "entry \(index)",
          remedy: "use a reference that takes every action the policy takes")
      }
      let side = policy[index] - reference[index]
      sum += side * side / reference[index]
    }
    for index in policy.indices where policy[index] <= 0 { sum += reference[index] }
    return sum
  }

  /// The standard deviation of a reward under a distribution.
  public static func deviation(of reward: [Double], under reference: [Double]) -> Double {
    let mean = Vectors.dot(reward, reference)
    return reward.indices.reduce(0.0) { $0 + reference[$1] * (reward[$1] - mean) * (reward[$1] - mean) }.squareRoot()
  }

  /// Of two rewards under a distribution: what this rests on, where the truth is known.
  public static func correlation(_ first: [Double], _ second: [Double], under reference: [Double]) -> Double {
    let (a, b) = (Vectors.dot(first, reference), Vectors.dot(second, reference))
    let product = first.indices.reduce(0.0) { $0 + reference[$1] * (first[$1] - a) * (second[$1] - b) }
    return product / (deviation(of: first, under: reference) * deviation(of: second, under: reference))
  }
}
