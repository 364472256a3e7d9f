import CKernels
import Foundation
import Synchronization

/// The threads of the process: `run` splits work into numbered parts and waits for all of them.
///
/// ```swift
/// ThreadPool.shared.run(chunks) { chunk in … }   // writes to places that depend on `chunk` alone
/// ```
///
/// Which thread takes which part is left open, so results are the same for any number of threads exactly if a part's
/// result depends on its number alone and results are combined in the order of the numbers. The caller's thread works
/// too. A call from inside a part, or while another thread's call is running, runs inline.
public final class ThreadPool: Sendable {
  public static let shared = ThreadPool(threadCount: ProcessInfo.processInfo.activeProcessorCount)

  private let state: Shared

  package init(threadCount: Int) { state = Shared(threadCount: max(1, threadCount)) }

  deinit { state.stop() }

  /// Threads that take part in `run`, the caller's included; 1 runs everything inline. Not to be set from
  /// inside a part; while another thread's call is running, setting waits for it.
  public var threadCount: Int {
    get { state.withLock { state.threadCount } }
    set {
      precondition(newValue >= 1, "a pool has at least the calling thread")
      state.stop()
      state.withLock { state.threadCount = newValue }
    }
  }

  /// Runs body(0) … body(count − 1), each once, and returns when all are done.
  public func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    guard count > 0 else { return }
    if count == 1 || pk_in_parallel() != 0 || !state.begin(count) {
      for part in 0..<count { body(part) }
      return
    }
    withoutActuallyEscaping(body) { body in withUnsafePointer(to: body) { state.run($0) } }
  }
}

/// What the threads share: one job at a time, guarded by a lock; the parts are handed out by an atomic counter.
private final class Shared: @unchecked Sendable {
  private let condition = NSCondition()
  var threadCount: Int
  private var workers = 0
  private var generation = 0
  private var stopping = false
  private var busy = false
  private var count = 0
  private var active = 0
  // A pointer, so that no thread can keep a reference to the closure beyond the run.
  private var body: UnsafePointer<@Sendable (Int) -> Void>?
  private let next = Atomic<Int>(0)

  init(threadCount: Int) { self.threadCount = threadCount }

  func withLock<R>(_ action: () -> R) -> R {
    condition.lock()
    defer { condition.unlock() }
    return action()
  }

  /// Claims the pool for a job; false if there are no threads to share with or another job is running.
  func begin(_ count: Int) -> Bool {
    withLock {
      guard threadCount > 1, !busy, !stopping else { return false }
      busy = true
      self.count = count
      return true
    }
  }

  func run(_ job: UnsafePointer<@Sendable (Int) -> Void>) {
    condition.lock()
    startWorkers()
    body = job
    next.store(0, ordering: .relaxed)
    generation += 1
    active = workers
    condition.broadcast()
    condition.unlock()

    work(job, count)

    condition.lock()
    while active > 0 { condition.wait() }
    body = nil
    busy = false
    condition.broadcast()
    condition.unlock()
  }

  @inline(never)
  private func work(_ job: UnsafePointer<@Sendable (Int) -> Void>, _ count: Int) {
    let before = pk_set_in_parallel(1)
    defer { pk_set_in_parallel(before) }
    while true {
      let part = next.add(1, ordering: .relaxed).oldValue
      guard part < count else { return }
      job.pointee(part)
    }
  }

  /// With the lock held.
  private func startWorkers() {
    while workers < threadCount - 1 {
      workers += 1
      let seen = generation
      let thread = Thread { [self] in serve(after: seen) }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private func serve(after seen: Int) {
    var seen = seen
    while true {
      condition.lock()
      while generation == seen && !stopping { condition.wait() }
      if stopping {
        workers -= 1
        condition.broadcast()
        condition.unlock()
        return
      }
      seen = generation
      let job = body
      let count = count
      condition.unlock()
      if let job { work(job, count) }
      condition.lock()
      active -= 1
      if active == 0 { condition.broadcast() }
      condition.unlock()
    }
  }

  /// Ends the workers; the next job starts new ones.
  func stop() {
    condition.lock()
    while busy { condition.wait() }
    stopping = true
    condition.broadcast()
    while workers > 0 { condition.wait() }
    stopping = false
    condition.unlock()
  }
}
