import Compute

/// How a run measures itself: the section `evaluation`.
public struct EvaluationSettings: Sendable, Hashable {
  /// Iterations between evaluations of the policy.
  public var every = 1
  /// Episodes in each of them.
  public var episodes = 8
  /// Episodes in the last one.
  public var finalEpisodes = 20
  /// Best- and worst-judged clips kept of the last one, each.
  public var clips = 3

  /// All defaults.
  public init() {}
}

private let ours = "Pactolus"

extension EvaluationSettings: SettingsSection {
  public static let section = "evaluation"

  public static let settings: [Setting<Self>] = [
    .integer(
      "every", \.every, 1...100_000, "Iterations between evaluations of the policy.", ours),
    .integer("episodes", \.episodes, 1...10_000, "Episodes in each of them.", ours),
    .integer(
      "finalEpisodes", \.finalEpisodes, 1...100_000, "Episodes in the last one.", ours),
    .integer(
      "clips", \.clips, 0...100,
      "Best- and worst-judged clips kept of the last one, each.", ours),
  ]
}
