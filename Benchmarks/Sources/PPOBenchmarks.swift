import Agents
import Compute
import Environments

/// Steps per second, rollouts and updates together, after one iteration to warm up.
func measurePPOSpeed(_ options: Options) throws {
  let entry = try SettingsEntry.named(options.words.first ?? "")
  let iterations =
    (try options.count("steps", default: 131_072) + entry.stepsPerIteration - 1) / entry.stepsPerIteration
  let random = RandomSource(seed: UInt64(try options.count("seed", default: 0)))
  let world = try EnvironmentRegistry.standard.entry("pactolus/" + entry.environment)
  let batch = world.makeBatch(count: entry.environments, random: random)
  let ppo = try PPO(settings: entry.ppo, specification: world.specification, random: random)
  batch.reset()
  _ = ppo.iterate(batch, reward: nil, progress: 0, recorder: nil)
  let watch = Stopwatch()
  for iteration in 0..<iterations {
    _ = ppo.iterate(batch, reward: nil, progress: Double(iteration) / Double(iterations), recorder: nil)
  }
  let seconds = watch.seconds
  let steps = iterations * entry.stepsPerIteration
  try finish(SpeedReport(rate: Double(steps) / seconds.cpu, steps: steps, wall: seconds.wall, cpu: seconds.cpu))
}

/// The return that training reaches: the last policy, deterministic, over some episodes of its own.
func measurePPOQuality(_ options: Options) throws {
  let entry = try SettingsEntry.named(options.words.first ?? "")
  let seed = UInt64(try options.count("seed", default: 0))
  let random = RandomSource(seed: seed)
  let world = try EnvironmentRegistry.standard.entry("pactolus/" + entry.environment)
  let batch = world.makeBatch(count: entry.environments, random: random)
  let ppo = try PPO(settings: entry.ppo, specification: world.specification, random: random)
  let iterations =
    (try options.count("steps", default: entry.totalSteps) + entry.stepsPerIteration - 1)
    / entry.stepsPerIteration
  let watch = Stopwatch()
  batch.reset()
  for iteration in 0..<iterations {
    _ = ppo.iterate(batch, reward: nil, progress: Double(iteration) / Double(iterations), recorder: nil)
  }
  let seconds = watch.seconds
  let returns = try evaluate(
    ppo.policy, in: world, episodes: try options.count("episodes", default: 20),
    random: random.child("benchmark/evaluation"), deterministic: true
  ).map(\.trueReturn)
  try finish(
    QualityReport(
      result: Statistics.mean(returns), returns: returns, steps: iterations * entry.stepsPerIteration,
      wall: seconds.wall, cpu: seconds.cpu))
}

struct QualityReport: Encodable {
  var result: Double
  var returns: [Double]
  var steps: Int
  var wall: Double
  var cpu: Double
}
