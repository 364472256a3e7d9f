import Compute
import Environments

/// Steps per second of an environment in Python through the batch that agents use, its workers included.
///
/// In wall seconds: several processes share the work.
func measurePythonStepping(_ options: Options) throws {
  let id = options.word("id", default: "gym/CartPole-v1")
  let interpreter = PythonInterpreter(path: options.word("python", default: "python3"))
  let processes = try options.count("processes", default: 2)
  let count = try options.count("count", default: 8)
  var registry = EnvironmentRegistry()
  registry.add(GymnasiumSource(interpreter: interpreter, processes: processes))
  registry.add(AtariSource(interpreter: interpreter, processes: processes))
  let random = RandomSource(seed: 0)
  let batch = try registry.entry(id).makeBatch(count: count, random: random)
  let size = batch.specification.actionSpace.rowSize
  // Drawn beforehand, as on the other side.
  let rows = 200
  var stream = random.stream("benchmark/actions")
  var actions = [Float](repeating: 0, count: rows * count * size)
  switch batch.specification.actionSpace {
  case .discrete(let names): for index in actions.indices { actions[index] = Float(stream.below(names.count)) }
  case .continuous(let box):
    for index in actions.indices {
      actions[index] = Float(stream.uniform(Double(box.low[index % size]), Double(box.high[index % size])))
    }
  }
  let all = actions.span
  func step(_ row: Int) { batch.step(all.extracting(row * count * size..<(row + 1) * count * size)) }
  for row in 0..<rows / 4 { step(row) }
  let least = try options.number("seconds", default: 3)
  let watch = Stopwatch()
  var steps = 0
  while watch.seconds.wall < least {
    for row in 0..<rows / 4 { step((steps / count + row) % rows) }
    steps += rows / 4 * count
  }
  let seconds = watch.seconds
  try batch.check()
  try finish(SpeedReport(rate: Double(steps) / seconds.wall, steps: steps, wall: seconds.wall, cpu: seconds.cpu))
}
