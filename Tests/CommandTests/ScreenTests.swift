import Command
import Foundation
import Runs
import Testing

/// What a run and a study say on the way and at the end, into pipes.
@Suite("What stands on the screen of a run")
struct ScreenTests {
  static let quick = [
    "--run.steps", "2048", "--run.iterations", "1", "--feedback.comparisons", "10", "--evaluation.episodes", "1",
    "--evaluation.finalEpisodes", "4",
  ]

  @Test(
    "counts are whole below ten thousand, then thousands and millions",
    arguments: [
      (0, "0"), (9999, "9999"), (10_000, "10k"), (10_999, "10k"), (9_999_999, "9999k"), (10_000_000, "10M"),
      (12_999_999, "12M"),
    ])
  func counts(count: Int, words: String) { #expect(ProgressScreen.short(count) == words) }

  @Test(
    "times are begun seconds up to 99, then whole minutes up to 99, then hours and minutes",
    arguments: [
      (0, "0 s"), (0.2, "1 s"), (99, "99 s"), (99.1, "1 min"), (119, "1 min"), (120, "2 min"), (5999, "99 min"),
      (6000, "1 h 40 min"), (7325, "2 h 2 min"),
    ])
  func times(seconds: Double, words: String) { #expect(ProgressScreen.duration(seconds) == words) }

  @Test("a study's line: its share by steps, trials, steps, and how fast it goes once that is known")
  func studyLine() throws {
    func line(steps: Int, of total: Int, rate: Double, left: Double) throws -> String {
      let text =
        #"{"entered": 12, "trials": 40, "steps": \#(steps), "totalSteps": \#(total), "seconds": 1, "#
        + #""stepsPerSecond": \#(rate), "secondsLeft": \#(left)}"#
      return StudyScreen.text(try JSONDecoder().decode(StudyProgress.self, from: Data(text.utf8)))
    }
    #expect(
      try line(steps: 310_000, of: 900_000, rate: 120_000, left: 240)
        == "34 % · 12 of 40 trials · 310k of 900k steps · 120k steps/s · 4 min left")
    #expect(try line(steps: 0, of: 900_000, rate: 0, left: 0) == "0 % · 12 of 40 trials · 0 of 900k steps")
    // Without any steps, by trials.
    #expect(try line(steps: 0, of: 0, rate: 0, left: 0) == "30 % · 12 of 40 trials · 0 of 0 steps")
    #expect(try line(steps: 1, of: 2, rate: 1e300, left: 1).contains(" · 1000000M steps/s · 1 s left"))
  }

  @Test("one run: lines as it goes on, its mean return over episodes at the end, and where the report is")
  func run() throws {
    let scratch = try Scratch()
    let result = try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", scratch.path + "/run"] + Self.quick)
    #expect(result.code == 0)
    #expect(result.output.contains(#/true return −?-?[0-9.]+ \(95 % interval of the mean over 4 episodes: /#))
    #expect(result.output.contains(#/learned from 10 answers and [0-9]+ steps/#))
    #expect(result.output.contains("report: \(scratch.path)/run/report.html"))
    #expect(result.complaint.contains(#/\n50 % · 2048 of 4096 steps · /#))
    #expect(result.complaint.contains(#/\n100 % · 4096 of 4096 steps · 10 of 10 answers · /#))
  }

  @Test("a run on the true reward says so")
  func truth() throws {
    let scratch = try Scratch()
    let call = ["learn", "pactolus/Pendulum-v1", "--out", scratch.path + "/run", "--run.agentReward", "true"]
    let result = try Tool.run(call + Self.quick)
    #expect(result.code == 0)
    #expect(result.output.contains("learned from the true reward in "))
    #expect(result.output.contains("10 answers were asked beside it"))
  }

  @Test("several seeds: the mean return over seeds")
  func seeds() throws {
    let scratch = try Scratch()
    let call = ["learn", "pactolus/Pendulum-v1", "--seeds", "2", "--out", scratch.path + "/study"] + Self.quick
    let result = try Tool.run(call)
    #expect(result.code == 0)
    #expect(result.output.contains(#/true return −?-?[0-9.]+ \(95 % interval of the mean over 2 seeds: /#))
    #expect(result.output.contains("learned from 20 answers and "))
  }

  @Test("a study: its lines from the start, each tenth once, and none when there is nothing to do")
  func study() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/small.yaml"
    try Data(StudyVerbTests.text.utf8).write(to: URL(fileURLWithPath: file))
    let result = try Tool.run(["study", "run", file, "--out", scratch.path + "/study"])
    #expect(result.code == 0)
    let lines = result.complaint.split(separator: "\n").filter { $0.contains(" trials · ") }
    #expect(lines.first?.hasPrefix("0 % · 0 of ") == true && lines.last?.hasPrefix("100 % · ") == true)
    let tenths = lines.compactMap { Int($0.prefix { $0.isNumber }) }.map { $0 / 10 }
    #expect(tenths == Array(Set(tenths)).sorted())
    let again = try Tool.run(["study", "run", scratch.path + "/study"])
    #expect(again.code == 0 && again.output.contains("nothing to do: all "))
    #expect(!again.complaint.contains(" trials · "))
  }
}
