import ArgumentParser
import Pactolus

/// `pactolus settings [NAME]`: every setting, its default, its meaning, its source.
struct SettingsVerb: VerbWithSettings {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Every setting: its value, its meaning and where that comes from.",
    discussion:
      "With --environment, --preset, --settings or --set it shows the values that 'learn' would use with them.")

  @Argument(help: "A setting ('ppo.epochs') or a section ('ppo').")
  var name: String?

  @Option(help: "Show the values that this environment gets.")
  var environment: String?

  @OptionGroup var flags: SettingFlags

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print a settings file.")
  var yaml = false

  private struct Row: Encodable {
    var name: String
    var value: String
    var `default`: String
    var origin: String
    var allowed: String
    var meaning: String
    var source: String
    var formerly: [String]
  }

  func run() throws {
    let resolved = try flags.resolved(environment: environment)
    let all = LearnSettings(learners: Parts.current.learners).descriptions(in: Parts.current.environments)
    var shown = all
    if let name {
      shown = shown.filter { $0.name == name || $0.section == name }
      guard !shown.isEmpty else { throw InputError.unknown("setting", name, among: all.map(\.name)) }
    }
    if yaml {
      return print(resolved.yaml(header: "Settings of Pactolus, each with where its value came from."), terminator: "")
    }
    let rows = shown.map { setting in
      Row(
        name: setting.name, value: setting.value(in: resolved.settings).description,
        default: setting.defaultValue.description, origin: resolved.origin(of: setting.name).description,
        allowed: setting.allowed, meaning: setting.meaning, source: setting.source,
        formerly: setting.formerNames)
    }
    if json { return try JSONLine.printPretty(rows) }
    for row in rows {
      let origin = row.origin == "default" ? "" : "  (\(row.origin); default \(row.default))"
      let formerly =
        row.formerly.isEmpty ? "" : "\n    formerly \(row.formerly.joined(separator: ", ")), which is still read"
      print("\(row.name): \(row.value)\(origin)\n    \(row.meaning)\n    \(row.allowed) · \(row.source)\(formerly)")
    }
  }
}
