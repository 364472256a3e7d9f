import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Behaviour made up in a learned model", .serialized)
struct ModelledBehaviorTests {
  private static let flags = ["feedback.hypotheticalShare": "0.8", "feedback.hypotheticalSource": "model"]

  @Test("is asked about and kept whole, names no episode, and cannot be played again; a resumed run makes up the same")
  func asked() throws {
    let reference = try TinyRun.reference(Self.flags)
    try withTemporaryDirectory { parent in
      let run = try TinyRun.create(parent + "/run", Self.flags)
      try run.run()
      let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
      let segments = try run.ledger.segments(Array(0..<run.ledger.segmentsInBrief().count))
      let madeUp = segments.filter { $0.trajectory.start == nil }
      #expect(madeUp.count > 3 && madeUp.count < segments.count)
      for segment in madeUp {
        #expect(segment.source.isEmpty && segment.trajectory.count == 10 && !segment.canBeReplayed(in: entry))
        #expect(segment.trajectory.observations.allSatisfy { $0.isFinite })
      }
      #expect(try TinyRun.Remains(parent + "/run") == reference)
    }
    try TinyRun.expectSameBytes(as: reference, Self.flags, killedEvery: 11, from: 4)
  }

  @Test("in a run whose agent plans: killed and resumed, the bytes are the same")
  func withPlans() throws {
    let flags = Self.flags.merging([
      "run.learner": "mpc", "mpc.stepsPerRollout": "30", "mpc.randomSteps": "20", "mpc.stepsPerUpdate": "10",
      "mpc.gradientSteps": "4", "mpc.batchSize": "16", "mpc.hidden": "[6]", "mpc.members": "2", "mpc.horizon": "3",
      "mpc.population": "6", "mpc.elites": "2", "mpc.rounds": "2",
    ]) { $1 }
    let reference = try TinyRun.reference(flags)
    #expect(reference.ledger.contains("mpc/held_out_error"))
    try TinyRun.expectSameBytes(as: reference, flags, killedEvery: 13, from: 2)
  }
}
