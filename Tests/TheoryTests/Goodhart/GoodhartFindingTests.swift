import Compute
import Environments
import Findings
import Foundation
import Testing
import Theory

@Suite("What the Goodhart audit says")
struct GoodhartFindingTests {
  private func verdicts(_ audit: GoodhartAudit) -> [String: Finding.Verdict] {
    Dictionary(uniqueKeysWithValues: audit.findings().map { ($0.id, $0.verdict) })
  }

  @Test("a proxy that turns is found on every path, with the facet that blocks")
  func turning() throws {
    let audit = try GoodhartAudit(SmallWorlds.bandit(3), truth: [0, 1, 0.5], proxy: [-1, 0, 1])
    let verdicts = verdicts(audit)
    #expect(verdicts["goodhart/angle"] == .fails)
    #expect(verdicts["goodhart/boltzmann"] == .fails)
    #expect(verdicts["goodhart/maximum-causal-entropy"] == .fails)
    #expect(verdicts["goodhart/steepest-ascent"] == .fails)
    #expect(verdicts["goodhart/early-stopping"] == .holds)
    let reason =
      audit.findings(stateNames: ["here"], actionNames: ["low", "middle", "high"])
      .first { $0.id == "goodhart/steepest-ascent" }?.reason ?? ""
    #expect(reason.contains("action ‘low’ in state ‘here’"))
  }

  @Test("a shaped and scaled truth is no proxy at all")
  func equivalent() throws {
    let world = try SmallWorlds.twoStates()
    let truth = [0.0, 1, 0, 1]
    let proxy = SmallWorlds.shaped(truth.map { 4 * $0 }, in: world, by: [3, -7])
    let audit = try GoodhartAudit(world, truth: truth, proxy: proxy)
    #expect((audit.angle ?? 1) < 1e-7)
    #expect(verdicts(audit).values.allSatisfy { $0 == .holds })
    #expect(audit.stop == audit.ascent.segments.count)
  }

  @Test("an opposite proxy falls from the first step, and is left at the start")
  func opposite() throws {
    let audit = try GoodhartAudit(SmallWorlds.twoStates(), truth: [0, 1, 0, 1], proxy: [0, -1, 0, -1])
    #expect(abs((audit.angle ?? 0) - .pi) < 1e-7)
    #expect(audit.turn == 0)
    #expect(audit.stop == 0)
    #expect(verdicts(audit)["goodhart/steepest-ascent"] == .fails)
    #expect(verdicts(audit)["goodhart/early-stopping"] == .holds)
  }

  @Test("an angle that is too small is not taken for a promise")
  func wrongAngle() throws {
    let audit = try GoodhartAudit(SmallWorlds.bandit(3), truth: [0, 1, 0.5], proxy: [-1, 0, 1], angle: 0)
    #expect(verdicts(audit)["goodhart/early-stopping"] == .unknown)
    // So far from the proxy that running to the end ends below the start.
    let lost = try GoodhartAudit(SmallWorlds.bandit(3), truth: [0, 1, 0.1], proxy: [-1, 0, 1], angle: 0)
    #expect(verdicts(lost)["goodhart/early-stopping"] == .fails)
  }

  @Test("trivial rewards, single actions and worlds that end at once get a verdict of their own")
  func degenerate() throws {
    let world = try SmallWorlds.twoStates()
    let shaping = SmallWorlds.shaped([0, 0, 0, 0], in: world, by: [1, 2])
    let truth = [0.0, 1, 0, 1]
    for (first, second, verdict) in [(shaping, truth, Finding.Verdict.holds), (truth, shaping, .notMeasurable)] {
      let audit = try GoodhartAudit(world, truth: first, proxy: second)
      #expect(audit.angle == nil)
      #expect(verdicts(audit) == ["goodhart/trivial": verdict])
    }
    let single = try SmallWorlds.world([[[0, 1]], [[1, 0]]], start: [1, 0], discount: 0.9)
    #expect(try verdicts(GoodhartAudit(single, truth: [1, 2], proxy: [2, 1])) == ["goodhart/trivial": .holds])
    let ended = try SmallWorlds.world([[[1], [1]]], start: [1], terminal: [true], discount: 0.9)
    #expect(try verdicts(GoodhartAudit(ended, truth: [1, 2], proxy: [2, 1])) == ["goodhart/trivial": .holds])
  }

  @Test("bad angles, rewards and discounts are refused")
  func refused() throws {
    let world = try SmallWorlds.twoStates()
    #expect(throws: InputError.self) { try GoodhartAudit(world, truth: [1, 2], proxy: [1, 2, 3, 4]) }
    #expect(throws: InputError.self) { try GoodhartAudit(world, truth: [1, 2, 3, .nan], proxy: [1, 2, 3, 4]) }
    #expect(throws: InputError.self) { try GoodhartAudit(world, truth: [1, 2, 3, 4], proxy: [1, 2, 3, 4], angle: 4) }
    let endless = try SmallWorlds.twoStates(discount: 1)
    #expect(throws: InputError.self) { try GoodhartAudit(endless, truth: [1, 2, 3, 4], proxy: [1, 2, 3, 4]) }
  }

  @Test("over worlds of five families no early stop loses against the start, for any number of threads")
  func study() throws {
    let study = try GoodhartStudy(worldsPerFamily: 6, points: 17, random: RandomSource(seed: 0))
    #expect(study.records.count > 150)
    #expect(study.lossesAgainstStart == 0)
    #expect(study.shareThatFalls().value > 0 && study.shareThatFalls().value < 1)
    let again = try GoodhartStudy(worldsPerFamily: 6, points: 17, random: RandomSource(seed: 0))
    #expect(again.records == study.records)
  }
}
