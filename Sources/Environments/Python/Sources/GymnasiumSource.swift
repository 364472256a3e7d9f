import Compute
import Foundation

/// Any environment of Gymnasium's registry: `gym/LunarLander-v3`, `gym/FrozenLake-v1:is_slippery=false`, and, for
/// packages that register theirs when they are imported, `gym/minigrid:MiniGrid-Empty-5x5-v0`.
///
/// Options are the environment's own arguments; `max_episode_steps` sets the time limit, which stays apart from
/// termination. Ids that the listing lacks work just as well.
public struct GymnasiumSource: EnvironmentSource {
  private let shelf: PythonShelf

  /// - Parameters:
  ///   - interpreter: the Python that has Gymnasium.
  ///   - processes: the most processes that step one environment; by default one for each core.
  ///   - timeout: how long a step may take until its process counts as hanging, in seconds.
  public init(
    interpreter: PythonInterpreter = PythonInterpreter(),
    processes: Int = ProcessInfo.processInfo.activeProcessorCount, timeout: Double = 60
  ) {
    shelf = PythonShelf(
      PythonWorkers.Settings(interpreter: interpreter, processes: processes, timeout: timeout))
  }

  public var prefix: String { "gym/" }
  public var summary: String { "Gymnasium's environments, and those of packages that register theirs with it" }
  private static let setUp = "./pactolus setup gymnasium"
  public var install: String? { Self.setUp }
  public var availability: EnvironmentAvailability {
    shelf.availability(of: ["gymnasium"], install: Self.setUp)
  }

  /// Those that Gymnasium brings itself, in their newest versions (1.4.0).
  public var listing: [EnvironmentListing] {
    Self.known.sorted { $0.key < $1.key }.map { EnvironmentListing(id: prefix + $0.key, summary: $0.value) }
  }

  public func entry(_ id: String) throws -> EnvironmentEntry {
    try shelf.entry(id) {
      let options = try PythonOptions(id.dropFirst(prefix.count), id: id)
      let definition = PythonDefinition(kind: "gym", id: options.name, arguments: options.arguments)
      let name = options.name
      return try shelf.entry(
        id: id, definition: definition, limit: options.limit, canTerminate: !Self.endless.contains(name),
        summary: { _ in Self.known[name] ?? "Gymnasium's \(name)" },
        source: { "Gymnasium \($0.gymnasium ?? "?") in Python \($0.python), NumPy \($0.numpy)" })
    }
  }

  /// Environments of which it is known that only the time limit ends an episode.
  private static let endless: Set<String> = [
    "Pendulum-v1", "HalfCheetah-v4", "HalfCheetah-v5", "Swimmer-v4", "Swimmer-v5", "Reacher-v4", "Reacher-v5",
    "Pusher-v4", "Pusher-v5", "HumanoidStandup-v4", "HumanoidStandup-v5",
  ]

  private static let known: [String: String] = [
    "CartPole-v1": "Keep a pole upright on a cart", "Pendulum-v1": "Swing a pendulum up and hold it",
    "MountainCar-v0": "Rock a weak car out of a valley", "Acrobot-v1": "Swing two joined links above a line",
    "MountainCarContinuous-v0": "Rock a weak car out of a valley, with a throttle",
    "LunarLander-v3": "Land between two flags", "LunarLanderContinuous-v3": "Land between two flags, with throttles",
    "BipedalWalker-v3": "Walk on two legs over uneven ground",
    "BipedalWalkerHardcore-v3": "Walk on two legs over ladders, stumps and pits",
    "CarRacing-v3": "Drive a racing track, seen from above", "Blackjack-v1": "Play blackjack against a dealer",
    "FrozenLake-v1": "Cross a frozen lake without falling in",
    "FrozenLake8x8-v1": "Cross a larger frozen lake without falling in",
    "CliffWalking-v1": "Walk along a cliff", "CliffWalkingSlippery-v1": "Walk along a slippery cliff",
    "Taxi-v4": "Pick up a passenger and bring them where they want to go",
    "HalfCheetah-v5": "Run with a two-legged cheetah", "Hopper-v5": "Hop on one leg",
    "Walker2d-v5": "Walk on two legs in a plane", "Ant-v5": "Walk on four legs", "Humanoid-v5": "Walk with a humanoid",
    "HumanoidStandup-v5": "Stand up with a humanoid", "Swimmer-v5": "Swim with three links",
    "Reacher-v5": "Reach a target with an arm of two links", "Pusher-v5": "Push an object to a goal with an arm",
    "InvertedPendulum-v5": "Balance a pole on a cart",
    "InvertedDoublePendulum-v5": "Balance two joined poles on a cart",
  ]
}
