import Foundation
import Hummingbird
import HummingbirdCore
import Synchronization

/// All open connections, and which of them wait for a request.
///
/// A connection that waits for a request (also one in the middle of its TLS handshake, or of a request's head) can be
/// closed at any time, and costs nobody anything: browsers open another. So when a new one comes and there are as many as
/// may be, in all or from its address, the one that has waited longest makes room, of the address that has the most. Half
/// open connections, however many, therefore keep nobody out. Those with a request under way are never closed for others;
/// when there are nothing but those, new ones wait in the kernel.
final class ConnectionWatch: Sendable {
  private struct Connection {
    var address: String
    /// When it began to wait for a request; nil while one is under way.
    var waitingSince: ContinuousClock.Instant?
    var close: @Sendable () -> Void
  }

  private struct State {
    var connections: [Int: Connection] = [:]
    var byAddress: [String: Int] = [:]
    var waiting = 0
    var number = 0
  }

  /// How many there may be.
  let most: Int
  private let mostOfAddress: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - most: connections at once.
  ///   - mostOfAddress: of those, from one address.
  init(most: Int, mostOfAddress: Int) { (self.most, self.mostOfAddress) = (most, mostOfAddress) }

  /// Whether another connection can be taken: there is room, or one that waits can make it.
  var hasRoom: Bool { state.withLock { $0.connections.count < most || $0.waiting > 0 } }

  /// Notes a new connection, for which another may be closed, or the new one itself.
  ///
  /// - Returns: its number.
  func opened(from address: String, close: @escaping @Sendable () -> Void) -> Int {
    let (number, surplus): (Int, (@Sendable () -> Void)?) = state.withLock { state in
      state.number += 1
      var surplus: (@Sendable () -> Void)?
      if state.byAddress[address, default: 0] >= mostOfAddress {
        surplus = Self.remove(Self.longest(state) { $0 == address }, &state) ?? close
      } else if state.connections.count >= most {
        let crowd = state.byAddress.max { $0.value < $1.value }?.key
        surplus =
          Self.remove(Self.longest(state) { $0 == crowd } ?? Self.longest(state) { _ in true }, &state) ?? close
      }
      state.connections[state.number] = Connection(address: address, waitingSince: .now, close: close)
      state.byAddress[address, default: 0] += 1
      state.waiting += 1
      return (state.number, surplus)
    }
    surplus?()
    return number
  }

  /// A request has come whole, as far as its head goes; or it was answered, and the connection waits for the next.
  func set(_ number: Int, isWaiting: Bool) {
    state.withLock { state in
      guard let connection = state.connections[number], (connection.waitingSince != nil) != isWaiting else { return }
      state.connections[number]?.waitingSince = isWaiting ? .now : nil
      state.waiting += isWaiting ? 1 : -1
    }
  }

  func closed(_ number: Int) { state.withLock { _ = Self.remove(number, &$0) } }

  private static func longest(_ state: State, _ isOfThose: @escaping (String) -> Bool) -> Int? {
    state.connections.lazy
      .compactMap { number, one in
        isOfThose(one.address) ? one.waitingSince.map { (number: number, since: $0) } : nil
      }
      .min { $0.since < $1.since }?.number
  }

  private static func remove(_ number: Int?, _ state: inout State) -> (@Sendable () -> Void)? {
    guard let number, let connection = state.connections.removeValue(forKey: number) else { return nil }
    if connection.waitingSince != nil { state.waiting -= 1 }
    let left = (state.byAddress[connection.address] ?? 1) - 1
    state.byAddress[connection.address] = left > 0 ? left : nil
    return connection.close
  }
}

/// Takes connections while there is room for them.
struct GuardedConnections: AvailableConnectionsDelegate {
  var watch: ConnectionWatch

  mutating func connectionOpened() {}
  mutating func connectionClosed() {}
  func isAcceptingNewConnections() -> Bool { watch.hasRoom }
}
