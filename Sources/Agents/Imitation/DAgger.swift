import Compute
import Environments

/// The source of what should have been done.
///
/// Asked with observation rows [rows × observation size], answers with as many action rows [rows × action row size].
public struct Expert {
  /// The expert's actions for observation rows end to end.
  public typealias Actions = (_ observations: [Float], _ rows: Int) throws -> [Float]

  let actions: Actions

  /// An expert that is asked through a function: a planner, a rule, a person.
  public init(_ actions: @escaping Actions) { self.actions = actions }

  /// The most probable actions of a policy.
  public init(_ policy: Policy) {
    var actor: PolicyActor?
    actions = { observations, rows in
      if (actor?.capacity ?? 0) < rows { actor = policy.makeActor(count: rows) }
      var actions = [Float](repeating: 0, count: rows * policy.head.rowSize)
      actions.withUnsafeMutableBufferPointer { actions in
        if let start = actions.baseAddress { actor?.act(observations, rows: rows, into: start) }
      }
      return actions
    }
  }

  /// The most probable actions of a policy of any kind.
  ///
  /// - Parameters:
  ///   - policy: who is asked.
  ///   - specification: of the environment in which it acts.
  public init(_ policy: some ActingPolicy, in specification: EnvironmentSpecification) {
    var known: (actor: any BatchActor, capacity: Int)?
    actions = { observations, rows in
      let actor: any BatchActor
      if let known, known.capacity >= rows {
        actor = known.actor
      } else {
        actor = policy.makeActor(count: rows)
        known = (actor, rows)
      }
      var actions = [Float](repeating: 0, count: rows * specification.actionSpace.rowSize)
      var chosen = actions.mutableSpan
      actor.act(observations.span, into: &chosen)
      return actions
    }
  }
}

/// Dataset aggregation: cloning that asks the expert where the learner itself gets to.
///
/// ```swift
/// var dagger = try DAgger(settings, entry: entry, random: RandomSource(seed: 1))
/// for _ in 0..<8 { try dagger.iterate(expert: Expert(policy), in: entry) }
/// let policy = dagger.policy
/// ```
///
/// Each round plays some episodes, in which the expert acts at a falling share β of the steps and the clone at the
/// others, asks the expert what it would have done at every step, and clones again from all its replies. The
/// error then grows with the horizon T rather than with T², as long as the expert can be asked.
///
/// A value: stored between two rounds, it goes on later as if it had never stopped. A function of its seed and of the
/// expert's answers. Source: Ross, Gordon, Bagnell, "A reduction of imitation learning and structured prediction to
/// no-regret online learning", AISTATS 2011.
public struct DAgger: Codable, Sendable {
  /// How one round went.
  public struct Round: Codable, Sendable, Hashable {
    /// The share of steps that were meant for the expert.
    public var expertShare: Double
    /// Steps labelled in this round.
    public var labels: Int
    /// Mean true return of the episodes played by the mixture.
    public var meanTrueReturn: Double
    /// Of the cloning: mean negative log-likelihood in training, and held out.
    public var trainingLoss: Double
    /// The cloned policy's loss on held-out rows; nil if none were held out.
    public var heldOutLoss: Double?
  }

  /// What the run was made by.
  public let settings: DAggerSettings
  /// The rounds so far, in order.
  public private(set) var rounds: [Round] = []
  /// The clone; nil before the first round.
  public private(set) var policy: Policy?
  /// What the expert said, episode by episode: its actions, not those taken.
  private var labelled: [Trajectory]
  private let environment: String
  private let random: RandomSource

  /// - Parameters:
  ///   - settings: how to ask and learn.
  ///   - demonstrations: what the expert did before, to clone from as well.
  ///   - entry: where to act; it needs a time limit.
  ///   - random: decides everything that is drawn.
  /// - Throws: `InputError` for settings or demonstrations that do not fit.
  public init(
    _ settings: DAggerSettings = DAggerSettings(), demonstrations: [Trajectory] = [], entry: EnvironmentEntry,
    random: RandomSource
  ) throws {
    try settings.validate()
    guard entry.specification.maximumEpisodeSteps != nil else {
      throw InputError("'\(entry.specification.id)' has no time limit", remedy: "choose an environment that has")
    }
    if !demonstrations.isEmpty { _ = try DemonstrationRows(demonstrations, specification: entry.specification) }
    self.settings = settings
    labelled = demonstrations
    environment = entry.specification.id
    self.random = random
  }

  /// Steps that the expert labelled so far, demonstrations aside.
  public var labels: Int { rounds.reduce(0) { $0 + $1.labels } }

  /// One round: play, ask, clone.
  ///
  /// - Throws: what the expert throws, and `InputError` if it answers with the wrong number of actions or with actions
  ///   that the environment does not have; the value then stays as it was.
  @discardableResult
  public mutating func iterate(expert: Expert, in entry: EnvironmentEntry) throws -> Round {
    guard entry.specification.id == environment else {
      throw InputError("DAgger was begun in '\(environment)', not in '\(entry.specification.id)'")
    }
    let random = random.child("dagger/round", rounds.count)
    let share = policy == nil ? 1 : settings.mixture.share(round: rounds.count)
    let played = try play(expert: expert, share: share, in: entry, random: random)
    let rows = try DemonstrationRows(labelled + played, specification: entry.specification)
    var cloning = BehavioralCloning(settings.cloning)
    let clone = try cloning.train(rows, random: random.child("clone"))
    labelled += played
    policy = clone
    let round = Round(
      expertShare: share, labels: played.reduce(0) { $0 + $1.count },
      meanTrueReturn: played.reduce(0) { $0 + $1.trueReturn } / Double(played.count),
      trainingLoss: cloning.trainingLoss, heldOutLoss: cloning.heldOutLoss)
    rounds.append(round)
    return round
  }

  /// Episodes by the mixture, with the expert's actions in place of those taken.
  private func play(
    expert: Expert, share: Double, in entry: EnvironmentEntry, random: RandomSource
  ) throws -> [Trajectory] {
    let count = settings.episodes
    let batch = entry.makeBatch(count: count, random: random.child("environment"))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    let actor = policy?.makeActor(count: count)
    var draws = random.stream("who-acts")
    let size = entry.specification.actionSpace.rowSize
    let width = entry.specification.observationSpace.count
    var taken = [Float](repeating: 0, count: count * size)
    // Slots whose episode is over are idle: the expert is not asked about them, and their steps do not count.
    var said = taken
    var finished = [Trajectory?](repeating: nil, count: count)
    for _ in 0..<(entry.specification.maximumEpisodeSteps ?? 0) where finished.contains(nil) {
      let asked = (0..<count).filter { finished[$0] == nil }
      let answers = try expert.actions(
        asked.flatMap { batch.observations[$0 * width..<($0 + 1) * width] }, asked.count)
      guard answers.count == asked.count * size else {
        throw InputError(
          "the expert gave \(answers.count) numbers for \(asked.count) observations",
          remedy: "\(size) for each is needed")
      }
      try check(answers, entry.specification.actionSpace)
      for (index, slot) in asked.enumerated() {
        said.replaceSubrange(slot * size..<(slot + 1) * size, with: answers[index * size..<(index + 1) * size])
      }
      taken.withUnsafeMutableBufferPointer { taken in
        guard let row = taken.baseAddress, let observations = batch.observations.baseAddress else { return }
        actor?.act(observations, into: row)
        for slot in 0..<count where draws.bernoulli(share) {
          for index in slot * size..<(slot + 1) * size { row[index] = said[index] }
        }
        batch.step(row)
        recorder.record(batch, said)
      }
      try batch.check()
      for trajectory in recorder.take(includingPartial: false) {
        guard let start = trajectory.start, finished[start.slot] == nil else { continue }
        finished[start.slot] = trajectory
      }
    }
    return finished.compactMap { $0 }
  }

  private func check(_ answers: [Float], _ space: ActionSpace) throws {
    switch space {
    case .discrete(let names):
      let valid = { (answer: Float) in answer >= 0 && answer < Float(names.count) && answer == answer.rounded() }
      if let wrong = answers.first(where: { !valid($0) }) {
        throw InputError("the expert's action \(wrong) is not one of 0 ..< \(names.count)")
      }
    case .continuous:
      if let wrong = answers.first(where: { !$0.isFinite }) { throw InputError("the expert's action holds \(wrong)") }
    }
  }
}
