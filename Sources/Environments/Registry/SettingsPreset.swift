/// Settings known to work for something, under a name: between the defaults and the user's own.
///
/// An environment brings its own (``EnvironmentEntry/preset``, taken without being asked for) and may bring others to
/// be asked for by name (``EnvironmentEntry/namedPresets``); one for any environment is added to the registry
/// (``EnvironmentRegistry/add(_:)-(SettingsPreset)``). Names and values are text, as in a settings file, and are
/// checked when a run resolves them: this room does not know what can be set. What each preset of this package reaches,
/// measured: `Documentation/presets.md`.
public struct SettingsPreset: Sendable, Hashable {
  /// What it is called: the environment's id, or the name to ask for it by.
  public var name: String
  /// What it is for and what to expect, a sentence or two.
  public var summary: String
  /// What a user should know before waiting for a result: why it cannot go well, and what to do instead. Nil for most.
  public var caution: String?
  /// Values by setting name, in the spelling of a settings file.
  public var values: [String: String]

  /// A preset of these parts.
  public init(name: String, summary: String, caution: String? = nil, values: [String: String]) {
    self.name = name
    self.summary = summary
    self.caution = caution
    self.values = values
  }

  /// The reward sees where one gets and not the action, which only adds noise where the reward is about places.
  static let placeOnly = [
    "reward.useObservation": "false", "reward.useAction": "false", "reward.useNextObservation": "true",
  ]
}
