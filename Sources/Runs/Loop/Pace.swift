import Compute

/// How fast a run goes.
struct Pace {
  private let clock: RunClock
  private let start: Double
  private let agentSteps: Int
  private let allSteps: Int

  init(_ clock: RunClock, agentSteps: Int, allSteps: Int) {
    self.clock = clock
    self.agentSteps = agentSteps
    self.allSteps = allSteps
    start = clock.monotonic()
  }

  func progress(_ run: LearnRun, _ report: IterationReport) -> RunProgress {
    let seconds = max(clock.monotonic() - start, 1e-9)
    let total = run.totalAgentSteps
    let done = run.counters.agentSteps - agentSteps
    return RunProgress(
      environment: run.settings.run.environment, seed: run.settings.run.seed, iteration: report.iteration,
      lastIteration: run.settings.run.iterations, agentSteps: run.counters.agentSteps, totalAgentSteps: total,
      allSteps: run.counters.allSteps, answers: run.counters.answers, totalAnswers: run.settings.feedback.comparisons,
      seconds: seconds, stepsPerSecond: Double(run.counters.allSteps - allSteps) / seconds,
      secondsLeft: done > 0 ? seconds * Double(total - run.counters.agentSteps) / Double(done) : 0,
      trueReturn: report.trueReturn, predictedReturn: report.predictedReturn,
      rewardAccuracy: report.training?.accuracy, rewardLoss: report.training?.loss,
      notices: report.notices.isEmpty ? nil : report.notices)
  }
}
