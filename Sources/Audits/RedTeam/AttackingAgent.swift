import Agents
import Compute
import Environments
import Rewards

/// The closed-loop search: a fresh agent is trained on the frozen reward, and what it does is looked through.
///
/// It puts more pressure on the reward than the run did if it may take more steps. It maximises the reward itself and
/// not its excess, as an agent would.
package struct AttackingAgent: Sendable {
  package var factory: LearnerFactory
  /// Steps that it learns for.
  package var steps: Int

  package init(_ factory: LearnerFactory, steps: Int) { (self.factory, self.steps) = (factory, steps) }

  /// The best stretches of the last tenth of its episodes, at least twenty.
  func attack(
    _ entry: EnvironmentEntry, reward: any TransitionReward, scorer: ClipScorer, settings: AttackSettings,
    random: RandomSource
  ) throws -> (candidates: [AttackCandidate], steps: Int) {
    let learner = try factory.make(entry.specification, random: random.child("red-team/agent"))
    let source = random.child("red-team/agent/batch")
    let batch = entry.makeBatch(count: learner.slots, random: source)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var (taken, episodes) = (0, [(episode: Trajectory, at: Int)]())
    while taken < steps {
      let report = try learner.iterate(
        batch, reward: reward, progress: Double(taken) / Double(steps), recorder: recorder)
      taken += report.steps
      // Whole episodes alone: their actions from the first on are what it takes to see them again.
      let finished = recorder.take(includingPartial: false).map { (episode: $0, at: taken) }
      episodes = (episodes + finished).suffix(max(20, (episodes.count + finished.count) / 10))
      guard report.steps > 0 else { break }
    }
    let rowSize = entry.specification.actionSpace.rowSize
    let candidates = episodes.compactMap { episode, at -> AttackCandidate? in
      guard let start = episode.start, start.step == 0 else { return nil }
      let stretch = Stretches.best(scorer.score(episode).excess, atMost: settings.horizon)
      guard stretch.sum > 0 else { return nil }
      let (first, end) = (stretch.range.lowerBound * rowSize, stretch.range.upperBound * rowSize)
      return AttackCandidate(
        start: AttackStart(
          random: source, slot: start.slot, episode: start.episode, leading: Array(episode.actions[..<first])),
        actions: Array(episode.actions[first..<end]), excess: stretch.sum, search: .agent, foundAfter: at)
    }
    return (candidates, taken)
  }
}
