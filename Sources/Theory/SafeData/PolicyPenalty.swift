import Compute
import Environments
import Findings
import Foundation

/// What keeps a policy near a reference while a learned reward is optimised: the policy that comes about is best for
/// the learned return less `strength` times its distance from the reference. For worlds of one state.
public struct PolicyPenalty: Sendable, Hashable {
  /// How the distance is measured.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The sum of absolute differences of probabilities: ‖π − ρ‖₁.
    case l1
    /// KL(π ‖ ρ), as in the fine-tuning of language models: the optimum is ρ · exp(R̂/strength), normalised.
    case kl
  }

  /// How the distance is measured.
  public var kind: Kind
  /// In units of reward.
  public var strength: Double
  /// ρ: the probability of each action.
  public var reference: [Double]

  /// - Throws: `InputError` for a world of more than one state, a strength that is not positive, or a reference of
  ///   another
  ///   size.
  public init(_ kind: Kind, strength: Double, reference: TabularPolicy, in mdp: TabularMDP) throws {
    let counting = mdp.countingStates.indices.filter { mdp.countingStates[$0] }
    guard counting.count == 1, let state = counting.first else {
      throw InputError(
        "the world has \(counting.count) states in which something is chosen", at: "regularizer",
        remedy:
          "with a penalty the margin is known for one state alone, such as a prompt and its answers: give such a world"
      )
    }
    guard strength > 0, strength.isFinite else {
      throw InputError("the strength is \(strength)", at: "regularizer", remedy: "give a positive number")
    }
    guard reference.stateCount == mdp.stateCount, reference.actionCount == mdp.actionCount else {
      throw InputError("the reference is not for this world", at: "regularizer")
    }
    self.kind = kind
    self.strength = strength
    self.reference = Array(
      reference.probabilities[state * mdp.actionCount..<(state + 1) * mdp.actionCount])
  }

  /// "0.5 · KL(π ‖ reference)".
  var words: String {
    "\(Numbers.plain(strength)) · " + (kind == .kl ? "KL(π ‖ reference)" : "‖π − reference‖₁")
  }
}

/// The least error of a learned reward that lets the optimum under a KL penalty have too much regret, in a world of one
/// state.
///
/// With R̂ = λz the optimum is π ∝ ρ eᶻ. Let T be the return at which the regret is the limit. It is reached where
///
///     Σ_good ρ e^z (R − T) ≤ Σ_bad ρ e^z (T − R),   good: R > T, bad: R < T.
///
/// From z = R/λ it is cheapest to lower good actions and to raise bad ones. The left side falls by convex terms, so
/// good actions are lowered to a common level of ρ e^z (R − T) ÷ coverage; the right side rises by convex terms, so
/// that one bad action alone is raised. For each of those the cost as a function of the level is smooth between the
/// levels at which another good action joins, with at most one stationary point, known in closed form: all of them are
/// compared.
struct KLMargin {
  /// Rewards, return limit and strength in one unit.
  var rewards: [Double]
  var limit: Double
  var strength: Double
  var reference: [Double]
  /// On the same actions.
  var coverage: [Double]

  struct Found {
    /// Σ coverage · |R̂ − R|; approached but not reached if 0.
    var error: Double
    var learned: [Double]
  }

  /// Nil if no reward does harm: nothing bad has any probability in the reference.
  func least() -> Found? {
    let able = rewards.indices.filter { reference[$0] > 0 }
    let good = able.filter { rewards[$0] > limit }
    let bad = able.filter { rewards[$0] < limit }
    if good.isEmpty { return Found(error: 0, learned: rewards) }
    guard !bad.isEmpty else { return nil }
    let top = able.reduce(-Double.infinity) { max($0, rewards[$1]) }
    func weight(_ action: Int) -> Double {
      reference[action] * exp((rewards[action] - top) / strength) * abs(rewards[action] - limit)
    }
    let allBad = bad.reduce(0) { $0 + weight($1) }
    if good.reduce(0, { $0 + weight($1) }) <= allBad { return Found(error: 0, learned: rewards) }
    // What costs nothing may go as far as it likes: a bad action without data is raised until nothing else counts.
    if let free = bad.first(where: { coverage[$0] == 0 }) {
      return Found(error: 0, learned: moved(lowered: [:], raised: (free, 800)))
    }
    let held = good.filter { coverage[$0] > 0 }
    let lost = good.filter { coverage[$0] == 0 }
    var drop = Dictionary(uniqueKeysWithValues: lost.map { ($0, 800.0) })
    if held.reduce(0, { $0 + weight($1) }) <= allBad {
      return Found(error: 0, learned: moved(lowered: drop, raised: nil))
    }
    // From the first to be lowered to the last.
    let order = held.sorted { (weight($0) / coverage[$0], $1) > (weight($1) / coverage[$1], $0) }
    var best: (cost: Double, level: Double, raised: Int)?
    for action in bad {
      let others = allBad - weight(action)
      for count in 0...order.count {
        let lowered = order[..<count]
        let mass = lowered.reduce(0) { $0 + coverage[$1] }
        let rest = order[count...].reduce(-others) { $0 + weight($1) }
        let upper = count > 0 ? weight(order[count - 1]) / coverage[order[count - 1]] : .infinity
        var lower = count < order.count ? weight(order[count]) / coverage[order[count]] : 0
        // Below this level nothing bad need be raised.
        if mass > 0 { lower = max(lower, (weight(action) - rest) / mass) }
        var levels = [lower, upper].filter { $0 > 0 && $0.isFinite }
        if mass > 0, coverage[action] != mass {
          let level = rest / (coverage[action] - mass)
          if level > lower, level < upper { levels.append(level) }
        }
        if count == 0 { levels = [upper] }
        for level in levels where level <= upper {
          let left = rest + (mass > 0 ? mass * level : 0)
          guard left > 0 else { continue }
          let raised = max(0, log(left / weight(action)))
          let cost =
            lowered.reduce(coverage[action] * raised) {
              $0 + coverage[$1] * max(0, log(weight($1) / coverage[$1] / level))
            }
          if cost < best?.cost ?? .infinity { best = (cost, level, action) }
        }
      }
    }
    guard let best else { return nil }
    for action in held where best.level.isFinite {
      drop[action] = max(0, log(weight(action) / coverage[action] / best.level))
    }
    let left = held.reduce(0) { $0 + min(weight($1), best.level.isFinite ? coverage[$1] * best.level : .infinity) }
    let raised = max(0, log((left - (allBad - weight(best.raised))) / weight(best.raised)))
    return Found(error: strength * best.cost, learned: moved(lowered: drop, raised: (best.raised, raised)))
  }

  private func moved(lowered: [Int: Double], raised: (action: Int, by: Double)?) -> [Double] {
    rewards.indices.map { action in
      rewards[action] - strength * (lowered[action] ?? 0)
        + (raised?.action == action ? strength * raised!.by : 0)
    }
  }

  /// ρ exp(R̂/λ), normalised.
  func optimum(_ learned: [Double]) -> [Double] {
    let able = learned.indices.filter { reference[$0] > 0 }
    let top = able.reduce(-Double.infinity) { max($0, learned[$1]) }
    let weights = learned.indices.map { reference[$0] > 0 ? reference[$0] * exp((learned[$0] - top) / strength) : 0 }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
