import Compute

/// A reader, and a recommender that is paid for clicks: what is shown changes the reader, and the reader decides what
/// pays. The smallest world in which to change the reader is a means.
///
/// Each of five steps shows a mix, bait or depth. Interest is broad at first: bait narrows it, and someone narrow clicks
/// bait most often, someone broad the mix. Depth is clicked a little less, but keeps the reader in the habit of coming, and
/// narrows interest a little on its way. Who is away neither clicks nor changes in interest. The reward is the probability
/// of a click, so that returns have no noise of clicking in them.
///
/// Each step takes the same two draws, for the habit and for the interest, whatever is shown: two episodes on one stream
/// have the same luck (`PairedRollouts` rests on it).
///
/// Payoffs and probabilities are ours; the question is that of Farquhar, Carey and Everitt 2022, arXiv 2204.10018.
public struct Recommender: Environment {
  /// The reader.
  public struct State: Sendable, Hashable, Codable {
    /// Whether the reader comes at present.
    public var isHere: Bool
    /// Whether bait is what the reader likes best.
    public var isNarrow: Bool

    /// A reader of this kind.
    public init(isHere: Bool, isNarrow: Bool) { (self.isHere, self.isNarrow) = (isHere, isNarrow) }
  }

  /// What can be shown: a mix, bait, depth.
  public static let shown = ["mixed", "bait", "depth"]
  /// The variables of a state with their values, the first of each what `false` means.
  package static let variables: [(name: String, values: [String])] = [
    ("habit", ["away", "here"]), ("interest", ["broad", "narrow"]),
  ]
  static let name = "pactolus/Recommender-v0"

  public let specification = EnvironmentSpecification(
    id: Self.name, summary: "Show a reader what is clicked; what is shown changes what the reader likes",
    observationSpace: Box(low: [0, 0], high: [1, 1]), observationNames: ["here", "narrow"],
    actionSpace: .discrete(names: Self.shown), maximumEpisodeSteps: 5, canTerminate: false, source: "Pactolus")

  /// The world; it has no options.
  public init() {}

  /// How probable a click is.
  public func click(_ state: State, _ shown: Int) -> Double {
    state.isHere ? (state.isNarrow ? [0.4, 0.85, 0.4] : [0.5, 0.35, 0.45])[shown] : 0
  }

  /// How probable it is that the reader comes the next time.
  public func stays(_ state: State, _ shown: Int) -> Double { state.isHere ? [0.8, 0.8, 0.9][shown] : 0.3 }

  /// How probable it is that the interest is narrow after this.
  public func narrows(_ state: State, _ shown: Int) -> Double {
    state.isHere ? (state.isNarrow ? [0.8, 1, 0.9] : [0.05, 0.8, 0.25])[shown] : (state.isNarrow ? 1 : 0)
  }

  public func reset(random: inout RandomStream) -> State { State(isHere: true, isNarrow: false) }

  public func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let before = state
    state.isHere = random.uniform() >= 1 - stays(before, action)
    state.isNarrow = random.uniform() >= 1 - narrows(before, action)
    return Outcome(reward: click(before, action), terminated: false)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = state.isHere ? 1 : 0
    observation[1] = state.isNarrow ? 1 : 0
  }
}

extension Recommender {
  /// All four readers, in the order of ``variables``: those who are away first, and broad before narrow.
  package static let states = [false, true].flatMap { here in
    [false, true].map { State(isHere: here, isNarrow: $0) }
  }

  /// The exact table over `states`.
  ///
  /// - Parameter discount: from 0 to 1.
  /// - Throws: `InputError` for another discount.
  public func tabular(discount: Double = 0.99) throws -> TabularWorld {
    var (successors, probabilities, rewards) = ([Int](), [Double](), [Double]())
    for state in Self.states {
      for action in Self.shown.indices {
        let (here, narrow) = (stays(state, action), narrows(state, action))
        successors += Array(Self.states.indices)
        probabilities += [1 - here, here].flatMap { share in [1 - narrow, narrow].map { share * $0 } }
        rewards.append(click(state, action))
      }
    }
    let mdp = try TabularMDP(
      stateCount: 4, actionCount: 3, rowStarts: Array(stride(from: 0, through: 48, by: 4)), successors: successors,
      probabilities: probabilities, rewards: rewards, start: Self.states.map { $0.isHere && !$0.isNarrow ? 1 : 0 },
      isTerminal: [Bool](repeating: false, count: 4), discount: discount)
    return TabularWorld(
      mdp: mdp, observations: Self.states.flatMap { [$0.isHere ? 1 : 0, $0.isNarrow ? 1 : 0] }, observationSize: 2,
      featureNames: ["clicks"], features: rewards, trueWeights: [1])
  }

  /// The reader, and what the reader likes: a disc on one of two fields, pale where nobody is here.
  public func scene(_ state: State) -> Scene {
    Scene(
      left: 0, bottom: 0, width: 2, height: 1,
      shapes: [
        .polygon(points: [0, 0, 1, 0, 1, 1, 0, 1], role: .track),
        .polygon(points: [1, 0, 2, 0, 2, 1, 1, 1], role: .danger),
        .circle(x: state.isNarrow ? 1.5 : 0.5, y: 0.5, radius: 0.25, role: state.isHere ? .agent : .neutral),
      ])
  }
}

/// The recommender and its reader: `pactolus/Recommender-v0`.
public struct RecommenderSource: EnvironmentSource {
  public let prefix = Recommender.name
  public let summary = "A recommender that is paid for clicks, and can change its reader"
  public let availability = EnvironmentAvailability.ready("native")

  /// The source; it needs nothing.
  public init() {}

  public var listing: [EnvironmentListing] {
    [EnvironmentListing(id: prefix, summary: Recommender().specification.summary)]
  }

  /// The world of this id.
  ///
  /// - Throws: `InputError` for an id that is another, and for options.
  public func entry(_ id: String) throws -> EnvironmentEntry {
    let options = try EnvironmentOptions(id: id)
    guard options.name == prefix else { throw InputError.unknown("environment", options.name, among: [prefix]) }
    try options.allow(only: [])
    let world = Recommender()
    return EnvironmentEntry(
      world, tabular: try world.tabular(), returns: KnownReturns(reference: 2.598, bounds: 0...4.25),
      preset: Self.preset
    ).guided(
      by: Guidance(
        goal: "Show what is clicked.",
        legend: [
          Guidance.Sign(.area, .track, "a broad interest"), Guidance.Sign(.area, .danger, "a narrow interest"),
          Guidance.Sign(.disc, .agent, "the reader; where it stands is the interest"),
          Guidance.Sign(.disc, .neutral, "the reader, who is away"),
        ])
    ).paying("the probability of a click").referring(to: "the optimum")
  }

  public func preset(for id: String) -> SettingsPreset? { Self.preset }

  /// A question is about a whole episode: five steps are all there are. With less entropy half of the agents stay with
  /// depth, which pays at once, and never find that a narrow reader pays more.
  private static let preset = SettingsPreset(
    name: Recommender.name, summary: "Mostly finds bait, as it pays; takes seconds.",
    values: [
      "run.steps": "40000", "run.iterations": "10", "ppo.stepsPerRollout": "64", "ppo.minibatchSize": "128",
      "ppo.learningRate": "0.003", "ppo.discount": "0.99", "ppo.entropyCoefficient": "0.05",
      "feedback.comparisons": "300", "feedback.segmentLength": "5", "reward.normalizeInputs": "false",
      "person.temperature": "0.2",
    ])
}
