import Agents
import Compute
import Environments
import Feedback
import Rewards

extension LearnRun {
  /// Fits the reward to all answers that count; nil if there are none, or all are held out.
  func learnReward(_ iteration: Int) throws -> TrainingReport? {
    for query in ledger.eventsTakenBack { answered.withdraw(query) }
    let choices = answered.choices(memory: settings.feedback.memory)
    // Few answers, as where most questions were left out, may all be held out: there is nothing to learn from yet.
    guard trainer.heldOutChoices(of: choices, random: random.child("reward")).count < choices.count else { return nil }
    let multiplier = trainer.trainings == 0 ? settings.reward.initialEpochMultiplier : 1
    let epochs = Int((Double(settings.reward.epochs) * multiplier).rounded())
    let report = try trainer.train(
      &model, on: choices, epochs: epochs, unlabelled: try unlabelled(), random: random.child("reward"))
    try trainedReward(on: choices)
    let trained = RewardTrained(
      iteration: iteration, comparisons: choices.count, epochs: report.epochs, loss: report.loss,
      accuracy: report.accuracy, heldOutLoss: report.heldOutLoss, heldOutAccuracy: report.heldOutAccuracy,
      pseudoPairs: report.pseudoLabels?.pairs, pseudoLabels: report.pseudoLabels?.used)
    try ledger.append([LedgerEntry(.rewardTrained(trained), step: counters.allSteps)], durable: false)
    return report
  }

  /// What segments are cut from that nobody is asked about; nil where the reward learns from answers alone.
  private func unlabelled() throws -> UnlabelledSegments? {
    guard settings.reward.pseudoThreshold != nil else { return nil }
    let seen = experience.episodes == nil ? experience.pieces : experience.complete
    return try UnlabelledSegments(
      seen.map(\.trajectory), length: settings.feedback.segmentLength, encoding: model.encoding)
  }

  /// What pays the agent; nil for the environment's own reward.
  func agentReward(isNormalized: Bool = true) -> (any TransitionReward)? {
    switch settings.run.agentReward {
    case .learned: (isNormalized ? normalized : nil) ?? cautious ?? evaluator
    case .truth: nil
    default: namedReward
    }
  }

  /// Lets the learner explore by itself before the first round; its episodes' returns, or nil if `stop` was raised.
  ///
  /// It is told the untrained reward, which it does not learn from, and remembers it until the first answers have made
  /// another of it. The environment's own would serve as well, but then nothing would show that it is not used.
  func explore(before iteration: Int, stop: StopFlag) throws -> [Double]? {
    guard iteration == 0, preparationRollouts > 0 else { return [] }
    return try roll(preparationRollouts, reward: agentReward(isNormalized: false), stop: stop)?.returns
  }

  /// Trains the agent for its share of the steps; nil if `stop` was raised.
  ///
  /// - Parameter explored: returns of episodes that ended before the round, in ``explore(before:stop:)``.
  func trainAgent(_ iteration: Int, explored: [Double], stop: StopFlag) throws -> AgentTrained? {
    let count = rollouts(in: iteration)
    let drawn = drawMember(iteration)
    // A learner that replays old steps pays by what the agent did in the round before.
    try visits?.hold(experience.pieces.map(\.trajectory))
    guard var rolled = try roll(count, reward: visits ?? agentReward(), stop: stop) else { return nil }
    rolled.scalars["caution/member"] = drawn.map(Double.init)
    return AgentTrained(
      iteration: iteration, agentSteps: counters.agentSteps, allSteps: counters.allSteps,
      trueReturns: explored + rolled.returns, meanPredictedReward: rolled.rewards / Double(max(1, count)),
      statistics: rolled.scalars)
  }

  /// Takes rollouts and what they are to be asked about; nil if `stop` was raised.
  private func roll(
    _ count: Int, reward: (any TransitionReward)?, stop: StopFlag
  ) throws -> (returns: [Double], rewards: Double, scalars: [String: Double])? {
    var rolled: (returns: [Double], rewards: Double, scalars: [String: Double]) = ([], 0, [:])
    let total = Double(totalAgentSteps)
    for _ in 0..<count {
      waiting { answering.waitWhilePaused(stop: stop) }
      if stop.isRaised { return nil }
      try lock.checkPlace(layout)
      let report = try learner.iterate(
        batch, reward: reward, progress: Double(counters.agentSteps) / total, recorder: recorder)
      if try permissions?.wasInterrupted() == true { return nil }
      try batch.check()
      counters.agentSteps += report.steps
      rolled.returns += report.episodes.map(\.trueReturn)
      rolled.rewards += report.meanReward
      rolled.scalars = report.scalars
    }
    let pieces = recorder.take()
    experience.replace(by: pieces)
    answering.observe(returns: rolled.returns, experience: pieces)
    return rolled
  }
}
