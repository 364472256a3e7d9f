import Agents
import Compute
import Environments
import Feedback

extension LearnRun {
  /// Behaviour that has not occurred, where the world is not played again for it: in a model of the dynamics that is
  /// learned from what was gathered in this round, beginning where the agent has been.
  ///
  /// The model is learned afresh in each round, so that nothing of it has to be kept. A clip of it names no episode: the
  /// ledger keeps it whole, and screens draw what is seen, since it cannot be played again. Its true rewards, which
  /// simulated people judge by, are the model's as well.
  func modelledClips(_ iteration: Int, steps: Int, like gathered: [Trajectory]) -> [SourcedTrajectory] {
    let length = settings.feedback.segmentLength
    let wanted = settings.feedback.hypotheticalShare * Double(steps)
    let data = DynamicsData(gathered)
    guard wanted > 0, data.count > 0 else { return [] }
    let source = random.child("feedback/model", iteration)
    let ensemble = DynamicsEnsemble.fit(data, specification: entry.specification, random: source)
    let model = ImaginedPlay(ensemble, specification: entry.specification)
    let judged = JudgedSample(answered.choices(memory: nil))
    let aims = settings.feedback.hypotheticalAim.aims
    var clips: [SourcedTrajectory] = []
    var taken = 0
    // Episodes that terminate early make no segment; they are not tried forever.
    for episode in 0..<4 * max(1, Int(wanted) / length + 1) where Double(taken) < wanted {
      var draws = source.stream("clip", episode)
      let start = Self.observation(in: gathered, &draws)
      let clip = HypotheticalBehavior(aims[episode % aims.count], steps: length).synthesize(
        in: entry.specification, evaluator: evaluator, judged: judged, random: &draws
      ) { actions in
        let trajectory = model.play(from: start, actions: actions)
        return (trajectory, settings.feedback.hypotheticalPrior * model.meanLogLikelihood(of: trajectory))
      }
      guard sampler.accepts(clip) else { continue }
      taken += clip.count
      clips.append(SourcedTrajectory(clip, source: "", sourceIndex: 0))
    }
    return clips
  }

  /// An observation before some step of these.
  private static func observation(in trajectories: [Trajectory], _ draws: inout RandomStream) -> [Float] {
    var step = draws.below(trajectories.reduce(0) { $0 + $1.count })
    for trajectory in trajectories {
      guard step >= trajectory.count else {
        let size = trajectory.observationSize
        return Array(trajectory.observations[step * size..<(step + 1) * size])
      }
      step -= trajectory.count
    }
    preconditionFailure("the step lies in one of the trajectories")
  }
}
