import Compute
import Environments

/// One thing that a study varies: its levels, each some settings.
///
/// | in the file | levels |
/// |---|---|
/// | `ppo.epochs: [3, 10]` | one for each value |
/// | `run.environment: all` | one for each environment, with its own preset |
/// | `run.environment: all presets` | one for each environment and each of its presets that differ |
/// | `person: {errs: {person.slips: 0.3}, does not: {}}` | one for each name |
package struct StudyAxis: Sendable, Hashable {
  package var name: String
  package var levels: Levels

  package enum Levels: Sendable, Hashable {
    case named([Level])
    /// Every environment there is; with all of its presets, or with its own only. Known where the plan is made.
    case environments(allPresets: Bool, line: Int)
  }

  package struct Level: Sendable, Hashable {
    package var name: String
    package var settings: [SettingsFile.Entry]
  }

  private static let environment = "run.environment"

  init(name: String, _ value: FieldNode) throws {
    self.name = name
    if name == Self.environment, case .scalar(let scalar) = value.node, scalar.string.hasPrefix("all") {
      switch scalar.string {
      case "all": levels = .environments(allPresets: false, line: value.line)
      case "all presets": levels = .environments(allPresets: true, line: value.line)
      default:
        throw InputError.unknown(
          "choice of environments", scalar.string, among: ["all", "all presets"], at: value.place)
      }
      return
    }
    if name.contains(".") {
      levels = .named(
        try value.list().map { element in
          let text = try Self.value(element)
          let entry = SettingsFile.Entry(name: name, value: text, line: element.line)
          try Self.check(entry, at: value.path)
          return Level(name: text, settings: [entry])
        })
    } else {
      levels = .named(
        try value.entries("write each level as 'name: {settings}', or name the axis by a setting").map { level in
          let settings = try level.value.settings()
          for entry in settings { try Self.check(entry, at: value.path) }
          return Level(name: level.name, settings: settings)
        })
    }
    guard case .named(let named) = levels, !named.isEmpty else {
      throw value.refused("an axis needs levels", remedy: "give at least one, or leave the axis out")
    }
    let names = named.map(\.name)
    guard Set(names).count == names.count else {
      throw value.refused("two levels have the same name", remedy: "give each a name of its own")
    }
  }

  /// A value as a settings file has it: a word, or a list in one line.
  private static func value(_ node: FieldNode) throws -> String {
    guard case .sequence = node.node else { return try node.text() }
    return "[" + (try node.list().map { try $0.text() }).joined(separator: ", ") + "]"
  }

  /// Settings that a study gives by itself.
  static func check(_ entry: SettingsFile.Entry, at path: String) throws {
    guard entry.name != "run.seed" else {
      throw InputError(
        "run.seed: a study's runs differ in it", at: "\(path):\(entry.line)", remedy: "use the field 'seeds'")
    }
  }

  /// The levels with these environments.
  func levels(in registry: EnvironmentRegistry) -> [Level] {
    switch levels {
    case .named(let levels): return levels
    case .environments(let allPresets, let line):
      return registry.entries.flatMap { entry in
        let id = entry.specification.id
        let own = SettingsFile.Entry(name: Self.environment, value: id, line: line)
        // A name for what the environment takes anyway is no other preset.
        let others = allPresets ? entry.namedPresets.filter { $0.values != entry.preset?.values }.map(\.name) : []
        return [Level(name: id, settings: [own])]
          + others.map { preset in
            Level(
              name: "\(id) with \(preset)",
              settings: [own, SettingsFile.Entry(name: "run.preset", value: preset, line: line)])
          }
      }
    }
  }
}
