import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Runs that are held near a reference by its visits, or by its best episodes", .serialized)
struct CautionVisitsRunTests {
  private static let replaying = [
    "run.learner": "sac", "run.steps": "180", "run.iterations": "3", "sac.environments": "2",
    "sac.stepsPerRollout": "20", "sac.randomSteps": "40", "sac.batchSize": "8", "sac.hidden": "[6]",
    "sac.bufferSize": "1000", "reward.normalizeForAgent": "false",
  ]

  private func trained(_ remains: TinyRun.Remains) -> [Substring] {
    remains.ledger.split(separator: "\n").filter { $0.contains("agent-trained") }
  }

  private func figure(_ name: String, in line: Substring) -> Double? {
    line.range(of: "\"\(name)\":").flatMap { place in
      Double(line[place.upperBound...].prefix { $0 != "," && $0 != "}" })
    }
  }

  /// Calls `body` with the settings that name a small run of this learner as the reference.
  private func withReference(_ learner: [String: String] = [:], _ body: ([String: String]) throws -> Void) throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/trusted", learner.merging(["run.seed": "9"]) { $1 }).run()
      try body(["caution.reference": parent + "/trusted"])
    }
  }

  /// The same on 1, 2 and 4 threads, and after kills.
  private func expectSame(_ settings: [String: String]) throws -> TinyRun.Remains {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    var all: [TinyRun.Remains] = []
    for count in [1, 2, 4] {
      ThreadPool.shared.threadCount = count
      all.append(try TinyRun.reference(settings))
    }
    #expect(all[0] == all[1] && all[0] == all[2])
    try TinyRun.expectSameBytes(as: all[0], settings, killedEvery: 7)
    return all[0]
  }

  @Test("the visits' χ² is charged and recorded, with PPO and SAC and a reference of either; a kill changes no byte")
  func visits() throws {
    for (learner, other) in [([:], Self.replaying), (Self.replaying, [:])] {
      let plain = try TinyRun.reference(learner)
      try withReference(other) { reference in
        let charged = try expectSame(
          learner.merging(reference) { $1 }.merging(["caution.chi2Weight": "5"]) { $1 })
        #expect(trained(charged).count == 4)
        for line in trained(charged) {
          let found = try #require(figure("caution/visits_chi2", in: line))
          let lower = try #require(figure("caution/visits_chi2_lower", in: line))
          #expect(found.isFinite && lower < found)
        }
        #expect(trained(charged).last != trained(plain).last && !plain.ledger.contains("visits_chi2"))
      }
    }
  }

  @Test("the reference acts and its best episodes are imitated, whatever the learner; the base's figures are recorded")
  func quantile() throws {
    for learner in [["run.steps": "1600"], Self.replaying.merging(["run.steps": "1600"]) { $1 }] {
      try withReference { reference in
        let settings = learner.merging(reference) { $1 }
          .merging(["caution.quantile": "0.3", "caution.quantileEpisodes": "6"]) { $1 }
        let remains = try expectSame(settings)
        let last = try #require(trained(remains).last)
        #expect(figure("quantile/episodes", in: last) == 6 && figure("quantile/cost_factor", in: last) == 3)
        let (chosen, base) = (
          try #require(figure("quantile/chosen_paid", in: last)),
          try #require(figure("quantile/reference_paid", in: last))
        )
        #expect(chosen > base)
        // Its policy can be asked for without the reference.
        try withTemporaryDirectory { parent in
          try TinyRun.create(parent + "/run", settings).run()
          try FileManager.default.removeItem(atPath: try #require(reference["caution.reference"]))
          #expect(try RunEvaluation(directory: parent + "/run", episodes: 2).trueReturns.count == 2)
        }
      }
    }
  }

  @Test("without a reference, beside what does not go with it, for a learner that imagines: refused, with what to do")
  func refused() throws {
    func refusal(_ more: [String: String]) -> String {
      do {
        _ = try TinyRun.settings(more)
        return "nothing"
      } catch { return "\(error)" }
    }
    for setting in ["caution.chi2Weight": "1", "caution.quantile": "0.1"] {
      #expect(refusal([setting.key: setting.value]).contains("caution.reference"), "\(setting)")
    }
    #expect(refusal(["caution.quantileEpisodes": "50"]).contains("caution.quantile below 1"))
    for (name, value) in [("quantile", "0"), ("quantile", "1.5"), ("quantileEpisodes", "1"), ("chi2Weight", "-1")] {
      #expect(refusal(["caution.\(name)": value]).contains("caution.\(name)"))
    }
    let both = ["caution.reference": "runs/x", "caution.quantile": "0.1"]
    for (name, value) in [
      ("klWeight", "1"), ("chi2Weight", "1"), ("fallback", "runs/y"), ("askFirst", "unfamiliar"),
    ] {
      #expect(refusal(both.merging(["caution.\(name)": value]) { $1 }).contains("leave one of the two out"))
    }
    #expect(
      refusal(["caution.reference": "runs/x", "caution.chi2Weight": "1", "run.agentReward": "true"])
        .contains("charges nothing"))
    try withReference { reference in
      try withTemporaryDirectory { parent in
        let error = #expect(throws: InputError.self) {
          try TinyRun.create(
            parent + "/run", reference.merging(["caution.chi2Weight": "1", "run.learner": "mpc"]) { $1 })
        }
        #expect(error?.place == "caution.chi2Weight", "\(String(describing: error))")
        #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
      }
    }
  }
}
