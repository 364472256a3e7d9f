import Agents
import Compute
import Environments

/// One setting of a run by its full name: a row of a section's table, read from and written to ``LearnSettings``.
///
/// The rows drive everything: files, flags, `pactolus settings`, the settings file of a run.
public struct SettingDescription: Sendable {
  /// `ppo.learningRate`: the same in the library, in files, on the command line and in reports.
  public let name: String
  /// One sentence, in the words of a user.
  public let meaning: String
  /// Where the default or the idea comes from.
  public let source: String
  /// What values it takes.
  public private(set) var kind: SettingKind
  /// Full names that it had before; files and runs that use one are still read.
  public let formerNames: [String]
  /// The value if nothing else is set.
  public let defaultValue: SettingValue
  /// What runs did that were made before there was this setting.
  public let valueWhereAbsent: SettingValue

  let read: @Sendable (LearnSettings) -> SettingValue
  let write: @Sendable (inout LearnSettings, SettingValue) -> Void

  private init<Section: SettingsSection>(
    _ setting: Setting<Section>, get: @escaping @Sendable (LearnSettings) -> Section,
    set: @escaping @Sendable (inout LearnSettings, Section) -> Void
  ) {
    func full(_ name: String) -> String { "\(Section.section).\(name)" }
    name = full(setting.name)
    meaning = setting.meaning
    source = setting.source
    kind = setting.kind
    formerNames = setting.formerNames.map(full)
    defaultValue = setting.read(Section())
    valueWhereAbsent = setting.valueWhereAbsent ?? setting.read(Section())
    read = { setting.read(get($0)) }
    write = { settings, value in
      var section = get(settings)
      setting.write(&section, value)
      set(&settings, section)
    }
  }

  /// The rows of a section that every run has.
  static func rows<Section: SettingsSection>(
    _ path: WritableKeyPath<LearnSettings, Section> & Sendable
  ) -> [SettingDescription] {
    Section.settings.map { setting in
      SettingDescription(setting, get: { $0[keyPath: path] }, set: { $0[keyPath: path] = $1 })
    }
  }

  /// The rows of a learner's section.
  static func rows<Section: SettingsSection>(ofLearner section: Section) -> [SettingDescription] {
    Section.settings.map { setting in
      SettingDescription(
        setting, get: { $0.learners[Section.self] }, set: { $0.learners[Section.self] = $1 })
    }
  }

  /// All rows with the learners of this package, in the order in which they are listed.
  public static let all: [SettingDescription] = LearnSettings().descriptions(in: .standard)

  /// The setting of this name, or of this former name.
  public static func named(_ name: String, among rows: [SettingDescription] = all) -> SettingDescription? {
    rows.first { $0.name == name } ?? rows.first { $0.formerNames.contains(name) }
  }

  /// The same where only these words may be given.
  func among(_ words: [String]) -> SettingDescription {
    var copy = self
    copy.kind = .choice(words)
    return copy
  }

  /// The section before the dot.
  public var section: String { String(name.prefix { $0 != "." }) }

  /// The value in these settings.
  public func value(in settings: LearnSettings) -> SettingValue { read(settings) }

  /// What may be given, for lists: "a whole number from 1 to 100".
  public var allowed: String { kind.allowed }

  /// The value that a text means, checked against the limits.
  ///
  /// - Throws: `InputError` with the setting's name and what may be given.
  public func parse(_ text: String, at place: String) throws -> SettingValue {
    let trimmed = text.trimmingWhitespace
    if let value = kind.value(of: trimmed) { return value }
    guard case .choice(let words) = kind else {
      throw InputError("\(name): '\(trimmed)' is not usable", at: place, remedy: "use \(allowed)")
    }
    let error = InputError.unknown("value", trimmed, among: words)
    throw InputError("\(name): \(error.problem)", at: place, remedy: error.remedy ?? "use \(allowed)")
  }
}
