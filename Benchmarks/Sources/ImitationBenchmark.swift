import Agents
import Compute
import Environments
import Files
import Foundation

/// GAIL or AIRL on CartPole: processor time per step, and the return that is reached.
///
///     pactolus-benchmarks imitation gail --seed 0 --steps 200000 --demonstrations 60
func measureImitation(_ options: Options) throws {
  let name = options.words.first ?? "gail"
  let seed = UInt64(try options.count("seed", default: 0))
  let random = RandomSource(seed: seed)
  let world = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
  let demonstrations = try expertDemonstrations(
    world, episodes: try options.count("demonstrations", default: 60), random: RandomSource(seed: 1000))
  if name == "demonstrations" { return try write(demonstrations, to: options.word("file", default: "expert.npz")) }

  guard let method = AdversarialSettings.Method(rawValue: name) else {
    throw Complaint(text: "imitation gail | airl | demonstrations, not \(name)")
  }
  let settings = AdversarialSettings(method)
  var ppo = try SettingsEntry.named("ppo-cartpole").ppo
  ppo.entropyCoefficient = 0
  ppo.learningRate = 1e-3
  ppo.epochs = 10
  let steps = try options.count("steps", default: 200_000)
  let learner = try AdversarialImitation(demonstrations, settings: settings, ppo: ppo, entry: world, random: random)
  let watch = Stopwatch()
  // The last rollout must not go beyond the steps.
  while learner.steps + ppo.rolloutSize <= steps {
    try learner.iterate(progress: Double(learner.steps) / Double(steps))
  }
  let seconds = watch.seconds
  let returns = try evaluate(
    learner.policy, in: world, episodes: 50, random: random.child("benchmark/evaluation"), deterministic: true
  ).map(\.trueReturn)
  struct Report: Encodable {
    var result: Double
    var returns: [Double]
    var steps: Int
    var microsecondsPerStep: Double
    var discriminatorAccuracy: Double
    var expert: Double
    var wall: Double
    var cpu: Double
  }
  try finish(
    Report(
      result: Statistics.mean(returns), returns: returns, steps: learner.steps,
      microsecondsPerStep: 1e6 * seconds.cpu / Double(learner.steps),
      discriminatorAccuracy: learner.discriminatorAccuracy, expert: Statistics.mean(demonstrations.map(\.trueReturn)),
      wall: seconds.wall, cpu: seconds.cpu))
}

/// Episodes of an agent that was trained on the true reward until it reaches 500 every time.
func expertDemonstrations(_ world: EnvironmentEntry, episodes: Int, random: RandomSource) throws -> [Trajectory] {
  let settings = try SettingsEntry.named("ppo-cartpole").ppo
  let batch = world.makeBatch(count: settings.environments, random: random)
  let expert = try PPO(settings: settings, specification: world.specification, random: random)
  let steps = 200_000
  while expert.totalSteps < steps { _ = expert.iterate(batch, progress: Double(expert.totalSteps) / Double(steps)) }
  return try expert.policy.play(episodes, in: world, random: random.child("demonstrations"))
}

/// Observations, actions and lengths of the episodes, one after the other, for the other side.
private func write(_ demonstrations: [Trajectory], to path: String) throws {
  let lengths = demonstrations.map(\.count)
  let steps = lengths.reduce(0, +)
  try NumPyArchive([
    ("observations", TypedArray(demonstrations.flatMap(\.observations), shape: [steps + lengths.count, 4])),
    ("actions", TypedArray(demonstrations.flatMap(\.actions), shape: [steps])),
    ("lengths", TypedArray(lengths, shape: [lengths.count])),
  ]).write(to: URL(fileURLWithPath: path))
  try finish(["episodes": lengths.count])
}
