import Audits
import Compute
import Files
import Findings
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("What the policy feels of answers, and what they did on the way")
struct FeltAnswerTests {
  private static func settings(traced: Bool = false) -> InspectedRun.Settings {
    var settings = InspectedRun.Settings()
    (settings.episodes, settings.steps, settings.traced) = (10, 120, traced)
    return settings
  }

  @Test(
    "answers are followed along the checkpoints that were kept, and a run that keeps two says which setting keeps more")
  func traced() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, ["run.checkpointsKept": "50"]).run()
      #expect(try Checkpoint.iterations(in: RunLayout(directory)).count == 4)
      let inspection = try Inspection(InspectedRun(directory: directory, settings: Self.settings(traced: true)))
      let traced = try #require(inspection.traced)
      #expect(traced.iterations == [0, 1, 2, 3])
      #expect(traced.answers.count == 10 && traced.answers.reduce(0) { $0 + abs($1.share) } <= 1 + 1e-9)
      for answer in traced.answers {
        #expect(abs(answer.byCheckpoint.reduce(0) { $0 + ($1 ?? 0) } - answer.share) < 1e-9)
        // Once an answer is given it stays given.
        let known = answer.byCheckpoint.map { $0 != nil }
        #expect(known.last == true && zip(known, known.dropFirst()).allSatisfy { !$0 || $1 })
      }
      #expect(traced.answers.contains { $0.byCheckpoint.first == .some(nil) })
      #expect(zip(traced.answers, traced.answers.dropFirst()).allSatisfy { abs($0.share) >= abs($1.share) })
      // Whoever asks not to be told is told nothing.
      #expect(try Inspection(InspectedRun(directory: directory, settings: Self.settings())).traced == nil)

      let usual = parent + "/usual"
      try TinyRun.create(usual).run()
      #expect(try Checkpoint.iterations(in: RunLayout(usual)) == [2, 3])
      let error = #expect(throws: InputError.self) {
        try Inspection(InspectedRun(directory: usual, settings: Self.settings(traced: true)))
      }
      #expect(error?.remedy?.contains("--run.checkpointsKept") == true)
    }
  }

  @Test("what a report says of the answers that moved the reward is made of what is on disk, and the same each time")
  func report() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let record = try RunRecord(directory: directory)
      let found = try #require(try RunMovers(record, registry: .standard))
      #expect(found.movers.count == 5 && found.looked == found.answers && found.answers > 0)
      #expect(found.answers <= record.answerCount)
      #expect(
        found.steps > 0 && found.movers.allSatisfy { $0.exact > 0 && $0.exact.isFinite && $0.kind == "comparison" })
      #expect(zip(found.movers, found.movers.dropFirst()).allSatisfy { $0.exact >= $1.exact })
      #expect(try RunMovers(record, registry: .standard)?.movers.map(\.exact) == found.movers.map(\.exact))
      try FileManager.default.removeItem(atPath: RunLayout(directory).checkpoints)
      #expect(try RunMovers(record, registry: .standard) == nil)
    }
  }

  @Test("the push of a policy and the answers that it feels, or why there is none; the same whoever asks again")
  func push() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let inspection = try Inspection(InspectedRun(directory: directory, settings: Self.settings()))
      #expect((inspection.push == nil) == (inspection.pushProblem != nil))
      if let push = inspection.push {
        #expect(push.interval.lower > 0 && push.movers.count <= 10 && push.movers.allSatisfy { $0.exact.isFinite })
      }
      let again = try Inspection(InspectedRun(directory: directory, settings: Self.settings()))
      #expect(try JSON.encode(again.push, .result) == JSON.encode(inspection.push, .result))

      let other = parent + "/sac"
      try TinyRun.create(
        other,
        [
          "run.learner": "sac", "sac.hidden": "[6]", "sac.batchSize": "8", "sac.randomSteps": "40",
          "sac.environments": "2",
          "sac.stepsPerRollout": "20",
        ]
      ).run()
      let sac = try Inspection(InspectedRun(directory: other, settings: Self.settings()))
      #expect(sac.push == nil && sac.pushProblem?.contains("'sac'") == true)
    }
  }
}
