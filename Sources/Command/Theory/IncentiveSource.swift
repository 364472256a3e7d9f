import Foundation
import Pactolus

/// What `pactolus incentives` is asked about: a file of a diagram or of a world, one of the examples by name, a world that
/// is made of variables, or a run in one.
enum IncentiveSource {
  case diagram(InfluenceDiagram)
  case world(String, FactoredWorld)
  case run(String)

  static let endings = [".yaml", ".yml", ".json"]

  init(_ text: String) throws {
    var isDirectory: ObjCBool = false
    let isFile = FileManager.default.fileExists(atPath: text, isDirectory: &isDirectory)
    if isFile, isDirectory.boolValue {
      self = .run(text)
    } else if isFile || Self.endings.contains(where: text.hasSuffix) {
      self = try Self.file(text)
    } else if InfluenceDiagram.examples.contains(where: { $0.name == text }) {
      self = .diagram(try InfluenceDiagram(example: text))
    } else if let known = WorldIncentives.worlds.first(where: { $0.name == text }) {
      self = .world(text, known.world)
    } else {
      throw InputError.unknown(
        "diagram, world or run", text,
        among: InfluenceDiagram.examples.map(\.name) + WorldIncentives.worlds.map(\.name),
        at: "pactolus incentives")
    }
  }

  private static func file(_ path: String) throws -> IncentiveSource {
    let bytes = try WholeFile.read(URL(fileURLWithPath: path))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError("the file is not text", at: path, remedy: "save it as UTF-8")
    }
    guard FactoredWorld.isDescribed(by: text) else { return .diagram(try InfluenceDiagram(yaml: text, place: path)) }
    let world = try FactoredWorld(yaml: text, place: path)
    return .world(world.title, world)
  }
}
