/// Settings known to work for something, under a name: between the defaults and the user's own.
///
/// What each reaches, measured: `Documentation/presets.md`. The values themselves: ``forEnvironments`` and ``named``.
public struct SettingsPreset: Sendable, Hashable {
  public var name: String
  /// What it is for and what to expect, a sentence or two.
  public var summary: String
  /// What a user should know before waiting for a result: why it cannot go well, and what to do instead. Nil for most.
  public var caution: String?
  /// Values by setting name, in the spelling of a settings file.
  public var values: [String: String]

  public init(name: String, summary: String, caution: String? = nil, values: [String: String]) {
    self.name = name
    self.summary = summary
    self.caution = caution
    self.values = values
  }

  /// `run.preset`'s value for "the environment's own".
  public static let automatic = "auto"
  public static let none = "none"

  /// What `run.preset` may be.
  public static var choices: [String] { [automatic, none] + named.map(\.name) }

  /// The presets that can be asked for by name.
  public static let named = [tutorial5, boatRaceNaive]

  /// What `auto` means for an environment.
  public static func preset(for environment: String) -> SettingsPreset? {
    forEnvironments.first { $0.name == environment }
  }

  /// The preset that these settings were resolved with, if any.
  public static func used(by settings: LearnSettings) -> SettingsPreset? {
    settings.run.preset == automatic
      ? preset(for: settings.run.environment) : named.first { $0.name == settings.run.preset }
  }
}
