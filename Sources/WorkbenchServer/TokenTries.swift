import Synchronization
import Workbench

/// How often an address may try a token.
///
/// Thirty wrong ones at once and one every two seconds; then nothing from there is compared any more, until some time has
/// passed. An address that has shown the right one lately is always heard: a program that was started with an old token
/// does not lock out the others beside it.
final class TokenTries: Sendable {
  enum Verdict: Sendable { case right, wrong, tooMany }

  /// For how many seconds an address is known.
  private static let memory = 600.0

  private let digest: String
  private let wrong = TokenBuckets(burst: 30, perSecond: 0.5)
  private let known = Mutex<[String: Double]>([:])

  init(token: String) { digest = Secret("Bearer \(token)").digest }

  /// - Parameters:
  ///   - header: what the request has as its authorization.
  ///   - now: seconds since some moment.
  func judge(_ header: String, from address: String, now: Double) -> Verdict {
    let isKnown = known.withLock { $0[address].map { now - $0 < Self.memory } ?? false }
    guard isKnown || wrong.has(address, now: now) else { return .tooMany }
    // Digests: how much of a token is right cannot be told from the time that this takes.
    guard Secret(header).digest == digest else { return wrong.take(address, now: now) ? .wrong : .tooMany }
    known.withLock { known in
      if known.count > 1000 { known = known.filter { now - $0.value < Self.memory } }
      known[address] = now
    }
    return .right
  }
}
