import CKernels
import Foundation
import Synchronization

/// The workers behind a ``ThreadPool``: one job at a time, whose parts are handed out by an atomic counter.
///
/// `ticket` holds the job's number, how many parts it has and the next part to be taken, in one word. A worker takes a
/// part by adding one to it, so it always learns which job the part belongs to; it reads the job only after it has got
/// a part, and the job outlives its last part, because the caller waits until `unfinished` is zero. Workers need not
/// take notice of every job: one that sleeps through a short job delays no other.
///
/// `@unchecked Sendable`: `body` and `first` are written by the one caller that has claimed the crew, before it
/// publishes the ticket (release), and read after taking a part of it (acquire); everything else is atomic or guarded
/// by `lock`.
final class Crew: @unchecked Sendable {
  /// Parts of one job: what fits into the ticket.
  static let mostParts = 1 << 22

  typealias Body = @Sendable (_ part: Int, _ lane: Int) -> Void

  private let lock = NSCondition()
  private let wanted: Atomic<Int>
  private let busy = Atomic<Bool>(false)
  /// The job's number (16 bits), its parts (24) and the next part (24).
  private let ticket = Atomic<UInt64>(0)
  private let unfinished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private var workers = 0
  // A pointer, so that no thread can keep a reference to the closure beyond the run.
  private var body: UnsafePointer<Body>?
  private var first = 0

  init(threadCount: Int) { wanted = Atomic(threadCount) }

  var threadCount: Int { wanted.load(ordering: .relaxed) }

  /// Claims the crew for jobs; false if there are no threads to share with or more than `lanes`, or another thread has
  /// claimed it.
  func claim(lanes: Int) -> Bool {
    guard threadCount > 1, busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
      return false
    }
    // Their number is set by whoever has claimed the crew, so it stays what it is from here on.
    guard threadCount > 1, threadCount <= lanes else {
      release()
      return false
    }
    return true
  }

  func release() { busy.store(false, ordering: .releasing) }

  /// Runs one job to its end; the caller has claimed the crew.
  func run(_ job: UnsafePointer<Body>, parts: Int, from first: Int) {
    startWorkers()
    body = job
    self.first = first
    unfinished.store(parts, ordering: .relaxed)
    let number = (ticket.load(ordering: .relaxed) >> 48) &+ 1
    ticket.store((number << 48) | (UInt64(parts) << 24), ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }

    let before = pk_set_in_parallel(1)
    while workOnce(lane: 0) {}
    pk_set_in_parallel(before)

    var spins = spinLimit
    while unfinished.load(ordering: .acquiring) > 0 {
      if spins > 0 {
        spins -= 1
        pk_pause()
      } else {
        sleepUntilFinished()
      }
    }
  }

  /// Takes a part and does it; false if there is none left.
  private func workOnce(lane: Int) -> Bool {
    guard Self.hasParts(ticket.load(ordering: .relaxed)) else { return false }
    let taken = ticket.add(1, ordering: .acquiring).oldValue
    guard Self.hasParts(taken), let body else { return false }
    body.pointee(first + Int(taken & 0xFF_FFFF), lane)
    if unfinished.subtract(1, ordering: .sequentiallyConsistent).newValue == 0,
      callerSleeps.load(ordering: .sequentiallyConsistent)
    {
      wake()
    }
    return true
  }

  private static func hasParts(_ ticket: UInt64) -> Bool { ticket & 0xFF_FFFF < (ticket >> 24) & 0xFF_FFFF }

  private func wake() {
    lock.lock()
    lock.broadcast()
    lock.unlock()
  }

  private func sleepUntilFinished() {
    lock.lock()
    callerSleeps.store(true, ordering: .sequentiallyConsistent)
    while unfinished.load(ordering: .sequentiallyConsistent) > 0 { lock.wait() }
    callerSleeps.store(false, ordering: .relaxed)
    lock.unlock()
  }

  /// How often a thread looks again before it sleeps: about twenty microseconds; not at all where there are more
  /// threads than cores, because a thread that spins then keeps another from working.
  private var spinLimit: Int { threadCount <= Self.cores ? 1_500 : 0 }
  private static let cores = ProcessInfo.processInfo.activeProcessorCount

  /// Called by the thread that has claimed the crew, so by one at a time.
  private func startWorkers() {
    while workers < threadCount - 1 {
      workers += 1
      let lane = workers
      let thread = Thread { [self] in serve(lane: lane) }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private func serve(lane: Int) {
    pk_set_in_parallel(1)
    while !stopping.load(ordering: .acquiring) {
      if workOnce(lane: lane) { continue }
      var spins = spinLimit
      while spins > 0, !hasWork {
        spins -= 1
        pk_pause()
      }
      if !hasWork { sleepUntilWork() }
    }
    lock.lock()
    workers -= 1
    lock.broadcast()
    lock.unlock()
  }

  private var hasWork: Bool {
    Self.hasParts(ticket.load(ordering: .relaxed)) || stopping.load(ordering: .relaxed)
  }

  /// The count of sleepers is raised before the last look at the ticket, and the caller looks at that count after
  /// publishing: one of the two sees the other.
  private func sleepUntilWork() {
    lock.lock()
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while !Self.hasParts(ticket.load(ordering: .sequentiallyConsistent)),
      !stopping.load(ordering: .sequentiallyConsistent)
    { lock.wait() }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    lock.unlock()
  }

  func setThreadCount(_ count: Int) {
    waitForClaim()
    endWorkers()
    wanted.store(count, ordering: .relaxed)
    release()
  }

  /// Ends the workers; the next job starts new ones.
  func stop() {
    waitForClaim()
    endWorkers()
    release()
  }

  private func waitForClaim() {
    while !busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged {
      Thread.sleep(forTimeInterval: 0.0001)
    }
  }

  /// Called by the thread that has claimed the crew.
  private func endWorkers() {
    lock.lock()
    stopping.store(true, ordering: .sequentiallyConsistent)
    lock.broadcast()
    while workers > 0 { lock.wait() }
    stopping.store(false, ordering: .sequentiallyConsistent)
    lock.unlock()
  }
}
