import Compute
import Environments
import Foundation

/// Steps per second of an environment in Python through the batch that agents use, in wall seconds, as several processes
/// share the work, and in processor seconds of all of them, which a busy machine changes less.
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
  let before = familySeconds()
  var steps = 0
  while watch.seconds.wall < least {
    for row in 0..<rows / 4 { step((steps / count + row) % rows) }
    steps += rows / 4 * count
  }
  let wall = watch.seconds.wall
  let cpu = familySeconds() - before
  try batch.check()
  try finish(SpeedReport(rate: Double(steps) / wall, steps: steps, wall: wall, cpu: cpu))
}

/// Processor seconds of this process and of its children, from /proc.
private func familySeconds() -> Double {
  let own = getpid()
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  let ticks = names.compactMap { Int32($0) }.reduce(0) { total, id in
    // A process may end while the list is read.
    guard let data = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return total }
    // The fields behind the name, which ends with the last parenthesis: state, parent, … user and system ticks.
    let text = String(decoding: data, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return total }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, id == own || Int32(fields[1]) == own else { return total }
    return total + (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
  }
  return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
}
