import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Runs that end with their best policy")
struct KeptPolicyTests {
  private static let best = ["run.keep": "best"]

  private func evaluations(_ run: LearnRun) throws -> [Evaluated] {
    try run.ledger.entries().compactMap { if case .evaluated(let event) = $0.event { event } else { nil } }
  }

  @Test("paid by the truth, a run keeps the policy of its highest evaluated return, the later of two equals")
  func byTruth() throws {
    var earlier = 0
    for seed in 1...4 {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        let more = [
          "run.agentReward": "true", "run.seed": "\(seed)", "run.iterations": "8", "run.steps": "560",
          "ppo.learningRate": "0.03",
        ]
        let run = try TinyRun.create(directory, Self.best.merging(more) { $1 })
        try run.run()
        let all = try evaluations(run)
        let (rounds, final) = (all.filter { !$0.final }, try #require(all.last { $0.final }))
        let means = rounds.map { $0.trueReturns.reduce(0, +) / Double($0.trueReturns.count) }
        let highest = try #require(means.max())
        let expected = try #require(rounds.indices.last { means[$0] == highest })
        #expect(rounds.count == 9 && final.kept == rounds[expected].iteration)
        if expected < 8 { earlier += 1 }
        let trained = try TrainedRun(directory: directory)
        #expect(trained.iteration == final.kept && trained.agentSteps == 70 * (expected + 1))
        // The policy itself: it plays the episodes again that it was judged by.
        let kept = try #require(try Checkpoint.newest(in: RunLayout(directory))?.kept())
        let player = EpisodePlayer(
          entry: trained.entry, policy: trained.policy, slots: 2, seed: RandomSource(seed: UInt64(seed)),
          source: "experience/evaluation", sourceIndex: expected, manner: .deterministic)
        let again = try player.play(.episodes(2)).trajectories.map(\.trajectory)
        #expect(again.map(\.actions) == kept.episodes.pieces.map(\.trajectory.actions))
        #expect(again.map(\.trueReturn) == rounds[expected].trueReturns)
      }
    }
    #expect(earlier > 0, "not always the last one")
  }

  @Test("kept by the learned reward, a run killed after any event and resumed leaves the same bytes")
  func resumes() throws {
    let more = Self.best.merging(["run.checkpointEvery": "2"]) { $1 }
    let reference = try TinyRun.reference(more)
    #expect(try reference != TinyRun.reference(["run.checkpointEvery": "2"]))
    try TinyRun.expectSameBytes(as: reference, more, killedEvery: 3)
  }
}
