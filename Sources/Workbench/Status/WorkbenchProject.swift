import Agents
import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation
import Runs
import Synchronization

/// A run and the people who answer it: what a workbench is about.
///
/// ```swift
/// let run = try LearnRun.create(
///   directory: "runs/pendulum", settings: settings,
///   answering: .people { layout in
///     try WorkbenchProject(directory: layout.directory, environment: entry, seed: 0)
///   })
/// // the run on a thread of its own: try run.run(stop: stop, progress: project.progress)
/// ```
public final class WorkbenchProject: Answering, Sendable {
  /// Members, questions and answers.
  public let store: WorkbenchStore
  /// What tells it from every other project at the same address.
  let id: String
  package let board: LiveBoard
  /// What is not known of the run's reward.
  let meter: RewardMeter
  /// How the run's agent acts, by its newest checkpoint.
  let agent: @Sendable () throws -> any ActingPolicy
  let title: String
  let kinds: FeedbackRegistry
  /// What is judged, where it is the texts of a file and no run.
  let texts: JudgingRecord?
  /// Of a run; nothing else is asked about a world.
  var entry: EnvironmentEntry {
    guard let entry = board.entry else { preconditionFailure("a project about texts has no world") }
    return entry
  }
  var seed: UInt64 { board.seed }
  private let stop = ChangeCounter()
  /// How far people can be relied on, where the run's settings ask for that, and what of it the run was not told yet.
  private let reliability = Mutex<(known: LiveReliability?, news: [Finding])>((nil, []))

  /// - Parameters:
  ///   - directory: the run's, where `workbench.sqlite` is kept.
  ///   - environment: where the run's agent acts.
  ///   - seed: the run's.
  ///   - kinds: the kinds of feedback there are; the run's as well.
  ///   - learners: the learners there are; the run's settings are read with them.
  ///   - clock: seconds since 1970.
  public convenience init(
    directory: String, environment: EnvironmentEntry, seed: UInt64, kinds: FeedbackRegistry = .standard,
    learners: LearnerRegistry = .standard,
    clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    let store = try WorkbenchStore(path: Self.answers(in: directory), seed: seed, clock: clock)
    try self.init(store, directory, environment, seed, kinds, learners: learners)
  }

  /// A run that is only looked at, by somebody who may not write to its directory.
  ///
  /// The page is the same. Nothing is written: who opens it, or is invited, is forgotten when the process ends.
  ///
  /// - Parameters:
  ///   - directory: the run's.
  ///   - environment: where the run's agent acts.
  ///   - seed: the run's.
  ///   - kinds: the kinds of feedback there are.
  ///   - learners: the learners there are; the run's settings are read with them.
  ///   - clock: seconds since 1970.
  /// - Throws: `InputError` if the answers that are there cannot be read.
  public convenience init(
    showing directory: String, environment: EnvironmentEntry, seed: UInt64, kinds: FeedbackRegistry = .standard,
    learners: LearnerRegistry = .standard,
    clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    let store = try WorkbenchStore(showing: Self.answers(in: directory), seed: seed, clock: clock)
    try self.init(store, directory, environment, seed, kinds, learners: learners)
    readRecord()
  }

  private let directory: String

  init(
    _ store: WorkbenchStore, _ directory: String, _ environment: EnvironmentEntry?, _ seed: UInt64,
    _ kinds: FeedbackRegistry, learners: LearnerRegistry = .standard, texts: JudgingRecord? = nil
  ) throws {
    self.store = store
    id = try store.identity()
    self.kinds = kinds
    self.texts = texts
    self.directory = directory
    board = LiveBoard(directory: directory, entry: environment, seed: seed)
    meter = RewardMeter {
      try environment.flatMap { try LearnedReward(directory: directory, in: $0, learners: learners, kinds: kinds) }
    }
    agent = {
      guard let environment else { throw InputError("a project about texts has no agent") }
      var registry = EnvironmentRegistry()
      registry.add(environment)
      return try TrainedRun(directory: directory, registry: registry, learners: learners).policy
    }
    title = directory.split(separator: "/").last.map(String.init) ?? directory
    let isPaused = try store.remembered(.paused) == 1
    board.change { $0.isPaused = isPaused }
    store.observe { [board] in board.announce() }
  }

  static func answers(in directory: String) -> String { directory + "/workbench.sqlite" }

  /// Where the run reports to.
  public var progress: any ProgressSink { board }

  /// The run's figures as its ledger has them: for one that is only looked at.
  public func readRecord() { board.readRecord() }

  /// Shows on the page that the run has stopped, and why.
  public func fail(_ message: String) { board.change { $0.failure = message } }

  /// The person at this computer, as its owner.
  ///
  /// - Returns: the path and fragment of the page's address; good for one use within an hour, and until the next is made.
  public func ownerLink(named name: String = "owner") throws -> String {
    let code = try store.inviteAtStart(name)
    try store.note(.invited, by: nil, about: name, "as owner")
    return "/#join=" + code
  }

  // MARK: What is remembered

  /// Whether the agent waits for somebody to let it go on.
  package var isPaused: Bool { board.current.isPaused }

  /// The port that the page was last served at; nil if it never was.
  package func lastPort() throws -> Int? { try store.remembered(.port).map { Int($0) } }

  /// Notes the port, so that pages which are open find the run there when it is started again.
  package func remember(port: Int) throws { try store.remember(.port, Double(port)) }

  // MARK: The run's settings

  private func setting(_ name: String) -> Int? { board.current.record?.settings[name].flatMap { Int($0) } }

  /// Steps in a clip; nil if the run has not begun.
  var segmentLength: Int? { setting("feedback.segmentLength") }

  /// The last round, in which nothing can be taken back any more; nil for a run that is over and does not say. One that
  /// goes on has always begun.
  var lastRound: Int? { board.current.phase == .finished ? nil : setting("run.iterations") ?? .max }

  /// Tells those who judge this, in a subset of Markdown, in the place of what they were told before.
  ///
  /// - Throws: `InputError` if it is too long.
  package func instruct(_ text: String) throws {
    var guide = try store.guide()
    guide.instructions = text
    try store.set(guide)
  }

  /// Deletes a person and what they said. The record of a run that has learned from them keeps their answers under
  /// another name, and the run's weights keep what they taught.
  ///
  /// - Throws: `InputError` if the run has learned from them and goes on: its record has to come out the same when it is
  ///   resumed.
  func erase(_ name: String, by owner: String) throws -> Erasure {
    let learned = try store.takenIn(from: name)
    guard learned == 0 || board.current.phase == .finished else {
      throw InputError(
        "the run has learned from \(learned) answers of '\(name)', and goes on", at: "name",
        remedy: "remove them now, and delete what they said when the run has finished")
    }
    let other = "former member \(Secret.identifier().prefix(6))"
    if learned > 0 {
      try Ledger.rename(person: name, to: other, in: RunLayout(directory))
      defer { readRecord() }
      return try store.erase(name, by: owner, leaving: other)
    }
    return try store.erase(name, by: owner, leaving: other)
  }

  // MARK: Answering

  public func ask(_ questions: [PosedQuestion]) throws {
    try store.add(questions)
  }

  public func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    board.readBeginning()
    board.change { $0.phase = .asking }
    defer { board.change { $0.phase = .training } }
    guard let events = try store.collect(round, stop: stop) else { return nil }
    try watch(events, in: round)
    return events
  }

  public func permit(
    _ question: PosedQuestion, query: Int, within seconds: Double, stop: StopFlag
  ) throws -> PermissionReply {
    board.change { $0.phase = .asking }
    defer { board.change { $0.phase = .training } }
    return try store.permit(question, within: seconds, stop: stop)
  }

  /// Holds people against one another, and stops asking those who cannot be relied on.
  private func watch(_ events: [AnswerEvent], in round: IntakeRound) throws {
    guard let policy = LiveReliability.Policy(board.current.record?.settings ?? [:]) else { return }
    let known = try reliability.withLock { state in
      var known = state.known ?? LiveReliability(policy)
      state.news += try known.takeIn(
        events, in: round, policy, kinds: kinds, salt: id, random: RandomSource(seed: seed))
      state.known = known
      return known
    }
    try store.setAside(events, from: round.firstQuery, withdrawn: known.withdrawn)
    try store.stopAsking(known.untrusted(among: store.memberNames(), id))
  }

  public func findings() -> [Finding] {
    reliability.withLock { state in
      defer { state.news = [] }
      return state.news
    }
  }

  public var withdrawn: [Int] { reliability.withLock { $0.known?.withdrawn ?? [] } }

  public func state() throws -> [String: String] {
    try reliability.withLock { $0.known }.map { ["people": try CanonicalJSON.encode($0)] } ?? [:]
  }

  public func restore(_ state: [String: String]) throws {
    guard let text = state["people"] else { return }
    do {
      let known = try CanonicalJSON.decode(LiveReliability.self, from: text)
      reliability.withLock { $0 = (known, []) }
    } catch {
      throw InputError("its part 'people' cannot be read")
    }
  }

  public func waitWhilePaused(stop: StopFlag) {
    while board.current.isPaused, !stop.isRaised { self.stop.wait(seconds: 0.1) }
  }

  public func show(_ view: RunView) {
    board.show(view)
    do {
      if let newest = view.newest { try store.keep(newest, of: view.iteration) }
    } catch {
      // What people see later of this iteration; the run itself does not depend on it.
      HostScreen.complain("what the agent did is not kept: \(error)")
    }
  }

  public func show(_ reward: LearnedReward) {
    meter.show(reward)
    board.announce()
  }

  /// Kept: a run that is started again is paused as it was.
  func pause(_ isPaused: Bool) throws {
    try store.remember(.paused, isPaused ? 1 : 0)
    board.change { $0.isPaused = isPaused }
    stop.increment()
  }
}
