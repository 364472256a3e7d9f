import Compute
import Files
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import RewardFiles
import Synchronization
import Workbench

/// Serves a reward head over HTTP in the shape that OpenRLHF's remote reward expects.
///
/// `POST /get_reward` answers for texts, `GET /health` tells what is served and how much waits. Requests are never refused
/// for coming many at once: they wait in line, bounded by ``mostConnections`` and ``waitingBytes``, and
/// further ones wait in the kernel until there is room.
public struct RewardServer: Sendable {
  /// Who may ask for rewards.
  public enum Access: Sendable {
    /// Requests that carry it as `Authorization: Bearer …`.
    case token(String)
    /// Any program on this computer, but no web page.
    case thisComputer
  }

  /// Bytes of one request's body.
  public static let largestBody = 64 << 20
  /// Bytes of the bodies that are in memory together.
  public static let waitingBytes = 256 << 20
  /// Connections at once; less where the system allows fewer open files.
  public static let mostConnections = 4096
  /// For how long a request may wait before it is given up, in seconds: less than OpenRLHF's client does (180).
  public static let patience = 150
  /// In how many seconds a body has to arrive.
  public static let bodyPatience = 120

  private let desk: RewardDesk
  private let room = BodyRoom(bytes: Self.waitingBytes)
  private let settings: ServingSettings
  private let access: Access
  private let name: String
  private let connections: Int
  private let watch: ConnectionWatch
  private let tries: TokenTries?
  private let state = Bound()

  /// The port, once there is one, and whether no further requests are taken.
  private final class Bound: Sendable {
    let port = Mutex(0)
    let isStopping = Mutex(false)
    /// Requests for rewards that are being read, that wait, or whose answer is being written.
    let answering = Mutex(0)
  }

  /// - Parameters:
  ///   - service: answers a request's body.
  ///   - name: of the head, for the health report.
  ///   - access: who may ask.
  ///   - settings: where to listen.
  /// - Throws: `InputError` if texts would go over a network unprotected, or anybody there could ask.
  public init(_ service: RewardService, name: String, access: Access, _ settings: ServingSettings) throws {
    switch access {
    case .token(let token):
      guard token.utf8.count >= 16 else {
        throw InputError("the token has fewer than 16 characters", at: "--token-file", remedy: "use a longer one")
      }
    case .thisComputer:
      guard settings.isLoopback, !settings.behindProxy else {
        throw InputError(
          settings.behindProxy
            ? "without a token anybody who reaches the proxy could ask"
            : "without a token anybody who reaches '\(settings.host)' could ask", at: "--no-token",
          remedy: "serve at 127.0.0.1 without a proxy, or use a token")
      }
    }
    guard settings.isLoopback || settings.behindProxy else {
      throw InputError(
        "beyond this computer, at '\(settings.host)', texts and the token could be read by others", at: "--host",
        remedy: "give --behind-proxy if a proxy with TLS stands in front")
    }
    try settings.validate()
    desk = RewardDesk(service, patience: .seconds(Self.patience))
    connections = min(
      Self.mostConnections, max(16, OpenFiles.raiseLimit(towards: Self.mostConnections + 512) - 256))
    watch = ConnectionWatch(most: connections, mostOfAddress: .max)
    tries = if case .token(let token) = access { TokenTries(token: token) } else { nil }
    (self.name, self.access, self.settings) = (name, access, settings)
  }

  /// A token of 160 random bits.
  public static func newToken() -> String { Secret().text }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter started: called with the port, when connections are taken.
  /// - Throws: `InputError` if it cannot listen there.
  public func run(started: @escaping @Sendable (Int) -> Void) async throws {
    var logger = Logger(label: "rewards")
    logger.logLevel = .critical
    let application = Application(
      responder: CallbackResponder<PeerContext> { request, context in await respond(request, from: context.address) },
      // Longer than a request may take: nobody reads a body that waits for room.
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [ConnectionGuard(watch, .init(head: .seconds(30), remainder: .seconds(20)))],
          idleTimeout: .seconds(Int64(Self.patience + Self.bodyPatience + 30)),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 64))),
      configuration: .init(
        address: .hostname(settings.host, port: settings.port), serverName: nil, backlog: Self.mostConnections,
        availableConnectionsDelegate: GuardedConnections(watch: watch)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? settings.port
        state.port.withLock { $0 = port }
        started(port)
      }, logger: logger)
    do {
      try await application.run()
    } catch let error as IOError {
      switch error.errnoCode {
      case EADDRINUSE:
        throw InputError("port \(settings.port) is in use", at: "--port", remedy: "choose another, or 0 for any")
      case EACCES:
        throw InputError("port \(settings.port) may not be used", at: "--port", remedy: "choose one from 1024 on")
      default:
        throw InputError(
          "cannot listen at '\(settings.host)': \(String(cString: strerror(error.errnoCode)))", at: "--host",
          remedy: "give an address of this computer")
      }
    } catch let error where error is SocketAddressError || error is SocketAddressError.UnknownHost {
      throw InputError(
        "'\(settings.host)' is no address that is known", at: "--host", remedy: "give an address of this computer")
    }
  }

  /// Takes no further requests, and returns when all that wait are answered, or after this time.
  ///
  /// - Returns: how many were not answered.
  public func finish(within patience: Duration) async -> Int {
    state.isStopping.withLock { $0 = true }
    let end = ContinuousClock.now + patience
    while state.answering.withLock({ $0 }) > 0, ContinuousClock.now < end {
      do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
    }
    return state.answering.withLock { $0 }
  }

  // MARK: Requests

  private func respond(_ request: Request, from address: String) async -> Response {
    if request.uri.path == "/health" {
      // What a web page may not ask for, it may not look at either.
      if case .thisComputer = access, let refusal = refusal(request, from: address) { return refusal }
      guard request.method == .get || request.method == .head else { return Self.problem(405, "use GET here") }
      return health()
    }
    guard ["/", "/get_reward"].contains(request.uri.path) else {
      return Self.problem(404, "rewards are at /get_reward, the server's state at /health")
    }
    guard request.method == .post else { return Self.problem(405, "use POST here") }
    if let refusal = refusal(request, from: address) { return refusal }
    guard !state.isStopping.withLock({ $0 }) else { return Self.problem(503, "the server is stopping", retryAfter: 5) }
    return await answer(request)
  }

  private func refusal(_ request: Request, from address: String) -> Response? {
    switch access {
    case .token:
      let header = request.headers[.authorization] ?? ""
      let now = Double(DispatchTime.now().uptimeNanoseconds) / 1e9
      switch tries?.judge(header, from: settings.client(request, from: address), now: now) {
      case .right: return nil
      case .tooMany: return Self.problem(429, "too many wrong tokens from this address", retryAfter: 10)
      case .wrong, nil:
        return Self.problem(
          401, "the token is missing, or not this server's: send it as 'Authorization: Bearer TOKEN'")
      }
    case .thisComputer:
      // A page of another name that resolves to this computer (DNS rebinding) has another host; a page of another site
      // that posts here says where it comes from.
      let port = state.port.withLock { $0 }
      let hosts = ["127.0.0.1", "localhost", "[::1]"].flatMap { ["\($0):\(port)"] + (port == 80 ? [$0] : []) }
      guard hosts.contains(request.head.authority ?? request.headers[HTTPField.Name("Host")!] ?? "") else {
        return Self.problem(403, "without a token this answers only at \(hosts[0]) or \(hosts[1])")
      }
      guard request.headers[.origin] == nil, request.headers[HTTPField.Name("Sec-Fetch-Site")!] == nil else {
        return Self.problem(403, "without a token web pages get no answer")
      }
      return nil
    }
  }

  private func answer(_ request: Request) async -> Response {
    let arrival = ContinuousClock.now
    state.answering.withLock { $0 += 1 }
    defer { state.answering.withLock { $0 -= 1 } }
    let length = request.headers[.contentLength].flatMap { Int($0) }
    // A body that does not tell its length may take all that one may; one that is too large takes nothing.
    let bytes = length.map { $0 <= Self.largestBody ? max(0, $0) : 0 } ?? Self.largestBody
    do {
      try await room.take(bytes)
      defer { room.give(bytes) }
      let outcome = await RequestBytes.read(
        request, upTo: Self.largestBody, within: .seconds(Self.bodyPatience))
      switch outcome {
      case .tooLarge: return Self.tooLarge
      case .tooSlow: return Self.problem(408, "the body did not arrive within \(Self.bodyPatience) seconds")
      case .broken: return Self.problem(400, "the body broke off")
      case .all(let body):
        let answer = try await desk.answer(body, since: arrival)
        return Response(
          status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: answer)))
      }
    } catch let error as InputError {
      return Self.problem(400, "\(error)")
    } catch let error as RewardDesk.Failure {
      if error.underlying is RewardDesk.WaitedTooLong {
        return Self.problem(503, "this request has waited for \(Self.patience) seconds", retryAfter: 1)
      }
      HostScreen.complain("\(request.uri.path): \(error.underlying)")
      return Self.problem(503, "the texts could not be scored: \(error.underlying)", retryAfter: 1)
    } catch is CancellationError {
      return Self.problem(503, "the server is stopping", retryAfter: 5)
    } catch {
      HostScreen.complain("\(request.uri.path): \(error)")
      return Self.problem(500, "something went wrong here")
    }
  }

  private func health() -> Response {
    let now = desk.now
    let report = RewardHealth(
      desk.service, name: name, needsToken: { if case .token = access { true } else { false } }(),
      isStopping: state.isStopping.withLock { $0 }, connections: connections, now: now,
      bytes: room.taken, waitingForRoom: room.waiting)
    // Everything in it can be written.
    guard let body = try? JSON.encode(report, .prettyResult) else {
      return Self.problem(500, "something went wrong here")
    }
    return Response(
      status: report.status == .ok ? .ok : .serviceUnavailable, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: body + [0x0A])))
  }

  private static var tooLarge: Response {
    problem(413, "the body has more than \(largestBody) bytes; send fewer texts at once")
  }

  private static func problem(_ status: Int, _ sentence: String, retryAfter seconds: Int? = nil) -> Response {
    let body = (try? JSON.encode(["error": sentence])) ?? Data()
    var headers: HTTPFields = [.contentType: "application/json"]
    if let seconds { headers[.retryAfter] = "\(seconds)" }
    return Response(
      status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
