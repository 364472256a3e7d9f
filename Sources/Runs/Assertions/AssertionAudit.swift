import Agents
import Audits
import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation
import Rewards

/// Statements about a run's learned reward, each checked over what was judged and what the policy visits, searched for
/// counterexamples, and proved where the networks are small enough.
///
/// ```swift
/// let audit = try AssertionAudit(directory: "runs/CartPole-v1-1", file: "assertions.txt")
/// audit.findings.filter { $0.verdict == .fails }
/// ```
public struct AssertionAudit: Sendable, Encodable {
  /// The run.
  public let directory: String
  /// Where the statements stand.
  public let file: String
  /// The world's id.
  public let environment: String
  /// Transitions that people (or whoever answered) judged.
  public let judged: Int
  /// Transitions of fresh episodes.
  public let visited: Int
  /// Fresh episodes.
  public let episodes: Int
  /// The names that statements may use.
  public let features: [String]
  /// One for each statement.
  public let findings: [Finding]
  package let results: [AssertionResult]
  /// Where each line that fails is broken, in their order.
  package let scenes: [AssertionScene]
  package let entry: EnvironmentEntry

  private enum CodingKeys: String, CodingKey {
    case directory, file, environment, judged, visited, episodes, features, findings, results
  }

  /// How much is looked at.
  public struct Settings: Sendable, Hashable {
    /// Fresh episodes of the policy.
    public var episodes = 50
    /// Of episodes and searches.
    public var seed = 0
    /// Rows that the search tries for each statement.
    public var trials = 10_000
    /// Parts that a proof bounds for each statement; 0 for no proofs.
    public var nodes = 2000

    /// All defaults.
    public init() {}
  }

  /// The file that is taken where none is named.
  public static let usualFile = "assertions.txt"

  /// Reads the statements, plays the episodes, checks; the run is only read.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - file: the statements; nil for `assertions.txt` in the run's directory.
  ///   - settings: how much is looked at.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  ///   - kinds: the kinds of feedback there are.
  /// - Throws: `InputError` for a run without a checkpoint or without a learned reward, a file that cannot be read, a line
  ///   that is no statement, and a reward that looks at images.
  public init(
    directory: String, file: String? = nil, settings: Settings = Settings(), registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard, kinds: FeedbackRegistry = .standard
  ) throws {
    guard settings.episodes > 0, settings.trials >= 0, settings.nodes >= 0 else {
      throw InputError("episodes, trials or parts that are none", remedy: "give 1 episode or more")
    }
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    guard case .learned = run.settings.run.agentReward else {
      throw InputError(
        "the run learned no reward: its agent is paid by the world", at: directory,
        remedy: "name a run that asked for feedback")
    }
    let specification = run.entry.specification
    let names = try ReadFeatures(run.reward.encoding, specification: specification)
    let path = file ?? URL(fileURLWithPath: directory).appendingPathComponent(Self.usualFile).path
    let assertions = try AssertionFile.read(Self.text(path), name: path, features: names)
    let player = EpisodePlayer(
      entry: run.entry, policy: run.policy, slots: min(settings.episodes, 32),
      seed: RandomSource(seed: UInt64(settings.seed)), source: "assertions", sourceIndex: 0, manner: .drawn)
    let trajectories = try player.play(.episodes(settings.episodes)).trajectories.map(\.trajectory)
    let encoding = run.reward.encoding
    var (rows, starts) = ([Float](), [Int]())
    for trajectory in trajectories {
      starts.append(rows.count / encoding.width)
      try encoding.append(trajectory, to: &rows)
    }
    let visits = AssertionRows("visited", rows: rows, width: encoding.width, starts: starts)
    let answers = try run.answers(kinds: kinds)
    let clips = AssertionRows("judged", rows: answers.rows, width: encoding.width, starts: answers.clipStarts)
    let domain = AssertionDomain(names, seen: [clips, visits])
    let check = AssertionCheck(
      try BoundedNetwork(run.reward), domain: domain, sets: [clips, visits], trials: settings.trials,
      nodes: settings.nodes, random: player.random)
    results = assertions.map { check.result(of: $0) }
    findings = results.map { $0.finding(domain, id: "line-\($0.line)") }
    var seen = SeenSteps(encoding)
    if results.contains(where: { $0.witness != nil }) {
      for (number, episode) in trajectories.enumerated() {
        try seen.append("in fresh episode \(number + 1)", episode, leading: [], random: player.random)
      }
      let record = try RunRecord(directory: directory)
      for segment in try record.segments(record.judgedSegments) where segment.canBeReplayed(in: run.entry) {
        try seen.append(
          "in a judged clip", segment.trajectory, leading: segment.leadingActions,
          random: segment.randomSource(seed: record.seed))
      }
    }
    scenes = results.compactMap { seen.scene(of: $0, domain) }
    entry = run.entry
    self.directory = directory
    self.file = path
    environment = specification.id
    judged = clips.count
    visited = visits.count
    episodes = trajectories.count
    features = names.names
  }

  private static func text(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(
        "no file of assertions here", at: path,
        remedy: "write one statement a line, such as: reward stays between -2 and 2 (see Documentation/assertions.md)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw InputError("the file is not UTF-8 text", at: path, remedy: "save it as UTF-8")
    }
    return text
  }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "Nothing that is asserted is refuted", fails: "The reward breaks an assertion",
    mixed: "Nothing that is asserted is refuted, but not all could be looked at", unknown: "Nothing could be looked at")
}
