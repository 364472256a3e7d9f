import Agents
import Compute
import Environments
import Findings
import Rewards

/// When does a small training error of a learned reward guarantee a small regret of whatever is optimal for it?
///
/// Coverage D is how often each (state, action) is in the data; the training error of a reward R̂ is the mean of
/// |R̂ − R| over D. Data are *safe* for error ε and regret limit L if every R̂ of error at most ε · (range of R) is
/// such that each policy optimal for it has regret below L, as a share of the range of returns.
///
/// ```swift
/// let safety = try DataSafety(reward: rewards, in: mdp, regretLimit: 0.5)
/// let margin = try safety.margin(coverage)          // Δ: the least error that lets a bad policy be optimal
/// margin.largestSafeError                           // Δ ÷ range of R: safe for every ε below
/// margin.reward                                     // the learned reward that is this wrong and no wronger
/// ```
///
/// For each bad deterministic policy a linear program finds the least error that makes it optimal; a set of optimal
/// policies that holds a bad one holds a deterministic bad one. Ties count as failures, as does a regret of exactly L.
///
/// Source: Fluri, Lang, Abate, Forré, Krueger, Skalse, "The perils of optimizing learned reward functions: low training
/// error does not guarantee low regret", ICML 2025. Not a statement about finite samples: the training error is that
/// under D itself.
public struct DataSafety: Sendable {
  /// The true expected reward on [states × actions].
  public let reward: [Double]
  /// The regret that is too much, as a share of the range.
  public let regretLimit: Double
  /// The largest reward less the smallest, over actions that can be taken; infinite where no double holds it.
  public var rewardRange: Double { unitRange.timesTwo(to: exponent) }
  /// The best return less the worst, likewise.
  public var returnRange: Double { unitReturnRange.timesTwo(to: exponent) }
  /// The reward at size 1: it is these times 2^``exponent``, so that the solver's tolerances mean the same for every
  /// reward.
  let unit: [Double]
  let exponent: Int
  let unitRange: Double
  let unitReturnRange: Double
  /// Whether every deterministic policy was looked at. Otherwise margins are bounds from above, by those that were:
  /// the best and the worst policy, what lies between them, and the best with single decisions changed.
  public let isComplete: Bool
  /// Whatever may be optimal for a wrong reward, and has a regret of at least the limit.
  let bad: [Candidate]
  /// What the truly best policy does.
  let bestOccupancy: [Double]
  /// What it competes with.
  let competition: Competition
  /// [rows × parameters]: learned rewards are products of this with parameters; nil: any reward at all.
  let rewardClass: Matrix?
  /// Which entries of the coverage count: those of states that can be reached.
  let counts: [Bool]

  struct Candidate: Sendable {
    var policy: TabularPolicy?
    var name: String
    var occupancy: [Double]
    var penalty: Double
    var regret: Double
  }

  enum Competition: Sendable {
    case world(TabularMDP)
    case points([LiftedPolicy])
  }

  /// Everything that stationary policies can do in a small world; in a large one, what some suspects can do.
  ///
  /// Of the parameters:
  /// - `reward`: the true expected reward on (state, action).
  /// - `regretLimit`: L, a share of the range of returns, above 0 and at most 1.
  /// - `rewardClass`: [states · actions × parameters], if learned rewards are linear in known features.
  /// - `limit`: up to how many deterministic policies all are looked at.
  /// - Throws: `InputError` for numbers out of range.
  public init(
    reward: [Double], in mdp: TabularMDP, regretLimit: Double, rewardClass: Matrix? = nil, limit: Int = 4096
  ) throws {
    guard reward.count == mdp.stateCount * mdp.actionCount else {
      throw InputError(
        "the reward has \(reward.count) values", remedy: "\(mdp.stateCount * mdp.actionCount) are needed")
    }
    guard mdp.discount < 1 else {
      throw InputError("the discount is \(mdp.discount)", remedy: "a discount below 1 is needed")
    }
    let isComplete = DeterministicPolicies.count(in: mdp, limit: limit) != nil
    let policies =
      isComplete
      ? Array(try DeterministicPolicies(mdp, limit: limit))
      : Suspects.policies(mdp, Vectors.unitScaled(reward).values)
    let isTrivial = try RewardSpace(mdp).canonical(RewardTable(expected: reward, in: mdp)).isTrivial
    let candidates = policies.map { policy in
      Candidate(
        policy: policy, name: PolicySet.name(of: policy), occupancy: mdp.occupancy(of: policy), penalty: 0, regret: 0)
    }
    let counting = mdp.countingStates
    try self.init(
      reward: reward, candidates: Self.distinct(candidates), competition: .world(mdp), regretLimit: regretLimit,
      rewardClass: rewardClass, isComplete: isComplete, isTrivial: isTrivial,
      counts: (0..<reward.count).map { counting[$0 / mdp.actionCount] })
  }

  /// Optima of a return less a penalty whose graph has finitely many corners: each corner is something that can be
  /// done, with its penalty. A regularised optimum is one of them, or a mixture.
  public init(
    reward: [Double], lifted: [LiftedPolicy], regretLimit: Double, rewardClass: Matrix? = nil
  ) throws {
    guard !lifted.isEmpty, lifted.allSatisfy({ $0.occupancy.count == reward.count }) else {
      throw InputError("each lifted policy needs an occupancy of \(reward.count) numbers")
    }
    let candidates = lifted.map {
      Candidate(policy: nil, name: $0.name, occupancy: $0.occupancy, penalty: $0.penalty, regret: 0)
    }
    try self.init(
      reward: reward, candidates: candidates, competition: .points(lifted), regretLimit: regretLimit,
      rewardClass: rewardClass, isComplete: true, isTrivial: false,
      counts: reward.indices.map { index in lifted.contains { $0.occupancy[index] > 0 } })
  }

  private init(
    reward: [Double], candidates: [Candidate], competition: Competition, regretLimit: Double, rewardClass: Matrix?,
    isComplete: Bool, isTrivial: Bool, counts: [Bool]
  ) throws {
    if let row = reward.firstIndex(where: { !$0.isFinite }) {
      throw InputError("the reward is \(reward[row])", at: "entry \(row)", remedy: "all rewards must be finite")
    }
    guard regretLimit > 0, regretLimit <= 1 else {
      throw InputError(
        "the regret limit is \(regretLimit)", remedy: "it is a share of the range of returns: above 0, at most 1")
    }
    if let rewardClass, rewardClass.rows != reward.count {
      throw InputError("the features have \(rewardClass.rows) rows", remedy: "\(reward.count) are needed")
    }
    self.reward = reward
    self.regretLimit = regretLimit
    self.competition = competition
    self.rewardClass = rewardClass
    self.counts = counts
    self.isComplete = isComplete
    let (unit, exponent) = Vectors.unitScaled(reward)
    (self.unit, self.exponent) = (unit, exponent)
    let values = reward.indices.filter { counts[$0] }.map { unit[$0] }
    unitRange = (values.max() ?? 0) - (values.min() ?? 0)
    let returns = candidates.map { Vectors.dot($0.occupancy, unit) }
    let best = returns.max() ?? 0
    let range = best - (returns.min() ?? 0)
    // What rounding can make of a return: of the sum, and of occupancies, whose equation has an inverse of 1/(1 − γ).
    let size = candidates.reduce(0) { max($0, zip($1.occupancy, unit).reduce(0) { $0 + abs($1.0 * $1.1) }) }
    let horizon: Double = if case .world(let mdp) = competition { 1 / (1 - mdp.discount) } else { 1 }
    let rounding = 4 * Double(reward.count + 4) * Double.roundingUnit * horizon * size
    let isTrivial = isTrivial || range <= rounding
    unitReturnRange = isTrivial ? 0 : range
    bestOccupancy = returns.firstIndex(of: best).map { candidates[$0].occupancy } ?? []
    bad = zip(candidates, returns).compactMap { candidate, value in
      guard !isTrivial else { return nil }
      var candidate = candidate
      candidate.regret = (best - value) / range
      return candidate.regret >= regretLimit - 2 * rounding / range ? candidate : nil
    }
  }

  /// Deterministic policies that do the same are looked at once.
  private static func distinct(_ candidates: [Candidate]) -> [Candidate] {
    var seen: Set<[Int]> = []
    return candidates.filter { candidate in
      let visited = candidate.policy!.actions.indices.map { state in
        let actions = candidate.policy!.actionCount
        return candidate.occupancy[state * actions..<(state + 1) * actions].contains { $0 > 0 }
          ? candidate.policy!.actions[state] : -1
      }
      return seen.insert(visited).inserted
    }
  }

  /// All policies are equally good, so that none has a regret.
  public var isTrivial: Bool { unitReturnRange == 0 }
  /// How many of the policies looked at have too much regret.
  public var badPolicyCount: Int { bad.count }

  /// The bound that needs no search: data are safe for errors below this share of the range of rewards,
  /// `(1 − γ) · L · min D · range J ÷ range R`, the least coverage being over what can be reached.
  public func sufficientError(_ coverage: [Double]) -> Double? {
    guard case .world(let mdp) = competition, unitRange > 0 else { return nil }
    let least = coverage.indices.filter { counts[$0] }.map { coverage[$0] }.min() ?? 0
    return (1 - mdp.discount) * regretLimit * least * unitReturnRange / unitRange
  }

  func validate(_ coverage: [Double]) throws {
    guard coverage.count == reward.count else {
      throw InputError("the coverage has \(coverage.count) numbers", remedy: "\(reward.count) are needed")
    }
    if let index = coverage.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw InputError("the coverage is \(coverage[index])", at: "entry \(index)", remedy: "shares lie between 0 and 1")
    }
    let sum = coverage.reduce(0, +)
    guard abs(sum - 1) <= 1e-9 else {
      throw InputError("the coverage sums to \(sum)", remedy: "it must sum to 1")
    }
  }
}

/// Something that can be done, with the penalty that is subtracted from its return.
public struct LiftedPolicy: Sendable, Hashable {
  /// What it is called in findings.
  public var name: String
  /// What it does, on [states × actions].
  public var occupancy: [Double]
  /// What is taken off its return.
  public var penalty: Double

  /// One corner of a regularised problem.
  public init(_ name: String, occupancy: [Double], penalty: Double) {
    self.name = name
    self.occupancy = occupancy
    self.penalty = penalty
  }

  /// The corners of `weight · ‖π − reference‖₁` over the policies of a one-state world: each action's probability is 0
  /// or the reference's, but for one that takes the rest.
  public static func bandit(reference: [Double], weight: Double, discount: Double = 0) throws -> [LiftedPolicy] {
    guard reference.count <= 12 else {
      throw InputError("\(reference.count) actions have too many corners", remedy: "give at most 12 actions")
    }
    var corners: [LiftedPolicy] = []
    for free in reference.indices {
      let others = reference.indices.filter { $0 != free }
      for choice in 0..<(1 << others.count) {
        var policy = [Double](repeating: 0, count: reference.count)
        for (bit, action) in others.enumerated() where choice >> bit & 1 == 1 { policy[action] = reference[action] }
        policy[free] = 1 - policy.reduce(0, +)
        guard policy[free] >= -1e-12 else { continue }
        policy[free] = max(0, policy[free])
        let isKnown = corners.contains {
          zip($0.occupancy, policy).allSatisfy { abs($0 * (1 - discount) - $1) < 1e-12 }
        }
        guard !isKnown else { continue }
        let distance = zip(policy, reference).reduce(0) { $0 + abs($1.0 - $1.1) }
        corners.append(
          LiftedPolicy(
            policy.map { Numbers.plain($0) }.joined(separator: "/"), occupancy: policy.map { $0 / (1 - discount) },
            penalty: weight * distance))
      }
    }
    return corners
  }
}
