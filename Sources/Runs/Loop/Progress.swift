import Synchronization

/// How a run is getting on, after each of its iterations.
public struct RunProgress: Sendable, Hashable, Codable {
  /// The environment's id.
  public var environment: String
  /// The run's seed.
  public var seed: Int
  /// The iteration just finished, counted from 0, and the number of the last.
  public var iteration: Int
  /// See ``iteration``.
  public var lastIteration: Int
  /// The agent's steps so far and at the end; all steps so far.
  public var agentSteps: Int
  /// See ``agentSteps``.
  public var totalAgentSteps: Int
  /// All steps so far, those taken only to have something to ask about among them.
  public var allSteps: Int
  /// Answers so far.
  public var answers: Int
  /// Answers that the settings ask for.
  public var totalAnswers: Int
  /// Since this process started or resumed the run.
  public var seconds: Double
  /// Of those, how many the run has waited for people: for their answers, and while they had paused it. Nil where no
  /// person is waited for.
  public var secondsWaited: Double?
  /// All steps per second since then, waiting for people left out.
  public var stepsPerSecond: Double
  /// An estimate of the run's own work from the agent's steps, without the waiting for people; 0 where nothing is known
  /// yet.
  public var secondsLeft: Double
  /// Mean true return of the last evaluation, or of the training episodes that ended in this iteration; nil if there
  /// were none.
  public var trueReturn: Double?
  /// The same by the learned reward.
  public var predictedReturn: Double?
  /// Training accuracy: the share of the clear answers that the reward was trained on which it now predicts; nil before
  /// the first training.
  public var rewardAccuracy: Double?
  /// The reward's training loss.
  public var rewardLoss: Double?
  /// What could not be done as planned in this iteration, in sentences; nil for nothing.
  public var notices: [String]?
}

/// What a run reports while it goes on. No part of what it computes.
public enum ProgressEvent: Sendable, Hashable {
  /// Before the first iteration of this process; `resumedAt` is the iteration it goes on with, nil for a new run.
  case started(environment: String, seed: Int, directory: String, resumedAt: Int?)
  /// After each iteration.
  case iteration(RunProgress)
  /// The run has ended, or was stopped.
  case finished(RunOutcome)
}

/// An observer that shows progress: a terminal, lines, JSON. Called from the threads that runs work on.
public protocol ProgressSink: Sendable {
  /// Takes note of an event; the run waits for it.
  func report(_ event: ProgressEvent)
}

/// Shows nothing.
public struct SilentProgress: ProgressSink {
  /// A sink that shows nothing.
  public init() {}
  /// Does nothing.
  public func report(_ event: ProgressEvent) {}
}

/// Asks runs to stop: they do so after the unit of work they are in, leaving a checkpoint.
public final class StopFlag: Sendable {
  private let raised = Atomic<Bool>(false)

  /// A flag that is not raised.
  public init() {}

  /// Safe to call from a signal handler.
  public func raise() { raised.store(true, ordering: .relaxed) }
  /// Whether it was raised.
  public var isRaised: Bool { raised.load(ordering: .relaxed) }
}

/// How a call of ``LearnRun/run(stop:progress:)`` ended.
public struct RunOutcome: Sendable, Hashable, Codable {
  /// The run's directory.
  public var directory: String
  /// The run's seed.
  public var seed: Int
  /// False if it was stopped; `resume` goes on.
  public var finished: Bool
  /// Iterations done.
  public var iterations: Int
  /// The agent's steps.
  public var agentSteps: Int
  /// All steps.
  public var allSteps: Int
  /// Answers given, without those that were set aside because of who gave them.
  public var answers: Int
  /// Of the last evaluation; empty if the run was stopped.
  public var trueReturns: [Double]
  /// The same by the learned reward.
  public var predictedReturns: [Double]
}

extension RunOutcome {
  /// How a run that is on disk stands.
  init(_ record: RunRecord) {
    let last = record.iterations.last
    self.init(
      directory: record.directory, seed: Int(record.seed), finished: record.finished != nil,
      iterations: record.finished?.iterations ?? record.iterations.count,
      agentSteps: record.finished?.agentSteps ?? last?.agentSteps ?? 0,
      allSteps: record.finished?.allSteps ?? last?.allSteps ?? 0,
      answers: record.finished?.answers ?? record.answerCount,
      trueReturns: record.finalEvaluation?.trueReturns ?? [],
      predictedReturns: record.finalEvaluation?.predictedReturns ?? [])
  }
}

/// The clock as a value: what a run may know of time, for stamps and rates alone.
public struct RunClock: Sendable {
  /// Seconds since 1970.
  public var wallTime: @Sendable () -> Double
  /// Seconds since some moment; never goes back.
  public var monotonic: @Sendable () -> Double

  /// A clock of these two.
  public init(wallTime: @escaping @Sendable () -> Double, monotonic: @escaping @Sendable () -> Double) {
    self.wallTime = wallTime
    self.monotonic = monotonic
  }
}
