import Compute
import Environments
import Feedback
import Foundation

extension LearnRun {
  /// Enough trajectories to ask about: the agent's latest first, more by the current policy if those do not suffice,
  /// and the share gathered by exploring. Fewer, or none, where the agent's episodes are too short for segments.
  func gather(_ iteration: Int, questions: Int) throws -> [SourcedTrajectory] {
    let length = settings.feedback.segmentLength
    let steps = Int((settings.feedback.oversampling * Double(2 * questions * length)).rounded(.up))
    let isMadeUp = settings.feedback.hypotheticalShare > 0
    let inWorld = isMadeUp && settings.feedback.hypotheticalSource == .world
    var hypothetical = inWorld ? hypotheticalClips(iteration, steps: steps) : []
    let exploring = Int(settings.feedback.explorationShare * Double(steps))
    // All of the latest episodes, not only as many as the questions need.
    let latest = experience.complete.filter { sampler.accepts($0.trajectory) }
    var gathered = experience.pieces.reversed().filter { sampler.accepts($0.trajectory) }
    func take(_ wanted: Int, from trajectories: [SourcedTrajectory]) -> [SourcedTrajectory] {
      var sum = 0
      return Array(
        trajectories.prefix { trajectory in
          defer { sum += trajectory.trajectory.count }
          return sum < wanted
        })
    }
    let available = gathered.reduce(0) { $0 + $1.trajectory.count }
    // Episodes that have become shorter than a segment are no reason to end a run.
    func played(_ manner: EpisodePlayer.Manner, _ source: String, steps: Int) throws -> [SourcedTrajectory] {
      do { return try play(manner, source, iteration, steps: steps) } catch is InputError { return [] }
    }
    if latest.isEmpty, available < steps - exploring {
      gathered += try played(.drawn, "experience/sampling", steps: steps - exploring - available)
    }
    gathered = latest.isEmpty ? take(steps - exploring, from: gathered) : latest
    if exploring > 0 {
      gathered += take(exploring, from: try played(.exploring, "experience/exploration", steps: exploring))
    }
    if isMadeUp, !inWorld { hypothetical = modelledClips(iteration, steps: steps, like: gathered.map(\.trajectory)) }
    return gathered + hypothetical
  }

  func play(
    _ manner: EpisodePlayer.Manner, _ source: String, _ iteration: Int, steps: Int
  ) throws -> [SourcedTrajectory] {
    let player = EpisodePlayer(
      entry: entry, policy: learner.policy, slots: learner.slots, seed: random, source: source,
      sourceIndex: iteration, manner: manner, guarding: guarding)
    let (trajectories, taken) = try player.play(.steps(steps, usable: sampler.isPastEnd ? 1 : sampler.length))
    counters.samplingSteps += taken
    return trajectories.filter { sampler.accepts($0.trajectory) }
  }

  /// A segment that was drawn from these trajectories, cut out.
  func cut(_ segment: SegmentReference, from trajectories: [SourcedTrajectory]) -> StoredSegment {
    let whole = trajectories[segment.trajectory]
    return whole.segment(segment.steps(in: whole.trajectory, length: sampler.length))
  }

  /// Behaviour that has not occurred, to ask about besides what the agent did: the share of the steps that the settings
  /// ask for, the aims in turn. In the first round, before the agent has learned anything, the reward is untrained and
  /// every aim but novelty is chance; the clips are then varied play.
  private func hypotheticalClips(_ iteration: Int, steps: Int) -> [SourcedTrajectory] {
    let source = "experience/hypothetical"
    let length = settings.feedback.segmentLength
    let wanted = settings.feedback.hypotheticalShare * Double(steps)
    let judged = JudgedSample(answered.choices(memory: nil))
    let batch = random.child(source, iteration)
    var clips: [SourcedTrajectory] = []
    var taken = 0
    // Episodes that terminate early make no segment; they are not tried forever.
    for episode in 0..<4 * max(1, Int(wanted) / length + 1) where Double(taken) < wanted {
      let aims = settings.feedback.hypotheticalAim.aims
      let behavior = HypotheticalBehavior(aims[episode % aims.count], steps: length)
      var draws = random.stream("feedback/hypothetical/\(iteration)", episode)
      let clip = behavior.synthesize(
        in: entry, start: EpisodePosition(slot: episode, episode: 0, step: 0), source: batch, evaluator: evaluator,
        judged: judged, random: &draws)
      counters.samplingSteps += behavior.rounds * behavior.population * length
      guard sampler.accepts(clip) else { continue }
      taken += clip.count
      clips.append(SourcedTrajectory(clip, source: source, sourceIndex: iteration))
    }
    return clips
  }
}
