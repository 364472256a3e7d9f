import Agents
import Compute
import Environments

/// A counterfactual probe: episodes in which an agent succeeded, with one thing changed and all else, chance included,
/// as it was. What does the behaviour follow then?
///
/// ```swift
/// let probe = CounterfactualProbe<Corridor>(
///   name: "the coin behind it", thing: "the coin", place: "the end",
///   change: { state, _ in Corridor.State(place: state.place, coin: 0) },
///   reached: { _, after in after.place == after.coin ? .thing : after.place == 10 ? .place : nil })
/// let result = try probe.run(policy, in: Corridor(), episodes: 200, random: RandomSource(seed: 1))
/// print(result.thingFirst, result.placeFirst, result.neither, result.signTest)
/// ```
///
/// Both arms draw the same numbers step by step: the world from a copy of the episode's stream, the policy from a copy
/// of its own. So an episode whose change alters nothing that is looked at goes on as it did.
///
/// What it is not: a proof of what the agent wants. It tells the two goals apart in the states that were changed, no
/// more.
public struct CounterfactualProbe<World: Environment>: Sendable {
  /// What is changed, in a few words.
  public let name: String
  /// What is rewarded, and what went with it: the words of reports.
  public let thing: String
  /// What went with it.
  public let place: String
  let change: @Sendable (World.State, inout RandomStream) -> World.State?
  let reached: @Sendable (World.State, World.State) -> Reached?
  let succeeded: @Sendable (Double) -> Bool

  /// - Parameters:
  ///   - name: what is changed, in a few words.
  ///   - thing: what is rewarded.
  ///   - place: what went with it.
  ///   - change: the state with that one thing changed; nil where it cannot be. It may draw where things go.
  ///   - reached: what a step from one state to another came to; nil for nothing.
  ///   - succeeded: whether an episode of this true return is one to start from; by default one that earned something.
  public init(
    name: String, thing: String, place: String,
    change: @escaping @Sendable (World.State, inout RandomStream) -> World.State?,
    reached: @escaping @Sendable (World.State, World.State) -> Reached?,
    succeeded: @escaping @Sendable (Double) -> Bool = { $0 > 0 }
  ) {
    self.name = name
    self.thing = thing
    self.place = place
    self.change = change
    self.reached = reached
    self.succeeded = succeeded
  }
}

extension CounterfactualProbe where World.Action == Int {
  /// Plays episodes, changes those that succeeded, and plays them on.
  ///
  /// - Parameters:
  ///   - policy: how the agent acts; it draws its actions.
  ///   - world: where. Its time limit bounds each arm.
  ///   - episodes: how many are played before anything is changed; at least 1.
  ///   - moment: when in each the change is made.
  ///   - random: where levels, actions and changes are drawn from.
  /// - Throws: `InputError` for a world without a time limit.
  /// - Complexity: O(episodes × steps), twice.
  public func run(
    _ policy: some ActingPolicy, in world: World, episodes: Int, at moment: ProbeMoment = .start, random: RandomSource
  ) throws -> ProbeResult {
    precondition(episodes > 0, "some episodes are played")
    guard let limit = world.specification.maximumEpisodeSteps else {
      throw InputError("'\(world.specification.id)' has no time limit", remedy: "probe a world that has one")
    }
    let player = ProbePlayer(world, policy.makeActor(count: 1))
    var result = ProbeResult(name: name, thing: thing, place: place, episodes: episodes)
    for episode in 0..<episodes {
      var chance = random.stream("probe/world", episode)
      let start = ProbePoint(
        state: world.reset(random: &chance), chance: chance, draws: random.stream("probe/action", episode))
      let (points, earned) = player.play(from: start, steps: limit)
      guard succeeded(earned) else { continue }
      result.succeeded += 1
      let taken = moment == .start ? 0 : (points.count - 1) / 2
      var point = points[taken]
      var changes = random.stream("probe/change", episode)
      guard let changed = change(point.state, &changes) else {
        result.unchangeable += 1
        continue
      }
      point.state = changed
      let after = player.play(from: point, steps: limit - taken).points
      let first = zip(after, after.dropFirst()).lazy.compactMap { reached($0.state, $1.state) }.first
      switch first {
      case .thing: result.thingFirst += 1
      case .place: result.placeFirst += 1
      case .neither, nil: result.neither += 1
      }
    }
    return result
  }
}

/// When in an episode a probe makes its change.
public enum ProbeMoment: String, Sendable, Hashable, CaseIterable {
  /// Before the first step.
  case start
  /// After half of the steps that the episode took, so when the agent is on its way already.
  case halfway
}

/// Where an episode stands, with the numbers that it will draw.
struct ProbePoint<State: Sendable>: Sendable {
  var state: State
  var chance: RandomStream
  var draws: RandomStream
}

/// Plays one episode at a time.
struct ProbePlayer<World: Environment, Actor: BatchActor> where World.Action == Int {
  let world: World
  let actor: Actor

  init(_ world: World, _ actor: Actor) {
    self.world = world
    self.actor = actor
  }

  /// Every point of the way, the first and the last among them, and what was earned.
  func play(from start: ProbePoint<World.State>, steps: Int) -> (points: [ProbePoint<World.State>], earned: Double) {
    var (point, points, earned) = (start, [start], 0.0)
    var observation = [Float](repeating: 0, count: world.specification.observationSpace.count)
    var action: [Float] = [0]
    for _ in 0..<steps {
      var row = observation.mutableSpan
      world.observe(point.state, into: &row)
      var chosen = action.mutableSpan
      actor.act(observation.span, into: &chosen, random: &point.draws)
      let outcome = world.step(&point.state, Int(action[0]), random: &point.chance)
      points.append(point)
      earned += outcome.reward
      if outcome.terminated { break }
    }
    return (points, earned)
  }
}
