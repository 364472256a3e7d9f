import Files
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

extension WorkbenchServer {
  /// The newest state at each change, at most five times a second, and at least every ten seconds.
  func events(for member: Member, _ session: String) -> Response {
    guard let place = streams.place(for: member.name), let changes = project.board.listen() else {
      return .problem(503, "too many pages are listening", retryAfter: 10)
    }
    let body = ResponseBody { writer in
      defer { withExtendedLifetime(place) {} }
      for await _ in Self.ticks(changes, every: .seconds(10)) {
        // Removed, signed out, or of another role: the stream ends at once.
        let status: String? = try await self.telling.run(for: member.name) {
          guard try self.project.store.listener(of: session) == member else { return nil }
          return try CanonicalJSON.encode(self.service.status(for: member))
        }
        guard let status else { break }
        try await writer.write(ByteBuffer(string: "event: status\ndata: \(status)\n\n"))
        try await Task.sleep(for: .milliseconds(200))
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
  }

  /// The changes, one at the start, and one whenever there was none for a while.
  private static func ticks(_ changes: AsyncStream<Void>, every interval: Duration) -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      continuation.yield()
      let forward = Task {
        for await _ in changes { continuation.yield() }
        continuation.finish()
      }
      let beat = Task {
        while !Task.isCancelled {
          try await Task.sleep(for: interval)
          continuation.yield()
        }
      }
      continuation.onTermination = { _ in
        forward.cancel()
        beat.cancel()
      }
    }
  }
}
