import Dispatch
import Files
import Foundation
import RewardFiles
import Synchronization
import Workbench

/// Where requests for rewards wait for their turn: one thread scores them, batch after batch (``RewardQueue``).
///
/// Nobody is refused for coming while others wait. A request that has waited longer than ``patience`` is given up.
final class RewardDesk: Sendable {
  /// Waited longer than the limit.
  struct WaitedTooLong: Error {}

  /// What has been done since the start.
  struct Counts: Encodable, Sendable {
    var requests = 0
    var texts = 0
    var unmatchedPrompts = 0
    var unlike = 0
    /// Requests that were refused as wrong, and those that waited too long or met a failure here.
    var refused = 0
    var failed = 0
  }

  private struct Pending {
    var texts: RewardService.Texts
    var scores: [RewardHead.Score] = []
    var until: ContinuousClock.Instant
    var continuation: CheckedContinuation<[RewardHead.Score], any Error>
  }

  private struct State {
    var queue: RewardQueue
    var pending: [Int: Pending] = [:]
    var number = 0
    var isWorking = false
    var counts = Counts()
    /// What the last batch failed of; nil after one that did not.
    var failure: String?
  }

  let service: RewardService
  let patience: Duration
  private let state: Mutex<State>
  private let work = DispatchQueue(label: "rewards", qos: .userInitiated)
  // Two, so that a body of many megabytes keeps no small one waiting.
  private let small = DispatchQueue(label: "small requests", qos: .userInitiated)
  private let large = DispatchQueue(label: "large requests", qos: .userInitiated)
  private static let largeBytes = 256 << 10
  private let watch = DispatchQueue(label: "requests that wait too long", qos: .userInitiated)

  init(_ service: RewardService, patience: Duration, limits: RewardQueue.Limits? = nil) {
    self.service = service
    self.patience = patience
    let usual = service.sentences == nil ? RewardQueue.Limits() : .sentenceModel
    state = Mutex(State(queue: RewardQueue(limits ?? usual)))
  }

  /// How much waits, what was done, and what the last batch failed of.
  var now: (requests: Int, texts: Int, counts: Counts, failure: String?) {
    state.withLock { ($0.pending.count, $0.queue.texts, $0.counts, $0.failure) }
  }

  /// Answers one body.
  ///
  /// - Parameter arrival: from when on ``patience`` counts.
  /// - Throws: `InputError` for a request that is wrong; ``WaitedTooLong``; what the sentence model threw.
  func answer(_ body: Data, since arrival: ContinuousClock.Instant) async throws -> Data {
    let queue = body.count > Self.largeBytes ? large : small
    let service = service
    let texts: RewardService.Texts
    do {
      texts = try await Self.on(queue) { try service.read(body) }
    } catch {
      state.withLock { $0.counts.refused += 1 }
      throw error
    }
    let scores: [RewardHead.Score]
    do {
      scores = try await scored(texts, until: arrival + patience)
    } catch {
      state.withLock { $0.counts.failed += 1 }
      throw Failure(underlying: error)
    }
    note(texts, scores)
    return try await Self.on(queue) { try service.encode(texts, scores) }
  }

  /// A request that was right and could not be scored.
  struct Failure: Error { var underlying: any Error }

  private func note(_ texts: RewardService.Texts, _ scores: [RewardHead.Score]) {
    let unmatched = texts.replies.count { $0.match == .unmatched }
    let (before, after) = state.withLock { state in
      let before = state.counts.unmatchedPrompts
      state.counts.requests += 1
      state.counts.texts += scores.count
      state.counts.unmatchedPrompts += unmatched
      state.counts.unlike += scores.count { service.head.likeness($0, at: service.alarm) == .unlike }
      return (before, before + unmatched)
    }
    // At the first, the tenth, the hundredth …
    func tens(_ count: Int) -> Int { String(count).count }
    guard after > 0, before == 0 || tens(before) < tens(after) else { return }
    HostScreen.complain(
      "\(after) queries so far did not begin with their prompt; the whole text is scored, and the answer says so "
        + "(prompt_match; --strict-prompts refuses)")
  }

  private static func on<Result: Sendable>(
    _ queue: DispatchQueue, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try body() }) }
    }
  }

  // MARK: The line

  private func scored(_ texts: RewardService.Texts, until: ContinuousClock.Instant) async throws -> [RewardHead.Score] {
    guard !texts.replies.isEmpty else { return [] }
    let number = state.withLock { state in
      state.number += 1
      return state.number
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let starts: Bool? = state.withLock { state in
          if Task.isCancelled { return nil }
          state.pending[number] = Pending(texts: texts, until: until, continuation: continuation)
          state.queue.add(number, bytes: texts.replies.map { $0.prompt.utf8.count + $0.reply.utf8.count })
          let starts = !state.isWorking
          state.isWorking = true
          return starts
        }
        guard let starts else { return continuation.resume(throwing: CancellationError()) }
        // Also while a batch runs: a sentence model may hang.
        let left = max(0, (until - ContinuousClock.now) / .seconds(1))
        watch.asyncAfter(deadline: .now() + left) { self.end(number, with: .failure(WaitedTooLong())) }
        if starts { work.async { self.workOn() } }
      }
    } onCancel: {
      end(number, with: .failure(CancellationError()))
    }
  }

  private func end(_ number: Int, with result: Result<[RewardHead.Score], any Error>) {
    let pending = state.withLock { state in
      state.queue.remove(number)
      return state.pending.removeValue(forKey: number)
    }
    pending?.continuation.resume(with: result)
  }

  /// Until nothing waits.
  private func workOn() {
    while true {
      let batch: [(slice: RewardQueue.Slice, replies: ArraySlice<SplitQuery>)] = state.withLock { state in
        let slices = state.queue.next()
        if slices.isEmpty { state.isWorking = false }
        return slices.compactMap { slice in
          state.pending[slice.request].map { (slice, $0.texts.replies[slice.texts]) }
        }
      }
      guard !batch.isEmpty else { return }
      do {
        let scores = try service.scores(batch.flatMap(\.replies))
        hand(scores, to: batch.map(\.slice))
      } catch {
        scoreApart(batch, error)
      }
    }
  }

  /// After a batch has failed: each request alone, so that one text fails nobody else's.
  private func scoreApart(_ batch: [(slice: RewardQueue.Slice, replies: ArraySlice<SplitQuery>)], _ error: any Error) {
    state.withLock { $0.failure = "\(error)" }
    guard Set(batch.map(\.slice.request)).count > 1 else { return end(batch[0].slice.request, with: .failure(error)) }
    for (slice, replies) in batch {
      do {
        hand(try service.scores(Array(replies)), to: [slice])
      } catch {
        state.withLock { $0.failure = "\(error)" }
        end(slice.request, with: .failure(error))
      }
    }
  }

  private func hand(_ scores: [RewardHead.Score], to slices: [RewardQueue.Slice]) {
    let done = state.withLock { state in
      state.failure = nil
      var done: [Pending] = []
      var start = 0
      for slice in slices {
        let mine = scores[start..<start + slice.texts.count]
        start += slice.texts.count
        // It may have been given up meanwhile.
        guard state.pending[slice.request] != nil else { continue }
        state.pending[slice.request]?.scores += mine
        if let pending = state.pending[slice.request], pending.scores.count == pending.texts.replies.count {
          state.pending[slice.request] = nil
          done.append(pending)
        }
      }
      return done
    }
    for one in done { one.continuation.resume(returning: one.scores) }
  }
}
