import Compute
import Environments
import Feedback
import Findings
import Foundation
import Runs
import Synchronization

/// The state of the run behind a workbench, gathered from its reports; read by pages.
package final class LiveBoard: Sendable {
  struct State: Sendable {
    var phase = Phase.collecting
    var iteration = 0
    var iterations = 0
    var agentSteps = 0
    var totalSteps = 0
    /// How many questions the run asks in all; 0 as long as that is not known.
    var questionsWanted = 0
    /// Of the run's own work, without the waiting for people; nil as long as nothing is known.
    var secondsLeft: Double?
    var isPaused = false
    var record: RunRecord?
    var newest: ClipPicture?
    var farthest: ClipPicture?
    var view: RunView?
    var failure: String?
    /// Why what is shown of the run is not its newest state; nil if it is.
    var recordProblem: String?
  }

  enum Phase: String, Encodable, Sendable { case asking, training, paused, finished, collecting }

  /// Where the run's agent acts; nil for a project without a run.
  let entry: EnvironmentEntry?
  let seed: UInt64
  private let directory: String
  private let state = Mutex(State())
  private let listeners = Mutex<[Int: AsyncStream<Void>.Continuation]>([:])

  init(directory: String, entry: EnvironmentEntry?, seed: UInt64) {
    (self.directory, self.entry, self.seed) = (directory, entry, seed)
  }

  var current: State { state.withLock { $0 } }

  func change(_ body: @Sendable (inout State) -> Void) {
    state.withLock { body(&$0) }
    announce()
  }

  /// Reads the run's ledger again: on the run's own thread, after an iteration.
  func readRecord() {
    do {
      let record = try RunRecord(directory: directory)
      change { state in
        state.record = record
        state.recordProblem = nil
        if state.questionsWanted == 0, let total = record.settings["feedback.comparisons"] {
          state.questionsWanted = Int(total) ?? 0
        }
        if record.finished != nil { state.phase = .finished }
      }
    } catch {
      change { $0.recordProblem = "\(error)" }
    }
  }

  /// Reads the ledger for the first time, once there is one: it says how many questions there will be.
  func readBeginning() {
    guard current.record == nil, FileManager.default.fileExists(atPath: RunLayout(directory).ledger) else { return }
    readRecord()
  }

  func show(_ view: RunView) {
    guard let entry else { return }
    let newest = view.newest.flatMap { ClipPicture($0, in: entry, seed: seed) }
    let farthest = view.farthest.flatMap { ClipPicture($0, in: entry, seed: seed) }
    change { state in
      state.view = view
      state.newest = newest
      state.farthest = farthest
    }
  }

  // MARK: Listeners

  /// Something has changed: pages that listen get the newest state.
  func announce() { for listener in listeners.withLock({ Array($0.values) }) { listener.yield() } }

  /// A stream with an element for each change since the last was taken, at most one waiting. Nil if there are too many.
  package func listen(limit: Int = 256) -> AsyncStream<Void>? {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let number = listeners.withLock { listeners -> Int? in
      guard listeners.count < limit else { return nil }
      let number = (listeners.keys.max() ?? -1) + 1
      listeners[number] = continuation
      return number
    }
    guard let number else { return nil }
    continuation.onTermination = { [weak self] _ in
      _ = self?.listeners.withLock { $0.removeValue(forKey: number) }
    }
    return stream
  }

  var listenerCount: Int { listeners.withLock { $0.count } }
}

extension LiveBoard: ProgressSink {
  package func report(_ event: ProgressEvent) {
    switch event {
    case .started: readBeginning()
    case .iteration(let progress):
      change { state in
        state.iteration = progress.iteration
        state.iterations = progress.lastIteration
        state.agentSteps = progress.agentSteps
        state.totalSteps = progress.totalAgentSteps
        state.questionsWanted = progress.totalAnswers
        state.secondsLeft = progress.secondsLeft
      }
      readRecord()
    case .finished(let outcome):
      readRecord()
      if outcome.finished { change { $0.phase = .finished } }
    }
  }
}
