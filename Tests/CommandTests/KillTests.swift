import Compute
import Foundation
import Testing

@Suite("A run survives whatever happens to its process")
struct KillTests {
  /// Small enough to be killed many times, large enough to be hit in every part of the loop.
  static let small = [
    "--seed", "3", "--set", "run.steps=12288", "--set", "run.iterations=6", "--set", "feedback.comparisons=60",
    "--set", "reward.initialEpochMultiplier=20", "--set", "reward.members=2", "--set", "evaluation.episodes=2",
    "--set", "evaluation.finalEpisodes=3",
  ]

  @Test("fifty random kill -9, each followed by a resume, leave the bytes of an undisturbed run")
  func kills() throws {
    let scratch = try Scratch()
    let undisturbed = scratch.path + "/undisturbed"
    let learned = try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", undisturbed] + Self.small)
    try #require(learned.code == 0, "\(learned.complaint)")
    let expected = try RunBytes(undisturbed)

    var random = RandomSource(seed: 20_261_120).stream("test/kill")
    var kills = 0
    var runs = 0
    var killsInARow = 0
    while kills < 50 {
      let directory = scratch.path + "/killed-\(runs)"
      let threads = ["1", "2", "4"][runs % 3]
      while true {
        let started = FileManager.default.fileExists(atPath: directory + "/settings.yaml")
        let arguments =
          started
          ? ["resume", directory, "--threads", threads]
          : ["learn", "pactolus/Pendulum-v1", "--out", directory, "--threads", threads] + Self.small
        // The longer one run has been killed, the longer it is let go on: each run ends, on a slow machine as well.
        let patience = 0.01 + random.uniform() * 0.25 * (1 + Double(killsInARow) / 8)
        guard try Tool.runAndKill(arguments, after: patience) else { break }
        kills += 1
        killsInARow += 1
        // Killed before it had a directory of its own to resume: nothing was begun, and nothing stands in the way.
        if !started, !FileManager.default.fileExists(atPath: directory + "/settings.yaml") {
          try? FileManager.default.removeItem(atPath: directory)
        }
      }
      killsInARow = 0
      let finished = try Tool.run(["resume", directory])
      try #require(finished.code == 0, "\(finished.complaint)")
      let bytes = try RunBytes(directory)
      #expect(bytes.checkpoint == expected.checkpoint, "weights and state after \(kills) kills")
      #expect(bytes.ledger == expected.ledger, "ledger after \(kills) kills")
      #expect(bytes.metrics == expected.metrics, "metrics after \(kills) kills")
      runs += 1
    }
    #expect(runs >= 1)
  }

  @Test("one, two and four threads leave the same bytes", arguments: ["2", "4"])
  func threads(count: String) throws {
    let scratch = try Scratch()
    var bytes: [RunBytes] = []
    for threads in ["1", count] {
      let directory = scratch.path + "/threads-\(threads)"
      let learned = try Tool.run(
        ["learn", "pactolus/Pendulum-v1", "--out", directory, "--threads", threads] + Self.small)
      try #require(learned.code == 0, "\(learned.complaint)")
      bytes.append(try RunBytes(directory))
    }
    #expect(bytes[0] == bytes[1])
  }

  @Test("another seed gives other bytes, so that the comparison can fail")
  func seeds() throws {
    let scratch = try Scratch()
    var bytes: [RunBytes] = []
    for seed in ["3", "4"] {
      let directory = scratch.path + "/seed-\(seed)"
      let learned = try Tool.run(
        ["learn", "pactolus/Pendulum-v1", "--out", directory] + Self.small + ["--seed", seed])
      try #require(learned.code == 0, "\(learned.complaint)")
      bytes.append(try RunBytes(directory))
    }
    #expect(bytes[0].checkpoint != bytes[1].checkpoint)
    #expect(bytes[0].ledger != bytes[1].ledger)
    #expect(bytes[0].metrics != bytes[1].metrics)
  }
}
