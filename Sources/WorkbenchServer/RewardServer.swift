import Compute
import Files
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import RewardFiles
import Workbench

/// Serves a reward head over HTTP in the shape that OpenRLHF's remote reward expects, with a token.
public struct RewardServer: Sendable {
  private let service: RewardService
  private let settings: ServingSettings
  private let token: String
  private let requests = TokenBuckets(burst: 200, perSecond: 100)
  private let work = DispatchQueue(label: "rewards", qos: .userInitiated)

  static let largestBody = 64 << 20

  /// - Parameters:
  ///   - service: answers a request's body.
  ///   - token: what requests carry as `Authorization: Bearer …`.
  ///   - settings: where to listen.
  /// - Throws: `InputError` if texts would go over a network unprotected.
  public init(_ service: RewardService, token: String, _ settings: ServingSettings) throws {
    try settings.validate()
    guard token.utf8.count >= 16 else {
      throw InputError("the token has fewer than 16 characters", at: "--token-file", remedy: "use a longer one")
    }
    (self.service, self.token, self.settings) = (service, token, settings)
  }

  /// A token of 160 random bits.
  public static func newToken() -> String { Secret().text }

  /// Serves until the task is cancelled.
  public func run(started: @escaping @Sendable (Int) -> Void) async throws {
    var logger = Logger(label: "rewards")
    logger.logLevel = .critical
    let application = Application(
      responder: CallbackResponder<PeerContext> { request, context in await answer(request, context.address) },
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: .init(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(256)),
      onServerRunning: { started($0.localAddress?.port ?? settings.port) }, logger: logger)
    do {
      try await application.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw InputError("port \(settings.port) is in use", at: "--port", remedy: "choose another, or 0")
    }
  }

  private func answer(_ request: Request, _ address: String) async -> Response {
    guard requests.take(address, now: Double(DispatchTime.now().uptimeNanoseconds) / 1e9) else {
      return Self.problem(429, "too many requests at once")
    }
    guard ["/", "/get_reward"].contains(request.uri.path) else {
      return Self.problem(404, "rewards are at /get_reward")
    }
    guard request.method == .post else { return Self.problem(405, "use POST here") }
    guard Secret(request.headers[.authorization] ?? "").digest == Secret("Bearer \(token)").digest else {
      return Self.problem(401, "the token is missing, or not this server's: send it as 'Authorization: Bearer TOKEN'")
    }
    guard let body = await RequestBytes.collect(request, upTo: Self.largestBody, within: .seconds(120)) else {
      return Self.problem(413, "the body is too large, or took too long")
    }
    do {
      let answer = try await withCheckedThrowingContinuation { continuation in
        work.async { continuation.resume(with: Result { try service.answer(body) }) }
      }
      return Response(
        status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: answer)))
    } catch let error as InputError {
      return Self.problem(400, "\(error)")
    } catch {
      HostScreen.complain("\(request.uri.path): \(error)")
      return Self.problem(500, "something went wrong here")
    }
  }

  private static func problem(_ status: Int, _ sentence: String) -> Response {
    let body = (try? JSON.encode(["error": sentence])) ?? Data()
    return Response(
      status: .init(code: status), headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
