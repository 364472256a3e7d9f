import Foundation
import Pactolus

/// What `pactolus incentives` is asked about: a diagram's file, or one of the examples by name.
///
/// A further kind of source is one more case here.
enum IncentiveSource {
  case file(String)
  case example(String)

  static let endings = [".yaml", ".yml", ".json"]

  init(_ text: String) throws {
    let isFile = FileManager.default.fileExists(atPath: text)
    if isFile || Self.endings.contains(where: text.hasSuffix) {
      self = .file(text)
    } else if InfluenceDiagram.examples.contains(where: { $0.name == text }) {
      self = .example(text)
    } else {
      throw InputError.unknown(
        "diagram", text, among: InfluenceDiagram.examples.map(\.name), at: "pactolus incentives")
    }
  }

  func diagram() throws -> InfluenceDiagram {
    switch self {
    case .file(let path): try InfluenceDiagram(path: path)
    case .example(let name): try InfluenceDiagram(example: name)
    }
  }
}
