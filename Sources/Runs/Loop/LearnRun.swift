import Agents
import Compute
import Environments
import Feedback
import Files
import Foundation
import Rewards
import Theory

/// One run that learns a reward from feedback and an agent from the reward, as deep RL from human preferences does.
///
/// ```swift
/// let settings = try ResolvedSettings(environment: "pactolus/Pendulum-v1")
/// let run = try LearnRun.create(directory: "runs/pendulum", settings: settings)
/// let outcome = try run.run()
/// // later, after a crash: try LearnRun.resume(directory: "runs/pendulum").run()
/// ```
///
/// With `feedback.afterPretraining` the learner first explores by itself, as PEBBLE does. Each iteration: gather trajectories of the current policy, cut segments, ask about them, write questions and answers
/// to the ledger, fit the reward to all answers, train the agent on the reward, evaluate, write a checkpoint. As
/// `imitation`'s `PreferenceComparisons`, whose settings mean the same here: the agent trains after the initial
/// questions too, so there are `run.iterations` + 1 rounds, and each rounds its share of the steps up to whole
/// rollouts.
///
/// All randomness is named by purpose and iteration, so a run is a function of its settings: stopped or killed anywhere
/// and resumed, with any number of threads, it leaves the same weights, ledger and metrics, byte for byte (the stamps
/// of the ledger, which stand apart, excepted).
///
/// Sources: Christiano et al. 2017, arXiv 1706.03741; imitation 1.0. Not thread-safe; holds the directory's lock while
/// it lives.
public final class LearnRun {
  /// Where its files are.
  public let layout: RunLayout
  /// What it was told to do.
  public let settings: LearnSettings

  let lock: RunLock
  package let ledger: Ledger
  let metrics: TensorBoardWriter
  let clock: RunClock
  let entry: EnvironmentEntry
  let random: RandomSource
  /// Questions in each iteration.
  let schedule: [Int]
  /// The most of them in the first, where people answer: ``RunStarted/firstQuestions``.
  let firstQuestions: Int?
  /// What the run begins with; empty for none.
  let demonstrations: [Trajectory]
  /// The kinds of feedback there are.
  let feedback: FeedbackRegistry
  /// The names of those that are asked in turns.
  let kinds: [String]

  let learner: any Learner
  /// Makes the learner as it was before it had learned anything.
  let makeUntrained: () throws -> any Learner
  let batch: any EnvironmentBatch
  let recorder = TrajectoryRecorder()
  package var model: RewardModel
  let trainer: RewardTrainer
  let evaluator: RewardEvaluator
  /// What pays the agent by another rule than the members' mean; nil for the mean.
  let cautious: CautiousReward?
  let normalized: NormalizedReward?
  /// What pays the agent where that is one of the environment's named rewards.
  let namedReward: NamedRewardEvaluator?
  /// What the agent is held beside in the end.
  let reference: ReferencePolicy?
  /// What the agent is held near, or measured against.
  let cautionReference: CautionReference?
  /// What takes off what it costs to visit other things than that does; nil where it costs nothing.
  let visits: VisitPenalty?
  /// Who takes over where nobody judged.
  var fallback: CautionFallback?
  /// Which steps wait for a person.
  var askingFirst: AskingFirst?
  /// Where they do in this round.
  var permissions: PermissionRound?
  /// Where segments come from.
  let sampler: SegmentSampler
  let answering: any Answering
  package var answered: AnsweredFeedback
  var experience: AgentExperience
  /// What lies around the segments that were asked about, where the reward is trained on cropped ones.
  var surroundings: SegmentSurroundings
  var counters = Checkpoint.Counters()
  /// Whether curves of training say so in their names.
  let labelsTraining: Bool
  /// The best policy so far, where the run is to end with it.
  var kept: KeptPolicy?
  /// The best policy by people's comparisons, where the run may stop by them.
  package var compared: ComparedPolicies?
  /// The world as a table, where what policies do in it is to be computed.
  let finite: FiniteWorldView?
  /// The world with what is delicate in it, where that is watched.
  let delicateWorld: DelicateWorld?
  /// Where the run may stop by an angle: the directions in which policies differ, and how far its own has come.
  let directions: OccupancyGeometry?
  var angled: AngleStopping?
  /// The query that each answer became, where answers may be taken back.
  var takenQueries: [Int: Int] = [:]

  /// How long this process has waited for people: for their answers, and while they had paused it.
  var secondsWaited = 0.0

  /// What the parts promise each other.
  var contracts: RunContracts
  /// Whether that is watched; tests measure what it costs.
  package var watchesContracts = true
  /// Transitions of the last round, and what they were paid before the agent trained.
  var probe: (clip: Trajectory, rewards: [Float])?

  /// Whether the ledger has predictions of answers of any kind: runs that began without them go on without them.
  var keepsContrasts = true

  /// The iteration to do next.
  package private(set) var nextIteration = 0
  private let resumedAt: Int?
  /// The state at the end of the last iteration, if it is not on disk yet.
  var unwritten: Checkpoint?
  /// Called before a checkpoint is written; tests make the disk fail here.
  package var beforeCheckpoint: (() throws -> Void)?

  /// Starts a run in a new directory.
  ///
  /// - Parameters:
  ///   - directory: where; it may exist if it is empty.
  ///   - settings: what the run does.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are; the settings must have been made with the same.
  ///   - kinds: the kinds of feedback that `feedback.kinds` may name.
  ///   - clock: for stamps and rates alone.
  ///   - answering: who answers.
  /// - Throws: `InputError` if there is something already, or the settings do not fit the environment, or a kind of
  ///   feedback cannot be asked there.
  public static func create(
    directory: String, settings: ResolvedSettings, registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard, kinds: FeedbackRegistry = .standard, clock: RunClock = .system,
    answering: AnsweringSource = .simulated
  ) throws -> LearnRun {
    let layout = RunLayout(directory)
    let entry = try check(settings.settings, registry, kinds)
    try checkPresence(of: answering, settings.settings)
    try checkKinds(settings.settings, entry, kinds)
    let cautionReference = try CautionReference(settings.settings.caution, in: entry, registry, learners)
    let fallback = try CautionFallback(settings.settings.caution, in: entry, registry, learners)
    try checkLearner(settings.settings, entry, learners, cautionReference, fallback)
    _ = try delicateWorld(
      settings.settings.evaluation, entry,
      start: settings.settings.makeLearner(learners, in: entry.specification, random: RandomSource(seed: 0)).policy)
    let reference = try ReferencePolicy(
      directory: settings.settings.run.reference, in: entry, registry, learners)
    let contents = try FileManager.default.entries(of: layout.directory)
    // A process killed at the very start leaves these.
    guard contents.allSatisfy({ ["lock", "settings.yaml.writing"].contains($0) }) else {
      let isRun = contents.contains("settings.yaml")
      throw InputError(
        isRun ? "there is a run already" : "the directory is not empty", at: directory,
        remedy: isRun ? "go on with it by 'pactolus resume', or choose another place" : "choose another place")
    }
    try FileManager.default.makePrivateDirectory(layout.directory)
    let lock = try RunLock(layout)
    // Of several that start here at once, the others have waited for nothing: the place is taken now.
    guard !FileManager.default.fileExists(atPath: layout.settings) else {
      throw InputError(
        "there is a run already", at: directory,
        remedy: "go on with it by 'pactolus resume', or choose another place")
    }
    let yaml = settings.yaml(header: "A run of Pactolus in \(settings.settings.run.environment).")
    try DurableFile.write(Data(yaml.utf8), to: layout.settings)
    return try LearnRun(
      layout, settings.settings, entry, learners, kinds, reference: reference, cautionReference: cautionReference,
      fallback: fallback, firstQuestions: settings.firstQuestions, lock: lock, clock: clock, answering: answering)
  }

  /// Goes on with a run from its last checkpoint.
  ///
  /// A run of an earlier version goes on as well: settings that it did not know have the value by which it went. Where
  /// it was made with another `arithmetic`, it goes on from the checkpoint, and its ledger records that it
  /// is not exact from there (``RunContinued``).
  ///
  /// - Throws: `InputError` if there is none, it is in use, or its files are damaged; all stays as it was.
  public static func resume(
    directory: String, registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard,
    kinds: FeedbackRegistry = .standard, clock: RunClock = .system, answering: AnsweringSource = .simulated
  ) throws -> LearnRun {
    let layout = RunLayout(directory)
    guard FileManager.default.fileExists(atPath: layout.settings) else {
      throw InputError(
        "no run here", at: directory,
        remedy: "name a directory that 'pactolus learn' has made; 'pactolus runs' lists them")
    }
    let stored = try ResolvedSettings(ofRun: SettingsFile(path: layout.settings), learners: learners)
    let settings = stored.settings
    let entry = try check(settings, registry, kinds)
    try checkPresence(of: answering, settings)
    let reference = try ReferencePolicy(directory: settings.run.reference, in: entry, registry, learners)
    let cautionReference = try CautionReference(settings.caution, in: entry, registry, learners)
    let fallback = try CautionFallback(settings.caution, in: entry, registry, learners)
    return try LearnRun(
      layout, settings, entry, learners, kinds, reference: reference, cautionReference: cautionReference,
      fallback: fallback,
      firstQuestions: stored.firstQuestions, lock: RunLock(layout), clock: clock, answering: answering)
  }

  /// The source of answers must be the one that the settings name.
  private static func checkPresence(of answering: AnsweringSource, _ settings: LearnSettings) throws {
    switch (settings.person.answering, answering) {
    case (.simulated, .simulated), (.live, .people): return
    case (.live, .simulated):
      throw InputError(
        "people answer this run's questions, and they need a page to do so", at: "person.answering",
        remedy: "use 'pactolus workbench'")
    case (.simulated, .people):
      throw InputError(
        "a simulated person answers this run's questions", at: "person.answering",
        remedy: "start a run with person.answering=live")
    }
  }

  /// What must hold between settings, environment and kinds of feedback.
  static func check(
    _ settings: LearnSettings, _ registry: EnvironmentRegistry, _ kinds: FeedbackRegistry
  ) throws -> EnvironmentEntry {
    try settings.validate()
    let entry = try registry.entry(settings.run.environment)
    guard let limit = entry.specification.maximumEpisodeSteps else {
      throw InputError(
        "'\(entry.specification.id)' has no time limit", at: "run.environment", remedy: "choose one that has")
    }
    guard settings.feedback.segmentLength <= limit else {
      throw InputError(
        "segments of \(settings.feedback.segmentLength) steps do not fit into episodes of \(limit)",
        at: "feedback.segmentLength", remedy: "use at most \(limit)")
    }
    _ = try PersonalReward(settings.person.judgesBy, in: entry)
    _ = try namedReward(settings, entry)
    _ = try settings.feedback.kindNames(among: kinds)
    if settings.run.stopWhen == .worse { _ = try kinds.kind(PairComparison.name) }
    if settings.caution.askFirst != .none { _ = try kinds.kind(Permission.name) }
    _ = try demonstrations(settings, entry)
    return entry
  }

  private init(
    _ layout: RunLayout, _ settings: LearnSettings, _ entry: EnvironmentEntry, _ learners: LearnerRegistry,
    _ feedback: FeedbackRegistry, reference: ReferencePolicy?, cautionReference: CautionReference?,
    fallback: CautionFallback?, firstQuestions: Int?, lock: RunLock, clock: RunClock, answering: AnsweringSource
  ) throws {
    self.layout = layout
    self.settings = settings
    self.entry = entry
    self.lock = lock
    self.clock = clock
    (self.reference, self.cautionReference, self.fallback) = (reference, cautionReference, fallback)
    askingFirst = try AskingFirst(settings.caution, in: entry, fallback)
    let checkpoint = try Checkpoint.newest(in: layout)
    random = RandomSource(seed: UInt64(settings.run.seed))
    demonstrations = try Self.demonstrations(settings, entry)
    self.feedback = feedback
    kinds = try settings.feedback.kindNames(among: feedback)
    // A simulated person who judges a clip by itself has another zero than an absorbing state.
    let hasZero = try settings.person.answering == .live || kinds.allSatisfy { try feedback.kind($0).level == .none }
    sampler = SegmentSampler(
      length: settings.feedback.segmentLength, isPastEnd: settings.feedback.absorbing && hasZero)
    makeUntrained = { [random] in
      try settings.makeLearner(learners, in: entry.specification, random: random.child("agent"))
    }
    learner = try makeUntrained()
    delicateWorld = try Self.delicateWorld(settings.evaluation, entry, start: learner.policy)
    contracts = RunContracts(entry)
    try cautionReference?.hold(learner)
    directions = try Self.directions(settings, entry, learner)
    finite = directions != nil || cautionReference != nil ? FiniteWorldView(entry) : nil
    batch = entry.makeBatch(count: learner.slots, random: random.child(AgentExperience.source, 0))
    model = try RewardModel(settings.reward.model, specification: entry.specification, random: random.child("reward"))
    trainer = try RewardTrainer(settings.reward.training)
    evaluator = RewardEvaluator(model)
    cautious = settings.caution.payment.map { [evaluator] in CautiousReward(evaluator, $0) }
    normalized = settings.reward.normalizeForAgent ? NormalizedReward(cautious ?? evaluator) : nil
    namedReward = try Self.namedReward(settings, entry)
    var paying: (any TransitionReward)? = evaluator
    if let cautious { paying = cautious }
    if let normalized { paying = normalized }
    if settings.run.agentReward != .learned { paying = namedReward }
    visits = try cautionReference?.penalty(on: paying, settings.caution, learner, in: entry, random: random)
    answered = AnsweredFeedback(model.encoding)
    experience = AgentExperience(episodes: settings.feedback.episodes)
    surroundings = SegmentSurroundings(width: model.encoding.width)
    switch answering {
    case .simulated: self.answering = try SimulatedAnswering(settings, entry, feedback, random: random)
    case .people(let make): self.answering = try make(layout)
    }
    ledger = try Ledger(path: layout.ledger, clock: clock.wallTime)
    let start = try ledger.start()
    labelsTraining = start.map { $0.format >= 2 } ?? true
    self.firstQuestions = start == nil ? firstQuestions : start?.firstQuestions
    schedule = try settings.schedule(firstQuestions: self.firstQuestions)
    try Self.compareSettings(settings, ledger, layout)
    metrics = try TensorBoardWriter(folder: URL(fileURLWithPath: layout.metrics))
    resumedAt = checkpoint.map { $0.iteration + 1 } ?? (ledger.count > 0 ? 0 : nil)
    if let checkpoint {
      try restore(checkpoint)
      nextIteration = checkpoint.iteration + 1
    } else {
      try ledger.rewind(to: 0)
      try metrics.truncate(to: 0)
      if !demonstrations.isEmpty, settings.demonstrations.pretraining {
        let rows = try DemonstrationRows(demonstrations, specification: entry.specification)
        try learner.imitate(rows, random: random.child("demonstrations"))
      }
    }
    recorder.begin(batch)
  }

  // MARK: Running

  /// Runs to the end, or until `stop` is raised.
  ///
  /// - Throws: `InputError` for what goes wrong outside (a full disk); the run can be resumed afterwards.
  @discardableResult
  public func run(stop: StopFlag = StopFlag(), progress: any ProgressSink = SilentProgress()) throws -> RunOutcome {
    // Whoever hears of the start may look at the ledger: it has its first event then.
    try begin()
    progress.report(
      .started(
        environment: settings.run.environment, seed: settings.run.seed, directory: layout.directory,
        resumedAt: resumedAt))
    let pace = Pace(clock, agentSteps: counters.agentSteps, allSteps: counters.allSteps)
    while nextIteration <= settings.run.iterations, stoppedAt == nil {
      guard !stop.isRaised, let report = try iterate(nextIteration, stop: stop) else { return try stopped(progress) }
      nextIteration += 1
      progress.report(.iteration(pace.progress(self, report)))
    }
    let outcome = try finish()
    progress.report(.finished(outcome))
    return outcome
  }

  /// Asked to stop: what is not on disk yet goes there, and the run can be resumed.
  private func stopped(_ progress: any ProgressSink) throws -> RunOutcome {
    try lock.checkPlace(layout)
    try ledger.flush()
    if let unwritten {
      try metrics.synchronize()
      _ = try unwritten.write(into: layout, keeping: settings.run.checkpointsKept)
    }
    unwritten = nil
    let outcome = RunOutcome(
      directory: layout.directory, seed: settings.run.seed, finished: false, iterations: nextIteration,
      agentSteps: counters.agentSteps, allSteps: counters.allSteps, answers: counters.answers, trueReturns: [],
      predictedReturns: [])
    progress.report(.finished(outcome))
    return outcome
  }

  /// The round in which the run was told to stop before its last.
  var stoppedAt: Int? { compared?.stoppedAt ?? angled?.stoppedAt }

  /// The agent's steps at the end of the run.
  package var totalAgentSteps: Int {
    settings.run.agentSteps(inRolloutsOf: learner.rolloutSize) + preparationRollouts * learner.rolloutSize
  }

  /// Whole rollouts in which the learner explores by itself, before anything is asked.
  var preparationRollouts: Int {
    settings.feedback.afterPretraining ? learner.preparationSteps / learner.rolloutSize : 0
  }

  /// Rollouts in one iteration.
  func rollouts(in iteration: Int) -> Int { settings.run.rollouts(of: learner.rolloutSize, in: iteration) }
}
