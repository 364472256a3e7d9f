import HTTPTypes
import Hummingbird

/// What is checked before anything else: where a request comes from, and its form.
struct RequestGuard: Sendable {
  /// Names that the page may be reached by; nil behind a proxy that checks them.
  var hosts: Set<String>?

  /// Why a request is refused; nil if it is not.
  func refusal(_ method: HTTPRequest.Method, _ headers: HTTPFields, authority: String?) -> String? {
    // A page of another name that resolves to this computer (DNS rebinding) has another host.
    if let hosts, !hosts.contains(authority ?? headers[HTTPField.Name("Host")!] ?? "") {
      return "this is not the address of the workbench"
    }
    guard method == .post else { return nil }
    guard headers[HTTPField.Name("X-Pactolus")!] == "1" else { return "the header X-Pactolus is missing" }
    guard headers[.contentType]?.lowercased().hasPrefix("application/json") == true else {
      return "the body has to be JSON"
    }
    if let site = headers[HTTPField.Name("Sec-Fetch-Site")!], site != "same-origin" {
      return "requests from other sites are not taken"
    }
    if let origin = headers[.origin] {
      let host = authority ?? headers[HTTPField.Name("Host")!] ?? ""
      guard origin == "http://\(host)" || origin == "https://\(host)" else {
        return "requests from other origins are not taken"
      }
    }
    return nil
  }

  /// On every response.
  static let headers: [(String, String)] = [
    (
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"), ("Cache-Control", "no-store"),
  ]
}
