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
    let report = try trainer.train(&model, on: choices, epochs: epochs, random: random.child("reward"))
    evaluator.model = model
    let trained = RewardTrained(
      iteration: iteration, comparisons: choices.count, epochs: report.epochs, loss: report.loss,
      accuracy: report.accuracy, heldOutLoss: report.heldOutLoss, heldOutAccuracy: report.heldOutAccuracy)
    try ledger.append([LedgerEntry(.rewardTrained(trained), step: counters.allSteps)], durable: false)
    return report
  }

  /// Trains the agent for its share of the steps; nil if `stop` was raised.
  func trainAgent(_ iteration: Int, stop: StopFlag) throws -> AgentTrained? {
    var returns: [Double] = []
    var rewards = 0.0
    var scalars: [String: Double] = [:]
    let count = rollouts(in: iteration)
    let total = Double(totalAgentSteps)
    let reward: (any TransitionReward)? =
      switch settings.run.agentReward {
      case .learned: normalized ?? evaluator
      case .truth: nil
      default: namedReward
      }
    for _ in 0..<count {
      waiting { answering.waitWhilePaused(stop: stop) }
      if stop.isRaised { return nil }
      try lock.checkPlace(layout)
      let report = try learner.iterate(
        batch, reward: reward, progress: Double(counters.agentSteps) / total, recorder: recorder)
      try batch.check()
      counters.agentSteps += report.steps
      returns += report.episodes.map(\.trueReturn)
      rewards += report.meanReward
      scalars = report.scalars
    }
    let pieces = recorder.take()
    experience.replace(by: pieces)
    answering.observe(returns: returns, experience: pieces)
    return AgentTrained(
      iteration: iteration, agentSteps: counters.agentSteps, allSteps: counters.allSteps, trueReturns: returns,
      meanPredictedReward: rewards / Double(max(1, count)), statistics: scalars)
  }
}
