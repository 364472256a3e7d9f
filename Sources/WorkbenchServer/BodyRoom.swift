import Synchronization

/// Room in memory for the bodies of requests: who finds none waits, and is served in the order of coming.
final class BodyRoom: Sendable {
  private struct Waiting {
    var number: Int
    var bytes: Int
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var free: Int
    var line: [Waiting] = []
    var number = 0
  }

  private let size: Int
  private let state: Mutex<State>

  init(bytes: Int) {
    size = bytes
    state = Mutex(State(free: bytes))
  }

  /// Bytes that are taken.
  var taken: Int { size - state.withLock(\.free) }

  /// Requests that wait for room.
  var waiting: Int { state.withLock(\.line.count) }

  /// Returns when there is room, which `give` has to give back.
  ///
  /// - Throws: `CancellationError`; then nothing was taken.
  func take(_ bytes: Int) async throws {
    precondition(bytes <= size, "no body is larger than all the room")
    let number = state.withLock { state in
      state.number += 1
      return state.number
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer: Result<Void, any Error>? = state.withLock { state in
          // The handler below has run already, and found nobody in the line.
          if Task.isCancelled { return .failure(CancellationError()) }
          guard state.line.isEmpty, state.free >= bytes else {
            state.line.append(Waiting(number: number, bytes: bytes, continuation: continuation))
            return nil
          }
          state.free -= bytes
          return .success(())
        }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        state.line.firstIndex { $0.number == number }.map { state.line.remove(at: $0) }
      }
      waiting?.continuation.resume(throwing: CancellationError())
    }
  }

  func give(_ bytes: Int) {
    let served = state.withLock { state in
      state.free += bytes
      var served: [Waiting] = []
      while let first = state.line.first, first.bytes <= state.free {
        state.free -= first.bytes
        served.append(state.line.removeFirst())
      }
      return served
    }
    for one in served { one.continuation.resume() }
  }
}
