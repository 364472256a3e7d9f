import Agents
import Compute
import Environments
import Feedback
import Findings

/// Stopping in time: in each round people compare clips of the current policy with clips of the best one so far.
extension LearnRun {
  /// Whether the run ends with this round.
  func isLast(_ iteration: Int) -> Bool {
    iteration == settings.run.iterations || stoppedAt == iteration
  }

  /// The questions of this round about the current policy and the best so far; none where the run does not stop by them,
  /// and none in the first two rounds, of which the second finds its policy to be the best so far.
  ///
  /// For each question each of the two policies plays an episode of its own, and a segment is cut from it at random: so
  /// an answer is right half of the time, or less, whatever was said before, if the current policy is no worse.
  func compareWithBest(_ iteration: Int) throws -> [PosedQuestion] {
    guard settings.run.stopWhen == .worse, iteration > 0, compared?.stoppedAt == nil else { return [] }
    let moment = KeptPolicy.Moment(iteration: iteration - 1, agentSteps: counters.agentSteps)
    var contender = ComparedPolicies.Contender(
      agent: try learner.snapshot(),
      asked: .init(moment: moment, round: iteration, best: compared?.watch.best ?? 1))
    guard let compared else {
      compared = ComparedPolicies(error: settings.run.stopError, best: contender)
      return []
    }
    let best = try makeUntrained()
    try best.restore(compared.best.agent)
    let count = settings.run.stopQuestions
    let clips = try [("best", best.policy), ("current", learner.policy)].map { name, policy in
      let player = EpisodePlayer(
        entry: entry, policy: policy, slots: min(count, 32), seed: random, source: "experience/compared/\(name)",
        sourceIndex: iteration, manner: .deterministic, guarding: guarding)
      let (episodes, steps) = try player.play(.episodes(count))
      counters.samplingSteps += steps
      // They come in the order in which they ended: short ones must not meet short ones.
      var order = random.stream("stopping/order/\(name)", iteration)
      return order.permutation(episodes.count).map { episodes[$0] }
    }
    let kind = try feedback.kind(PairComparison.name)
    // Beyond the numbers of all other questions, by whichever of the two counts they are numbered.
    let rounds = settings.run.iterations + 1
    let first = schedule.reduce(0, +) + (rounds + iteration) * count
    var questions: [PosedQuestion] = []
    for place in 0..<min(clips[0].count, clips[1].count) {
      var draws = random.stream("stopping/clips", iteration * count + place)
      let isFirst = draws.bernoulli(0.5)
      let pair = [clips[0][place], clips[1][place]]
      guard pair.allSatisfy({ sampler.accepts($0.trajectory) }) else { continue }
      let cuts = try pair.map { episode in
        let drawn = try sampler.sample(1, from: [episode.trajectory], random: &draws)
        return cut(drawn[0], from: [episode])
      }
      let number = first + place
      // Clips that do not make a question, as two that are equal, would not be told apart.
      do {
        questions.append(
          try question(
            kind, iteration, number, about: isFirst ? cuts : cuts.reversed(), &draws, forEvaluation: true))
      } catch is InputError {
        continue
      }
      contender.asked.bestIsFirst[number] = isFirst
    }
    self.compared?.current.append(contender)
    return questions
  }

  /// What the round's answers say of the current policy; where it is worse, the run ends with this round and keeps the
  /// best.
  ///
  /// - Returns: a sentence for those who watch, if the run ends.
  func weigh(_ answers: [GivenAnswer], _ iteration: Int) throws -> String? {
    guard var state = compared, state.stoppedAt == nil else { return nil }
    let latest = state.current.last { $0.asked.round <= iteration }?.asked.moment
    try state.take(answers, in: iteration) { answer in
      guard let said = answer.answer else { return nil }
      return try feedback.kind(answer.question.kind).label(of: said)
    }
    compared = state
    guard state.stoppedAt != nil else { return nil }
    let finding = state.finding(latest: latest)
    try ledger.append([LedgerEntry(.findingMade(FindingMade(finding: finding)), step: counters.allSteps)])
    kept = KeptPolicy(agent: state.best.agent, episodes: AgentExperience(), moment: state.best.asked.moment)
    return "stopping after round \(iteration), with the policy after round \(state.best.asked.moment.iteration): "
      + finding.reason
  }

  /// What there is to say of it at the end of a run that was not stopped; nil if it was, or could not have been.
  func findingOfComparisons() -> Finding? {
    guard let compared, compared.stoppedAt == nil else { return nil }
    return compared.finding(latest: nil)
  }
}
