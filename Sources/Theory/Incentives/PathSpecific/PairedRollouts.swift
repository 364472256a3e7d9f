import Compute
import Environments

/// How much of a policy's gain over a baseline came through a delicate part of the state, in worlds without tables: three
/// plays of each episode, on the same random streams.
///
/// ```swift
/// let rollouts = try PairedRollouts(
///   Recommender(), reading: \.isNarrow, writing: { $0.isNarrow = $1 },
///   policy: { state, random in … }, baseline: { _, random in random.below(3) },
///   episodes: 2_000, steps: 5, random: RandomSource(seed: 1))
/// rollouts.indirect.mean       // what came through the interest, with rollouts.indirect.interval
/// ```
///
/// In the first play the baseline acts, and the delicate part goes its natural course. In the second the policy acts. In
/// the third the policy acts as well, and after each step the delicate part is overwritten by its natural value of that
/// moment: policy, rewards and everything else read that one. Step t of an episode has one stream for the world's chance
/// and one for the choice of an action, and each play begins them anew, so a world that takes its draws in the same order
/// whatever is done has the same luck in all three, as in ``PathSpecificWorld/Chance/shared``. Where the order differs the
/// estimates are as right, for plays that share less.
///
/// What it is not: a way around a model of what is delicate. Somebody has to say what it is, and a state that can be
/// overwritten must make sense as a whole. A reward that a step pays for the value *after* it is paid for the step's own.
/// After the end of the first play the last natural value stays.
///
/// Exact in finite worlds: ``PathEffects``, with which this agrees.
public struct PairedRollouts: Sendable, Hashable {
  /// A mean over episodes.
  public struct Estimate: Sendable, Hashable {
    /// The mean.
    public var mean: Double
    /// Student's interval of the mean at the level asked for.
    public var interval: Interval
  }

  /// What the baseline earns.
  public let baseline: Estimate
  /// What the policy earns more: V(π) − V(π₀).
  public let total: Estimate
  /// How much of that does not run through what is delicate.
  public let direct: Estimate
  /// How much of that does.
  public let indirect: Estimate
  /// By number of steps from none: the share of episodes in which the delicate part is not what it would be naturally.
  public let moved: [Double]
  /// Episodes of each play.
  public let episodes: Int

  /// Plays; the number of episodes alone decides how close it comes.
  ///
  /// - Parameters:
  ///   - environment: the world.
  ///   - reading: the delicate part of a state.
  ///   - writing: puts another in its place.
  ///   - policy: how the agent acts in a state; draws come from the stream.
  ///   - baseline: what would be done without it.
  ///   - episodes: of each play, at least 2.
  ///   - steps: after how many an episode is cut off, at least 1.
  ///   - level: of the intervals.
  ///   - random: where all draws come from.
  /// - Throws: `InputError` for fewer episodes or steps.
  /// - Complexity: O(episodes × steps), three steps of the world each.
  public init<World: Environment, Delicate: Equatable>(
    _ environment: World, reading: (World.State) -> Delicate, writing: (inout World.State, Delicate) -> Void,
    policy: (World.State, inout RandomStream) -> World.Action,
    baseline: (World.State, inout RandomStream) -> World.Action, episodes: Int, steps: Int, level: Double = 0.95,
    random: RandomSource
  ) throws {
    guard episodes >= 2, steps >= 1 else {
      throw InputError(
        "\(episodes) episodes of \(steps) steps", at: environment.specification.id,
        remedy: "play at least 2 episodes of 1 step: intervals need a spread")
    }
    var returns = [[Double]](repeating: [], count: 3)
    var moved = [Int](repeating: 0, count: steps + 1)
    for episode in 0..<episodes {
      var start = random.stream("rollouts/start", episode)
      let state = environment.reset(random: &start)
      var plays = [Play](repeating: Play(), count: 3)
      var states = [World.State](repeating: state, count: 3)
      for step in 0..<steps {
        let index = episode * steps + step
        for place in 0..<3 where !plays[place].isOver {
          var choice = random.stream("rollouts/choice", index)
          var chance = random.stream("rollouts/chance", index)
          let action = place == 0 ? baseline(states[0], &choice) : policy(states[place], &choice)
          let outcome = environment.step(&states[place], action, random: &chance)
          plays[place].paid += outcome.reward
          plays[place].isOver = outcome.terminated
        }
        try environment.check()
        let natural = reading(states[0])
        if !plays[2].isOver { writing(&states[2], natural) }
        if reading(states[1]) != natural { moved[step + 1] += 1 }
        if plays.allSatisfy(\.isOver) { break }
      }
      for place in 0..<3 { returns[place].append(plays[place].paid) }
    }
    func estimate(_ values: [Double]) -> Estimate {
      let mean = Statistics.mean(values)
      return Estimate(
        mean: mean,
        interval: Statistics.meanInterval(values, level: level) ?? Interval(lower: mean, upper: mean, level: level))
    }
    func difference(_ first: Int, _ second: Int) -> Estimate {
      estimate(zip(returns[first], returns[second]).map { $0 - $1 })
    }
    self.baseline = estimate(returns[0])
    (total, direct, indirect) = (difference(1, 0), difference(2, 0), difference(1, 2))
    self.moved = moved.map { Double($0) / Double(episodes) }
    self.episodes = episodes
  }

  private struct Play {
    var paid = 0.0
    var isOver = false
  }
}
