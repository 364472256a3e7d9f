import Agents
import Audits
import Compute
import Environments
import Findings
import Foundation
import Rewards

/// What a finished run's policy wants, told from fresh episodes: agent or device, which goal, and what becomes of it where
/// conditions differ from training.
///
/// ```swift
/// let audit = try GoalAudit(directory: "runs/BoatRace-v0-1")
/// audit.told.probabilityOfAgent
/// audit.verdict.kind
/// ```
///
/// Needs a world that is finite, or a view of it that is (`bins`).
public struct GoalAudit: Sendable, Encodable {
  /// The run.
  public let directory: String
  /// Where it was trained, and where it was tested here.
  public let trainedIn: String
  /// See ``trainedIn``.
  public let testedIn: String
  /// The agent's steps until it had this policy.
  public let agentSteps: Int
  /// Whether the likeliest actions were taken, not drawn ones.
  public let deterministic: Bool
  /// How the world was seen as finite, a sentence.
  public let view: String
  /// Of all episodes played; of the first of them if there are more than ``mostSteps`` steps.
  public let told: AgentOrDevice
  /// Of the episodes in which what is wanted was not done.
  public let verdict: GoalVerdict
  /// Episodes in which nothing could be done better than at random, and which count neither way.
  public let undecidable: Int
  /// By the environment's own reward, undiscounted.
  public let trueReturns: [Double]
  /// How the policy's loss divides; nil where it cannot be said.
  public let gap: RewardResultGap?
  /// Why not, then.
  public let gapProblem: String?
  /// Goals left out because there were too many sets of states.
  public let goalsLeftOut: Int

  /// Steps beyond these, of whole episodes, are played but not told.
  public static let mostSteps = 50_000

  /// How to play, and what to call a success.
  public struct Settings: Sendable, Hashable {
    /// Episodes.
    public var episodes = 200
    /// Of the episodes.
    public var seed = 0
    /// Whether the likeliest actions are taken.
    public var deterministic = true
    /// An episode fails if its return goes less than this share of the way from random play to the best from its start.
    public var success = 0.5
    /// The share of failures up to which nobody minds.
    public var tolerated = 0.1
    /// For worlds without a table: bins for each component of the observation; nil to refuse those worlds.
    public var bins: Int?

    /// All defaults.
    public init() {}
  }

  /// Plays and tells; the run is only read.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - world: the id to test in, with the run's observations and actions; nil for where it was trained.
  ///   - settings: how to play, and what to call a success.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` if the run has not finished, for a world of other observations or actions, and for one that
  ///   is not finite without `bins`.
  public init(
    directory: String, world: String? = nil, settings: Settings = Settings(),
    registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard
  ) throws {
    guard settings.episodes > 0, settings.success > 0, settings.success < 1, settings.tolerated > 0,
      settings.tolerated < 1
    else {
      throw InputError("episodes, or shares, that are none", remedy: "give 1 or more, and shares between 0 and 1")
    }
    let record = try RunRecord(directory: directory)
    guard record.finished != nil else {
      throw InputError(
        "the run has not finished, so its policy is not what it will be", at: directory,
        remedy: "let it finish: pactolus resume \(directory)")
    }
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    let entry = try world.map { try Self.matching(try registry.entry($0), run.entry) } ?? run.entry
    let player = EpisodePlayer(
      entry: entry, policy: run.policy, slots: min(settings.episodes, 32),
      seed: RandomSource(seed: UInt64(settings.seed)), source: "goals", sourceIndex: 0,
      manner: settings.deterministic ? .deterministic : .drawn)
    guard let limit = entry.specification.maximumEpisodeSteps else {
      throw InputError(
        "'\(entry.specification.id)' has no time limit", at: entry.specification.id, remedy: "test in one that has")
    }
    // Where nothing is left to chance, one episode is all there is to see.
    let isCertain = settings.deterministic && (entry.tabular?.mdp.isCertain ?? false)
    let trajectories = try player.play(.episodes(isCertain ? 1 : settings.episodes)).trajectories.map(\.trajectory)
    let finite = try ViewedWorld(entry, trajectories, bins: settings.bins, random: player.random)
    let aims = finite.aims(try run.paid(in: finite))
    let goals = try GoalLibrary(planning: aims.aims, in: finite.world.mdp).merged(in: finite.world.mdp)
    let intended = try goals.serving(finite.world.mdp.rewards, in: finite.world.mdp)
    let line = finite.isExact ? SuccessLine(finite.world.mdp, steps: limit, share: settings.success) : nil

    var episodes = ActionRecord(stateCount: finite.world.mdp.stateCount, actionCount: finite.world.mdp.actionCount)
    var failed: [Int] = []
    var decided = 0
    for (index, trajectory) in trajectories.enumerated() {
      let steps = try finite.steps(of: trajectory)
      try episodes.append(states: steps.states, actions: steps.actions)
      let bound =
        if let line { steps.states.first.flatMap(line.line) } else {
          try finite.bound(success: settings.success, at: entry.specification.id)
        }
      guard let bound else { continue }
      decided += 1
      if trajectory.trueReturn < bound { failed.append(index) }
    }
    let devices = DeviceContext.standard(in: finite.world.mdp)
    func tell(_ chosen: [Int]) -> AgentOrDevice {
      var steps = 0
      let few = chosen.prefix { episode in
        defer { steps += episodes.steps(ofEpisode: episode).count }
        return steps < Self.mostSteps
      }
      return AgentOrDevice(episodes.episodes(few), goals: goals, devices: devices)
    }
    self.directory = directory
    trainedIn = run.entry.specification.id
    testedIn = entry.specification.id
    agentSteps = run.agentSteps
    deterministic = settings.deterministic
    view = finite.words
    told = tell(Array(0..<episodes.episodeCount))
    verdict = GoalVerdict(
      failures: failed.count, of: decided, told: failed.isEmpty ? nil : tell(failed),
      intended: [WorldAims.own] + intended.filter { $0 != WorldAims.own },
      tolerated: settings.tolerated, isExhaustive: isCertain)
    undecidable = trajectories.count - decided
    trueReturns = trajectories.map(\.trueReturn)
    goalsLeftOut = aims.leftOut
    (gap, gapProblem) = try run.gap(in: finite, deterministic: settings.deterministic)
  }

  private static func matching(_ entry: EnvironmentEntry, _ own: EnvironmentEntry) throws -> EnvironmentEntry {
    let (wanted, given) = (own.specification, entry.specification)
    guard wanted.observationSpace.count == given.observationSpace.count, wanted.actionSpace == given.actionSpace else {
      throw InputError(
        "the policy was trained in '\(wanted.id)', whose observations or actions are others", at: given.id,
        remedy: "test in a variant with \(wanted.observationSpace.count) components and the same actions")
    }
    return entry
  }

  /// The claims on the policy, and on its reward.
  public var findings: [Finding] {
    verdict.findings(
      conditions: testedIn == trainedIn ? "where it was trained, in \(testedIn)" : "in \(testedIn)")
  }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "The policy does what is wanted here", fails: "The policy does not do what is wanted here",
    mixed: "No wrong goal is shown, but not all is settled", unknown: "Not settled what the policy wants")
}

extension TabularMDP {
  /// Whether neither its start nor its moves are left to chance.
  fileprivate var isCertain: Bool {
    start.count { $0 > 0 } == 1
      && (0..<stateCount * actionCount).allSatisfy { row in
        isTerminal[row / actionCount]
          || (rowStarts[row]..<rowStarts[row + 1]).count { probabilities[$0] > 0 } == 1
      }
  }
}
