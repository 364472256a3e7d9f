import Agents
import Audits
import Compute
import Environments
import Findings
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Small changes and rare events of a run")
struct AttackedPolicyTests {
  private static let cartPole = ["run.environment": "pactolus/CartPole-v1", "feedback.segmentLength": "5"]

  private func problem(_ body: () throws -> Void) -> InputError? {
    do {
      try body()
      return nil
    } catch { return error as? InputError }
  }

  @Test(
    "changes that are said to turn a decision do, those within the certified reach do not, and all lie within the bound"
  )
  func flips() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.cartPole).run()
      var settings = FlipAudit.Settings()
      (settings.within, settings.cases) = (1, 8)
      let audit = try FlipAudit(directory: directory, settings: settings)
      #expect(audit.findings.map(\.id) == ["red-team/flip-preference", "red-team/flip-action"])
      #expect(audit.problems.isEmpty)
      let run = try TrainedRun(directory: directory)
      let policy = try #require(run.policy as? Policy)
      for result in audit.results {
        #expect(!result.cases.isEmpty && result.cases.count <= 8)
        for found in result.cases {
          #expect(found.certified >= 0 && found.certified <= 1 && (found.flip ?? 0) <= 1)
          #expect(found.flip.map { $0 >= found.certified - 1e-6 } ?? true)
          #expect(found.moves.allSatisfy { abs($0.deviations) <= (found.flip ?? 0) + 1e-3 })
        }
        let expected: Finding.Verdict =
          result.turned > 0 ? .fails : result.proved == result.cases.count ? .holds : .unknown
        #expect(result.finding.verdict == expected)
      }
      // A policy that always goes left by far is certified everywhere: the control.
      var stubborn = policy
      let layer = try #require(stubborn.network.shape.layers.last)
      for index in layer.weightOffset..<layer.biasOffset { stubborn.network.parameters[index] = 0 }
      stubborn.network.parameters[layer.biasOffset] = 9
      stubborn.network.parameters[layer.biasOffset + 1] = -9
      let margin = try ActionMargin(stubborn, at: [0, 0, 0, 0])
      var draws = RandomSource(seed: 1).stream("control")
      let reach = FlipReach.search(
        largest: 1, margin: margin, at: [0, 0, 0, 0], scale: [1, 1, 1, 1], random: &draws)
      let control = FlipCase(
        place: "here", decision: "left", turned: nil, reach: reach, row: [0, 0, 0, 0], scale: [1, 1, 1, 1],
        names: ["a", "b", "c", "d"])
      #expect(FlipResult(.action, within: 1, cases: [control]).finding.verdict == .holds)

      #expect(try FlipAudit(directory: directory, settings: settings).results == audit.results)
      #expect(
        problem {
          settings.within = 0
          _ = try FlipAudit(directory: directory, settings: settings)
        }?.place == "--within")
      #expect(problem { _ = try FlipAudit(directory: parent + "/none") }?.problem == "no run here")
    }
  }

  @Test("of a policy with continuous actions the reward alone is looked at, and it is said why")
  func continuous() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      var settings = FlipAudit.Settings()
      settings.cases = 3
      let audit = try FlipAudit(directory: directory, settings: settings)
      #expect(audit.results.map(\.kind) == [.preference])
      #expect(audit.problems.count == 1 && audit.problems[0].contains("discrete actions"))
    }
  }

  @Test(
    "the chance of a rare event is that of plain episodes; what cannot happen is bounded, and near misses are named")
  func rare() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.cartPole).run()
      var settings = RareAudit.Settings()
      (settings.repetitions, settings.effort, settings.atMost) = (10, 100, 0.999)
      let audit = try RareAudit(directory: directory, condition: "cart velocity > 1.2", settings: settings)
      let run = try TrainedRun(directory: directory)
      let player = EpisodePlayer(
        entry: run.entry, policy: run.policy, slots: 20, seed: RandomSource(seed: 77), source: "plain", sourceIndex: 0,
        manner: .drawn)
      let episodes = try player.play(.episodes(1000)).trajectories.map(\.trajectory)
      let seen = episodes.count { clip in (0...clip.count).contains { clip.observations[$0 * 4 + 1] > 1.2 } }
      let plain = try #require(Statistics.proportionInterval(successes: seen, of: 1000, level: 0.999))
      #expect(seen > 10 && seen < 990)
      let interval = audit.estimate.interval
      #expect(interval.lower <= plain.upper && plain.lower <= interval.upper)
      #expect(abs(audit.estimate.probability - Double(seen) / 1000) < 0.15)

      let never = try RareAudit(directory: directory, condition: "cart position > 100", settings: settings)
      #expect(never.estimate.seen == 0 && never.estimate.interval.upper > 0 && never.findings[0].verdict == .holds)
      settings.atMost = 1e-9
      let unsettled = try RareAudit(directory: directory, condition: "cart position > 100", settings: settings)
      #expect(unsettled.findings[0].verdict == .unknown)
      #expect(
        try RareAudit(directory: directory, condition: "cart velocity > 1.2", settings: settings).estimate
          == audit.estimate)
      settings.atMost = 0.5
      let certain = try RareAudit(directory: directory, condition: "cart velocity > -50", settings: settings)
      #expect(certain.estimate.probability == 1 && certain.findings[0].verdict == .fails)
      #expect(
        problem { _ = try RareAudit(directory: directory, condition: "cart velocty > 1") }?.remedy?.contains(
          "cart velocity") == true)
      settings.atMost = 1
      #expect(
        problem { _ = try RareAudit(directory: directory, condition: "cart velocity > 1", settings: settings) }?.place
          == "--at-most")
    }
  }
}
