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
    // How long people take says nothing of how long the rest of the work takes.
    let worked = max(seconds - run.secondsWaited, 1e-9)
    let total = run.totalAgentSteps
    let done = run.counters.agentSteps - agentSteps
    return RunProgress(
      environment: run.settings.run.environment, seed: run.settings.run.seed, iteration: report.iteration,
      lastIteration: run.settings.run.iterations, agentSteps: run.counters.agentSteps, totalAgentSteps: total,
      allSteps: run.counters.allSteps, answers: run.counters.answers, totalAnswers: run.settings.totalAnswers,
      seconds: seconds, secondsWaited: run.answering.mayTakeBack ? run.secondsWaited : nil,
      stepsPerSecond: Double(run.counters.allSteps - allSteps) / worked,
      secondsLeft: done > 0 ? worked * Double(total - run.counters.agentSteps) / Double(done) : 0,
      trueReturn: report.trueReturn, predictedReturn: report.predictedReturn,
      rewardAccuracy: report.training?.accuracy, rewardLoss: report.training?.loss,
      notices: report.notices.isEmpty ? nil : report.notices)
  }
}

extension LearnRun {
  /// Does what waits for people, and notes how long it took. Simulated people are not waited for: the time that they take
  /// is the run's own work.
  func waiting<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard answering.mayTakeBack else { return try body() }
    let start = clock.monotonic()
    defer { secondsWaited += clock.monotonic() - start }
    return try body()
  }
}
