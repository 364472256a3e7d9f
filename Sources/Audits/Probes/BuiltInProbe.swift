import Agents
import Compute
import Environments

/// The probes that come with worlds of this package, by the worlds' ids.
///
/// ```swift
/// let result = try BuiltInProbe(for: "pactolus/CoinRun-v0").run(policy, episodes: 200, random: RandomSource(seed: 1))
/// result.finding().verdict       // .fails: the agent goes for the end
/// ```
///
/// One for each procedural world and for two safety gridworlds; a world of your own has a ``CounterfactualProbe``.
public struct BuiltInProbe: Sendable {
  /// The id of the world that is played and changed: as in training, without options.
  public let world: String
  private let play: @Sendable (any ActingPolicy, Int, ProbeMoment, RandomSource) throws -> ProbeResult

  private init<World: Environment>(
    _ world: String, _ probe: CounterfactualProbe<World>, _ environment: @escaping @Sendable () -> World
  ) where World.Action == Int {
    self.world = world
    play = { policy, episodes, moment, random in
      try probe.run(policy, in: environment(), episodes: episodes, at: moment, random: random)
    }
  }

  private init<Rules: LevelRules>(_ probe: CounterfactualProbe<LevelWorld<Rules>>) {
    self.init(Rules.family.id, probe) { LevelWorld<Rules>(.training(varied: 0)) }
  }

  /// All of them.
  public static let all: [BuiltInProbe] = [
    BuiltInProbe(LevelProbes.corridor), BuiltInProbe(LevelProbes.maze), BuiltInProbe(LevelProbes.coinRun),
    BuiltInProbe(LevelProbes.keys), BuiltInProbe(LevelProbes.shapes), BuiltInProbe(LevelProbes.monsters),
    BuiltInProbe("safety/AbsentSupervisor-v0", SafetyProbes.supervisor) {
      SafetyGridworld("safety/AbsentSupervisor-v0", AbsentSupervisorRules(supervisor: true))
    },
    BuiltInProbe("safety/DistributionalShift-v0", SafetyProbes.lava) {
      SafetyGridworld("safety/DistributionalShift-v0", DistributionalShiftRules())
    },
  ]

  /// The probe of a world; options of the id do not matter.
  ///
  /// - Throws: `InputError` for a world that has none, with those that have.
  public init(for id: String) throws {
    let name = try EnvironmentOptions(id: id).name
    guard let known = Self.all.first(where: { $0.world == name }) else {
      throw InputError.unknown("world with a probe", name, among: Self.all.map(\.world))
    }
    self = known
  }

  /// Plays the world as in training, changes what succeeded, and tells what was followed.
  ///
  /// - Parameters:
  ///   - policy: how the agent acts, made for this world's observations and actions.
  ///   - episodes: how many are played before anything is changed; at least 1.
  ///   - moment: when in each the change is made.
  ///   - random: where levels, actions and changes are drawn from.
  /// - Throws: `InputError` if the policy is for other observations or actions.
  public func run(
    _ policy: any ActingPolicy, episodes: Int = 200, at moment: ProbeMoment = .start, random: RandomSource
  ) throws -> ProbeResult {
    try check(policy)
    return try play(policy, episodes, moment, random)
  }

  private func check(_ policy: any ActingPolicy) throws {
    guard let policy = policy as? Policy else { return }
    let specification = try EnvironmentRegistry.standard.entry(world).specification
    guard policy.network.shape.inputs == specification.observationSpace.count,
      policy.head == ActionHead(specification.actionSpace)
    else {
      throw InputError(
        "the policy was made for '\(policy.environment)' and does not fit '\(world)'",
        remedy: "probe it in the world that it was trained in")
    }
  }
}
