import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// What one iteration reports to an observer.
struct IterationReport {
  var iteration: Int
  var training: TrainingReport?
  var trueReturn: Double?
  var predictedReturn: Double?
  /// What could not be done as planned.
  var notices: [String] = []
}

extension LearnRun {
  /// One round: ask, fit the reward, train the agent, evaluate, write a checkpoint. Nil if `stop` was raised within.
  func iterate(_ iteration: Int, stop: StopFlag) throws -> IterationReport? {
    try lock.checkPlace(layout)
    var report = IterationReport(iteration: iteration)
    try beginGuarding(iteration, stop: stop)
    guard let explored = try explore(before: iteration, stop: stop) else { return nil }
    report.notices = try ask(iteration).map(\.sentence)
    guard try takeIn(iteration, stop: stop, &report) else { return nil }
    try setAside(answering.findings())
    report.training = try learnReward(iteration)
    if report.training != nil, answering.isWatched { answering.show(learnedReward(iteration)) }
    try beginSteps(iteration)
    beginContracts()
    guard !stop.isRaised, var trained = try trainAgent(iteration, explored: explored, stop: stop) else { return nil }
    let weighed = try weighStep(iteration)
    trained.statistics.merge(weighed.scalars) { $1 }
    trained.statistics.merge(guarded) { $1 }
    keepPermissions()
    trained.statistics.merge(try exactDivergence()) { $1 }
    trained.statistics.merge(sampledDivergence()) { $1 }
    trained.statistics.merge(try divergenceOfVisits()) { $1 }
    trained.statistics.merge(try effectsOfRound()) { $1 }
    var events = [LedgerEntry(.agentTrained(trained), step: counters.allSteps)]
    if let finding = weighed.stopped {
      events.append(LedgerEntry(.findingMade(FindingMade(finding: finding)), step: counters.allSteps))
      report.notices.append(finding.reason)
    }
    events += try endContracts(iteration, returns: trained.trueReturns)
    var scalars = scalars(report.training, trained)
    report.trueReturn = trained.trueReturns.isEmpty ? nil : Statistics.mean(trained.trueReturns)
    if iteration % settings.evaluation.every == 0 || isLast(iteration) {
      let (evaluated, _, trajectories) = try evaluate(
        iteration, of: learner.policy, episodes: settings.evaluation.episodes, source: "experience/evaluation",
        clips: 0)
      try keep(trajectories, iteration)
      events.append(LedgerEntry(.evaluated(evaluated), step: counters.allSteps))
      scalars["agent/true_return"] = Statistics.mean(evaluated.trueReturns)
      scalars["agent/predicted_return"] = Statistics.mean(evaluated.predictedReturns)
      if let disagreement = evaluated.disagreement { scalars["reward/disagreement"] = disagreement }
      report.trueReturn = scalars["agent/true_return"]
      report.predictedReturn = scalars["agent/predicted_return"]
    }
    try ledger.append(events, durable: false)
    // TensorBoard's own clock stays at 0, so that equal runs have equal files; the ledger has the times, which
    // `TensorBoardStamps` puts into a copy.
    try metrics.append(scalars, step: counters.agentSteps, wallTime: 0)
    try checkpoint(iteration)
    if answering.isWatched { answering.show(try view(iteration)) }
    return report
  }

  private func scalars(_ training: TrainingReport?, _ trained: AgentTrained) -> [String: Double] {
    var scalars = trained.statistics
    scalars["feedback/answers"] = Double(counters.answers)
    scalars["agent/mean_predicted_reward"] = trained.meanPredictedReward
    if !trained.trueReturns.isEmpty { scalars["agent/training_true_return"] = Statistics.mean(trained.trueReturns) }
    // On what it was trained on; runs of the first format go on under the names that they began with.
    scalars[labelsTraining ? "reward/training_loss" : "reward/loss"] = training?.loss
    scalars[labelsTraining ? "reward/training_accuracy" : "reward/accuracy"] = training?.accuracy
    scalars["reward/held_out_loss"] = training?.heldOutLoss
    scalars["reward/held_out_accuracy"] = training?.heldOutAccuracy
    scalars["reward/pseudo_labels"] = training?.pseudoLabels.map { Double($0.used) }
    return scalars
  }
}
