import Agents
import Compute
import Environments
import Foundation

/// GAIL or AIRL on CartPole: processor time per step, and the return that is reached.
///
///     pactolus-benchmarks imitation gail --seed 0 --steps 200000 --demonstrations 60
func measureImitation(_ options: Options) throws {
  let name = options.words.first ?? "gail"
  guard let method = AdversarialSettings.Method(rawValue: name) else {
    throw Complaint(text: "imitation gail | airl, not \(name)")
  }
  let seed = UInt64(try options.count("seed", default: 0))
  let random = RandomSource(seed: seed)
  let world = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
  let demonstrations = try expertDemonstrations(
    world, episodes: try options.count("demonstrations", default: 60), random: RandomSource(seed: 1000))

  var settings = AdversarialSettings()
  settings.method = method
  settings.learningRate = try options.number("rate", default: settings.learningRate)
  settings.steps = try options.count("updates", default: settings.steps)
  settings.batch = try options.count("batch", default: settings.batch)
  var ppo = try SettingsEntry.named("ppo-cartpole").ppo
  ppo.entropyCoefficient = Float(try options.number("entropy", default: 0))
  ppo.learningRate = Float(try options.number("agent-rate", default: 1e-3))
  ppo.learningRateSchedule = .constant
  let steps = try options.count("steps", default: 200_000)
  let learner = try AdversarialImitation(demonstrations, settings: settings, ppo: ppo, entry: world, random: random)
  let watch = Stopwatch()
  var curve: [Double] = []
  // The last rollout must not go beyond the steps.
  while learner.steps + ppo.rolloutSize <= steps {
    learner.iterate(progress: Double(learner.steps) / Double(steps))
    if options.word("curve", default: "no") == "yes", learner.steps % 20_480 == 0 {
      curve.append(
        Statistics.mean(
          try evaluate(learner.policy, in: world, episodes: 10, random: random.child("curve"), deterministic: false)
            .map(\.trueReturn)))
    }
  }
  let seconds = watch.seconds
  let returns = try evaluate(
    learner.policy, in: world, episodes: 50, random: random.child("benchmark/evaluation"), deterministic: false
  ).map(\.trueReturn)
  struct Report: Encodable {
    var result: Double
    var returns: [Double]
    var steps: Int
    var microsecondsPerStep: Double
    var curve: [Double]
    var discriminatorAccuracy: Double
    var expert: Double
    var wall: Double
    var cpu: Double
  }
  try finish(
    Report(
      result: Statistics.mean(returns), returns: returns, steps: learner.steps,
      microsecondsPerStep: 1e6 * seconds.cpu / Double(learner.steps), curve: curve,
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
