import Compute
import Files
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Runs refuse what they cannot use", .serialized)
struct BadRunTests {
  private func error(_ body: () throws -> Void) -> InputError? {
    do {
      try body()
      return nil
    } catch {
      return error as? InputError
    }
  }

  private func contents(_ directory: String) throws -> [String: Data] {
    var all: [String: Data] = [:]
    // SQLite's own side files come and go with readers.
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory)
    where !name.hasSuffix("-wal") && !name.hasSuffix("-shm") {
      all[name] = FileManager.default.contents(atPath: directory + "/" + name) ?? Data()
    }
    return all
  }

  @Test("an unknown environment, a segment longer than an episode")
  func environment() throws {
    try withTemporaryDirectory { parent in
      let unknown = error { _ = try TinyRun.create(parent + "/a", ["run.environment": "pactolus/Pendulun-v1"]) }
      #expect(unknown?.description.contains("pactolus/Pendulum-v1") == true)
      let long = error { _ = try TinyRun.create(parent + "/a", ["feedback.segmentLength": "201"]) }
      #expect(long?.place == "feedback.segmentLength")
      let judge = error { _ = try TinyRun.create(parent + "/a", ["person.judgesBy": "skore"]) }
      #expect(judge?.place == "person.judgesBy")
      let left = try FileManager.default.contentsOfDirectory(atPath: parent)
      #expect(left.isEmpty)
    }
  }

  @Test("a directory with something in it, a file in the way, a directory that is no run")
  func directory() throws {
    try withTemporaryDirectory { parent in
      try write([1], to: parent + "/file")
      let occupied = error { _ = try TinyRun.create(parent) }
      #expect(occupied?.problem == "the directory is not empty")
      for name in ["/file", "/file/below"] {
        #expect(throws: InputError.self) { try TinyRun.create(parent + name) }
      }
      let foreign = error { _ = try TinyRun.resume(parent) }
      #expect(foreign?.problem == "no run here")
      let record = error { _ = try RunRecord(directory: parent) }
      #expect(record?.problem == "no run here")
      do { _ = try TinyRun.create(parent + "/run") }
      let repeated = error { _ = try TinyRun.create(parent + "/run") }
      #expect(repeated?.remedy?.contains("pactolus resume") == true)
    }
  }

  @Test("a directory in which a process was killed before it wrote the settings is as good as empty")
  func killedBeforeSettings() throws {
    try withTemporaryDirectory { parent in
      try write([], to: parent + "/lock")
      try write([1, 2], to: parent + "/settings.yaml.writing")
      let outcome = try TinyRun.create(parent).run()
      #expect(outcome.finished)
    }
  }

  @Test("an agent that diverges: said so, with the setting to change")
  func divergence() throws {
    try withTemporaryDirectory { parent in
      // Weights move by ten a step, through eight layers that pass them on: values beyond what a Float can hold.
      let run = try TinyRun.create(
        parent + "/run",
        [
          "ppo.learningRate": "10", "ppo.maximumGradientNorm": "1e9", "ppo.epochs": "50",
          "ppo.hidden": "[8, 8, 8, 8, 8, 8, 8, 8]", "ppo.activation": "leakyReLU", "run.agentReward": "true",
        ])
      let found = error { try run.run() }
      #expect(found?.problem.contains("diverged") == true, "\(String(describing: found))")
      #expect(found?.place == "ppo.learningRate")
      #expect(found?.remedy?.contains("lower learning rate") == true)
    }
  }

  @Test("a run that is in use")
  func inUse() throws {
    try withTemporaryDirectory { parent in
      let run = try TinyRun.create(parent + "/run")
      let found = error { _ = try TinyRun.resume(parent + "/run") }
      #expect(found?.problem == "the run is in use by process \(getpid())")
      withExtendedLifetime(run) {}
    }
  }

  @Test("a truncated, foreign or outdated checkpoint: named, nothing changed, and the one before still works")
  func checkpoints() throws {
    let reference = try TinyRun.reference()
    let damages: [(String, (String) throws -> Void)] = [
      ("truncated weights", { try damage($0 + "/weights.safetensors") { $0.dropLast(7) } }),
      ("one bit of the weights", { try damage($0 + "/weights.safetensors") { flipped($0) } }),
      ("empty state", { try damage($0 + "/state.json") { _ in Data() } }),
      ("foreign state", { try damage($0 + "/state.json") { _ in Data("{\"made\":\"elsewhere\"}".utf8) } }),
      ("truncated state", { try damage($0 + "/state.json") { $0.prefix($0.count / 2) } }),
      ("no weights", { try FileManager.default.removeItem(atPath: $0 + "/weights.safetensors") }),
      ("no state", { try FileManager.default.removeItem(atPath: $0 + "/state.json") }),
      (
        "another version",
        {
          try damage($0 + "/state.json") {
            Data(String(decoding: $0, as: UTF8.self).replacing("\"format\":1", with: "\"format\":9").utf8)
          }
        }
      ),
    ]
    for (name, damage) in damages {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let stop = StopFlag()
          let run = try TinyRun.create(directory)
          var checkpoints = 0
          run.beforeCheckpoint = {
            checkpoints += 1
            if checkpoints == 2 { stop.raise() }
          }
          try run.run(stop: stop)
        }
        let path = Checkpoint.path(1, in: RunLayout(directory))
        try damage(path)
        let before = try contents(directory)
        let found = error { _ = try TinyRun.resume(directory) }
        #expect(found?.place?.hasPrefix(path) == true, "\(name): \(String(describing: found))")
        #expect(try contents(directory) == before, "\(name)")
        try FileManager.default.removeItem(atPath: path)
        try TinyRun.resume(directory).run()
        #expect(try TinyRun.Remains(directory) == reference, "\(name)")
      }
    }
  }

  @Test("a checkpoint of another run does not fit")
  func foreignCheckpoint() throws {
    try withTemporaryDirectory { parent in
      do { try TinyRun.create(parent + "/one").run() }
      do { try TinyRun.create(parent + "/two", ["run.seed": "6"]).run() }
      let path = Checkpoint.path(3, in: RunLayout(parent + "/one"))
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.copyItem(atPath: Checkpoint.path(3, in: RunLayout(parent + "/two")), toPath: path)
      let found = error { _ = try TinyRun.resume(parent + "/one") }
      #expect(found?.problem.hasPrefix("the checkpoint does not fit this run") == true)
      #expect(found?.place == path)
    }
  }

  @Test("a full disk while a checkpoint is written: said so, and once there is room the run goes on exactly")
  func fullAtCheckpoint() throws {
    let reference = try TinyRun.reference()
    for checkpoint in 1...4 {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let run = try TinyRun.create(directory)
          var checkpoints = 0
          run.beforeCheckpoint = {
            checkpoints += 1
            errno = ENOSPC
            if checkpoint == checkpoints { throw fileError("writing failed", at: "state.json") }
          }
          let full = error { try run.run() }
          #expect(full?.remedy?.contains("disk is full") == true)
        }
        try TinyRun.resume(directory).run()
        #expect(try TinyRun.Remains(directory) == reference)
      }
    }
  }

  @Test("a full disk under the ledger: said so, and once there is room the run goes on exactly")
  func fullAtLedger() throws {
    let reference = try TinyRun.reference()
    for kilobytes in [0, 4, 8, 16] {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let run = try TinyRun.create(directory)
          try run.ledger.limitGrowth(to: kilobytes << 10)
          let found = error { try run.run() }
          #expect(found?.problem == "the disk is full", "\(kilobytes): \(String(describing: found))")
          #expect(found?.place == RunLayout(directory).ledger)
        }
        try TinyRun.resume(directory).run()
        #expect(try TinyRun.Remains(directory) == reference)
      }
    }
  }

  @Test("a settings file edited after the start: the setting is named")
  func editedSettings() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do { try TinyRun.create(directory).run() }
      let path = directory + "/settings.yaml"
      let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
      try write(Array(text.replacing("seed: 5", with: "seed: 6").utf8), to: path)
      let found = error { _ = try TinyRun.resume(directory) }
      #expect(found?.problem == "run.seed is 6, but the run was started with 5")
    }
  }
}

private func damage(_ path: String, _ change: (Data) -> Data) throws {
  try change(FileManager.default.contents(atPath: path) ?? Data()).write(to: URL(fileURLWithPath: path))
}

private func flipped(_ data: Data) -> Data {
  var bytes = [UInt8](data)
  bytes[bytes.count - 3] ^= 1
  return Data(bytes)
}
