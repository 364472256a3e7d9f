import Compute
import Files
import Foundation
import Synchronization

/// The processes that step one environment, and which of the instances in them stands where.
///
/// Instances are divided among as many processes as there are cores. An episode's course depends on its seed and its
/// actions alone, so it does not matter which instance plays it. One lock guards all: batches of several threads take
/// turns, and the processes work side by side within a step.
///
/// `@unchecked Sendable`: `guarded` is touched within `locked` alone. A `Mutex` would not let a batch's memory, which
/// belongs to the caller, meet it there.
final class PythonWorkers: @unchecked Sendable {
  /// How the processes are started and how long one waits for them.
  struct Settings: Sendable, Hashable {
    var interpreter = PythonInterpreter()
    /// The most processes that are started; each when it is first needed.
    var processes = ProcessInfo.processInfo.activeProcessorCount
    /// How long one step may take until the process counts as hanging, in seconds.
    var timeout = 60.0
  }

  let definition: PythonDefinition
  let settings: Settings
  let description: PythonDescription

  private let lock = NSLock()
  private var guarded: State
  let renderer = Mutex(Renderer())
  /// Instances that no state holds any more: they come from deinitialisers, which may run under the lock.
  private let released = Mutex<[(instance: Int, claim: UInt64)]>([])

  /// Starts the first process and asks it for the environment.
  ///
  /// - Throws: `InputError` if there is no Python, or it cannot make the environment.
  init(_ definition: PythonDefinition, _ settings: Settings) throws {
    self.definition = definition
    self.settings = settings
    let (worker, description) = try Self.start(definition, settings)
    self.description = description
    let processes = max(1, settings.processes)
    guarded = State(worker: worker, processes: processes)
  }

  /// A process that has made one instance and told of it.
  static func start(
    _ definition: PythonDefinition, _ settings: Settings
  ) throws(InputError) -> (PythonWorker, PythonDescription) {
    let explain = PythonExplanation(definition: definition, settings: settings)
    let worker: PythonWorker
    do { worker = try PythonWorker(settings.interpreter) } catch {
      throw explain.error(error, lines: [], during: "starting Python")
    }
    do throws(PythonTrouble) {
      // Importing and making takes seconds where a step takes microseconds.
      let patience = max(settings.timeout, 120)
      guard let question = try? JSON.encode(definition) else { throw .confused("no definition") }
      try worker.send(.describe, Array(question), seconds: patience)
      try worker.receive(.describe, seconds: patience)
      guard let description = try? JSON.decode(PythonDescription.self, from: worker.answer), description.isWhole else {
        throw .confused("no description of an environment")
      }
      return (worker, description)
    } catch {
      let lines = worker.lastLines(12)
      worker.end()
      throw explain.error(error, lines: lines, during: "making it")
    }
  }

  /// Runs `body` with what is shared, alone.
  func locked<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&guarded)
  }

  /// Called when the last state that knows this claim is gone.
  func release(instance: Int, claim: UInt64) { released.withLock { $0.append((instance, claim)) } }

  func takeReleased() -> [(instance: Int, claim: UInt64)] {
    released.withLock { list in
      defer { list.removeAll(keepingCapacity: true) }
      return list
    }
  }

  /// What stopped the environment; nil while it works.
  var failure: InputError? { locked { $0.failure } }

  /// What was found out about playing episodes again.
  var repeatability: Repeatability { locked { $0.repeatability } }
}

extension PythonWorkers {
  /// An instance of the environment in one of the processes.
  struct Instance {
    let worker: Int
    /// How often it was stepped or reset.
    var serial: UInt64 = 0
    /// The lease that holds it; 0 if it is free.
    var claim: UInt64 = 0
    /// When it was used last, in frames.
    var lastUse: UInt64 = 0
  }

  struct State {
    var workers: [PythonWorker?]
    var instances: [Instance] = []
    var claims: UInt64 = 0
    var frames: UInt64 = 0
    /// More instances than this are not made: the one that was used longest ago is taken instead.
    var mostInstances = 256
    var failure: InputError?
    var repeatability = Repeatability.untried
    /// [workers]: the slots that each worker has in the present frame, and the frame's bytes.
    var slots: [[Int]]
    var payloads: [[UInt8]]
    /// [slots]: the seed of the episode that follows.
    var seeds: [UInt32] = []

    init(worker: PythonWorker, processes: Int) {
      workers = [PythonWorker?](repeating: nil, count: processes)
      workers[0] = worker
      slots = [[Int]](repeating: [], count: processes)
      payloads = [[UInt8]](repeating: [], count: processes)
    }
  }
}
