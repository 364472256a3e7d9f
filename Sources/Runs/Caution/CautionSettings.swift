import Agents
import Compute
import Rewards

/// What an agent does with the uncertainty of the reward that it learns from: the section `caution`.
public struct CautionSettings: Sendable, Hashable {
  /// What is made of the members' rewards.
  public var rule = Rule.mean
  /// How many standard deviations are taken off.
  public var deviations = 1.0
  /// The worst share of the members that counts.
  public var share = 0.4
  /// The directory of another run, whose policy the agent is held near; ``RunSettings/noReference`` for none.
  public var reference = RunSettings.noReference
  /// What a nat of the divergence from that policy costs.
  public var klWeight = 0.0
  /// What √χ² of its visits from that policy's costs a step.
  public var chi2Weight = 0.0
  /// The share of that policy's episodes, the best by the reward, that the agent imitates; 1 for learning by trial.
  public var quantile = 1.0
  /// Of how many of its latest episodes.
  public var quantileEpisodes = 100
  /// The directory of another run, whose policy takes over where nobody judged; ``RunSettings/noReference`` for none.
  public var fallback = RunSettings.noReference
  /// The p-value of what is seen, against what was judged, below which it takes over, or a step waits.
  public var level = 0.05
  /// Which steps wait for a person's permission.
  public var askFirst = AskFirst.none
  /// Questions about such steps that a round asks at most; taken from the run's answers beforehand.
  public var askFirstLimit = 5
  /// Seconds in which the answer has to come.
  public var askFirstPatience = 60.0
  /// Seconds that a simulated person takes on average; 0 answers at once.
  public var askFirstSeconds = 0.0

  /// What an agent is paid where the members of the reward differ.
  public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
    /// Their mean, as it always was.
    case mean
    /// The smallest of them.
    case worst
    /// The mean less some standard deviations.
    case deviation
    /// The mean of the worst share of them.
    case tail
    /// One of them, drawn anew in each round.
    case posterior
  }

  /// Which steps wait for a person's permission while the agent learns.
  public enum AskFirst: String, Sendable, Hashable, Codable, CaseIterable {
    /// None.
    case none
    /// Those from where nothing like what is seen was judged.
    case unfamiliar
    /// In finite worlds: those that may lead to where there is no way back from.
    case irreversible
    /// Either.
    case both

    var reasons: AskFirstRule.Reasons? {
      switch self {
      case .none: nil
      case .unfamiliar: AskFirstRule.Reasons(unfamiliar: true, irreversible: false)
      case .irreversible: AskFirstRule.Reasons(unfamiliar: false, irreversible: true)
      case .both: AskFirstRule.Reasons(unfamiliar: true, irreversible: true)
      }
    }
  }

  /// All defaults.
  public init() {}
}

private let ours = "Pactolus"
private let ensembles = "Coste et al. 2023, arXiv 2310.02743"

extension CautionSettings: SettingsSection {
  public static let section = "caution"

  public static let settings: [Setting<Self>] = [
    .choice(
      "rule", \.rule,
      "What the agent is paid where the members of the learned reward differ: their `mean`, the `worst` of them, the mean "
        + "less some `deviation`s, the mean of the worst `tail`, or one member drawn anew in each round (`posterior`). All "
        + "but the mean bring the members to one zero and unit, over what was judged.",
      ensembles + " (mean, worst); the rest \(ours)"),
    .number(
      "deviations", \.deviations, 0...1000,
      "With caution.rule=deviation: how many standard deviations of the members are taken off their mean.", ours),
    .number(
      "share", \.share, 0.001...0.999,
      "With caution.rule=tail: the worst share of the members whose mean counts (conditional value at risk).",
      "Rockafellar and Uryasev 2000"),
    .text(
      "reference", \.reference,
      "The directory of another run in this world: how far the agent is from its policy is measured in each round, and "
        + "caution.klWeight holds it near.", ours),
    .number(
      "klWeight", \.klWeight, 0...1e6,
      "What leaving that policy costs, in units of the agent's reward for each nat of ln π/π_ref; 0 only measures it.",
      "Stiennon et al. 2020 (β)"),
    .number(
      "chi2Weight", \.chi2Weight, 0...1e6,
      "What √χ² of the agent's visits (observation and action) from those of caution.reference costs a step, in units of "
        + "the agent's reward; the ratio of visits is estimated by least squares from 32 of its episodes.",
      "Laidlaw et al. 2024, arXiv 2403.03185 (λ); Kanamori et al. 2009 (uLSIF)"),
    .number(
      "quantile", \.quantile, 0.001...1,
      "Below 1 the agent does not learn by trial: the policy of caution.reference acts, and the agent imitates the best "
        + "such share of its latest episodes by the learned reward.", "Taylor 2016"),
    .integer(
      "quantileEpisodes", \.quantileEpisodes, 2...100_000,
      "With caution.quantile: how many of the reference's latest episodes are chosen from.", ours),
    .text(
      "fallback", \.fallback,
      "The directory of another run in this world, whose policy is trusted: it takes over, while the agent learns and is "
        + "tried, wherever what is seen is unlike what people judged so far; everywhere until "
        + "\(FamiliarGround.fewestClips) clips are judged.", ours),
    .number(
      "level", \.level, 0.0001...0.9999,
      "With caution.fallback or caution.askFirst: the conformal p-value below which an observation is unlike what was "
        + "judged. Of what was judged itself that share counts as unfamiliar.", "Vovk et al. 2005"),
    .choice(
      "askFirst", \.askFirst,
      "Which steps wait for a person's permission while the agent learns: `unfamiliar` ones, where what is seen is unlike "
        + "what was judged; in finite worlds `irreversible` ones, which may lead to where there is no way back from; or "
        + "`both`. Without permission the policy of caution.fallback acts, or the agent stays where it is.", ours),
    .integer(
      "askFirstLimit", \.askFirstLimit, 1...1000,
      "With caution.askFirst: how many permissions a round asks for at most. So many for each round are set aside from "
        + "feedback.comparisons; beyond them nothing is allowed.", ours),
    .number(
      "askFirstPatience", \.askFirstPatience, 0.1...86400,
      "With caution.askFirst: the seconds in which an answer has to come; without one the step is not taken.", ours),
    .number(
      "askFirstSeconds", \.askFirstSeconds, 0...86400,
      "With caution.askFirst: how many seconds a simulated person takes to answer, on average (exponentially "
        + "distributed); 0 answers at once.", ours),
  ]

  public func validate() throws {
    for (name, isOff) in [
      ("deviations", rule == .deviation || deviations == Self().deviations),
      ("share", rule == .tail || share == Self().share),
    ] where !isOff {
      throw InputError(
        "the rule is '\(rule.rawValue)', which does not read it", at: "caution.\(name)",
        remedy: "set caution.rule to \(name == "share" ? Rule.tail.rawValue : Rule.deviation.rawValue), or leave it out"
      )
    }
    guard level == Self().level || fallback != RunSettings.noReference || askFirst.reasons?.unfamiliar == true else {
      throw InputError(
        "there is no policy that could take over, and no unfamiliar step waits", at: "caution.level",
        remedy: "name a run in the same world by caution.fallback, set caution.askFirst, or leave it out")
    }
    for (name, isOff) in [
      ("askFirstLimit", askFirstLimit == Self().askFirstLimit),
      ("askFirstPatience", askFirstPatience == Self().askFirstPatience),
      ("askFirstSeconds", askFirstSeconds == Self().askFirstSeconds),
    ] where !isOff && askFirst == .none {
      throw InputError(
        "no step waits for permission", at: "caution.\(name)",
        remedy: "set caution.askFirst to unfamiliar, irreversible or both, or leave it out")
    }
    for (name, isOff) in [
      ("klWeight", klWeight == 0), ("chi2Weight", chi2Weight == 0), ("quantile", quantile == 1),
    ] where !isOff && reference == RunSettings.noReference {
      throw InputError(
        "there is no policy to stay near", at: "caution.\(name)",
        remedy: "name a run in the same world by caution.reference")
    }
    try validateQuantile()
  }

  /// A quantiliser does what its reference did: nothing is learned by trial that could be held, paid otherwise or guarded.
  private func validateQuantile() throws {
    guard quantile < 1 else {
      guard quantileEpisodes == Self().quantileEpisodes else {
        throw InputError(
          "no share of the episodes is chosen", at: "caution.quantileEpisodes",
          remedy: "set caution.quantile below 1, or leave it out")
      }
      return
    }
    for (name, isOff) in [
      ("klWeight", klWeight == 0), ("chi2Weight", chi2Weight == 0), ("fallback", fallback == RunSettings.noReference),
      ("askFirst", askFirst == .none),
    ] where !isOff {
      throw InputError(
        "with caution.quantile the reference acts, and the agent imitates its best episodes", at: "caution.\(name)",
        remedy: "leave one of the two out")
    }
  }
}

extension CautionSettings {
  /// Questions that are set aside for permissions, of a run of so many rounds.
  func permissions(rounds: Int) -> Int { askFirst == .none ? 0 : askFirstLimit * rounds }

  /// Whether the learned reward fits the rule.
  ///
  /// - Throws: `InputError` where the rule would change nothing that the agent is paid.
  func check(members: Int, paidBy reward: RunSettings.AgentReward) throws {
    guard chi2Weight == 0 || reward != .truth else {
      throw InputError(
        "the agent is paid by the world itself, which charges nothing", at: "caution.chi2Weight",
        remedy: "use 0, or run.agentReward learned")
    }
    guard rule != .mean else { return }
    guard reward == .learned else {
      throw InputError(
        "the agent is not paid by the learned reward, whose members '\(rule.rawValue)' is about", at: "caution.rule",
        remedy: "use mean, or run.agentReward learned")
    }
    guard members > 1 else {
      throw InputError(
        "one network does not differ from itself", at: "caution.rule",
        remedy: "set reward.members to 3 or more, or caution.rule to mean")
    }
  }

  /// What the rule pays, the first member standing for one that is drawn; nil for the mean.
  var payment: RewardCaution? {
    switch rule {
    case .mean: nil
    case .worst: .worst
    case .deviation: .deviation(deviations)
    case .tail: .tail(share)
    case .posterior: .member(0)
    }
  }
}
