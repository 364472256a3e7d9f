import Compute

/// Where and how a workbench is served.
public struct ServingSettings: Sendable {
  /// The address to serve at.
  public var host = "127.0.0.1"
  /// 0 for any that is free.
  public var port = 0
  /// Path of a certificate chain, in PEM.
  public var certificate: String?
  /// Path of its key, in PEM.
  public var key: String?
  /// A reverse proxy in front does TLS and checks the host's name.
  public var behindProxy = false

  /// This computer alone, any free port.
  public init() {}

  var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }
  var isSecure: Bool { certificate != nil || behindProxy }

  /// Refuses what is not safe.
  ///
  /// - Throws: `InputError` if answers would go over a network unprotected.
  public func validate() throws {
    guard (0...65_535).contains(port) else { throw InputError("\(port) is no port", at: "--port") }
    guard (certificate == nil) == (key == nil) else {
      throw InputError("a certificate and its key belong together", at: "--tls-certificate")
    }
    guard isLoopback || isSecure else {
      throw InputError(
        "beyond this computer, at '\(host)', answers and sessions could be read by others", at: "--host",
        remedy: "give --tls-certificate and --tls-key, or --behind-proxy if a proxy with TLS stands in front")
    }
  }
}
