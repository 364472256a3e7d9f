import Compute
import Environments
import Findings
import Foundation
import Rewards

/// What inverse reinforcement learning concludes in a finite world when people do not act as it believes.
///
/// ```swift
/// let audit = try MisspecificationAudit(
///   mdp, believed: BehaviorModel(.boltzmann, discount: 0.5), actual: BehaviorModel(.boltzmann, discount: 0.9),
///   rewards: [truth])
/// audit.theorem       // what a theorem decides
/// audit.curve         // distance and regret as the error grows
/// ```
///
/// Behaviour under each true reward is inverted under the believed model, in closed form and with all that fits equally
/// well. After Skalse & Abate, "Misspecification in Inverse Reinforcement Learning" (AAAI 2023).
public struct MisspecificationAudit: Sendable {
  /// The theory's result before anything is measured.
  public enum Theorem: String, Sendable, Codable {
    /// Both models are the same.
    case exact
    /// Only the temperature differs: the order of policies is learned all the same.
    case tolerated
    /// Full support and the same best actions by construction, or not: decided by measurement.
    case measured
    /// The believed model itself leaves more open than the order of policies.
    case ambiguous
    /// The believed model never produces such behaviour.
    case impossible
    /// Discount or dynamics differ: no standard model tolerates that.
    case notTolerated
  }

  /// One reward's outcome.
  public struct Outcome: Sendable, Hashable, Codable {
    /// Nil if the true reward is trivial, or if the believed model cannot behave so.
    public let range: CompatibleRange?
    /// The greatest share of the truth's range that two policies can differ by although the learned reward of
    /// least norm does not prefer the better one.
    public let worstCaseRegret: Double?
    /// What acting optimally on that reward loses.
    public let regret: Double?
    /// Whether the learned reward's best actions are the truth's.
    public let keepsOptimalActions: Bool?
  }

  /// The outcomes at one size of the error.
  public struct Point: Sendable, Hashable, Codable {
    /// 0: the believed model equals the actual one; 1: as asked.
    public let error: Double
    /// One for each true reward.
    public let outcomes: [Outcome]

    /// The mean over rewards of what is not nil.
    public func mean(_ value: (Outcome) -> Double?) -> Double? {
      let values = outcomes.compactMap(value)
      return values.isEmpty ? nil : Statistics.mean(values)
    }
  }

  /// What the learner takes people to be.
  public let believed: BehaviorModel
  /// What people are.
  public let actual: BehaviorModel
  /// The theory's result before anything is measured.
  public let theorem: Theorem
  /// The outcome for the models as given.
  public var outcomes: [Outcome] { curve[curve.count - 1].outcomes }
  /// From no error to the whole; one point if the two differ in kind, which has no sizes.
  public let curve: [Point]

  /// Of the parameters:
  /// - `rewards`: true rewards, expected, on [states × actions].
  /// - `steps`: pieces of the curve.
  public init(
    _ mdp: TabularMDP, believed: BehaviorModel, actual: BehaviorModel, rewards: [[Double]], steps: Int = 10
  ) throws {
    guard !rewards.isEmpty,
      rewards.allSatisfy({ $0.count == mdp.stateCount * mdp.actionCount && $0.allSatisfy(\.isFinite) })
    else {
      throw InputError("misspecification is judged by true rewards on state and action", remedy: "give at least one")
    }
    self.believed = believed
    self.actual = actual
    theorem = Self.theorem(believed, actual, mdp)
    let judge = try OccupancyGeometry(mdp)
    let sizes =
      believed.kind == actual.kind && believed != actual
      ? (0...max(1, steps)).map { Double($0) / Double(max(1, steps)) } : [1]
    curve = try sizes.map { size in
      let model = size == 1 ? believed : believed.between(actual, size, worldDiscount: mdp.discount)
      return Point(
        error: size,
        outcomes: try rewards.map { try Self.outcome(mdp, judge, believed: model, actual: actual, reward: $0) })
    }
  }

  private static func theorem(_ believed: BehaviorModel, _ actual: BehaviorModel, _ mdp: TabularMDP) -> Theorem {
    let discounts = (believed.discount ?? mdp.discount, actual.discount ?? mdp.discount)
    let sameWorld = discounts.0 == discounts.1 && believed.slip == actual.slip
    if believed.kind == .optimal { return actual.kind == .optimal && sameWorld ? .exact : .ambiguous }
    if actual.kind == .optimal { return .impossible }
    if !sameWorld { return .notTolerated }
    if believed.kind != actual.kind { return .measured }
    return believed.temperature == actual.temperature ? .exact : .tolerated
  }

  private static func outcome(
    _ mdp: TabularMDP, _ judge: OccupancyGeometry, believed: BehaviorModel, actual: BehaviorModel, reward: [Double]
  ) throws -> Outcome {
    // At size 1, the temperatures with it: behaviour depends on their ratio alone.
    let (reward, exponent) = Vectors.unitScaled(reward)
    let learner = try Behavior(believed.scaled(by: -exponent), in: mdp)
    let person = try Behavior(actual.scaled(by: -exponent), in: mdp)
    let truth = judge.compact(reward)
    let levelled = try judge.levelled(truth)
    // What slips may reach is a matter of the model; the pairs are compared where the world itself gets to.
    let behaviour = person.geometry.policy(try person.policy(person.geometry.compact(reward))).probabilities
    guard Vectors.norm(levelled) > 0,
      let solution = learner.inverted(learner.geometry.compact(behaviour))
    else { return Outcome(range: nil, worstCaseRegret: nil, regret: nil, keepsOptimalActions: nil) }
    func judged(_ pairs: [Double]) -> [Double] {
      var full = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
      for (index, state) in learner.geometry.states.enumerated() {
        for action in 0..<mdp.actionCount {
          full[state * mdp.actionCount + action] = pairs[index * mdp.actionCount + action]
        }
      }
      return judge.compact(full)
    }
    let freedom = believed.kind == .optimal ? [] : learner.freedom
    let canonical = try leastNorm(solution, freedom)
    let learned = judged(canonical)
    let range = try CompatibleRange(
      truth: levelled, solution: try judge.levelled(judged(solution)), canonical: try judge.levelled(learned),
      free: try freedom.map { try judge.levelled(judged($0)) })
    let best = judge.optimalPairs(try judge.optimum(truth).q)
    let thought = judge.optimalPairs(try judge.optimum(learned).q, noise: person.noise(learner, behaviour))
    func table(_ pairs: [Double]) throws -> RewardTable {
      var full = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
      for (index, state) in judge.states.enumerated() {
        for action in 0..<mdp.actionCount {
          full[state * mdp.actionCount + action] = pairs[index * mdp.actionCount + action]
        }
      }
      return try RewardTable(expected: full, in: mdp)
    }
    return Outcome(
      range: range,
      worstCaseRegret: try WorstCaseRegret(mdp, truth: try table(truth), proxy: try table(learned)).value,
      regret: try judge.regret(of: learned, under: truth), keepsOptimalActions: thought == best)
  }

  /// The fitting reward of least Euclidean norm.
  private static func leastNorm(_ solution: [Double], _ freedom: [[Double]]) throws -> [Double] {
    let free = try Subspace.span(freedom, size: solution.count)
    return zip(solution, free.projection(solution)).map { $0 - $1 }
  }
}

extension BehaviorModel {
  /// The model in a unit of reward of 2^exponent times the old one; no temperature becomes 0 or infinite.
  func scaled(by exponent: Int) -> BehaviorModel {
    var model = self
    model.temperature = min(max(temperature.timesTwo(to: exponent), 0x1p-1000), 0x1p1000)
    return model
  }

  /// This model with its parameters moved towards the actual one's: temperatures by ratio, the rest by difference.
  func between(_ actual: BehaviorModel, _ size: Double, worldDiscount: Double) -> BehaviorModel {
    var model = self
    model.temperature = actual.temperature * pow(temperature / actual.temperature, size)
    let (from, to) = (actual.discount ?? worldDiscount, discount ?? worldDiscount)
    model.discount = from + size * (to - from)
    model.slip = actual.slip + size * (slip - actual.slip)
    return model
  }
}
