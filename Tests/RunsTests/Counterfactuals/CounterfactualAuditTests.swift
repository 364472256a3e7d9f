import Compute
import Environments
import Findings
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("What would have been, of a run and of a world")
struct CounterfactualAuditTests {
  private static func settings(_ change: (inout CounterfactualSettings) -> Void) -> CounterfactualSettings {
    var settings = CounterfactualSettings()
    settings.lucks = 20
    change(&settings)
    return settings
  }

  @Test("with nothing otherwise but the reward both arms are one, and that is the episode that play shows")
  func nothing() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let run = try TrainedRun(directory: directory)
      for episode in [0, 2] {
        let audit = try CounterfactualAudit(
          directory, Self.settings { ($0.episode, $0.reward, $0.seed) = (episode, directory, 4) })
        #expect(audit.pair.firstAction == nil && audit.pair.firstSeen == nil && audit.findings.isEmpty)
        #expect(audit.pair.differences.map(\.reward) == ["true reward", "learned reward", "reward of \(directory)"])
        #expect(audit.pair.differences.allSatisfy { $0.difference == 0 && $0.done == $0.other })
        // The same model twice.
        #expect(audit.pair.differences[1].done == audit.pair.differences[2].done)

        let played = try PlayedEpisodes(run.entry, seed: 4)
        let choose = ActionChoice.policy(run.policy, isDrawn: false).chooser(for: run.entry.specification, seed: 4)
        var rewards: [Double] = []
        while true {
          let step = try played.step(try #require(choose(played.observation)))
          if step.episode == episode { rewards.append(Double(step.reward)) }
          if step.episode == episode, step.truncated { break }
        }
        #expect(rewards == audit.pair.done.rewards[0])
      }
    }
  }

  @Test(
    "another action parts the arms where it is taken; the rewards before it are the same; drawn over the same steps")
  func action() throws {
    let audit = try CounterfactualAudit(
      "pactolus/Pendulum-v1", Self.settings { ($0.step, $0.actions) = (50, [[2]]) })
    #expect(audit.pair.firstAction == 50 && audit.pair.firstSeen == 51)
    #expect(audit.pair.done.rewards[0].prefix(50) == audit.pair.other.rewards[0].prefix(50))
    #expect(audit.pictures.first == 30 && audit.pictures.done.count == audit.pictures.other.count)
    #expect(
      audit.pictures.done.prefix(21) == audit.pictures.other.prefix(21) && audit.pictures.done != audit.pictures.other)
    #expect(audit.again.count == 1 && audit.again[0].difference.pairs == 20)
    // Pendulum draws only its start and the actor is random by the step: every luck has actions of its own.
    #expect(audit.findings.map(\.id) == ["counterfactual/as-good"])
  }

  @Test(
    "a decision: what was done differs by nothing from itself, every action has its line, and the same again is the same"
  )
  func decision() throws {
    let wanted = Self.settings { ($0.step, $0.acting) = (3, "stay") }
    let audit = try CounterfactualAudit("pactolus/MountainCar-v0", wanted)
    #expect(audit.options.map(\.action) == ["push left", "coast", "push right"])
    let done = try #require(audit.options.filter(\.isDone).first)
    #expect(done.action == "coast" && done.again[0].difference.mean == 0 && done.again[0].difference.uncommon == 0)
    // Idling never gets there: every action earns −1 a step to the end.
    #expect(audit.options.allSatisfy { $0.returns == [-197] })
    #expect(audit.findings.map(\.verdict) == [.holds] && audit.findings[0].id == "counterfactual/decision")
    let again = try CounterfactualAudit("pactolus/MountainCar-v0", wanted)
    #expect(again.options.map(\.returns) == audit.options.map(\.returns))
    #expect(again.options.map { $0.again[0].difference } == audit.options.map { $0.again[0].difference })
  }

  @Test("over episodes: a pair of each that is long enough, and the others are counted")
  func moments() throws {
    let audit = try CounterfactualAudit(
      "pactolus/CartPole-v1", Self.settings { ($0.episodes, $0.step, $0.policy) = (40, 20, "random") })
    #expect(audit.moments[0].difference.pairs + audit.tooShort == 40 && audit.tooShort > 0)
    // Random play goes on as it did: what it draws is named by the step.
    #expect(audit.moments[0].difference.mean == 0 && audit.pair.firstAction == nil)
    #expect(audit.findings[0].verdict == .holds)
  }

  @Test("what there is not is refused, with what there is")
  func refused() throws {
    func expect(_ subject: String, says words: String, _ change: (inout CounterfactualSettings) -> Void) {
      #expect {
        try CounterfactualAudit(subject, Self.settings(change))
      } throws: { "\($0)".contains(words) }
    }
    let world = "pactolus/CartPole-v1"
    expect("pactolus/CartPol", says: "CartPole") { _ in }
    expect(world, says: "no step 5000") { $0.step = 5000 }
    expect(world, says: "no action") { $0.actions = [[7]] }
    expect(world, says: "did you mean random") { $0.policy = "randon" }
    expect(world, says: "reward") { $0.reward = "scores" }
    expect(world, says: "do nothing") { $0.policy = "stay" }
    expect(world, says: "--lucks") { $0.lucks = 1 }
    expect(world, says: "--discount") { $0.discount = 2 }
    expect(world, says: "--start") { ($0.start, $0.step) = (2, 3) }
    expect(world, says: "--episodes") { $0.episodes = 10 }
    expect(world, says: "--done") { ($0.done, $0.acting) = ([[0]], "random") }
    expect(world, says: "too far") { ($0.episode, $0.episodes, $0.policy) = (.max, 2, "random") }
  }
}
