import Agents
import Compute
import Environments

/// Where a setting's value came from.
public enum SettingOrigin: Sendable, Hashable, CustomStringConvertible {
  /// Not set: the default.
  case standard
  /// A preset of this name.
  case preset(String)
  /// A line of a settings file.
  case file(String, line: Int)
  /// The command line, or the program that made the settings.
  case flag

  /// In the words of a settings file.
  public var description: String {
    switch self {
    case .standard: "default"
    case .preset(let name): "preset \(name)"
    case .file(let path, let line): "\(path):\(line)"
    case .flag: "flag"
    }
  }
}

/// Settings with the origin of each value: defaults, then the preset, then a file, then flags, the later winning.
///
/// ```swift
/// let resolved = try ResolvedSettings(
///   environment: "pactolus/Pendulum-v1", file: .init(path: "my.yaml"), flags: ["ppo.learningRate": "3e-4"])
/// resolved.settings.ppo.learningRate
/// ```
public struct ResolvedSettings: Sendable, Hashable {
  /// The values.
  public private(set) var settings: LearnSettings
  /// Where each value came from that is not the default.
  public private(set) var origins: [String: SettingOrigin] = [:]

  /// - Parameters:
  ///   - environment: as given on the command line; wins over file and flags. Nil if it is not.
  ///   - file: a settings file, read already.
  ///   - flags: values by setting name.
  ///   - registry: the environments whose presets count, and the other presets.
  ///   - learners: the learners there are, each with a section.
  /// - Throws: `InputError` that names the file and line, or the flag, with near misses for unknown names.
  public init(
    environment: String? = nil, file: SettingsFile? = nil, flags: [String: String] = [:],
    registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard
  ) throws {
    settings = LearnSettings(learners: learners)
    var given = Self.lines(of: file)
    for name in flags.keys.sorted() { given.append((name, flags[name] ?? "", .flag)) }
    if let environment { given.append(("run.environment", environment, .flag)) }
    let rows = settings.descriptions(in: registry)
    let parsed = try Self.parse(given, by: rows)

    func chosen(_ name: String, or standard: String) -> String {
      parsed.last { $0.0.name == name }?.1.description ?? standard
    }
    let environment = chosen("run.environment", or: settings.run.environment)
    let preset = SettingsPreset.chosen(chosen("run.preset", or: settings.run.preset), for: environment, in: registry)
    if let preset {
      let values = preset.values.keys.sorted().map { ($0, preset.values[$0] ?? "", SettingOrigin.preset(preset.name)) }
      for (description, value, origin) in try Self.parse(values, by: rows) { apply(description, value, origin) }
    }
    for (description, value, origin) in parsed { apply(description, value, origin) }
    try validate()
  }

  /// The settings of a run that was made before, perhaps by an earlier version: its file has everything, no preset is
  /// looked at, and a setting that did not exist then has the value that the run used.
  ///
  /// - Throws: `InputError` that names the line at fault.
  public init(ofRun file: SettingsFile, learners: LearnerRegistry = .standard) throws {
    try self.init(stored: Self.lines(of: file), learners: learners)
  }

  /// The same from stored values by name.
  init(ofRun values: [String: String], learners: LearnerRegistry = .standard) throws {
    try self.init(stored: values.sorted { $0.key < $1.key }.map { ($0.key, $0.value, .flag) }, learners: learners)
  }

  private init(stored: [(name: String, text: String, origin: SettingOrigin)], learners: LearnerRegistry) throws {
    settings = LearnSettings(learners: learners)
    for description in settings.descriptions { description.write(&settings, description.valueWhereAbsent) }
    for (description, value, origin) in try Self.parse(stored, by: settings.descriptions) {
      apply(description, value, origin)
    }
    try validate()
  }

  private static func lines(of file: SettingsFile?) -> [(name: String, text: String, origin: SettingOrigin)] {
    guard let file else { return [] }
    return file.entries.map { ($0.name, $0.value, .file(file.path, line: $0.line)) }
  }

  /// Names and values are checked before anything is applied, so that the first line at fault is the one reported.
  private static func parse(
    _ given: [(name: String, text: String, origin: SettingOrigin)], by rows: [SettingDescription]
  ) throws -> [(SettingDescription, SettingValue, SettingOrigin)] {
    var inFile: [String: String] = [:]
    return try given.map { name, text, origin in
      let place = place(origin, name)
      guard let description = SettingDescription.named(name, among: rows) else {
        throw InputError.unknown("setting", name, among: rows.map(\.name), at: place)
      }
      if case .file = origin {
        if let other = inFile[description.name], other != name {
          throw InputError(
            "'\(other)' and '\(name)' are the same setting", at: place, remedy: "keep \(description.name)")
        }
        inFile[description.name] = name
      }
      return (description, try description.parse(text, at: place), origin)
    }
  }

  /// Where the value of a setting came from.
  public func origin(of name: String) -> SettingOrigin { origins[name] ?? .standard }

  /// The same with another seed, as a study gives to each of its runs.
  public func with(seed: Int) -> ResolvedSettings {
    var copy = self
    copy.settings.run.seed = seed
    copy.origins["run.seed"] = .flag
    return copy
  }

  /// The same with these values in their places; they must be ones that the settings take.
  func with(_ values: [String: SettingValue]) -> ResolvedSettings {
    var copy = self
    for description in settings.descriptions {
      if let value = values[description.name] { copy.apply(description, value, .flag) }
    }
    return copy
  }

  private mutating func apply(_ description: SettingDescription, _ value: SettingValue, _ origin: SettingOrigin) {
    description.write(&settings, value)
    origins[description.name] = origin
  }

  private static func place(_ origin: SettingOrigin, _ name: String) -> String {
    if case .file = origin { return origin.description }
    if case .preset = origin { return origin.description }
    return "--\(name)"
  }

  /// Limits that involve several settings. The place is where the value at fault came from.
  private func validate() throws {
    do {
      try settings.validate()
    } catch var error as InputError {
      if let name = error.place, SettingDescription.named(name, among: settings.descriptions) != nil {
        error.problem = "\(name): \(error.problem)"
        error.place = origin(of: name).description
      }
      throw error
    }
  }
}
