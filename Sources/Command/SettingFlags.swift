import ArgumentParser
import Pactolus

/// A verb that takes settings (``SettingFlags``), so that `--ppo.epochs 4` means one.
package protocol VerbWithSettings: ParsableCommand {}

/// Settings on the command line: `--set ppo.learningRate=1e-3`, or the setting's own name as the flag,
/// `--ppo.learningRate 1e-3`.
package struct SettingFlags: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting, by its one name (see 'pactolus settings'); repeatable. '--ppo.epochs 4' means '--set ppo.epochs=4'.",
      valueName: "name=value"))
  var assignments: [String] = []

  @Option(name: .customLong("settings"), help: ArgumentHelp("A YAML file of settings.", valueName: "file"))
  var file: String?

  @Option(help: "A named set of defaults, such as 'tutorial5'.")
  var preset: String?

  @Option(
    help: "What is to be done in a world that knows several tasks: 'backflip' is the id's option 'task=backflip'.")
  var task: String?

  package init() {}

  /// Whether nothing was given.
  package var isEmpty: Bool { assignments.isEmpty && file == nil && preset == nil && task == nil }

  /// The assignments as name and value, in the order given.
  func overrides() throws -> [(name: String, value: String)] {
    try assignments.map { assignment in
      guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
        throw InputError("'\(assignment)' is not a setting", at: "--set", remedy: "write --set name=value")
      }
      return (String(assignment[..<equals]), String(assignment[assignment.index(after: equals)...]))
    }
  }

  /// The settings that these flags, the environment's preset and the defaults come to; `others` as if they were flags.
  package func resolved(
    environment: String?, seed: Int? = nil, and others: [String: String] = [:]
  ) throws -> ResolvedSettings {
    var values = others
    if let preset { values["run.preset"] = preset }
    if let seed { values["run.seed"] = "\(seed)" }
    for (name, value) in try overrides() { values[name] = value }
    let environment = environment.map { id in
      task.map { id + (id.contains(":") ? "," : ":") + "task=\($0)" } ?? id
    }
    return try ResolvedSettings(
      environment: environment, file: try file.map { try SettingsFile(path: $0) }, flags: values,
      registry: Parts.current.environments, learners: Parts.current.learners)
  }

  /// Turns `--a.b value` and `--a.b=value` into `--set a.b=value`: the parser itself only knows flags that are written
  /// down in the program, and settings live in one table in the library.
  static func rewritten(_ arguments: [String]) -> [String] {
    var result: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" { return result + [argument] + rest }
      let name = argument.dropFirst(2).prefix { $0 != "=" }
      guard argument.hasPrefix("--"), name.contains("."), !name.contains("/") else {
        result.append(argument)
        continue
      }
      if argument.contains("=") {
        result += ["--set", String(argument.dropFirst(2))]
      } else if let value = rest.popFirst() {
        result += ["--set", "\(name)=\(value)"]
      } else {
        result += ["--set", String(name)]
      }
    }
    return result
  }

  /// Refuses settings where a verb takes none, by the name that was typed.
  ///
  /// - Throws: `ExitCode` 64, after saying so; nothing where no setting was given.
  static func refuse(_ arguments: [String], of verb: String) throws {
    let names = LearnSettings(learners: Parts.current.learners).descriptions.map(\.name)
    for argument in arguments.dropFirst().prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let name = String(argument.dropFirst(2).prefix { $0 != "=" })
      guard name == "set" || names.contains(name) else { continue }
      let reason =
        verb == ResumeVerb.verbName
        ? "a run keeps the settings that it was started with; start a new one to change them"
        : "'\(verb)' takes no settings; those who do are \(takers.joined(separator: ", "))"
      Screen.complain("--\(name): \(reason)")
      throw ExitCode(64)
    }
  }

  private static var takers: [String] {
    Parts.current.verbs.flatMap { $0.verbs }
      .filter { $0 is any VerbWithSettings.Type || $0.verbName == WorkbenchElsewhere.verbName }.map { $0.verbName }
  }
}
