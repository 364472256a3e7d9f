import Foundation
import Testing

@Suite("compare --runs")
struct CompareRunsTests {
  /// A run that has learned next to nothing, in no time.
  static let tiny = [
    "--set", "run.preset=none", "--set", "run.steps=240", "--set", "run.iterations=3", "--set", "ppo.environments=2",
    "--set", "ppo.stepsPerRollout=35", "--set", "ppo.epochs=1", "--set", "ppo.hidden=[6]", "--set", "reward.hidden=[5]",
    "--set", "reward.members=2", "--set", "reward.epochs=1", "--set", "feedback.comparisons=13",
    "--set", "feedback.segmentLength=10", "--set", "evaluation.episodes=2", "--set", "evaluation.finalEpisodes=3",
  ]
  private static let quick = ["--transitions", "64", "--discount", "0.9"]

  private func learn(_ directory: String, seed: Int, in environment: String = "pactolus/Pendulum-v1") throws {
    let learned = try Tool.run(["learn", environment, "--out", directory, "--seed", "\(seed)"] + Self.tiny)
    try #require(learned.code == 0, "\(learned.complaint)")
  }

  @Test("prints three matrices with intervals, the environment's own reward last, the same bytes on 1, 2 and 4 threads")
  func matrices() throws {
    let scratch = try Scratch()
    let runs = ["one", "two"].map { scratch.path + "/" + $0 }
    for (seed, run) in runs.enumerated() { try learn(run, seed: seed) }
    let said = try ["1", "2", "4"].map { threads in
      try Tool.run(["compare", "--runs"] + runs + Self.quick + ["--threads", threads])
    }
    #expect(said.allSatisfy { $0.code == 0 && $0.output == said[0].output }, "\(said[0].complaint)")
    for words in ["STARC, 0 to 2", "EPIC, 0 to 1", "DARD, 0 to 1", "one ", "two ", "true", "[", "random play"] {
      #expect(said[0].output.contains(words), "\(words) in: \(said[0].output)")
    }
    let page = scratch.path + "/page.html"
    let guarded = try Tool.run(
      ["compare", "--runs"] + runs + Self.quick + ["--fail-on", "close", "--acceptable", "0", "--out", page])
    #expect(guarded.code == 3, "\(guarded.complaint)")
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Distances by DARD"))
  }

  @Test("what cannot be compared is refused, with what would have been right")
  func refusals() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/pendulum"
    try learn(run, seed: 1)
    try learn(scratch.path + "/cart", seed: 1, in: "pactolus/CartPoleFixed-v1")
    func expect(_ arguments: [String], code: Int32 = 2, says words: [String]) throws {
      let result = try Tool.run(["compare", "--runs"] + arguments)
      #expect(result.code == code, "\(arguments): \(result.output)")
      for word in words { #expect(result.complaint.contains(word), "\(word) in: \(result.complaint)") }
    }
    try expect([scratch.path + "/pendulun"], says: ["no run here", "did you mean", "/pendulum"])
    try expect([run, scratch.path + "/cart"], says: ["CartPoleFixed", "Pendulum", "one environment"])
    try expect([run, run], says: ["twice"])
    try expect([run, "--coverage", "agent"], says: ["agents"])
    try expect([run, "--fail-on", "closer"], says: ["close"])
    try expect([run, "--discount", "1"], says: ["below 1"])
    try expect([run, "--transitions", "3"], says: ["64"])
    try expect([run, "--metric", "EPIC"], code: 64, says: ["--metric"])
    let elsewhere = try Tool.run(["compare", "two-state", "zero", "state-1", "--coverage", "random"])
    #expect(elsewhere.code == 64 && elsewhere.complaint.contains("--runs"))
    let unfinished = scratch.path + "/unfinished"
    let stopped = try Tool.runAndInterrupt(
      ["learn", "pactolus/Pendulum-v1", "--out", unfinished, "--set", "run.steps=4000000"] + KillTests.small,
      once: { FileManager.default.fileExists(atPath: unfinished + "/ledger.sqlite") })
    try #require(stopped == 130)
    try expect([unfinished], says: ["has not finished", "pactolus resume"])
  }
}
