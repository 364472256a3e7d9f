import Compute

/// ``DataSafety`` for one-step choices in many contexts, such as answers to prompts, where policies are too many to
/// list.
///
/// In each context an action is made optimal at the least error by raising it, and lowering what is above, to a common
/// level. Which contexts to spoil is then a knapsack: the cheapest set of choices whose regrets add up to the limit.
/// Solved exactly, by keeping those partial choices that no other beats in both cost and regret.
public struct BanditSafety: Sendable {
  /// One context, with its actions.
  public struct Context: Sendable, Hashable {
    /// How often it comes up when the policy is used.
    public var weight: Double
    /// The true reward of each action.
    public var rewards: [Double]
    /// How often each action is in the data, as a share of all data.
    public var coverage: [Double]

    /// A context that comes up with this weight; rewards and shares of data by action.
    public init(weight: Double, rewards: [Double], coverage: [Double]) {
      self.weight = weight
      self.rewards = rewards
      self.coverage = coverage
    }
  }

  /// The contexts, in the order given.
  public let contexts: [Context]
  /// The regret that is too much, as a share of the range.
  public let regretLimit: Double

  /// Weights sum to 1, and so do all shares of data.
  ///
  /// - Throws: `InputError` for numbers out of range.
  public init(_ contexts: [Context], regretLimit: Double) throws {
    for (index, context) in contexts.enumerated() {
      guard !context.rewards.isEmpty, context.rewards.count == context.coverage.count, context.weight >= 0,
        context.rewards.allSatisfy(\.isFinite), context.coverage.allSatisfy({ $0 >= 0 && $0.isFinite })
      else {
        throw InputError(
          "its rewards, coverage or weight cannot be used", at: "context \(index)",
          remedy: "give finite rewards, and as many shares, none negative")
      }
    }
    guard regretLimit > 0, regretLimit <= 1 else {
      throw InputError("the regret limit is \(regretLimit)", remedy: "it is above 0 and at most 1")
    }
    self.contexts = contexts
    self.regretLimit = regretLimit
  }

  /// The margin, and the action to be made optimal in each context.
  public struct Margin: Sendable, Hashable {
    /// The smallest training error at which something bad can be optimal.
    public var margin: Double
    /// The action to be made optimal in each context.
    public var actions: [Int]
    /// As a share of the range of returns.
    public var regret: Double
  }

  /// Best less worst: the weighted sum over contexts.
  public var returnRange: Double {
    contexts.reduce(0) { $0 + $1.weight * (($1.rewards.max() ?? 0) - ($1.rewards.min() ?? 0)) }
  }

  /// - Parameter limit: how many partial choices may be kept at once.
  /// - Returns: nil if all actions are equally good everywhere.
  /// - Throws: `InputError` if the limit does not suffice.
  public func margin(limit: Int = 1_000_000) throws -> Margin? {
    let range = returnRange
    guard range > 0 else { return nil }
    let wanted = regretLimit * range - 1e-9 * range
    var front = [Partial(cost: 0, regret: 0, back: -1, action: -1)]
    var history: [[Partial]] = []
    for context in contexts {
      let best = context.rewards.max()!
      var next: [Partial] = []
      for (place, partial) in front.enumerated() {
        for action in context.rewards.indices {
          next.append(
            Partial(
              cost: partial.cost + Self.cost(of: action, context),
              regret: partial.regret + context.weight * (best - context.rewards[action]), back: place, action: action))
        }
      }
      history.append(front)
      front = Self.undominated(next, enough: wanted)
      guard front.count <= limit else {
        throw InputError(
          "more than \(limit) partial choices are open", remedy: "round the rewards, or give fewer contexts")
      }
    }
    guard let last = front.filter({ $0.regret >= wanted }).min(by: { $0.cost < $1.cost }) else { return nil }
    var actions: [Int] = []
    var partial = last
    for earlier in history.reversed() {
      actions.append(partial.action)
      partial = earlier[partial.back]
    }
    return Margin(margin: last.cost, actions: actions.reversed(), regret: last.regret / range)
  }

  private struct Partial {
    var cost: Double
    var regret: Double
    var back: Int
    var action: Int
  }

  /// The least error that makes an action one of the best: a convex, piecewise linear function of the common level, so
  /// that its least value lies at one of the rewards.
  private static func cost(of action: Int, _ context: Context) -> Double {
    let own = context.rewards[action]
    var least = Double.infinity
    for level in context.rewards where level >= own {
      var cost = context.coverage[action] * (level - own)
      for (other, value) in context.rewards.enumerated() where value > level {
        cost += context.coverage[other] * (value - level)
      }
      least = min(least, cost)
    }
    return least
  }

  /// By growing cost, each with more regret than all that are cheaper; past `enough` more regret is of no use.
  private static func undominated(_ partials: [Partial], enough: Double) -> [Partial] {
    var kept: [Partial] = []
    for partial in partials.sorted(by: { ($0.cost, -$0.regret) < ($1.cost, -$1.regret) }) {
      guard min(partial.regret, enough) > kept.last.map({ min($0.regret, enough) }) ?? -1 else { continue }
      kept.append(partial)
    }
    return kept
  }
}
