import Foundation
import Synchronization

/// Threads that do the work of requests: one request of each person at a time, in the order they came, and people in turn.
///
/// Whoever sends many requests waits for their own, not others for theirs. The threads are threads, not a queue of
/// Dispatch's, because they wait for the disk: that queue starts no more than one for each core.
final class FairPool: Sendable {
  /// So many of a person's requests wait that no more are taken.
  struct Full: Error {}

  private struct State {
    var lines: [String: [@Sendable () -> Void]] = [:]
    /// Who has a request that waits, and none that is being worked on.
    var turn: [String] = []
    var busy: Set<String> = []
    var ended = false
  }

  private let most: Int
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  private let width: Int

  /// - Parameters:
  ///   - width: the number of threads.
  ///   - most: how many requests of one person wait.
  init(width: Int, most: Int = 64) {
    (self.width, self.most) = (width, most)
    for _ in 0..<width {
      let thread = Thread { [state = Reference(self), work] in
        while true {
          work.wait()
          guard let pool = state.value, pool.doNext() else { return }
        }
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private struct Reference: Sendable {
    weak let value: FairPool?
    init(_ value: FairPool) { self.value = value }
  }

  deinit { for _ in 0..<width { work.signal() } }

  /// Does something when it is this person's turn.
  ///
  /// - Throws: ``Full``, or what `body` throws.
  func run<Value: Sendable>(for person: String, _ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let taken = state.withLock { state in
        let count = state.lines[person]?.count ?? 0
        guard count < most else { return false }
        state.lines[person, default: []].append { continuation.resume(with: Result { try body() }) }
        if count == 0, !state.busy.contains(person) { state.turn.append(person) }
        return true
      }
      guard taken else { return continuation.resume(throwing: Full()) }
      work.signal()
    }
  }

  /// One signal is one request that waits; whose it is, is decided here.
  private func doNext() -> Bool {
    let next: (person: String, job: @Sendable () -> Void)? = state.withLock { state in
      guard !state.turn.isEmpty else { return nil }
      let person = state.turn.removeFirst()
      guard var line = state.lines[person], !line.isEmpty else { return nil }
      let job = line.removeFirst()
      state.lines[person] = line.isEmpty ? nil : line
      state.busy.insert(person)
      return (person, job)
    }
    // All that wait are of people who are being served; who serves them goes on with theirs.
    guard let next else { return true }
    next.job()
    let again = state.withLock { state in
      state.busy.remove(next.person)
      guard state.lines[next.person] != nil else { return false }
      state.turn.append(next.person)
      return true
    }
    if again { work.signal() }
    return true
  }
}
