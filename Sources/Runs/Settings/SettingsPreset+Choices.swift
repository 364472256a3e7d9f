import Environments

extension SettingsPreset {
  /// `run.preset`'s value for "the environment's own".
  public static let automatic = "auto"
  /// `run.preset`'s value for the plain defaults.
  public static let none = "none"

  /// What `run.preset` may be with these environments and presets.
  public static func choices(in registry: EnvironmentRegistry = .standard) -> [String] {
    [automatic, none] + registry.namedPresets.map(\.name)
  }

  /// The preset that `run.preset` names; nil for the plain defaults, and for `auto` where the environment has none.
  public static func chosen(
    _ name: String, for environment: String, in registry: EnvironmentRegistry = .standard
  ) -> SettingsPreset? {
    name == automatic
      ? registry.preset(for: environment)
      : registry.namedPresets.first { $0.name == name }
  }

  /// The preset that these settings were resolved with, if any.
  public static func used(by settings: LearnSettings, in registry: EnvironmentRegistry = .standard) -> SettingsPreset? {
    chosen(settings.run.preset, for: settings.run.environment, in: registry)
  }
}
