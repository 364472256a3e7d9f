import Compute
import Files
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import Synchronization
import Workbench

/// A request's context, with the address of the other end.
struct PeerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let address: String

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = source.channel.remoteAddress.map(PeerAddress.init)?.network ?? "unknown"
  }
}

/// Serves a project to browsers: the page, its API, and the events as they happen.
///
/// A request is refused as early as it can be: by its address's rate, its form and origin, its session, its person's
/// rights, and only then is its body read. What is done for one person waits for nobody else's (`FairPool`).
public final class WorkbenchServer: Sendable {
  let project: WorkbenchProject
  let service: WorkbenchService
  let settings: ServingSettings
  private let files: PageFiles
  private let joining = TokenBuckets(burst: 10, perSecond: 0.5)
  private let byAddress = TokenBuckets(burst: 3000, perSecond: 1000)
  private let bySession = TokenBuckets(burst: 120, perSecond: 40)
  private let requests = Places(most: 1024, mostOfPerson: 16)
  let streams = Places(most: 256, mostOfPerson: 4)
  private let room = BodyRoom(bytes: 128 << 20)
  /// Most work waits for the disk, where many wait as long as one (`GroupCommit`); what takes a processor's time has
  /// two threads, and so have the event streams.
  private let quick = FairPool(width: 24)
  private let heavy = FairPool(width: 2)
  let telling = FairPool(width: 2, most: 8)
  private let watch: ConnectionWatch
  private let bound = Mutex(0)

  static let mostConnections = 512
  static let patience = Duration.seconds(20)

  /// - Throws: `InputError` if the settings are not safe, or the page's files are missing.
  public init(_ project: WorkbenchProject, _ settings: ServingSettings) throws {
    try settings.validate()
    self.project = project
    self.settings = settings
    service = WorkbenchService(project: project)
    files = try PageFiles()
    // Behind a proxy all connections come from its address.
    watch = ConnectionWatch(
      most: min(Self.mostConnections, max(16, OpenFiles.raiseLimit(towards: Self.mostConnections + 256) - 128)),
      mostOfAddress: settings.behindProxy ? .max : Self.mostConnections / 2)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter started: called with the port, when connections are taken.
  public func run(started: @escaping @Sendable (Int) -> Void) async throws {
    var logger = Logger(label: "workbench")
    logger.logLevel = .critical
    let base = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [ConnectionGuard(self.watch, .init())], idleTimeout: .seconds(30),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 64)))
    let server = try settings.tls().map { try HTTPServerBuilder.tls(base, tlsConfiguration: $0) } ?? base
    let application = Application(
      responder: CallbackResponder<PeerContext> { request, context in await self.respond(request, context) },
      server: server,
      configuration: .init(
        address: .hostname(settings.host, port: settings.port), serverName: nil,
        availableConnectionsDelegate: GuardedConnections(watch: watch)),
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

  // MARK: Requests

  private func respond(_ request: Request, _ context: PeerContext) async -> Response {
    var response = await answer(request, from: settings.client(request, from: context.address))
    for (name, value) in RequestGuard.headers where response.headers[HTTPField.Name(name)!] == nil {
      response.headers[HTTPField.Name(name)!] = value
    }
    if settings.isSecure {
      response.headers[HTTPField.Name("Strict-Transport-Security")!] = "max-age=31536000; includeSubDomains"
    }
    return response
  }

  private func answer(_ request: Request, from address: String) async -> Response {
    let now = Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    guard byAddress.take(address, now: now) else { return .tooMany }
    if let refusal = requestGuard.refusal(request.method, request.headers, authority: request.head.authority) {
      return .problem(403, refusal)
    }
    let path = request.uri.path
    guard path.hasPrefix("/api/") else {
      guard request.method == .get || request.method == .head else {
        return .problem(405, "this is only to be read")
      }
      guard let file = files.file(path) else { return .problem(404, "there is nothing here") }
      return .of(200, file.data, type: file.type)
    }
    let endpoints = Endpoint.allCases.filter { $0.path == path }
    guard !endpoints.isEmpty else { return .problem(404, "there is nothing here") }
    guard let endpoint = endpoints.first(where: { $0.method.rawValue == request.method.rawValue }) else {
      return .problem(405, "use \(endpoints[0].method.rawValue) here")
    }
    do {
      if endpoint == .join { return try await join(request, from: address, now: now) }
      return try await answer(endpoint, request, from: address, now: now)
    } catch is FairPool.Full {
      return .tooMany
    } catch {
      HostScreen.complain("\(endpoint.path): \(error)")
      return .problem(500, "something went wrong here")
    }
  }

  private func answer(
    _ endpoint: Endpoint, _ request: Request, from address: String, now: Double
  ) async throws -> Response {
    guard let session = cookie(request),
      let member = try await quick.run(for: "at " + address, { try self.project.store.member(of: session) })
    else { return .problem(401, "you are not signed in here") }
    guard bySession.take(session, now: now) else { return .tooMany }
    guard endpoint.roles?.contains(member.role) ?? true else {
      return .problem(403, "as \(member.role.rawValue) you may not do this")
    }
    if endpoint == .events { return events(for: member, session) }
    guard let place = requests.place(for: session) else { return .tooMany }
    defer { withExtendedLifetime(place) {} }
    return try await body(of: request, upTo: endpoint.largestBody) { body in
      if endpoint == .leave {
        try await self.quick.run(for: member.name) { try self.project.store.leave(session) }
        var response = Response.json(200, Messages.Done())
        response.headers[.setCookie] = self.cookie("", age: 0)
        return response
      }
      return try await (endpoint.isLong ? self.heavy : self.quick).run(for: member.name) {
        Response.of(self.service.respond(endpoint, member, body: body))
      }
    }
  }

  /// Reads a body and answers it. Small ones are read at once, large ones when there is room for them.
  private func body(
    of request: Request, upTo limit: Int, _ answer: (Data) async throws -> Response
  ) async throws -> Response {
    guard request.method == .post else { return try await answer(Data()) }
    let length = min(limit, max(0, request.headers[.contentLength].flatMap { Int($0) } ?? limit))
    let bytes = length > Endpoint.smallBody ? length : 0
    try await room.take(bytes)
    defer { room.give(bytes) }
    switch await RequestBytes.read(request, upTo: limit, within: Self.patience) {
    case .all(let data): return try await answer(data)
    case .tooLarge: return .problem(413, "the body has more than \(limit) bytes")
    case .tooSlow: return .problem(408, "the body took too long")
    case .broken: return .problem(400, "the body broke off")
    }
  }

  private func join(_ request: Request, from address: String, now: Double) async throws -> Response {
    guard joining.take(address, now: now) else { return .problem(429, "too many tries; wait a little", retryAfter: 2) }
    return try await body(of: request, upTo: Endpoint.join.largestBody) { body in
      guard let join = try? JSON.decode(Messages.Join.self, from: body), join.code.utf8.count <= 200 else {
        return .problem(400, "an invitation code is needed")
      }
      guard
        let (member, session) = try await self.quick.run(
          for: "at " + address, { try self.project.store.join(join.code) })
      else { return .problem(403, "this invitation is not known, was used already, or has run out") }
      // This browser forgets its session before; nobody else is to find it.
      if let earlier = self.cookie(request) {
        try await self.quick.run(for: "at " + address) { try self.project.store.leave(earlier) }
      }
      var response = Response.json(200, member)
      response.headers[.setCookie] = self.cookie(session.text, age: 30 * 86_400)
      return response
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
}
