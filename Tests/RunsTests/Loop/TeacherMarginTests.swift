import Foundation
import RunFixtures
import Runs
import Testing

@Suite("What simulated people measure by")
struct TeacherMarginTests {
  @Test("B-Pref's skipping teacher measures by the last ten episodes, not by more and not by all")
  func lastTen() throws {
    try withTemporaryDirectory { parent in
      // On CartPole a segment of ten steps is worth 10, and an agent that learns holds out longer than at first.
      let directory = parent + "/run"
      let share = 10.0
      try TinyRun.create(
        directory,
        [
          "run.environment": "pactolus/CartPole-v1", "run.agentReward": "true", "run.steps": "12288",
          "run.iterations": "16", "person.kind": "skip", "person.skipShare": "\(share)", "ppo.environments": "4",
          "ppo.stepsPerRollout": "64", "ppo.minibatchSize": "64", "ppo.epochs": "4", "ppo.hidden": "[32]",
          "ppo.learningRate": "0.0003", "ppo.discount": "0.98", "reward.normalizeForAgent": "false",
          "feedback.comparisons": "64", "feedback.selection": "random",
        ]
      ).run()

      let ledger = try Ledger(path: RunLayout(directory).ledger, clock: { 0 })
      let worth = try ledger.segmentsInBrief().map(\.trueReturn)
      var returns: [Double] = []
      var asked: [Int: ComparisonAsked] = [:]
      // How many answers the other rules would have given otherwise.
      var (checked, skipped, hundred, all) = (0, 0, 0, 0)
      for row in try ledger.entries() {
        switch row.event {
        case .comparisonAsked(let question): asked[question.query] = question
        case .agentTrained(let trained): returns += trained.trueReturns
        case .comparisonAnswered(let given):
          guard let question = asked[given.query], returns.count > 10 else { continue }
          let best = max(worth[question.first], worth[question.second])
          // Lee et al. 2021: skipped unless the better is worth more than the share of an average segment, here of 10 of
          // the 500 steps of an episode.
          func isSkipped(_ episodes: Int) -> Bool {
            let recent = returns.suffix(episodes)
            return best <= recent.reduce(0, +) / Double(recent.count) * 10 / 500 * share
          }
          #expect((given.answer == "skipped") == isSkipped(10), "question \(given.query)")
          checked += 1
          if isSkipped(10) { skipped += 1 }
          if isSkipped(10) != isSkipped(100) { hundred += 1 }
          if isSkipped(10) != isSkipped(returns.count) { all += 1 }
        default: continue
        }
      }
      #expect(checked > 30 && skipped > 5 && checked - skipped > 5, "\(skipped) of \(checked) skipped")
      #expect(hundred > 5 && all > 5, "\(hundred) and \(all) answers tell the rules apart")
    }
  }
}
