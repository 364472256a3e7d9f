import Agents
import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("A trusted policy that takes over in an evaluation", .serialized)
struct FallbackEvaluationTests {
  /// 13 questions about two clips each.
  @Test("who acts follows from the p-values: the episodes by hand, and their share of takeovers")
  func takesOver() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run").run()
      try TinyRun.create(parent + "/trusted", ["run.seed": "9"]).run()
      let fallback = RunEvaluation.Fallback(directory: parent + "/trusted", level: 0.3)
      let evaluation = try RunEvaluation(directory: parent + "/run", episodes: 4, seed: 2, fallback: fallback)
      let use = try #require(evaluation.fallback)
      #expect(use.level == 0.3 && use.judgedClips >= FamiliarGround.fewestClips)
      #expect(use.takeovers > 0 && use.takeovers < 1 && use.episodes > 0)
      let interval = try #require(use.interval)
      #expect(interval.lower <= use.takeovers && use.takeovers <= interval.upper)

      // By hand: both policies in every step, and the p-value of what is seen.
      let (run, trusted) = (try TrainedRun(directory: parent + "/run"), try TrainedRun(directory: parent + "/trusted"))
      let record = try RunRecord(directory: parent + "/run")
      let judged = try Ledger(reading: RunLayout(parent + "/run").ledger).segments(record.judgedSegments)
      let ground = try FamiliarGround(
        judged: judged.map(\.trajectory), level: 0.3, random: RandomSource(seed: 2).child("fallback"))
      let batch = run.entry.makeBatch(count: 4, random: RandomSource(seed: 2).child("evaluation", 0))
      let actors: [any BatchActor] = [run.policy.makeActor(count: 4), trusted.policy.makeActor(count: 4)]
      var returns = [Double](repeating: 0, count: 4)
      var takeovers = 0
      for _ in 0..<200 {
        var actions = [[Float](repeating: 0, count: 4), [Float](repeating: 0, count: 4)]
        let values = batch.observations.withSpan { seen in
          for index in 0..<2 {
            var rows = actions[index].mutableSpan
            actors[index].act(seen, into: &rows)
          }
          return ground.pValues(seen, count: 4)
        }
        takeovers += values.count { $0 < 0.3 }
        batch.step((0..<4).map { values[$0] < 0.3 ? actions[1][$0] : actions[0][$0] })
        for slot in 0..<4 { returns[slot] += Double(batch.rewards[slot]) }
      }
      #expect(zip(returns.sorted(), evaluation.trueReturns.sorted()).allSatisfy { abs($0 - $1) < 1e-3 })
      #expect(abs(Double(takeovers) / 800 - use.takeovers) < 1e-12)
    }
  }

  @Test("at a level that no observation is below, the agent acts alone; itself as the fallback changes nothing")
  func never() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run").run()
      let plain = try RunEvaluation(directory: parent + "/run", episodes: 3)
      #expect(plain.fallback == nil)
      let same = try RunEvaluation(
        directory: parent + "/run", episodes: 3, fallback: .init(directory: parent + "/run", level: 0.5))
      #expect(same.trueReturns == plain.trueReturns && same.fallback?.takeovers ?? 0 > 0)
    }
  }

  @Test("p-values by hand: a clip as judged is familiar, far away it is as unfamiliar as can be")
  func familiar() throws {
    var draws = RandomSource(seed: 1).stream("clips")
    func clip(_ centre: Double) -> Trajectory {
      Trajectory(
        observationSize: 2, actionRowSize: 1, observations: (0..<12).map { _ in Float(centre + draws.normal()) },
        actions: [Float](repeating: 0, count: 5), rewards: [Float](repeating: 0, count: 5), terminated: false,
        truncated: false, start: nil)
    }
    let judged = (0..<40).map { _ in clip(0) }
    let ground = try FamiliarGround(judged: judged, level: 0.05, random: RandomSource(seed: 2))
    // 20 clips of 5 observations calibrate.
    #expect(ground.pValues([Float(50), 50].span, count: 1) == [1 / 101])
    let familiar = (0..<200).flatMap { _ in clip(0).observations.prefix(10) }
    let values = ground.pValues(familiar.span, count: 1000)
    // Of 1,000 familiar ones a twentieth is below .05 on average; a calibration of 100 makes it a beta(5, 96) of mean
    // .05 and deviation .022, so that more than .15 comes with less than 1 in 1,000 (and the seed is fixed).
    #expect(values.count { $0 < 0.05 } < 150 && values.contains { $0 < 0.05 } && values.contains { $0 > 0.9 })
  }

  @Test("a policy of another world, no run, levels that are none and too few answers are refused")
  func refused() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run").run()
      try TinyRun.create(parent + "/cart", ["run.environment": "pactolus/CartPole-v1"]).run()
      func refusal(_ run: String, _ other: String, _ level: Double = 0.3) -> InputError? {
        #expect(throws: InputError.self) {
          try RunEvaluation(
            directory: parent + "/" + run, episodes: 2, fallback: .init(directory: parent + "/" + other, level: level))
        }
      }
      let world = refusal("run", "cart")
      #expect(world?.place == "fallback" && world?.problem.contains("pactolus/CartPole-v1") == true)
      #expect(refusal("run", "nowhere")?.place?.hasPrefix("fallback, ") == true)
      for level in [0, 1, -1, 1.5, .nan] { #expect(refusal("run", "run", level)?.place == "level") }
      try TinyRun.create(parent + "/few", ["feedback.comparisons": "4"]).run()
      #expect(refusal("few", "run")?.problem.contains("too few") == true)
    }
  }
}
