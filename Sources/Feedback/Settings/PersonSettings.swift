import Compute

/// Who answers: the section `person`.
public struct PersonSettings: Sendable, Hashable {
  /// Who answers: the simulated person described below, or people at the workbench (live).
  public var answering = Answering.simulated
  /// Who answers: rational, boltzmann (chooses by a softmax of true returns), or one of B-Pref's teachers.
  public var kind = Kind.boltzmann
  /// `true` for the environment's own reward, or the name of one of its named rewards.
  public var judgesBy = "true"
  /// In which units a simulated person answers what depends on a clip's level.
  public var scale = Scale.world
  /// Temperature of a boltzmann person; 0 never errs.
  public var temperature = 1.0
  /// In which units a boltzmann person's temperature and biases are.
  public var noiseScale = Scale.reward
  /// How a rational or boltzmann person discounts later steps.
  public var discount = 1.0
  /// β of a `stochastic` teacher.
  public var rationality = 1.0
  /// Share of wrong answers of a `mistake` teacher.
  public var mistakes = 0.1
  /// A `skip` teacher skips pairs that are both worth less than this share of an average segment.
  public var skipShare = 0.1
  /// An `equal` teacher ties pairs that differ by less than this share of an average segment.
  public var equalShare = 0.1
  /// γ of a `myopic` teacher, counted back from the segment's end.
  public var myopia = 0.9
  /// What goes wrong on the way to the answer.
  public var flaws = PersonFlaws()
  /// How many people there are, and how many of them, the last ones, have the flaws; nil for all.
  public var count = 1
  /// How many of them, the last ones, have the flaws above; none: all.
  public var flawed: Int?
  /// The share of comparisons that all people answer.
  public var overlap = 0.0
  /// The share of right answers below which a person is not asked any more; nil never stops asking.
  public var requiredAccuracy: Double?
  /// Checked answers between false alarms that a person has stopped looking, on average; nil for no alarm.
  public var driftAlarm: Double?
  /// Who answers if no one is reliable: no one (`nobody`), or the majority of all (one answer for each question).
  public var fallback = Deferral.Fallback.nobody

  /// Who answers.
  public enum Answering: String, Sendable, Hashable, Codable, CaseIterable {
    /// The simulated person that the section describes.
    case simulated
    /// People behind a screen.
    case live
  }

  /// The units of answers that depend on how good a clip is by itself: ratings, and when to switch off.
  public enum Scale: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those of random play in this world.
    case world
    /// Those of the reward itself.
    case reward
  }

  /// How a simulated person judges.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Always the larger return.
    case rational
    /// By a softmax of the returns.
    case boltzmann
    /// B-Pref's teacher without flaws, and those with one each.
    case oracle
    /// Chooses by a softmax.
    case stochastic
    /// Calls pairs equal that differ little.
    case equal
    /// Skips pairs that are both worth little.
    case skip
    /// Looks at the end of a segment more than at its beginning.
    case myopic
    /// Errs now and then.
    case mistake
  }

  /// All defaults.
  public init() {}
}

private let imitation = "imitation 1.0, PreferenceComparisons"
private let pref = "B-Pref, Lee et al. 2021"
private let ours = "Pactolus"

extension PersonSettings: SettingsSection {
  public static let section = "person"

  public static let settings: [Setting<Self>] = [
    .choice(
      "answering", \.answering,
      "Who answers: the simulated person described below, or people at the workbench (live).", ours),
    .choice(
      "kind", \.kind,
      "Who answers: rational, boltzmann (chooses by a softmax of true returns), or one of B-Pref's teachers.",
      imitation + ", SyntheticGatherer; " + pref),
    .text(
      "judgesBy", \.judgesBy,
      "What the person judges by: `true`, the environment's own reward, or another reward of the environment, such as "
        + "`score` in pactolus/BoatRace-v0; in finite worlds also `regret`, how little worse each step is than the best. "
        + "Evaluation always measures by the true one.", ours),
    .choice(
      "scale", \.scale,
      "In which units a simulated person rates clips and switches off: those of random play in this `world`, or those of "
        + "the `reward` itself, by which all answers may be alike.", ours
    ).meaning(whereAbsent: .text(Scale.reward.rawValue)),
    .number(
      "temperature", \.temperature, 0...1e9, "Temperature of a boltzmann person; 0 never errs.", imitation
    ),
    .choice(
      "noiseScale", \.noiseScale,
      "In which units the temperature and the biases of a boltzmann person are: those of the `reward`, or deviations of "
        + "the returns of random play's clips in this `world`.", ours),
    .number(
      "discount", \.discount, 0...1, "How a rational or boltzmann person discounts later steps.",
      imitation),
    .number("rationality", \.rationality, 0...1e9, "β of a `stochastic` teacher.", pref),
    .number("mistakes", \.mistakes, 0...1, "Share of wrong answers of a `mistake` teacher.", pref),
    .number(
      "skipShare", \.skipShare, 0...1000,
      "A `skip` teacher skips pairs that are both worth less than this share of an average segment.", pref),
    .number(
      "equalShare", \.equalShare, 0...1000,
      "An `equal` teacher ties pairs that differ by less than this share of an average segment.", pref),
    .number(
      "myopia", \.myopia, 0...1, "γ of a `myopic` teacher, counted back from the segment's end.", pref),
    .number("lazy", \.flaws.lazy, 0...1, "Probability of an answer without looking.", ours),
    .choice("lazyKey", \.flaws.lazyKey, "What is pressed without looking.", ours),
    .number(
      "drift", \.flaws.drift, 0...1000,
      "Attention lost per thousand answers: after n, an answer is given without looking with probability "
        + "1 − exp(−drift · n / 1000).", ours),
    .number("skips", \.flaws.skips, 0...1, "Probability of refusing a question after a look.", ours),
    .number(
      "tieBand", \.flaws.tieBand, 0...1e9, "Clips whose true returns differ by no more are called equal.",
      ours),
    .number(
      "sideBias", \.flaws.sideBias, -1e9...1e9,
      "The bias towards the clip shown first: nats for a boltzmann person, true return for a rational one.", ours),
    .number(
      "lengthBias", \.flaws.lengthBias, -1e9...1e9,
      "The bias towards a clip for each step in it, in the same units.", ours),
    .number("slips", \.flaws.slips, 0...1, "Probability of pressing the wrong key.", ours),
    .number(
      "adversarial", \.flaws.adversarial, 0...1, "Probability of saying the opposite on purpose.", ours),
    .integer("count", \.count, 1...1000, "How many people answer, in turn.", ours),
    .integer(
      "flawed", \.flawed, 0...1000, "How many of them, the last ones, have the flaws above; none: all.",
      ours),
    .number("overlap", \.overlap, 0...1, "Share of comparisons that all people answer.", ours),
    .number(
      "requiredAccuracy", \.requiredAccuracy, 0...1,
      "Who is surely right less often, by the comparisons that others answered too, is not asked any more.",
      "Dawid & Skene 1979"),
    .number(
      "driftAlarm", \.driftAlarm, 50...1_000_000,
      "Who begins to disagree with the majority of the others as often as one who does not look is not asked any more, and "
        + "what they said since does not count: so many answers that others gave too pass between two false alarms, on "
        + "average, at least.", "Page 1954 (CUSUM)"),
    .choice(
      "fallback", \.fallback,
      "Who answers if no one is reliable: no one (`nobody`), or the majority of all (one answer for each question).",
      ours),
  ]

  public func validate() throws {
    func require(_ holds: Bool, _ name: String, _ problem: String, _ remedy: String) throws {
      if !holds { throw InputError(problem, at: "person.\(name)", remedy: remedy) }
    }
    // How many there are, and who is asked what, is then the workbench's matter.
    let isLive = answering == .live
    try require((flawed ?? 0) <= count, "flawed", "more people have flaws than there are", "use at most person.count")
    try require(
      requiredAccuracy == nil || isLive || (count >= 3 && overlap > 0), "requiredAccuracy", "nothing tells who errs",
      "use person.count 3 or more, and a positive person.overlap")
    try require(
      driftAlarm == nil || isLive || (count >= 3 && overlap > 0), "driftAlarm", "nothing tells who has changed",
      "use person.count 3 or more, and a positive person.overlap")
    if kind != .rational && kind != .boltzmann {
      try require(
        flaws.sideBias == 0 && flaws.lengthBias == 0, "kind",
        "B-Pref's teachers have no biases of side or length", "use rational or boltzmann")
    }
  }
}

extension PersonSettings {
  /// How the person that these settings describe judges.
  public var simulated: SimulatedJudgment {
    switch kind {
    case .rational: .rational(discount: discount)
    case .boltzmann: .boltzmann(temperature: temperature, discount: discount)
    case .oracle: .bPref(.oracle())
    case .stochastic: .bPref(.stochastic(rationality: rationality))
    case .equal: .bPref(.equal(share: equalShare))
    case .skip: .bPref(.skip(share: skipShare))
    case .myopic: .bPref(.myopic(discount: myopia))
    case .mistake: .bPref(.mistake(probability: mistakes))
    }
  }

  /// All people whom these settings describe.
  public var people: SimulatedPool {
    let sound = count - (flawed ?? count)
    return SimulatedPool(
      (0..<count).map { SimulatedPerson(simulated, flaws: $0 < sound ? PersonFlaws() : flaws) }, overlap: overlap,
      answersBetweenFalseAlarms: driftAlarm)
  }

  /// What can be said to comparisons: people are offered strengths and ties; simulated ones ties, if any of them ever
  /// says them, or the majority of several may be split.
  package var comparisonDetails: PairComparison.Details {
    guard answering == .simulated else { return PairComparison.Details() }
    let canSplit = (deferral != nil || driftAlarm != nil) && fallback == .majority
    return PairComparison.Details(strengths: false, ties: people.canTie || canSplit)
  }

  /// When people are not asked any more; nil for never.
  public var deferral: Deferral? { requiredAccuracy.map { Deferral(requiredAccuracy: $0, fallback: fallback) } }

  /// Whether what people did before decides what they do next, so that a checkpoint must have it.
  package var isRemembered: Bool { count > 1 || flaws.drift > 0 }
}
