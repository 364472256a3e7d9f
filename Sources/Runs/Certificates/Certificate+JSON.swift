import Compute
import Files
import Findings
import Foundation

extension Certificate {
  /// The same certificate gives the same bytes.
  public func json() throws -> Data { try JSON.encode(self, .prettyResult) }

  /// - Throws: `InputError` if it is no certificate of this form.
  public init(json: Data, path: String) throws {
    let remedy = "name a file that 'pactolus certify RUN --out FILE.json' has written"
    struct Head: Decodable { var form: String }
    guard let head = try? JSON.decode(Head.self, from: json, nonFinite: .long) else {
      throw InputError("not a certificate", at: path, remedy: remedy)
    }
    guard head.form == Self.form else {
      throw InputError(
        "a document of form '\(head.form)'; this program reads '\(Self.form)'", at: path, remedy: remedy)
    }
    do {
      self = try JSON.decode(Self.self, from: json, nonFinite: .long)
    } catch {
      throw InputError("a damaged certificate: \(Self.words(error))", at: path, remedy: remedy)
    }
  }

  private static func words(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is not what it should be"
    default: "it cannot be read"
    }
  }
}
