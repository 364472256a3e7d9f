import Compute

/// Episodes in which one policy acted, with how probable each of its actions was and how probable another policy, the
/// target, would have made it.
///
/// ```swift
/// // Two episodes, of two steps and of one.
/// let log = try LoggedEpisodes(
///   lengths: [2, 1], rewards: [0, 1, 0.5], behavior: [0.5, 0.5, 0.5], target: [0.9, 0.2, 0.9], discount: 0.9)
/// OffPolicyEstimate.value(.weightedPerDecision, log)
/// ```
///
/// What is estimated is the target's expected discounted return within ``horizon`` steps; an episode that is shorter is
/// taken to have ended for good, so that it earns nothing more. A log of one step each is that of a contextual bandit.
public struct LoggedEpisodes: Sendable, Hashable {
  /// Where each episode's steps begin, and where the last one's end; one more than there are episodes.
  public let starts: [Int]
  /// What each step earned.
  public let rewards: [Double]
  /// How probable what was done was to the policy that did it, above 0.
  public let behavior: [Double]
  /// How probable the target policy would have made it, 0 … 1.
  public let target: [Double]
  /// γ, in 0 … 1.
  public let discount: Double
  /// The length of the longest episode.
  public let horizon: Int

  /// The number of episodes.
  public var count: Int { starts.count - 1 }

  /// The steps of one episode.
  public func steps(_ episode: Int) -> Range<Int> { starts[episode]..<starts[episode + 1] }

  /// Episodes one after another.
  ///
  /// - Parameters:
  ///   - lengths: how many steps each has, at least one.
  ///   - rewards: of each step.
  ///   - behavior: how probable what was done was to who did it.
  ///   - target: how probable the target would have made it.
  ///   - discount: γ.
  /// - Throws: `InputError` at "episode i, step t" for a number that is no probability or no number.
  public init(lengths: [Int], rewards: [Double], behavior: [Double], target: [Double], discount: Double) throws {
    guard !lengths.isEmpty else { throw InputError("there are no episodes", remedy: "give at least one") }
    if let episode = lengths.firstIndex(where: { $0 < 1 }) {
      throw InputError(
        "an episode has \(lengths[episode]) steps", at: "episode \(episode)", remedy: "give at least one")
    }
    var starts = [0]
    for length in lengths { starts.append(starts[starts.count - 1] + length) }
    let steps = starts[starts.count - 1]
    for (name, count) in [("rewards", rewards.count), ("behavior", behavior.count), ("target", target.count)]
    where count != steps {
      throw InputError("\(name) has \(count) entries", at: name, remedy: "there are \(steps) steps")
    }
    guard (0...1).contains(discount) else {
      throw InputError("the discount is \(discount)", at: "discount", remedy: "it lies between 0 and 1")
    }
    (self.starts, self.rewards, self.behavior, self.target) = (starts, rewards, behavior, target)
    (self.discount, horizon) = (discount, lengths.max() ?? 0)
    for episode in lengths.indices {
      for step in starts[episode]..<starts[episode + 1] { try check(step, at: episode) }
    }
  }

  private func check(_ step: Int, at episode: Int) throws {
    func place() -> String { "episode \(episode), step \(step - starts[episode])" }
    guard rewards[step].isFinite else { throw InputError("the reward is \(rewards[step])", at: place()) }
    guard behavior[step] > 0, behavior[step] <= 1 else {
      throw InputError(
        "what was done had the probability \(behavior[step])", at: place(), remedy: "it lies above 0 and is at most 1")
    }
    guard target[step] >= 0, target[step] <= 1 else {
      throw InputError("the target's probability is \(target[step])", at: place(), remedy: "it lies between 0 and 1")
    }
  }

  /// The discounted return of each episode, as it was earned.
  public var returns: [Double] {
    (0..<count).map { episode in
      var (factor, sum) = (1.0, 0.0)
      for step in steps(episode) {
        sum += factor * rewards[step]
        factor *= discount
      }
      return sum
    }
  }

  /// 1 + γ + … over the horizon: what a reward of one at every step is worth.
  public var discountedSteps: Double {
    var (factor, sum) = (1.0, 0.0)
    for _ in 0..<horizon {
      sum += factor
      factor *= discount
    }
    return sum
  }
}

/// What a model says of the target policy at each step of a log: Q̂(s, a) of what was done, and V̂(s), its mean over what
/// the target would do. From the step on, to the horizon.
public struct ModeledValues: Sendable, Hashable {
  /// Q̂ of each step's state and action.
  public let actionValues: [Double]
  /// V̂ of each step's state.
  public let values: [Double]

  /// Numbers for each step of a log, in its order.
  ///
  /// - Throws: `InputError` if one is not finite, or they are not as many.
  public init(actionValues: [Double], values: [Double]) throws {
    guard actionValues.count == values.count else {
      throw InputError("\(actionValues.count) values of actions and \(values.count) of states", remedy: "give one each")
    }
    for (name, numbers) in [("action value", actionValues), ("value", values)] {
      if let step = numbers.firstIndex(where: { !$0.isFinite }) {
        throw InputError("the \(name) is \(numbers[step])", at: "step \(step)")
      }
    }
    (self.actionValues, self.values) = (actionValues, values)
  }
}
