import Agents
import Compute
import Environments
import Feedback
import Foundation

/// Does a study's trials, each on the thread that it is called on, and measures them.
struct TrialWork: Sendable {
  let plan: StudyPlan
  let layout: RunLayout
  let registry: EnvironmentRegistry
  let learners: LearnerRegistry
  let kinds: FeedbackRegistry
  let clock: RunClock

  /// Begins the trial or goes on with it; nil if it was stopped before its end.
  func perform(_ trial: StudyTrial, stop: StopFlag, progress: any ProgressSink) throws -> TrialResult? {
    switch trial.work {
    case .random(let index): return TrialResult(random: try randomReturns(plan.references[index].environment))
    case .trueReward(let index, let seed):
      return try run(trial, plan.references[index].settings.with(seed: seed), seed, stop, progress)
    case .run(let index, let seed):
      return try run(trial, plan.rows[index].settings.with(seed: seed), seed, stop, progress)
    }
  }

  private func run(
    _ trial: StudyTrial, _ settings: ResolvedSettings, _ seed: Int, _ stop: StopFlag, _ progress: any ProgressSink
  ) throws -> TrialResult? {
    let directory = layout.directory + "/" + (trial.folder ?? "")
    // A local scope: the run lets go of its directory before it is read.
    do {
      let exists = FileManager.default.fileExists(atPath: RunLayout(directory).settings)
      let run =
        exists
        ? try LearnRun.resume(
          directory: directory, registry: registry, learners: learners, kinds: kinds, clock: clock)
        : try LearnRun.create(
          directory: directory, settings: settings, registry: registry, learners: learners, kinds: kinds, clock: clock)
      guard try run.run(stop: stop, progress: progress).finished else { return nil }
    }
    let fresh = try RunEvaluation(
      directory: directory, episodes: plan.episodes, seed: seed, registry: registry, learners: learners)
    return TrialResult(try RunRecord(directory: directory), fresh: fresh)
  }

  private func randomReturns(_ environment: String) throws -> [Double] {
    let entry = try registry.entry(environment)
    let player = EpisodePlayer(
      entry: entry, policy: UniformPolicy(actions: entry.specification.actionSpace), slots: min(plan.episodes, 32),
      seed: RandomSource(seed: 0), source: "study/random", sourceIndex: 0, manner: .drawn)
    return try player.play(.episodes(plan.episodes)).trajectories.map(\.trajectory.trueReturn)
  }
}

/// Acts at random, whatever it sees: uniformly, or by a standard normal where an action is unbounded.
private struct UniformPolicy: ActingPolicy {
  let actions: ActionSpace

  func makeActor(count: Int) -> Actor { Actor(actions: actions) }

  final class Actor: BatchActor {
    private let space: ActionSpace

    init(actions: ActionSpace) { space = actions }

    func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
      let size = space.rowSize
      var row = [Float](repeating: 0, count: size)
      for slot in 0..<actions.count / size {
        row.withUnsafeMutableBufferPointer { row in
          if let start = row.baseAddress { space.draw(into: start, &random) }
        }
        for index in 0..<size { actions[slot * size + index] = row[index] }
      }
    }

    /// There is no most probable action; the first draws of one stream stand for it.
    func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
      var random = RandomSource(seed: 0).stream("uniform")
      act(observations, into: &actions, random: &random)
    }
  }
}
