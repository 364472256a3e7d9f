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
  /// Variables that the agent should not gain through, separated by commas; ``RunSettings/noReference`` for none.
  public var delicate = RunSettings.noReference
  /// Under what such a variable goes its natural course: `uniform`, `start`, or an action's name.
  public var delicateBaseline = "uniform"

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
    .text(
      "delicate", \.delicate,
      "Variables of a finite world, separated by commas, that are easy to move and are not to be used: each round it is "
        + "computed how much of the agent's gain comes through them.", "Farquhar et al. 2022, arXiv 2204.10018"),
    .text(
      "delicateBaseline", \.delicateBaseline,
      "With evaluation.delicate: under what the variables go their natural course. `uniform` is all actions alike, `start` "
        + "the run's policy before training, and any other word an action that is always taken.", ours),
  ]

  public func validate() throws {
    guard delicateBaseline == Self().delicateBaseline || !delicateNames.isEmpty else {
      throw InputError(
        "nothing is delicate whose natural course it could be", at: "evaluation.delicateBaseline",
        remedy: "name a variable by evaluation.delicate, or leave it out")
    }
  }

  /// The variables' names.
  var delicateNames: [String] {
    guard delicate != RunSettings.noReference else { return [] }
    return delicate.split(separator: ",").map { name in
      String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
  }
}
