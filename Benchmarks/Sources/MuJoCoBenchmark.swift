import Compute
import Environments
import Foundation

/// MuJoCo steps per second on one thread through the batch that agents use: resets, time limit, states as values and
/// all. `--engine` names the folder that Tools/setup-mujoco made.
func measureMuJoCo(_ options: Options) throws {
  let id = options.word("world", default: "mujoco/HalfCheetah-v5")
  let folder = URL(filePath: options.word("engine", default: ".build/mujoco"))
  let world = try MuJoCoEnvironment(id, folder: folder)
  let (count, rows) = (try options.count("count", default: 8), 250)
  let random = RandomSource(seed: 0)
  let batch = Batch(world, count: count, random: random)
  // Drawn beforehand, as on the other sides.
  let size = world.specification.actionSpace.rowSize
  var stream = random.stream("benchmark/actions")
  let actions = (0..<rows * count * size).map { _ in Float(stream.uniform(-1, 1)) }
  let least = try options.number("seconds", default: 3)
  let (rounds, seconds) = actions.withUnsafeBufferPointer { actions in
    repeated(seconds: least) {
      for row in 0..<rows { batch.step(actions.baseAddress! + row * count * size) }
    }
  }
  try batch.check()
  let steps = rounds * rows * count
  try finish(SpeedReport(rate: Double(steps) / seconds.cpu, steps: steps, wall: seconds.wall, cpu: seconds.cpu))
}
