import Compute
import Environments
import Files
import Foundation

/// The Python that the tests use, and what it has. Tests that need more than there is are left out.
enum TestPython {
  static let interpreter = PythonInterpreter(path: ProcessInfo.processInfo.environment["PACTOLUS_TEST_PYTHON"])
  static let hasNumPy = interpreter.version(of: "numpy") != nil
  static let hasGymnasium = hasNumPy && interpreter.version(of: "gymnasium") != nil
  static let hasAtari = hasGymnasium && interpreter.version(of: "ale-py") != nil

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// Lets workers find `fake_worlds`.
  private static let path: Void = {
    let old = ProcessInfo.processInfo.environment["PYTHONPATH"].map { ":" + $0 } ?? ""
    setenv("PYTHONPATH", folder.path + old, 1)
  }()

  /// A world of `fake_worlds`, made by a source of its own.
  static func fake(_ function: String, processes: Int = 2, timeout: Double = 60) throws -> EnvironmentEntry {
    _ = path
    return try PythonFunctionSource(interpreter: interpreter, processes: processes, timeout: timeout)
      .entry("python:fake_worlds:" + function)
  }

  static func gymnasium(_ id: String, processes: Int = 2) throws -> EnvironmentEntry {
    try GymnasiumSource(interpreter: interpreter, processes: processes).entry(id)
  }

  /// What a Python program prints, read as JSON.
  static func run<Value: Decodable>(_ program: String, _ arguments: [String], as type: Value.Type) throws -> Value {
    _ = path
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [interpreter.path, "-c", program] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSON.decode(type, from: bytes)
  }
}

/// One episode as Python plays it without us.
struct DirectEpisode: Decodable {
  var observations: [[Float]]
  var rewards: [Float]
  var terminated: Bool

  /// - Parameters:
  ///   - make: an expression, with `gymnasium` and `fake_worlds` at hand, that makes the environment.
  static func play(_ make: String, seed: UInt32, actions: [Int]) throws -> DirectEpisode {
    let imports = make.contains("gymnasium") ? "import gymnasium" : "import fake_worlds"
    let program = """
      import json, sys
      \(imports)
      world = \(make)
      seed, actions = json.loads(sys.argv[1])
      observation, _ = world.reset(seed=seed)
      observations, rewards, terminated = [[float(x) for x in observation]], [], False
      for action in actions:
          observation, reward, terminated, _, _ = world.step(action)
          observations.append([float(x) for x in observation])
          rewards.append(float(reward))
          if terminated:
              break
      print(json.dumps({"observations": observations, "rewards": rewards, "terminated": bool(terminated)}))
      """
    return try TestPython.run(program, ["[\(seed), \(actions)]"], as: DirectEpisode.self)
  }
}

extension EnvironmentEntry {
  /// Steps a batch with actions drawn from a fixed stream; observations and rewards of all slots, step after step.
  func trace(slots: Int, steps: Int) throws -> [Float] {
    let batch = makeBatch(count: slots, random: RandomSource(seed: 3))
    var choice = RandomSource(seed: 4).stream("trace")
    var seen = Array(batch.observations)
    let size = specification.actionSpace.rowSize
    var actions = [Float](repeating: 0, count: slots * size)
    for _ in 0..<steps {
      actions.withUnsafeMutableBufferPointer { rows in
        for slot in 0..<slots { specification.actionSpace.draw(into: rows.baseAddress! + slot * size, &choice) }
      }
      batch.step(actions)
      seen += batch.observations
      seen += batch.finalObservations
      seen += batch.rewards
      seen += batch.terminated.map { $0 ? 1 : 0 }
    }
    try batch.check()
    return seen
  }
}
