import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("SAC measured against a reference", .serialized)
struct SACReferenceTests {
  private static let sac = [
    "run.learner": "sac", "run.steps": "180", "run.iterations": "3", "sac.environments": "2",
    "sac.stepsPerRollout": "20", "sac.randomSteps": "40", "sac.batchSize": "8", "sac.hidden": "[6]",
    "sac.bufferSize": "1000",
  ]

  private func figures(_ name: String, _ ledger: String) -> [Double] {
    ledger.split(separator: "\n").filter { $0.contains("agent-trained") }.compactMap { line in
      line.range(of: "\"\(name)\":").flatMap { place in
        Double(line[place.upperBound...].prefix { $0 != "," && $0 != "}" })
      }
    }
  }

  @Test("each round has the divergence with an interval; measuring changes nothing that is done, and a kill no byte")
  func measured() throws {
    try withTemporaryDirectory { parent in
      let trusted = parent + "/trusted"
      try TinyRun.create(trusted, Self.sac.merging(["run.seed": "9"]) { $1 }).run()
      let more = Self.sac.merging(["caution.reference": trusted]) { $1 }
      let (plain, measured) = (try TinyRun.reference(Self.sac), try TinyRun.reference(more))
      let kl = figures("sac/reference_kl", measured.ledger)
      let (low, high) = (
        figures("sac/reference_kl_lower", measured.ledger), figures("sac/reference_kl_upper", measured.ledger)
      )
      #expect(kl.count == 4 && low.count == 4 && high.count == 4)
      for round in kl.indices { #expect(low[round] <= kl[round] && kl[round] < high[round] && kl[round] > 0) }
      #expect(figures("sac/reference_kl", plain.ledger).isEmpty)
      func evaluated(_ remains: TinyRun.Remains) -> [Substring] {
        remains.ledger.split(separator: "\n").filter { $0.contains("\"evaluated\"") }
      }
      #expect(evaluated(plain) == evaluated(measured) && !evaluated(plain).isEmpty)
      try TinyRun.expectSameBytes(as: measured, more, killedEvery: 13)
    }
  }

  @Test("a mean over steps that come in groups, by hand; of one group there is no interval")
  func ratio() throws {
    let groups = [(sum: 2.0, steps: 1.0), (3, 3), (7, 2)]
    let found = try #require(Statistics.ratioOfSums(groups))
    #expect(found.ratio == 2)
    // Residuals 0, −3, 3; √(3/2 · 18) ÷ 6 = 0.866; t(.975, 2) = 4.302653.
    let interval = try #require(found.interval)
    #expect(
      abs(interval.upper - (2 + 4.302653 * 27.0.squareRoot() / 6)) < 1e-5
        && abs(interval.lower + interval.upper - 4) < 1e-9)
    #expect(try #require(Statistics.ratioOfSums([groups[0]])).interval == nil)
    #expect(Statistics.ratioOfSums([]) == nil)
  }

  @Test("being held near, a reference of another kind, and a learner without probabilities are refused")
  func refused() throws {
    try withTemporaryDirectory { parent in
      let (ppo, sac) = (parent + "/ppo", parent + "/sac")
      try TinyRun.create(ppo).run()
      try TinyRun.create(sac, Self.sac).run()
      func problem(_ more: [String: String]) -> String {
        let error = #expect(throws: InputError.self) { try TinyRun.create(parent + "/run", more) }
        return error?.problem ?? ""
      }
      #expect(
        problem(Self.sac.merging(["caution.reference": sac, "caution.klWeight": "1"]) { $1 }).contains("not held"))
      #expect(problem(Self.sac.merging(["caution.reference": ppo]) { $1 }).contains("not of sac's kind"))
      #expect(problem(["caution.reference": sac]).contains("PPO's kind"))
      let td3 = ["run.learner": "td3", "run.steps": "180", "td3.stepsPerRollout": "20", "caution.reference": ppo]
      #expect(problem(td3).contains("no probabilities"))
    }
  }
}
