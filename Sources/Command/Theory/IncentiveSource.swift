import Foundation
import Pactolus

/// What `pactolus incentives` is asked about: a diagram's file, one of the examples by name, or a world that is made of
/// variables.
enum IncentiveSource {
  case diagram(InfluenceDiagram)
  case world(String, FactoredWorld)

  static let endings = [".yaml", ".yml", ".json"]

  init(_ text: String) throws {
    let isFile = FileManager.default.fileExists(atPath: text)
    if isFile || Self.endings.contains(where: text.hasSuffix) {
      self = .diagram(try InfluenceDiagram(path: text))
    } else if InfluenceDiagram.examples.contains(where: { $0.name == text }) {
      self = .diagram(try InfluenceDiagram(example: text))
    } else if let known = WorldIncentives.worlds.first(where: { $0.name == text }) {
      self = .world(text, known.world)
    } else {
      throw InputError.unknown(
        "diagram or world", text, among: InfluenceDiagram.examples.map(\.name) + WorldIncentives.worlds.map(\.name),
        at: "pactolus incentives")
    }
  }
}
