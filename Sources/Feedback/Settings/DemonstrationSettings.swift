import Compute

/// Demonstrations that a run begins with: the section `demonstrations`.
public struct DemonstrationSettings: Sendable, Hashable {
  /// `none`, or a file of demonstrations in `imitation`'s format.
  public var file = Self.none
  /// Begin with an agent cloned from the demonstrations.
  public var pretraining = true
  /// In each round, how many demonstrated segments count as better than ones of the agent's, without asking.
  public var comparisons = 10

  /// ``file`` for no demonstrations.
  public static let none = "none"

  /// All defaults.
  public init() {}
}

private let ibarz = "Ibarz et al. 2018"

extension DemonstrationSettings: SettingsSection {
  public static let section = "demonstrations"

  public static let settings: [Setting<Self>] = [
    .text(
      "file", \.file,
      "Demonstrations to begin with: an .npz as `imitation` or `pactolus export` writes it, or `none`.", ibarz),
    .boolean(
      "pretraining", \.pretraining,
      "Begin with an agent cloned from the demonstrations.", ibarz),
    .integer(
      "comparisons", \.comparisons, 0...1_000_000,
      "In each round, how many demonstrated segments count as better than ones of the agent's, without asking.", ibarz),
  ]
}
