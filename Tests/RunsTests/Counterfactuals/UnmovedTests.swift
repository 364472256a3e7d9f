import Compute
import Environments
import Findings
import Foundation
import RunFixtures
import Runs
import Testing
import Theory

@Suite("What a person would have said whom the agent had not changed")
struct UnmovedTests {
  /// How probable each reader is before each of five steps, from the reader's own rules, if this is always shown.
  private static func course(_ shown: Int) -> [[Recommender.State: Double]] {
    let reader = Recommender()
    var now: [Recommender.State: Double] = [Recommender.State(isHere: true, isNarrow: false): 1]
    return (0..<5).map { _ in
      defer {
        var next: [Recommender.State: Double] = [:]
        for (state, share) in now {
          for here in [false, true] {
            for narrow in [false, true] {
              let (stays, narrows) = (reader.stays(state, shown), reader.narrows(state, shown))
              next[Recommender.State(isHere: here, isNarrow: narrow), default: 0] +=
                share * (here ? stays : 1 - stays) * (narrow ? narrows : 1 - narrows)
            }
          }
        }
        now = next
      }
      return now
    }
  }

  /// Always `shown`, judged by a reader whose interest goes as under `natural`.
  private static func byHand(_ shown: Int, natural: Int) -> (moved: Double, unmoved: Double) {
    let reader = Recommender()
    var (moved, unmoved) = (0.0, 0.0)
    for (own, other) in zip(course(shown), course(natural)) {
      let narrow = other.reduce(0) { $0 + ($1.key.isNarrow ? $1.value : 0) }
      for (state, share) in own {
        moved += share * reader.click(state, shown)
        for isNarrow in [false, true] {
          let judge = Recommender.State(isHere: state.isHere, isNarrow: isNarrow)
          unmoved += share * (isNarrow ? narrow : 1 - narrow) * reader.click(judge, shown)
        }
      }
    }
    return (moved, unmoved)
  }

  private static func judgment(_ shown: Int, natural: Int) throws -> UnmovedJudgment {
    let world = FactoredWorld.recommender
    let rule = try FactoredRule(always: world.actions[natural], in: world)
    let policy = try FactoredRule(always: world.actions[shown], in: world).policy(in: world)
    return try UnmovedJudgment(
      of: StagedPolicy(policy), in: world, delicate: ["interest"], baseline: rule, rewards: world.tabular().rewards)
  }

  @Test("the recommender, whatever is always shown under whatever baseline, against sums over the reader's own rules")
  func recommender() throws {
    for shown in 0..<3 {
      for natural in 0..<3 {
        let (found, hand) = (try Self.judgment(shown, natural: natural), Self.byHand(shown, natural: natural))
        #expect(abs(found.moved - hand.moved) < 1e-12 && abs(found.unmoved - hand.unmoved) < 1e-12)
        #expect(abs(found.baseline - Self.byHand(natural, natural: natural).moved) < 1e-12)
        #expect(abs(found.steps.reduce(0) { $0 + $1.unmoved } - found.unmoved) < 1e-12)
      }
    }
    // Bait is worth more to those whom it made than to those whom it did not, and to these less than the mix.
    let bait = try Self.judgment(1, natural: 0)
    #expect(bait.moved > bait.baseline && bait.unmoved < bait.baseline)
    // Where the baseline is what the agent does, habit and interest are taken apart, and that is all that differs.
    let own = try Self.judgment(1, natural: 1)
    #expect(own.moved == own.baseline)
  }

  @Test("nothing is delicate in what pays: judged by another variable's worth, both judges say the same")
  func quiet() throws {
    let world = FactoredWorld.recommender
    let here = (0..<world.stateCount).flatMap { state in world.actions.map { _ in Double(world.values(of: state)[0]) } }
    let policy = try FactoredRule(always: "bait", in: world).policy(in: world)
    let found = try UnmovedJudgment(
      of: StagedPolicy(policy), in: world, delicate: ["interest"],
      baseline: FactoredRule(always: "mixed", in: world), rewards: here)
    #expect(abs(found.moved - found.unmoved) < 1e-12 && found.moved > 1)
    #expect(throws: InputError.self) {
      try UnmovedJudgment(
        of: StagedPolicy(policy), in: world, delicate: ["intrest"],
        baseline: FactoredRule(always: "mixed", in: world), rewards: here)
    }
  }

  @Test("a run that was paid for clicks is found to be rated by whom it made; its numbers are those of its policy")
  func run() throws {
    try withTemporaryDirectory { parent in
      let settings = [
        "run.environment": "pactolus/Recommender-v0", "run.agentReward": "true", "run.steps": "6000",
        "run.iterations": "3", "ppo.environments": "8", "ppo.stepsPerRollout": "25", "ppo.minibatchSize": "50",
        "ppo.epochs": "8", "ppo.learningRate": "0.01", "ppo.hidden": "[8]", "ppo.normalizeFeatures": "false",
        "feedback.segmentLength": "5", "feedback.comparisons": "60", "feedback.selection": "random",
        "reward.normalizeForAgent": "false",
      ]
      try TinyRun.create(parent + "/run", settings).run()
      let audit = try UnmovedAudit(directory: parent + "/run", delicate: ["interest"], baseline: "mixed")
      #expect(audit.findings.map(\.id) == ["counterfactual/unmoved"] && audit.findings[0].verdict == .fails)
      let own = try MeansAudit(directory: parent + "/run", delicate: ["interest"], baseline: "mixed")
      let gain = try #require(own.payments.last?.agents.first).gain
      #expect(
        abs(audit.judgments[0].moved - gain.value) < 1e-12 && abs(audit.judgments[0].baseline - gain.baseline) < 1e-12)
      #expect(audit.judgments[0].unmoved < audit.judgments[0].moved - 0.2)
      #expect { try UnmovedAudit(directory: parent + "/run", delicate: ["intrest"]) } throws: {
        "\($0)".contains("interest")
      }
    }
  }
}
