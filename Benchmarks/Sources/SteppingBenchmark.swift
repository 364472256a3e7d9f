import Compute
import Environments

/// CartPole steps per second through the batch that agents use: resets, time limit, final observations and all.
func measureStepping(_ options: Options) throws {
  let count = try options.count("count", default: 64)
  let random = RandomSource(seed: 0)
  let batch = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1").makeBatch(count: count, random: random)
  // Drawn beforehand, as on the other sides.
  let rows = 1000
  var stream = random.stream("benchmark/actions")
  let actions = (0..<rows * count).map { _ in Float(stream.next32() & 1) }
  batch.reset()
  var episodes = 0
  let least = try options.number("seconds", default: 3)
  let (rounds, seconds) = actions.withUnsafeBufferPointer { actions in
    repeated(seconds: least) {
      for row in 0..<rows {
        batch.step(actions.baseAddress! + row * count)
        if batch.terminated[0] { episodes += 1 }
      }
    }
  }
  let steps = rounds * rows * count
  guard episodes > 0 else {
    throw Complaint(text: "no episode of random actions ended: the environment is not CartPole")
  }
  try finish(SpeedReport(rate: Double(steps) / seconds.cpu, steps: steps, wall: seconds.wall, cpu: seconds.cpu))
}
