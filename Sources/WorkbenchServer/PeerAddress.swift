import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Where a connection comes from, as far as limits go: an IPv4 address, or the 64 bits of an IPv6 network, since whoever
/// has one address there has all of it.
struct PeerAddress: Sendable {
  /// A key for limits.
  let network: String

  init(_ address: SocketAddress) { network = address.ipAddress.flatMap(Self.network) ?? "local" }

  /// Nil for what is no address.
  init?(text: String) {
    guard let network = Self.network(text) else { return nil }
    self.network = network
  }

  private static func network(_ text: String) -> String? {
    // An interface's name may follow.
    let plain = text.split(separator: "%", omittingEmptySubsequences: false)[0].trimmingCharacters(in: .whitespaces)
    var four = in_addr()
    if inet_pton(AF_INET, plain, &four) == 1 { return plain }
    var six = in6_addr()
    guard inet_pton(AF_INET6, plain, &six) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      return bytes[12...].map(String.init).joined(separator: ".")
    }
    // The loopback address is not a network of others.
    if bytes.dropLast().allSatisfy({ $0 == 0 }) { return plain }
    return bytes.prefix(8).map { String(format: "%02x", $0) }.joined() + "/64"
  }
}

extension ServingSettings {
  /// Where a request comes from. Behind a proxy it is the last address that the proxy added, which clients cannot choose;
  /// what is no address is not looked at, and without a proxy the header is not.
  func client(_ request: Request, from address: String) -> String {
    guard behindProxy, let forwarded = request.headers[HTTPField.Name("X-Forwarded-For")!],
      let last = forwarded.split(separator: ",").last
    else { return address }
    return PeerAddress(text: String(last))?.network ?? address
  }
}
