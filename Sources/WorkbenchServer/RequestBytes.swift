import Foundation
import Hummingbird

/// A request's body, bounded in size and in time.
enum RequestBytes {
  /// Nil if it is larger, or does not come to an end in time.
  static func collect(_ request: Request, upTo limit: Int, within patience: Duration) async -> Data? {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { return nil }
    return await withTaskGroup(of: Data?.self) { group in
      group.addTask {
        var data = Data()
        do {
          for try await part in request.body {
            data.append(contentsOf: part.readableBytesView)
            if data.count > limit { return nil }
          }
          return data
        } catch { return nil }
      }
      group.addTask {
        // Cancelled once the body is there; nobody waits for this then.
        try? await Task.sleep(for: patience)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }
}
