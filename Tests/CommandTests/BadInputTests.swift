import Foundation
import Testing

/// What a user can get wrong, through the command itself: the code, and that the sentence names place and remedy.
@Suite("Bad input gets a clear error and changes nothing")
struct BadInputTests {
  private static let quick = [
    "--set", "run.steps=2048", "--set", "run.iterations=1", "--set", "feedback.comparisons=10",
    "--set", "reward.initialEpochMultiplier=2", "--set", "evaluation.episodes=1",
    "--set", "evaluation.finalEpisodes=2",
  ]

  private func expect(
    _ arguments: [String], code: Int32, says words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(arguments)
    #expect(result.code == code, "\(result.complaint)", sourceLocation: sourceLocation)
    for word in words {
      #expect(result.complaint.contains(word), "said: \(result.complaint)", sourceLocation: sourceLocation)
    }
  }

  @Test("unknown names are refused with the nearest right ones")
  func unknownNames() throws {
    try expect(["learn", "pactolus/CartPoel-v1"], code: 2, says: ["unknown environment", "pactolus/CartPole-v1"])
    try expect(["learn", "Pendulum"], code: 2, says: ["pactolus/Pendulum-v1"])
    try expect(
      ["learn", "pactolus/Pendulum-v1", "--set", "ppo.epoch=3"], code: 2, says: ["--ppo.epoch", "ppo.epochs"])
    try expect(["learn", "pactolus/Pendulum-v1", "--ppo.epoch", "3"], code: 2, says: ["ppo.epochs"])
    try expect(["lern"], code: 64, says: ["learn", "Usage"])
    try expect(["learn", "pactolus/Pendulum-v1", "--sed", "1"], code: 64, says: ["--sed"])
    try expect(["settings", "pppo"], code: 2, says: ["unknown setting"])
  }

  @Test("values outside their limits are refused, and say what may be given")
  func values() throws {
    try expect(
      ["learn", "pactolus/Pendulum-v1", "--set", "ppo.discount=1.5"], code: 2, says: ["ppo.discount", "from 0 to 1"])
    try expect(["learn", "pactolus/Pendulum-v1", "--set", "ppo.epochs"], code: 2, says: ["name=value"])
    try expect(["learn", "pactolus/Pendulum-v1", "--seeds", "0"], code: 64, says: ["--seeds"])
    try expect(["learn", "pactolus/Pendulum-v1", "--threads", "0"], code: 64, says: ["--threads"])
  }

  @Test("a settings file's mistakes are located by line")
  func settingsFile() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/mine.yaml"
    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file)) }
    let learn = ["learn", "pactolus/Pendulum-v1", "--settings", file, "--out", scratch.path + "/run"]
    try write("ppo:\n  epochs: 4\n  learnRate: 1\n")
    try expect(learn, code: 2, says: ["mine.yaml:3", "ppo.learningRate"])
    try write("ppo: {epochs: [}\n")
    try expect(learn, code: 2, says: ["mine.yaml:1", "malformed YAML"])
    try expect(["learn", "pactolus/Pendulum-v1", "--settings", file + "x"], code: 2, says: ["mine.yamlx"])
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/run"), "a refused run leaves nothing behind")
  }

  @Test("a directory that is not a run, or not empty, is refused and left as it was")
  func directories() throws {
    let scratch = try Scratch()
    let kept = scratch.path + "/kept.txt"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: kept))
    try expect(["learn", "pactolus/Pendulum-v1", "--out", scratch.path], code: 2, says: ["not empty"])
    try expect(["resume", scratch.path], code: 2, says: ["no run here"])
    try expect(["evaluate", scratch.path + "/none"], code: 2, says: ["no run here"])
    try expect(["report", scratch.path + "/none"], code: 2, says: ["no run here"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["kept.txt"])
  }

  @Test("damaged checkpoints are named, and the run stays as it was")
  func damagedCheckpoint() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/run"
    let learned = try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", run] + Self.quick)
    try #require(learned.code == 0, "\(learned.complaint)")
    let checkpoints = run + "/checkpoints"
    let files = FileManager.default
    for name in try files.contentsOfDirectory(atPath: checkpoints) {
      let weights = checkpoints + "/\(name)/weights.safetensors"
      let data = try Data(contentsOf: URL(fileURLWithPath: weights))
      try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: weights))
    }
    let before = try files.subpathsOfDirectory(atPath: run).sorted()
    try expect(["resume", run], code: 2, says: ["weights.safetensors"])
    #expect(try files.subpathsOfDirectory(atPath: run).sorted() == before)
  }

  @Test("a run that another process holds is left alone")
  func locked() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/run"
    let learned = try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", run] + Self.quick)
    try #require(learned.code == 0, "\(learned.complaint)")
    let descriptor = open(run + "/lock", O_RDWR)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    defer { close(descriptor) }
    try expect(["resume", run], code: 2, says: ["in use"])
  }

  @Test("Ctrl-C stops cleanly, and resuming ends as if nothing had happened")
  func interrupt() throws {
    let scratch = try Scratch()
    let undisturbed = scratch.path + "/undisturbed"
    let stopped = scratch.path + "/stopped"
    try #require(try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", undisturbed] + KillTests.small).code == 0)
    let code = try Tool.runAndInterrupt(
      ["learn", "pactolus/Pendulum-v1", "--out", stopped] + KillTests.small,
      once: { FileManager.default.fileExists(atPath: stopped + "/ledger.sqlite") })
    #expect(code == 130 || code == 0, "130, or 0 if it was done before the signal came")
    try #require(try Tool.run(["resume", stopped]).code == 0)
    #expect(try RunBytes(stopped) == RunBytes(undisturbed))
  }
}
