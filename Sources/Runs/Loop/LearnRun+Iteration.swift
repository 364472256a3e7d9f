import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// What one iteration has to say to whoever watches.
struct IterationReport {
  var iteration: Int
  var training: TrainingReport?
  var trueReturn: Double?
  var predictedReturn: Double?
}

extension LearnRun {
  /// One round: ask, fit the reward, train the agent, evaluate, write a checkpoint. Nil if `stop` was raised within.
  func iterate(_ iteration: Int, stop: StopFlag) throws -> IterationReport? {
    var taken = LiveIntake()
    if let live {
      try askPeople(live, iteration)
      guard let answers = try takeIn(live, iteration, stop: stop) else { return nil }
      taken = answers
    } else {
      try ask(iteration)
    }
    var report = IterationReport(iteration: iteration)
    report.training = try learnReward(iteration)
    guard !stop.isRaised, let trained = try trainAgent(iteration, stop: stop) else { return nil }
    var events = [LedgerEntry(.agentTrained(trained), step: counters.allSteps)]
    var scalars = scalars(report.training, trained)
    report.trueReturn = trained.trueReturns.isEmpty ? nil : Statistics.mean(trained.trueReturns)
    if iteration % settings.evaluation.every == 0 || iteration == settings.run.iterations {
      let evaluated = try evaluate(
        iteration, episodes: settings.evaluation.episodes, source: "experience/evaluation", clips: 0
      ).event
      events.append(LedgerEntry(.evaluated(evaluated), step: counters.allSteps))
      scalars["agent/true_return"] = Statistics.mean(evaluated.trueReturns)
      scalars["agent/predicted_return"] = Statistics.mean(evaluated.predictedReturns)
      if let disagreement = evaluated.disagreement { scalars["reward/disagreement"] = disagreement }
      report.trueReturn = scalars["agent/true_return"]
      report.predictedReturn = scalars["agent/predicted_return"]
    }
    try ledger.append(events, durable: false)
    // TensorBoard's own clock stays at 0, so that equal runs have equal files; the ledger has the times.
    try metrics.append(scalars, step: counters.agentSteps, wallTime: 0)
    try checkpoint(iteration)
    if let live { live.show(try view(iteration, taken)) }
    return report
  }

  // MARK: Asking

  private func ask(_ iteration: Int) throws {
    let count = schedule[iteration]
    guard count > 0 else { return }
    let trajectories = try gather(iteration, questions: count)
    adaptPeople(to: trajectories.map(\.trajectory))
    try deferUnreliablePeople(iteration)
    try compareWithDemonstrations(iteration, trajectories)
    // Every kind has its turn, over all the questions of the run.
    let turns = (counters.queries..<counters.queries + count).map { kinds[$0 % kinds.count] }
    for kind in kinds {
      let count = turns.count { $0 == kind }
      if kind == LearnSettings.Feedback.comparison {
        try askComparisons(iteration, count: count, about: trajectories)
      } else {
        try ask(FeedbackKinds.kind(kind), iteration, count: count, about: trajectories)
      }
    }
  }

  private func askComparisons(_ iteration: Int, count: Int, about trajectories: [SourcedTrajectory]) throws {
    guard count > 0 else { return }
    let length = settings.feedback.fragmentLength
    let plain = trajectories.map(\.trajectory)
    let apart = evaluationQuestions(among: counters.queries..<counters.queries + count)
    let pairs = try pairs(iteration, count: count, apart: apart, from: plain)
    let comparisons = pairs.map { $0.comparison(of: plain, length: length) }
    let predictions = try predict(comparisons)

    var entries: [LedgerEntry] = []
    var segment = ledger.nextSegment
    let before = counters.answers
    for (index, pair) in pairs.enumerated() {
      let forEvaluation = index >= count - apart
      // Questions that everybody answers use up others.
      let left = before + (forEvaluation ? count : count - apart) - counters.answers
      guard left > 0 else { continue }
      let windows = [pair.first, pair.second].map { trajectories[$0.trajectory].segment($0.start..<$0.start + length) }
      // The same question to several people is a query each, about the same stored segments.
      let replies = replies(to: comparisons[index], atMost: forEvaluation ? 1 : left)
      for (place, reply) in replies.enumerated() {
        let query = counters.queries
        let asked = QueryAsked(
          iteration: iteration, query: query, first: segment, second: segment + 1,
          predicted: predictions?[index].probabilities[0],
          disagreement: predictions.flatMap { Self.deviation($0[index].memberProbabilities.map { $0[0] }) },
          forEvaluation: forEvaluation ? true : nil)
        entries.append(
          LedgerEntry(.queryAsked(asked), step: counters.allSteps, segments: place == 0 ? windows : []))
        let given = AnswerGiven(query: query, answer: reply.answer.rawValue, person: reply.name)
        entries.append(LedgerEntry(.answerGiven(given), step: counters.allSteps))
        if !forEvaluation { try answered.append(query, comparisons[index], reply.answer) }
        if let person = reply.person { people.note(person: person, query: query) }
        counters.queries += 1
        counters.answers += 1
      }
      segment += 2
    }
    try ledger.append(entries)
  }

  /// Pairs of windows to compare, chosen as the settings want; the last `apart` of them at random, to measure by.
  func pairs(_ iteration: Int, count: Int, apart: Int, from plain: [Trajectory]) throws -> [SegmentPair] {
    var draws = random.stream("feedback/pairs", iteration)
    // Before any training the members' disagreement says nothing, so the first questions are random ones.
    let selector = QuerySelector(
      trainer.trainings == 0 ? .random : settings.feedback.selection, oversampling: settings.feedback.candidates,
      sampler: SegmentSampler(length: settings.feedback.fragmentLength), batch: settings.feedback.batch)
    var pairs = try selector.pairs(
      count - apart, from: plain, specification: entry.specification, model: model,
      likelihood: settings.reward.training, random: &draws)
    if apart > 0 {
      var fair = random.stream("feedback/evaluation", iteration)
      pairs += try selector.sampler.pairs(apart, from: plain, random: &fair)
    }
    return pairs
  }

  /// How many of these questions are kept apart, so that over the run it is the share that was asked for.
  func evaluationQuestions(among queries: Range<Int>) -> Int {
    let share = settings.feedback.evaluationShare
    return Int(share * Double(queries.upperBound)) - Int(share * Double(queries.lowerBound))
  }

  /// Enough trajectories to ask about: the agent's latest first, more by the current policy if those do not suffice,
  /// and the share gathered by exploring.
  func gather(_ iteration: Int, questions: Int) throws -> [SourcedTrajectory] {
    let length = settings.feedback.fragmentLength
    let steps = Int((settings.feedback.oversampling * Double(2 * questions * length)).rounded(.up))
    let hypothetical = settings.feedback.hypotheticalShare > 0 ? hypotheticalClips(iteration, steps: steps) : []
    let exploring = Int(settings.feedback.explorationShare * Double(steps))
    var gathered = experience.pieces.reversed().filter { $0.trajectory.count >= length }
    func take(_ wanted: Int, from trajectories: [SourcedTrajectory]) -> [SourcedTrajectory] {
      var sum = 0
      return Array(
        trajectories.prefix { trajectory in
          defer { sum += trajectory.trajectory.count }
          return sum < wanted
        })
    }
    let available = gathered.reduce(0) { $0 + $1.trajectory.count }
    if available < steps - exploring {
      gathered += try play(.drawn, "experience/sampling", iteration, steps: steps - exploring - available)
    }
    gathered = take(steps - exploring, from: gathered)
    if exploring > 0 {
      gathered += take(exploring, from: try play(.exploring, "experience/exploration", iteration, steps: exploring))
    }
    return gathered + hypothetical
  }

  private func play(
    _ manner: EpisodePlayer.Manner, _ source: String, _ iteration: Int, steps: Int
  ) throws -> [SourcedTrajectory] {
    let length = settings.feedback.fragmentLength
    let player = EpisodePlayer(
      entry: entry, policy: ppo.policy, slots: settings.ppo.environments, seed: random, source: source,
      sourceIndex: iteration, manner: manner)
    let (trajectories, taken) = try player.play(.steps(steps, usable: length))
    counters.samplingSteps += taken
    return trajectories.filter { $0.trajectory.count >= length }
  }

  /// What the model expects before it has seen the answers; nil as long as it has learned nothing.
  func predict(_ comparisons: [Comparison]) throws -> [ChoicePrediction]? {
    guard trainer.trainings > 0 else { return nil }
    var set = ChoiceSet(model.encoding)
    // The answer does not matter for the prediction; any that makes a choice of it will do.
    for comparison in comparisons { try set.append(comparison, .tie) }
    return try ChoicePredictor(model, settings: settings.reward.training).predictions(set)
  }

  static func deviation(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }

  private func adaptPeople(to trajectories: [Trajectory]) {
    let returns =
      recentReturns.isEmpty
      ? trajectories.filter { $0.terminated || $0.truncated }.map { judge.seen($0).trueReturn } : recentReturns
    guard !returns.isEmpty, let limit = entry.specification.maximumEpisodeSteps else { return }
    people.adapt(
      to: RecentReturns(
        meanTrueReturn: returns.reduce(0, +) / Double(returns.count), segmentLength: settings.feedback.fragmentLength,
        maximumEpisodeSteps: limit))
  }

  // MARK: Learning

  private func learnReward(_ iteration: Int) throws -> TrainingReport? {
    for query in ledger.eventsTakenBack { answered.withdraw(query) }
    let choices = answered.choices(memory: settings.feedback.memory)
    guard choices.count > 0 else { return nil }
    let multiplier = trainer.trainings == 0 ? settings.reward.initialEpochMultiplier : 1
    let epochs = Int((Double(settings.reward.epochs) * multiplier).rounded())
    let report = try trainer.train(&model, on: choices, epochs: epochs, random: random.child("reward"))
    evaluator.model = model
    let trained = RewardTrained(
      iteration: iteration, comparisons: choices.count, epochs: report.epochs, loss: report.loss,
      accuracy: report.accuracy, heldOutLoss: report.heldOutLoss, heldOutAccuracy: report.heldOutAccuracy)
    try ledger.append([LedgerEntry(.rewardTrained(trained), step: counters.allSteps)], durable: false)
    return report
  }

  private func trainAgent(_ iteration: Int, stop: StopFlag) throws -> AgentTrained? {
    var returns: [Double] = []
    var rewards = 0.0
    var last = PPOStatistics()
    let count = rollouts(in: iteration)
    let total = Double(totalAgentSteps)
    let reward: (any TransitionReward)? =
      switch settings.run.agentReward {
      case .learned: normalized ?? evaluator
      case .truth: nil
      }
    for _ in 0..<count {
      live?.waitWhilePaused(stop: stop)
      if stop.isRaised { return nil }
      last = ppo.iterate(
        batch, reward: reward, progress: Double(counters.agentSteps) / total, recorder: recorder)
      guard last.policyLoss.isFinite, last.valueLoss.isFinite else {
        throw InputError(
          "the agent's training diverged in iteration \(iteration): its losses are no longer finite",
          at: "ppo.learningRate", remedy: "start again with a lower learning rate, or reward.normalizeForAgent")
      }
      counters.agentSteps += last.steps
      returns += last.episodes.map(\.trueReturn)
      rewards += last.meanReward
    }
    let pieces = recorder.take()
    experience.replace(by: pieces)
    let judged = judge.judgesByTruth ? returns : judge.returns(of: pieces)
    recentReturns = Array((recentReturns + judged).suffix(10))
    var statistics = [
      "ppo/policy_loss": last.policyLoss, "ppo/value_loss": last.valueLoss, "ppo/entropy": last.entropy,
      "ppo/approximate_kl": last.approximateKL, "ppo/clip_fraction": last.clipFraction,
      "ppo/gradient_norm": last.gradientNorm, "ppo/learning_rate": last.learningRate,
    ]
    statistics["ppo/explained_variance"] = last.explainedVariance
    statistics["ppo/standard_deviation"] = last.standardDeviation
    return AgentTrained(
      iteration: iteration, agentSteps: counters.agentSteps, allSteps: counters.allSteps, trueReturns: returns,
      meanPredictedReward: rewards / Double(max(1, count)), statistics: statistics)
  }

  private func scalars(_ training: TrainingReport?, _ trained: AgentTrained) -> [String: Double] {
    var scalars = trained.statistics
    scalars["feedback/answers"] = Double(counters.answers)
    scalars["agent/mean_predicted_reward"] = trained.meanPredictedReward
    if !trained.trueReturns.isEmpty { scalars["agent/training_true_return"] = Statistics.mean(trained.trueReturns) }
    scalars["reward/loss"] = training?.loss
    scalars["reward/accuracy"] = training?.accuracy
    scalars["reward/held_out_loss"] = training?.heldOutLoss
    scalars["reward/held_out_accuracy"] = training?.heldOutAccuracy
    return scalars
  }
}
