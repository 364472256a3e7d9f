/// One setting of a section: its name, meaning, source and limits, and how it is read and written.
///
/// ```swift
/// static let settings: [Setting<Self>] = [
///   .integer("epochs", \.epochs, 1...1000, "Passes over each rollout.", "Stable-Baselines3 2.2, PPO (n_epochs)"),
///   .integer("segmentLength", \.segmentLength, 1...100_000, "Steps in a segment.", "imitation 1.0")
///     .formerly("fragmentLength"),
/// ]
/// ```
public struct Setting<Section>: Sendable {
  /// The word after the section's: `epochs` of `ppo.epochs`.
  public let name: String
  /// One sentence, in the words of a user.
  public let meaning: String
  /// Where the default or the idea comes from.
  public let source: String
  /// What values it takes.
  public let kind: SettingKind
  /// Names that it had before: files and stored runs with one of them are still read.
  public private(set) var formerNames: [String] = []
  /// What runs did that were made before there was this setting; nil for its default.
  public private(set) var valueWhereAbsent: SettingValue?

  /// The value in a section.
  public let read: @Sendable (Section) -> SettingValue
  /// Puts a value of ``kind`` into a section; values of other kinds change nothing.
  public let write: @Sendable (inout Section, SettingValue) -> Void

  init(
    name: String, meaning: String, source: String, kind: SettingKind,
    read: @escaping @Sendable (Section) -> SettingValue,
    write: @escaping @Sendable (inout Section, SettingValue) -> Void
  ) {
    self.name = name
    self.meaning = meaning
    self.source = source
    self.kind = kind
    self.read = read
    self.write = write
  }

  /// The same setting, which had this name before.
  public func formerly(_ name: String) -> Self {
    var copy = self
    copy.formerNames.append(name)
    return copy
  }

  /// The same setting; runs made before it existed had this value, not the default.
  public func meaning(whereAbsent value: SettingValue) -> Self {
    var copy = self
    copy.valueWhereAbsent = value
    return copy
  }
}
