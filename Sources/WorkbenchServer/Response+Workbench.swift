import Files
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

extension Response {
  static func of(_ outcome: WorkbenchService.Outcome) -> Response {
    switch outcome {
    case .value(let value): return json(200, value)
    case .refused(let status, let problem): return json(status, problem)
    case .file(let data, let name, let type):
      var response = of(200, data, type: type)
      response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
      return response
    }
  }

  static func json(_ status: Int, _ value: any Encodable) -> Response {
    guard let text = try? CanonicalJSON.encode(value) else { return problem(500, "something went wrong here") }
    return of(status, Data(text.utf8), type: "application/json")
  }

  /// - Parameter seconds: when the same request may be sent again.
  static func problem(_ status: Int, _ sentence: String, retryAfter seconds: Int? = nil) -> Response {
    var response = json(status, Messages.Problem(error: sentence, remedy: nil))
    if let seconds { response.headers[.retryAfter] = "\(seconds)" }
    return response
  }

  static var tooMany: Response { problem(429, "too many requests at once", retryAfter: 1) }

  static func of(_ status: Int, _ data: Data, type: String) -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }
}
