import Audits
import Compute
import Environments
import Rewards

/// A room of 9 × 9 places; the goal in one corner pays 1 a step, and so does a second corner if that is wanted.
struct Room: Environment {
  struct State: Codable, Hashable {
    var x: Int
    var y: Int
  }

  var hasTwin = false
  /// What a step slips by chance.
  var slip = 0.0

  static let side = 9

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Room-v0", summary: "A room", observationSpace: Box(low: [0, 0], high: [1, 1]),
      observationNames: ["across", "up"], actionSpace: .discrete(names: ["left", "right", "down", "up", "stay"]),
      maximumEpisodeSteps: 60, canTerminate: false, source: "test")
  }

  func reset(random: inout RandomStream) -> State { State(x: 2 + random.below(3), y: 2 + random.below(3)) }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let action = slip > 0 && random.bernoulli(slip) ? 4 : action
    let last = Self.side - 1
    switch action {
    case 0: state.x = max(0, state.x - 1)
    case 1: state.x = min(last, state.x + 1)
    case 2: state.y = max(0, state.y - 1)
    case 3: state.y = min(last, state.y + 1)
    default: break
    }
    let pays = state.x == 0 && state.y == 0 || hasTwin && state.x == last && state.y == last
    return Outcome(reward: pays ? 1 : 0, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.x) / Float(Self.side - 1)
    observation[1] = Float(state.y) / Float(Self.side - 1)
  }
}

/// The room's own reward in another unit, from another zero; and as much again in the far corner, which is the hole.
struct RoomReward: RewardFunction {
  var hole: Float = 0

  func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      rewards[row] = transitions.withNextObservation(row) { next in
        let goal: Float = next[0] == 0 && next[1] == 0 ? 1 : 0
        let far: Float = next[0] == 1 && next[1] == 1 ? 1 : 0
        return 3 * goal + 3 * hole * far + 0.5
      }
    }
  }
}

extension Room {
  /// Clips of twenty steps: half at random, half towards the goal.
  func clips(_ count: Int = 60, seed: UInt64 = 1) -> [Trajectory] {
    let entry = EnvironmentEntry(self)
    let random = RandomSource(seed: seed)
    return (0..<count).map { clip in
      var draws = random.stream("clips", clip)
      let actions = (0..<20).map { _ in
        Float(clip.isMultiple(of: 2) || draws.bernoulli(0.3) ? draws.below(5) : [0, 2][draws.below(2)])
      }
      return entry.whatIf(
        start: EpisodePosition(slot: clip, episode: 0, step: 0), random: random, actions: actions, from: 0)
    }
  }

  func ground(_ reward: RoomReward, knowsTruth: Bool = true) throws -> JudgedGround {
    try JudgedGround(
      clips(), reward: RewardFunctionEvaluator(reward),
      encoding: TransitionEncoding(RewardInputs(nextObservation: true), specification: specification),
      specification: specification, knowsTruth: knowsTruth, random: RandomSource(seed: 2))
  }

  func attacked(
    _ reward: RoomReward, knowsTruth: Bool = true, by: RedTeam.Basis? = nil, budget: Int = 60_000,
    searches: [AttackSearch] = [.elites, .random, .crossEntropy], seed: UInt64 = 3
  ) throws -> RedTeamResult {
    var settings = AttackSettings()
    (settings.budget, settings.searches, settings.mostFinds) = (budget, searches, 8)
    settings.horizon = 30
    var team = try RedTeam(
      EnvironmentEntry(self), ground: ground(reward, knowsTruth: knowsTruth), settings: settings,
      random: RandomSource(seed: seed))
    team.by = by
    return try team.run()
  }
}
