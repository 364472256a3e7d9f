import Command
import Compute
import Foundation
import Workbench

/// The port of a run's page, kept from one start to the next: pages that are open, and the answers that wait in them,
/// find the run again only where it was.
struct RememberedPort {
  /// Which port to serve at; 0 for any.
  let port: Int
  /// What to say about it; nil if there is nothing to say.
  let remark: String?

  /// - Parameters:
  ///   - asked: `--port`; 0 leaves the choice to the run's memory.
  ///   - host: the address to serve at.
  init(_ asked: Int, for project: WorkbenchProject, at host: String) throws {
    guard asked == 0, let last = try project.lastPort() else {
      (port, remark) = (asked, nil)
      return
    }
    guard Self.isFree(last, at: host) else {
      port = 0
      remark = """
        Port \(last), where this run's page was, is in use: pages that are still open there do not find the run. Free it \
        and start again, or open the new address.
        """
      return
    }
    (port, remark) = (last, nil)
  }

  /// Whether a server could be bound there now. Names are left to the server: it says what is wrong with them.
  static func isFree(_ port: Int, at host: String) -> Bool {
    guard (1...65535).contains(port) else { return false }
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let address = found else { return true }
    defer { freeaddrinfo(found) }
    let descriptor = socket(address.pointee.ai_family, address.pointee.ai_socktype, address.pointee.ai_protocol)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    // As the server does: connections of the last start that are closing do not hold the port.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0
  }
}
