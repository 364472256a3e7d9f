import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Workbench

/// One connection's limits of time, and its place in the ``ConnectionWatch``.
///
/// | what | has to be over within |
/// |---|---|
/// | TLS handshake and the head of the first request | ``Limits/head`` |
/// | the rest of a request that was answered before it had come whole | ``Limits/remainder`` |
/// | 64 KiB of an answer that the other end is slow to read | ``Limits/reading`` |
///
/// Pauses between requests, and the heads of later ones, are under the server's own idle timeout.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  struct Limits: Sendable {
    var head = TimeAmount.seconds(10)
    var remainder = TimeAmount.seconds(5)
    var reading = TimeAmount.seconds(20)
  }

  /// The least that has to be read in ``Limits/reading``.
  private static let leastRead = 64 << 10

  private let watch: ConnectionWatch
  private let limits: Limits
  private var number: Int?
  private var isReading = false
  /// Requests whose head has come, without those that are answered.
  private var unanswered = 0
  private var deadline: Scheduled<Void>?
  private var slowReader: Scheduled<Void>?

  init(_ watch: ConnectionWatch, _ limits: Limits) { (self.watch, self.limits) = (watch, limits) }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    let address = channel.remoteAddress.map(PeerAddress.init)?.network ?? "unknown"
    let number = watch.opened(from: address) { channel.close(promise: nil) }
    self.number = number
    channel.closeFuture.whenComplete { [watch] _ in watch.closed(number) }
    do {
      // What HTTP's own rules forbid has to be seen before it is translated.
      let pipeline = context.pipeline.syncOperations
      try pipeline.addHandler(
        RequestHeadCheck(), position: .before(pipeline.handler(type: HTTP1ToHTTPServerCodec.self)))
    } catch {
      // Without the check nothing is served.
      HostScreen.complain("a connection cannot be checked: \(error)")
      channel.close(promise: nil)
    }
    end(context, in: limits.head)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.cancel()
    slowReader?.cancel()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      (isReading, unanswered) = (true, unanswered + 1)
      deadline?.cancel()
      note(isWaiting: false)
    case .body: break
    case .end:
      isReading = false
      if unanswered == 0 {
        deadline?.cancel()
        note(isWaiting: true)
      }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part = unwrapOutboundIn(data)
    context.write(data, promise: promise)
    guard case .end = part else { return }
    unanswered -= 1
    guard unanswered == 0 else { return }
    note(isWaiting: true)
    // Read to its end for a moment: a client that is still sending would see a broken connection instead of the answer.
    if isReading { end(context, in: limits.remainder) }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    slowReader?.cancel()
    slowReader = nil
    if !context.channel.isWritable { watchReader(context, before: .max) }
    context.fireChannelWritabilityChanged()
  }

  private func watchReader(_ context: ChannelHandlerContext, before: Int) {
    let left = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    guard left < before - Self.leastRead || before == .max else { return context.close(promise: nil) }
    slowReader = context.eventLoop.assumeIsolated().scheduleTask(in: limits.reading) {
      self.watchReader(context, before: left)
    }
  }

  private func note(isWaiting: Bool) { number.map { watch.set($0, isWaiting: isWaiting) } }

  private func end(_ context: ChannelHandlerContext, in time: TimeAmount) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
  }
}

/// Refuses requests that two programs could read differently, or that no browser sends here: more than one `Host` (or none),
/// a header twice that decides something, a target that is not a path, two ways of telling the body's length.
final class RequestHeadCheck: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private static let once = [
    "content-type", "content-length", "transfer-encoding", "cookie", "origin", "sec-fetch-site", "x-pactolus",
    "authorization",
  ]
  private static let longestTarget = 2048
  private var isRefused = false
  private var isLater = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isRefused else { return }
    if case .head(let head) = unwrapInboundIn(data) {
      guard Self.isPlain(head) else { return refuse(context) }
      isLater = true
    }
    context.fireChannelRead(data)
  }

  static func isPlain(_ head: HTTPRequestHead) -> Bool {
    let headers = head.headers
    guard headers["host"].count == 1, once.allSatisfy({ headers[$0].count <= 1 }) else { return false }
    guard headers["content-length"].isEmpty || headers["transfer-encoding"].isEmpty else { return false }
    guard headers["transfer-encoding"].allSatisfy({ $0.lowercased() == "chunked" }) else { return false }
    guard head.uri.utf8.count <= longestTarget, head.uri.hasPrefix("/"), !head.uri.hasPrefix("//") else { return false }
    return head.uri.utf8.allSatisfy { (33...126).contains($0) }
  }

  private func refuse(_ context: ChannelHandlerContext) {
    isRefused = true
    // With earlier requests under way, an answer now could be taken for theirs.
    guard !isLater else { return context.close(promise: nil) }
    let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0", "X-Content-Type-Options": "nosniff"]
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers))), promise: nil)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
  }
}
