import Compute
import Environments
import Feedback
import Foundation

extension LearnRun {
  /// Behaviour that nobody has shown, to ask about besides what the agent did: the share of the steps that the settings
  /// want, the aims by turns. In the first round, before the agent has learned anything, the reward knows nothing and
  /// every aim but novelty is chance; the clips are then varied play.
  func hypotheticalClips(_ iteration: Int, steps: Int) -> [SourcedTrajectory] {
    let source = "experience/hypothetical"
    let length = settings.feedback.fragmentLength
    let wanted = settings.feedback.hypotheticalShare * Double(steps)
    let judged = JudgedSample(answered.choices(memory: nil))
    let batch = random.child(source, iteration)
    var clips: [SourcedTrajectory] = []
    var taken = 0
    // Episodes that terminate early make no window; they are not tried for ever.
    for episode in 0..<4 * max(1, Int(wanted) / length + 1) where Double(taken) < wanted {
      let aims = settings.feedback.hypotheticalAim.aims
      let behavior = HypotheticalBehavior(aims[episode % aims.count], steps: length)
      var draws = random.stream("feedback/hypothetical/\(iteration)", episode)
      let clip = behavior.synthesize(
        in: entry, start: EpisodePosition(slot: episode, episode: 0, step: 0), source: batch, evaluator: evaluator,
        judged: judged, random: &draws)
      counters.samplingSteps += behavior.rounds * behavior.population * length
      guard clip.count >= length else { continue }
      taken += clip.count
      clips.append(SourcedTrajectory(clip, source: source, sourceIndex: iteration))
    }
    return clips
  }
}
