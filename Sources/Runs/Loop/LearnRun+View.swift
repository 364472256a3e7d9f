import Audits
import Compute
import Environments
import Feedback
import Rewards

extension LearnRun {
  /// What there is to see after an iteration. Draws nothing at random and changes nothing.
  func view(_ iteration: Int) throws -> RunView {
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
    view.influence = try influence(over: transitions)
    return view
  }

  /// Answers beyond these, the newest, are not looked at while people wait.
  private static let mostForInfluence = 300

  /// The five answers, of the newest, without which the reward would change most over what the agent does; none where that
  /// cannot be measured.
  private func influence(over transitions: SampledTransitions) throws -> [RunView.Influence] {
    let all = answered.choices(memory: settings.feedback.memory)
    let chosen = Array(max(0, all.count - Self.mostForInfluence)..<all.count)
    let set = chosen.count == all.count ? all : all.subset(chosen)
    guard set.count > 0, transitions.count > 1 else { return [] }
    var rows: [Float] = []
    for trajectory in transitions.steps { try model.encoding.append(trajectory, to: &rows) }
    do {
      let influence = try RewardInfluence(
        model, answers: set, training: settings.reward.training, ridge: Self.ridgeForInfluence, most: 1)
      let questions = answered.questions
      var asked: [Int: (kind: String, person: String)] = [:]
      for row in try ledger.entries(before: ledger.count) {
        switch row.event {
        case .comparisonAnswered(let given): asked[given.query] = (PairComparison.name, given.person)
        case .questionAsked(let question): asked[question.query] = (question.kind, "")
        case .questionAnswered(let given): asked[given.query]?.person = given.person
        default: break
        }
      }
      return try influence.movers(over: rows, most: 5).map { mover in
        let query = questions[mover.number] ?? mover.number
        return RunView.Influence(
          question: query, kind: asked[query]?.kind ?? "", person: asked[query]?.person ?? "", change: mover.exact)
      }
    } catch is NotMeasurable {
      return []
    }
  }

  /// Not chosen anew in every round, so that rounds can be compared.
  private static let ridgeForInfluence = 0.3
}
