import Compute

/// What people are asked, when and about what: the section `feedback`.
public struct FeedbackSettings: Sendable, Hashable {
  /// Questions in all.
  public var comparisons = 500
  /// What is asked, in turn: names of kinds of feedback, separated by commas.
  public var kinds = "comparison"
  /// Clips in a question of a kind that leaves their number open.
  public var options = 4
  /// Share of the questions asked in the first round.
  public var initialShare = 0.1
  /// Steps in each segment shown.
  public var segmentLength = 100
  /// Whether segments go on beyond the end of an episode that terminated, where every step is worth nothing.
  public var absorbing = true
  /// How the questions are spread over the rounds.
  public var schedule = QuestionSchedule.hyperbolic
  /// How many times more steps are gathered than the questions need.
  public var oversampling = 1.0
  /// Share of the steps to ask about that are gathered with half the actions random.
  public var explorationShare = 0.05
  /// Which pairs are asked about: random ones, or those from which there is most to learn, by this rule.
  public var selection = QuestionSelection.random
  /// Whether pairs that the reward cannot tell apart, so that no answer can teach it anything, are replaced by others.
  public var decidable = true
  /// How a round's questions are kept from being the same one several times over.
  public var batch = BatchSelection.top
  /// Share of the questions that are random and never learned from: a fair sample to measure by, however the others
  /// are chosen.
  public var evaluationShare = 0.0
  /// Share of the steps to ask about, besides the agent's, that are made up by trying actions in the environment, or in
  /// a model of it.
  public var hypotheticalShare = 0.0
  /// Where such actions are tried.
  public var hypotheticalSource = HypotheticalSource.world
  /// What a nat of the model's log-likelihood of a step is worth beside the aim.
  public var hypotheticalPrior = 1.0
  /// What such behaviour is for: what the reward is unsure of, predicts to be best or worst, or has not seen; `all`
  /// in turn.
  public var hypotheticalAim = HypotheticalAim.all
  /// Candidate pairs per question when not asking at random.
  public var candidates = 10.0
  /// Only so many of the latest answers are learned from.
  public var memory: Int?
  /// The first questions wait until the learner has explored by itself, and are about what it did there.
  public var afterPretraining = false
  /// Segments come from so many of the agent's latest complete episodes; nil for what it did since the last round.
  public var episodes: Int?

  /// Where made-up behaviour happens.
  public enum HypotheticalSource: String, Sendable, Hashable, Codable, CaseIterable {
    /// In the environment, which is played again from an episode's start.
    case world
    /// In a model that is learned from the agent's latest experience, for worlds where playing again is dear or not
    /// exact.
    case model
  }

  /// The aims of made-up behaviour, one of them or all in turn.
  public enum HypotheticalAim: String, Sendable, Hashable, Codable, CaseIterable {
    /// All of them, in turn.
    case all
    /// What the reward is unsure of.
    case uncertainty
    /// What it predicts to be best.
    case best
    /// What it predicts to be worst.
    case worst
    /// What it has not seen.
    case novelty

    /// By turns.
    package var aims: [HypotheticalBehavior.Aim] {
      HypotheticalBehavior.Aim(rawValue: rawValue).map { [$0] } ?? HypotheticalBehavior.Aim.allCases
    }
  }

  /// All defaults.
  public init() {}
}

private let imitation = "imitation 1.0, PreferenceComparisons"
private let christiano = "Christiano et al. 2017"
private let pref = "B-Pref, Lee et al. 2021"
private let ours = "Pactolus"

extension FeedbackSettings: SettingsSection {
  public static let section = "feedback"

  public static let settings: [Setting<Self>] = [
    .integer("comparisons", \.comparisons, 1...10_000_000, "Questions in all.", imitation),
    .text(
      "kinds", \.kinds,
      "What is asked, in turn: `comparison`, or several kinds separated by commas; `pactolus kinds` lists them.", ours),
    .integer(
      "options", \.options, 2...64,
      "Clips in a question of a kind that leaves their number open (best of k, ranking).", ours),
    .number(
      "initialShare", \.initialShare, 0...1, "Share of the questions asked in the first round.",
      imitation + " (initial_comparison_frac)"),
    .integer("segmentLength", \.segmentLength, 1...100_000, "Steps in each segment shown.", imitation)
      .formerly("fragmentLength"),
    .boolean(
      "absorbing", \.absorbing,
      "Segments go on beyond the end of an episode that terminated, where every step is worth nothing: clips that reach it "
        + "are shorter, and answers say what living on is worth.", "Kostrikov et al. 2019; seals"
    ).meaning(whereAbsent: .boolean(false)),
    .choice(
      "schedule", \.schedule, "How the questions are spread over the rounds.",
      imitation + " (query_schedule)"),
    .number(
      "oversampling", \.oversampling, 1...1000,
      "How many times more steps are gathered than the questions need.", imitation + " (transition_oversampling)"),
    .number(
      "explorationShare", \.explorationShare, 0...1,
      "Share of the steps to ask about that are gathered with half the actions random.",
      imitation + " (exploration_frac; 0.05 in tutorial 5)"),
    .choice(
      "selection", \.selection,
      "Which pairs are asked about: random ones, or those from which there is most to learn, by this rule; `unfamiliar`, "
        + "`specification` and `disagreement-clear` ask at random until there are enough answers.",
      christiano + "; " + pref + "; APReL"),
    .boolean(
      "decidable", \.decidable,
      "Pairs that the reward cannot tell apart, so that no answer can teach it anything, are replaced by others.", ours
    ).meaning(whereAbsent: .boolean(false)),
    .choice(
      "batch", \.batch,
      "How a round's questions are kept from being the same one several times over.", "APReL; " + pref),
    .number(
      "evaluationShare", \.evaluationShare, 0...0.9,
      "Share of the questions that are random and never learned from: a fair sample to measure by, however the others "
        + "are chosen.", ours),
    .number(
      "hypotheticalShare", \.hypotheticalShare, 0...1,
      "Share of the steps to ask about, besides the agent's, that are made up by trying actions in the environment.",
      "ReQueST, Reddy et al. 2019"),
    .choice(
      "hypotheticalSource", \.hypotheticalSource,
      "Where such actions are tried: in the world itself, or in a model learned from the agent's latest experience, for "
        + "worlds where playing again is dear or not exact.", "ReQueST, Reddy et al. 2019"),
    .number(
      "hypotheticalPrior", \.hypotheticalPrior, 0...1_000_000,
      "What a nat of the model's log-likelihood of a step is worth beside the aim; without a model nothing.",
      "ReQueST, Reddy et al. 2019 (prior_coeff)"),
    .choice(
      "hypotheticalAim", \.hypotheticalAim,
      "What such behaviour is for: what the reward is unsure of, predicts to be best or worst, or has not seen; `all` by "
        + "turns.", "ReQueST, Reddy et al. 2019"),
    .number(
      "candidates", \.candidates, 1...1000,
      "Candidate pairs per question when not asking at random.", christiano),
    .integer(
      "memory", \.memory, 1...100_000_000, "Only so many of the latest answers are learned from.",
      imitation + " (comparison_queue_size)"),
    .boolean(
      "afterPretraining", \.afterPretraining,
      "The first questions wait until the learner has explored by itself (`sac.pretrainingSteps`), and are about what it "
        + "did there; those steps come on top of `run.steps`.", "PEBBLE, arXiv 2106.05091"),
    .integer(
      "episodes", \.episodes, 1...1_000_000,
      "Segments come from so many of the agent's latest complete episodes; none: from what it did since the last round.",
      pref + " (max_size 100)"),
  ]

  public func validate() throws {
    guard Double(comparisons) * initialShare >= 1 else {
      throw InputError(
        "the first round would ask nothing", at: "feedback.initialShare",
        remedy: "ask more comparisons, or a larger share of them first")
    }
  }
}

extension FeedbackSettings {
  /// The names in ``kinds``, each of a kind that is `known`.
  ///
  /// - Throws: `InputError` for an unknown or repeated one, with near misses.
  public func kindNames(among known: FeedbackRegistry = .standard) throws -> [String] {
    let names = kinds.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingWhitespace }
    let known = known.kinds.map(\.name)
    for (index, name) in names.enumerated() {
      guard known.contains(name) else {
        throw InputError.unknown("kind of feedback", name, among: known, at: "feedback.kinds")
      }
      guard !names[..<index].contains(name) else {
        throw InputError("'\(name)' stands there twice", at: "feedback.kinds", remedy: "name each kind once")
      }
    }
    return names
  }
}
