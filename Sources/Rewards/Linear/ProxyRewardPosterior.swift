import Compute
import Foundation

/// What the designer of a reward function meant by it: inverse reward design, exact over finite candidates.
///
/// The designer chose, among the proxies that they could have written, one whose behaviour *in the worlds they had in
/// mind* served what they meant: P(proxy | true) ∝ exp(β · true · φ(proxy)), with φ the features of the behaviour that
/// the proxy brings about there. So a feature that no such behaviour meets (lava, where there was none) stays as
/// unknown as before, however small a weight the proxy gave it; a plan for a new world should then avoid it.
/// Hadfield-Menell, Milli, Abbeel, Russell, Drăgan 2017.
///
/// The normaliser runs over the proxies given: they must be those that the designer had.
public struct ProxyRewardPosterior: Sendable, Hashable, Codable {
  /// [candidates][features]: weights that may be the true ones.
  public let candidates: [[Double]]
  /// Sums to 1.
  public let probabilities: [Double]
  /// The features of what the proxy did where it was made: what plans are compared with.
  public let trained: [Double]

  /// - Parameters:
  ///   - candidates: weights that may be meant, as many features each.
  ///   - prior: of each candidate; nil for a uniform one.
  ///   - behaviors: [proxies][features], φ of each proxy that could have been written.
  ///   - written: which of them was.
  ///   - rationality: β, how well the designer chooses; 0 is no evidence.
  /// - Throws: `InputError` if sizes do not fit or numbers are not finite.
  public init(
    candidates: [[Double]], prior: [Double]? = nil, behaviors: [[Double]], written: Int, rationality: Double = 1
  ) throws {
    let width = candidates.first?.count ?? 0
    guard width > 0, (candidates + behaviors).allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) }) else {
      throw InputError("candidates and behaviours need the same features, all finite")
    }
    guard behaviors.indices.contains(written) else {
      throw InputError("proxy \(written) is not one of the \(behaviors.count) that could have been written")
    }
    let prior = prior ?? [Double](repeating: 1, count: candidates.count)
    guard prior.count == candidates.count, prior.allSatisfy({ $0 >= 0 && $0.isFinite }),
      prior.contains(where: { $0 > 0 })
    else { throw InputError("the prior needs a probability for each of the \(candidates.count) candidates") }
    guard rationality >= 0, rationality.isFinite else { throw InputError("the rationality is \(rationality)") }
    let logarithms = zip(candidates, prior).map { candidate, prior in
      let worth = behaviors.map { rationality * Self.product(candidate, $0) }
      let most = worth.max() ?? 0
      return log(prior) + worth[written] - most - log(worth.reduce(0) { $0 + exp($1 - most) })
    }
    let most = logarithms.max() ?? 0
    let sum = logarithms.reduce(0) { $0 + exp($1 - most) }
    self.candidates = candidates
    probabilities = logarithms.map { exp($0 - most) / sum }
    trained = behaviors[written]
  }

  /// Draws from such a posterior, all as probable.
  ///
  /// - Parameters:
  ///   - draws: weights, as many features each.
  ///   - trained: the features of what the written proxy did.
  /// - Throws: `InputError` without draws, or if sizes do not fit or numbers are not finite.
  public init(draws: [[Double]], trained: [Double]) throws {
    guard !draws.isEmpty, !trained.isEmpty,
      (draws + [trained]).allSatisfy({ $0.count == trained.count && $0.allSatisfy(\.isFinite) })
    else { throw InputError("draws and the behaviour that was trained need the same features, all finite") }
    candidates = draws
    probabilities = [Double](repeating: 1 / Double(draws.count), count: draws.count)
    self.trained = trained
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// What a plan's features are worth on average over what may be meant.
  public func mean(of features: [Double]) -> Double {
    zip(candidates, probabilities).reduce(0) { $0 + $1.1 * Self.product($1.0, features) }
  }

  /// What candidates are compared at: rewards have no common zero.
  public enum Zero: String, Sendable, Hashable, Codable, CaseIterable {
    /// None: as the weights stand.
    case none
    /// What the proxy's behaviour was worth where it was made.
    case trained
  }

  /// The worst that a plan may be worth, and the candidate for which it is; those less probable than `ignoring` are
  /// left out.
  public func worst(of features: [Double], zero: Zero = .none, ignoring least: Double = 0) -> (
    value: Double, candidate: Int
  ) {
    precondition(features.count == trained.count, "as many features as the candidates weigh")
    var worst = (value: Double.infinity, candidate: 0)
    for (index, candidate) in candidates.enumerated() where probabilities[index] > least {
      let value = Self.product(candidate, features) - (zero == .trained ? Self.product(candidate, trained) : 0)
      if value < worst.value { worst = (value, index) }
    }
    return worst
  }

  /// A plan chosen with caution.
  public struct Cautious: Sendable, Hashable, Codable {
    /// The plan whose worst case is best, and the one whose mean is.
    public var plan: Int
    /// The plan that is best by the mean reward.
    public var meanPlan: Int
    /// The candidate that makes the worst case of the plan.
    public var binding: Int
    /// What the plan is worth in the worst of the cases that count.
    public var worst: Double
    /// The mean that caution costs.
    public var cost: Double
  }

  /// Of these plans, the one whose worst case is best: the first of equals.
  public func cautiousPlan(among plans: [[Double]], zero: Zero = .none, ignoring least: Double = 0) -> Cautious {
    precondition(!plans.isEmpty, "there is a plan to choose")
    let worsts = plans.map { worst(of: $0, zero: zero, ignoring: least) }
    let means = plans.map(mean)
    func best(_ values: [Double]) -> Int { values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 } }
    let plan = best(worsts.map(\.value))
    let meanPlan = best(means)
    return Cautious(
      plan: plan, meanPlan: meanPlan, binding: worsts[plan].candidate, worst: worsts[plan].value,
      cost: means[meanPlan] - means[plan])
  }

  /// How many bits the proxy told about each feature's weight: the divergence of its marginal from the prior's, given
  /// as that over the distinct weights among the candidates, prior uniform. 0: the proxy said nothing about it. Not for
  /// draws, which have no prior among themselves.
  public func bitsLearned() -> [Double] {
    (0..<trained.count).map { feature in
      var before: [Double: Double] = [:]
      var after: [Double: Double] = [:]
      for (index, candidate) in candidates.enumerated() {
        before[candidate[feature], default: 0] += 1 / Double(candidates.count)
        after[candidate[feature], default: 0] += probabilities[index]
      }
      return before.keys.sorted().reduce(0) { sum, weight in
        let (p, q) = (after[weight] ?? 0, before[weight] ?? 1)
        return p > 0 ? sum + p * log2(p / q) : sum
      }
    }
  }
}
