import Foundation
import Hummingbird

/// A request's body, bounded in size and in time.
enum RequestBytes {
  /// How the reading ended.
  enum Outcome: Sendable {
    case all(Data)
    case tooLarge, tooSlow
    /// The other end went away.
    case broken
  }

  /// The body, or why there is none.
  ///
  /// A body that is somewhat too large is read to its end and thrown away: a client that is still sending when the answer
  /// comes sees a broken connection instead of the answer.
  static func read(_ request: Request, upTo limit: Int, within patience: Duration) async -> Outcome {
    let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    let most = 4 * limit
    guard length <= most else { return .tooLarge }
    return await withTaskGroup(of: Outcome.self) { group in
      group.addTask {
        var (data, count) = (Data(), 0)
        do {
          for try await part in request.body {
            count += part.readableBytes
            if max(length, count) <= limit { data.append(contentsOf: part.readableBytesView) } else { data = Data() }
            if count > most { return .tooLarge }
          }
          return max(length, count) <= limit ? .all(data) : .tooLarge
        } catch { return .broken }
      }
      group.addTask {
        // Cancelled once the body is there; nobody waits for this then.
        try? await Task.sleep(for: patience)
        return .tooSlow
      }
      let first = await group.next() ?? .broken
      group.cancelAll()
      return first
    }
  }
}
