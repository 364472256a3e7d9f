import Compute
import Files
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Synchronization
import Workbench

/// A request's context, with the address of the other end.
struct PeerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let address: String

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = source.channel.remoteAddress?.ipAddress ?? "unknown"
  }
}

/// Serves a project to browsers: the page, its API, and the events as they happen.
public final class WorkbenchServer: Sendable {
  private let project: WorkbenchProject
  private let service: WorkbenchService
  private let settings: ServingSettings
  private let files: PageFiles
  private let joining = TokenBuckets(burst: 10, perSecond: 0.5)
  private let byAddress = TokenBuckets(burst: 600, perSecond: 200)
  private let bySession = TokenBuckets(burst: 120, perSecond: 40)
  private let work = DispatchQueue(label: "workbench", qos: .userInitiated)
  private let bound = Mutex(0)

  static let largestBody = 4 << 20
  static let patience = Duration.seconds(20)

  /// - Throws: `InputError` if the settings are not safe, or the page's files are missing.
  public init(_ project: WorkbenchProject, _ settings: ServingSettings) throws {
    try settings.validate()
    self.project = project
    self.settings = settings
    service = WorkbenchService(project: project)
    files = try PageFiles()
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter started: called with the port, when connections are taken.
  public func run(started: @escaping @Sendable (Int) -> Void) async throws {
    var logger = Logger(label: "workbench")
    logger.logLevel = .critical
    let base = HTTPServerBuilder.http1(
      configuration: .init(
        idleTimeout: .seconds(30),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)))
    let server = try tls().map { try HTTPServerBuilder.tls(base, tlsConfiguration: $0) } ?? base
    let application = Application(
      responder: CallbackResponder<PeerContext> { request, context in try await self.respond(request, context) },
      server: server,
      configuration: .init(
        address: .hostname(settings.host, port: settings.port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(512)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? self.settings.port
        self.bound.withLock { $0 = port }
        started(port)
      }, logger: logger)
    do {
      try await application.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw InputError(
        "port \(settings.port) is in use", at: "--port", remedy: "choose another, or 0 for any that is free")
    }
  }

  private func tls() throws -> TLSConfiguration? {
    guard let certificate = settings.certificate, let key = settings.key else { return nil }
    do {
      return .makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    } catch {
      throw InputError("the certificate or its key cannot be read", at: certificate, remedy: "give PEM files")
    }
  }

  // MARK: Requests

  private func respond(_ request: Request, _ context: PeerContext) async throws -> Response {
    var response = await answer(request, from: address(request, context))
    for (name, value) in RequestGuard.headers where response.headers[HTTPField.Name(name)!] == nil {
      response.headers[HTTPField.Name(name)!] = value
    }
    if settings.isSecure {
      response.headers[HTTPField.Name("Strict-Transport-Security")!] = "max-age=31536000"
    }
    return response
  }

  private func answer(_ request: Request, from address: String) async -> Response {
    let now = Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    guard byAddress.take(address, now: now) else { return Self.problem(429, "too many requests at once") }
    if let refusal = requestGuard.refusal(request.method, request.headers, authority: request.head.authority) {
      return Self.problem(403, refusal)
    }
    let path = request.uri.path
    guard path.hasPrefix("/api/") else {
      guard request.method == .get || request.method == .head else {
        return Self.problem(405, "this is only to be read")
      }
      guard let file = files.file(path) else { return Self.problem(404, "there is nothing here") }
      return Self.response(200, file.data, type: file.type)
    }
    let endpoints = Endpoint.allCases.filter { $0.path == path }
    guard !endpoints.isEmpty else { return Self.problem(404, "there is nothing here") }
    guard let endpoint = endpoints.first(where: { $0.method.rawValue == request.method.rawValue }) else {
      return Self.problem(405, "use \(endpoints[0].method.rawValue) here")
    }
    return await answer(endpoint, request, from: address, now: now)
  }

  private func answer(_ endpoint: Endpoint, _ request: Request, from address: String, now: Double) async -> Response {
    do {
      guard let body = await RequestBytes.collect(request, upTo: Self.largestBody, within: Self.patience)
      else { return Self.problem(413, "the body is too large, or took too long") }
      if endpoint == .join { return try await join(body, from: address, now: now) }
      guard let session = cookie(request),
        let member = try await offload({ try self.project.store.member(of: session) })
      else { return Self.problem(401, "you are not signed in here") }
      guard bySession.take(session, now: now) else { return Self.problem(429, "too many requests at once") }
      guard endpoint.roles?.contains(member.role) ?? true else {
        return Self.problem(403, "as \(member.role.rawValue) you may not do this")
      }
      switch endpoint {
      case .leave:
        try await offload { try self.project.store.leave(session) }
        var response = Self.json(200, Messages.Done())
        response.headers[.setCookie] = cookie("", age: 0)
        return response
      case .events: return events(for: member, session)
      default: return try await offload { Self.response(self.service.respond(endpoint, member, body: body)) }
      }
    } catch {
      HostScreen.complain("\(endpoint.path): \(error)")
      return Self.problem(500, "something went wrong here")
    }
  }

  private func join(_ body: Data, from address: String, now: Double) async throws -> Response {
    guard joining.take(address, now: now) else { return Self.problem(429, "too many tries; wait a little") }
    guard let join = try? JSON.decode(Messages.Join.self, from: body), join.code.utf8.count <= 200 else {
      return Self.problem(400, "an invitation code is needed")
    }
    guard let (member, session) = try await offload({ try self.project.store.join(join.code) }) else {
      return Self.problem(403, "this invitation is not known, was used already, or has run out")
    }
    var response = Self.json(200, member)
    response.headers[.setCookie] = cookie(session.text, age: 30 * 86_400)
    return response
  }

  /// The newest state at each change, at most five times a second, and at least every fifteen seconds.
  private func events(for member: Member, _ session: String) -> Response {
    guard let changes = project.board.listen() else { return Self.problem(503, "too many pages are listening") }
    let body = ResponseBody { writer in
      let ticks = Self.ticks(changes, every: .seconds(10))
      for await _ in ticks {
        // Removed, signed out, or of another role: the stream ends at once.
        let status: String? = try await self.offload {
          guard try self.project.store.listener(of: session) == member else { return nil }
          return try Self.encoded(self.service.status(for: member))
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

  // MARK: Pieces

  private var requestGuard: RequestGuard {
    guard settings.isLoopback, !settings.behindProxy else { return RequestGuard(hosts: nil) }
    let port = bound.withLock { $0 }
    return RequestGuard(hosts: ["127.0.0.1:\(port)", "localhost:\(port)", "[::1]:\(port)"])
  }

  /// Cookies are not separated by port, so the name has the port: two workbenches on a computer do not sign each other
  /// out.
  private var cookieName: String {
    settings.isSecure ? "__Host-pactolus" : "pactolus-\(bound.withLock { $0 })"
  }

  private func cookie(_ value: String, age: Int) -> String {
    "\(cookieName)=\(value); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict" + (settings.isSecure ? "; Secure" : "")
  }

  private func cookie(_ request: Request) -> String? {
    guard let value = request.cookies[cookieName]?.value, !value.isEmpty, value.utf8.count <= 100 else { return nil }
    return value
  }

  /// Behind a proxy the last name that it added, which clients cannot choose.
  private func address(_ request: Request, _ context: PeerContext) -> String {
    if settings.behindProxy, let forwarded = request.headers[HTTPField.Name("X-Forwarded-For")!] {
      return forwarded.split(separator: ",").last.map { String($0.prefix(64)) } ?? "proxy"
    }
    return context.address
  }

  /// The disk is not waited for on a thread that serves others.
  private func offload<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      work.async { continuation.resume(with: Swift.Result { try body() }) }
    }
  }

  private static func encoded(_ value: any Encodable) throws -> String {
    try CanonicalJSON.encode(value)
  }

  private static func response(_ outcome: WorkbenchService.Outcome) -> Response {
    switch outcome {
    case .value(let value): return json(200, value)
    case .refused(let status, let problem): return json(status, problem)
    case .file(let data, let name, let type):
      var response = response(200, data, type: type)
      response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
      return response
    }
  }

  private static func json(_ status: Int, _ value: any Encodable) -> Response {
    guard let text = try? encoded(value) else { return problem(500, "something went wrong here") }
    return response(status, Data(text.utf8), type: "application/json")
  }

  private static func problem(_ status: Int, _ sentence: String) -> Response {
    json(status, Messages.Problem(error: sentence, remedy: nil))
  }

  private static func response(_ status: Int, _ data: Data, type: String) -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }
}
