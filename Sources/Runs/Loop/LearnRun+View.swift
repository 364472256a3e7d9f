import Compute
import Environments
import Feedback
import Rewards

extension LearnRun {
  /// What there is to see after an iteration. Draws nothing at random and changes nothing.
  func view(_ iteration: Int, _ taken: [TakenAnswer]) throws -> RunView {
    var view = RunView(iteration: iteration)
    let length = settings.feedback.segmentLength
    let pieces = experience.pieces.filter { sampler.accepts($0.trajectory) }
    func end(_ piece: SourcedTrajectory) -> StoredSegment {
      piece.segment(max(0, piece.trajectory.count - length)..<piece.trajectory.count)
    }
    view.newest = pieces.last.map(end)
    guard trainer.trainings > 0 else { return view }
    let judged = JudgedSample(answered.choices(memory: nil))
    let recent = pieces.suffix(64).map(end)
    view.farthest = recent.map { (judged.distance(to: $0.trajectory), $0) }.max { $0.0 < $1.0 }?.1
    let transitions = SampledTransitions(pieces.map(\.trajectory), entry.specification, limit: 256)
    if transitions.count > 1 {
      view.attention = transitions.attention(model)
      view.heat = transitions.heat(model, most: view.attention)
    }
    view.influence = try influence(of: taken)
    return view
  }

  /// The five answers whose own probability the training has changed most.
  private func influence(of taken: [TakenAnswer]) throws -> [RunView.Influence] {
    let changes = try taken.compactMap { taken -> RunView.Influence? in
      guard let before = taken.probability, let now = try probability(of: taken.choices) else { return nil }
      let question = taken.answer.question
      return RunView.Influence(
        question: question.number, kind: question.kind, person: taken.answer.person, change: now - before)
    }
    return Array(changes.sorted { abs($0.change) > abs($1.change) }.prefix(5))
  }
}
