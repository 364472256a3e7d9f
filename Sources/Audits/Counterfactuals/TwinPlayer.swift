import Compute
import Environments

/// Where an episode stands: a state, the chance that is left, and the steps that were taken.
struct EpisodePoint<State: Sendable>: Sendable {
  var state: State
  var chance: RandomStream
  var step: Int
}

/// What was played from some step on.
struct PlayedArm<State: Sendable> {
  /// Of each state, the last one among them.
  var observations: [Float] = []
  var actions: [Float] = []
  var rewards: [Float] = []
  var terminated = false
  var truncated = false
  /// Where in the stream each step began, and where the last one ended.
  var places: [UInt64] = []
  /// Each state and the chance that was left, if they were to be kept.
  var points: [EpisodePoint<State>] = []

  var count: Int { rewards.count }
}

/// Plays arms of a counterfactual pair one at a time, each step with the luck of that step.
///
/// An episode's luck is one stream of numbers. Where the arms are in different states they may draw different amounts of it,
/// and from then on the same step would have other numbers. So an arm that has drawn less than the original had when a step
/// begins goes on where the original was; one that has drawn more goes on where it is. No number is used twice, and which are
/// passed over depends on earlier ones alone: each arm by itself follows the world's law exactly (the numbers after a stopping
/// time are independent of those before), and where both draw equally much the luck is the same number by number.
struct TwinPlayer<World: Environment> {
  let world: World
  let specification: EnvironmentSpecification
  /// Steps of an episode at most.
  let limit: Int

  init(_ world: World, limit: Int) {
    (self.world, self.limit) = (world, limit)
    specification = world.specification
  }

  /// - Parameters:
  ///   - point: where it begins.
  ///   - forced: the first actions; then `chooser` has its turn.
  ///   - draws: names what the chooser draws.
  ///   - places: of the original, from the same step on; nil plays the original itself.
  ///   - keepsPoints: whether states are kept.
  /// - Complexity: O(steps) of the world.
  func play(
    from point: EpisodePoint<World.State>, forced: [[Float]] = [], _ chooser: ActionChooser, draws: RandomSource,
    along places: [UInt64]? = nil, keepsPoints: Bool = false
  ) -> PlayedArm<World.State> {
    var arm = PlayedArm<World.State>()
    var (state, chance, step) = (point.state, point.chance, point.step)
    var observation = [Float](repeating: 0, count: specification.observationSpace.count)
    var row = [Float](repeating: 0, count: specification.actionSpace.rowSize)
    observe(state, into: &observation)
    arm.observations += observation
    while step < limit {
      let taken = step - point.step
      if let places, taken < places.count, chance.position < places[taken] {
        chance = RandomStream(key: chance.key, index: chance.index, position: places[taken])
      }
      if taken < forced.count {
        row = forced[taken]
      } else if !chooser.choose(at: step, seeing: observation, into: &row, draws: draws) {
        break
      }
      if keepsPoints { arm.points.append(EpisodePoint(state: state, chance: chance, step: step)) }
      arm.places.append(chance.position)
      let outcome = world.step(&state, World.Action.read(row.span), random: &chance)
      step += 1
      arm.actions += row
      arm.rewards.append(Float(outcome.reward))
      observe(state, into: &observation)
      arm.observations += observation
      guard !outcome.terminated else {
        arm.terminated = true
        break
      }
    }
    arm.truncated = !arm.terminated && step >= limit
    arm.places.append(chance.position)
    if keepsPoints { arm.points.append(EpisodePoint(state: state, chance: chance, step: step)) }
    return arm
  }

  private func observe(_ state: World.State, into observation: inout [Float]) {
    var span = observation.mutableSpan
    world.observe(state, into: &span)
  }
}
