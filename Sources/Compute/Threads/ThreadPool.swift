import CKernels
import Foundation

/// The threads of the process: `run` splits work into numbered parts and waits for all of them.
///
/// ```swift
/// ThreadPool.shared.run(chunks) { chunk in … }   // writes to places that depend on `chunk` alone
/// ```
///
/// Which thread takes which part is left open, so results are the same for any number of threads exactly if a part's
/// result depends on its number alone and results are combined in the order of the numbers. The caller's thread works
/// too. A call from inside a part, or while another thread's call is running, runs inline.
///
/// A hand-off costs less than a microsecond while the threads are awake: for some twenty microseconds after a job they
/// spin, then they sleep, and waking them takes the system longer. Parts of ten microseconds and more gain by a second
/// core. Nothing is allocated by a call.
public final class ThreadPool: Sendable {
  /// The pool that everything uses unless it was given another; one thread per core to begin with.
  public static let shared = ThreadPool(threadCount: ProcessInfo.processInfo.activeProcessorCount)

  private let crew: Crew

  package init(threadCount: Int) { crew = Crew(threadCount: max(1, threadCount)) }

  deinit { crew.stop() }

  /// Threads that take part in `run`, the caller's included; 1 runs everything inline. Not to be set from
  /// inside a part; while another thread's call is running, setting waits for it.
  public var threadCount: Int {
    get { crew.threadCount }
    set {
      precondition(newValue >= 1, "a pool has at least the calling thread")
      crew.setThreadCount(newValue)
    }
  }

  /// Runs body(0) … body(count − 1), each once, and returns when all are done.
  public func run(_ count: Int, _ body: @Sendable (_ part: Int) -> Void) {
    runInLanes(count, lanes: .max) { part, _ in body(part) }
  }

  /// Runs body(0, lane) … body(count − 1, lane), each once, and returns when all are done. No two parts that run at the
  /// same time have the same lane: scratch memory is kept one per lane. Results must not depend on the lane.
  ///
  /// - Parameter lanes: how many the caller has made ready, at least 1. Should there be more threads by now, because
  ///   somebody has set their number since it looked, the parts run inline.
  package func runInLanes(_ count: Int, lanes: Int, _ body: @Sendable (_ part: Int, _ lane: Int) -> Void) {
    guard count > 0 else { return }
    if count == 1 || pk_in_parallel() != 0 || !crew.claim(lanes: lanes) {
      for part in 0..<count { body(part, 0) }
      return
    }
    defer { crew.release() }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { job in
        var first = 0
        while first < count {
          let most = min(count - first, Crew.mostParts)
          crew.run(job, parts: most, from: first)
          first += most
        }
      }
    }
  }

  /// How many lanes `runInLanes` uses at most: as many as there are threads, and 1 inside a part.
  package var lanes: Int { pk_in_parallel() != 0 ? 1 : threadCount }
}
