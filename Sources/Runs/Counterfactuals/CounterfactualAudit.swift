import Agents
import Audits
import Compute
import Environments
import Findings

/// What would have been: a moment of an episode with the same luck and something else done.
///
/// ```swift
/// var settings = CounterfactualSettings()
/// (settings.step, settings.actions) = (12, [[1]])
/// let audit = try CounterfactualAudit("runs/CartPole-v1-1", settings)
/// audit.pair.differences[0].difference             // by the true reward, this time
/// audit.again[0].difference.interval               // over other luck from that moment on
/// ```
///
/// The pair is exact: no estimate, and no model of the world. Over other luck, and over episodes, it is an average with an
/// interval. Where nothing is to be otherwise the decision itself is explained: ``options`` has each possible action.
public struct CounterfactualAudit: Sendable, Encodable {
  /// The run or the world.
  public let subject: String
  /// The world.
  public let environment: String
  /// Who acted.
  public let actor: String
  /// What is otherwise, in words.
  public let change: String
  /// The moment.
  public let step: Int
  /// The episode as it was, and as it would have been.
  public let pair: Pair
  /// Over other luck from the moment on, by each reward.
  public let again: [Averaged]
  /// Over episodes, by each reward; empty for one episode.
  public let moments: [Averaged]
  /// Episodes that were over before the moment, and have no pair.
  public let tooShort: Int
  /// Each possible action; empty where something else was asked for.
  public let options: [Option]
  /// The findings.
  public let findings: [Finding]
  /// What the page draws.
  package let pictures: Pictures

  /// A mean difference by one reward: what is asked about less what was done.
  public struct Averaged: Sendable, Encodable {
    /// By which reward.
    public let reward: String
    /// The difference.
    public let difference: PairedDifference
  }

  /// An action that could have been taken at the moment; afterwards who acted goes on.
  public struct Option: Sendable, Encodable {
    /// Its name.
    public let action: String
    /// Whether it is what was done.
    public let isDone: Bool
    /// The return with the same luck, by each reward.
    public let returns: [Double]
    /// Over other luck, less what was done, by each reward.
    public let again: [Averaged]
  }

  /// The scenes of both arms, over the same steps.
  package struct Pictures: Sendable {
    package var first = 0
    package var done: [Scene] = []
    package var other: [Scene] = []
  }

  private enum CodingKeys: String, CodingKey {
    case subject, environment, actor, change, step, pair, again, moments, tooShort, options, findings
  }

  /// Steps before the moment and after it that are drawn, at most.
  private static let drawn = (before: 20, after: 180)

  /// - Parameters:
  ///   - subject: a run's directory, or a world's id.
  ///   - settings: the moment, and what is otherwise.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` for no such run or world, a world whose states cannot be copied, and a moment, an action, a
  ///   policy or a reward that there is not.
  /// - Complexity: O((episodes + lucks × actions) × steps).
  public init(
    _ subject: String, _ settings: CounterfactualSettings = CounterfactualSettings(),
    registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard
  ) throws {
    try settings.check()
    let parts = try CounterfactualSubject(subject, settings, registry: registry, learners: learners)
    let rewards = try parts.rewards(settings)
    let afterwards = try parts.afterwards(settings)
    let luck = try SameLuck(
      parts.entry, random: RandomSource(seed: UInt64(settings.seed)).child("play"), acting: parts.rule,
      steps: settings.steps)
    let space = parts.entry.specification.actionSpace
    let done = try Self.first(luck, settings)
    var change = CounterfactualChange(
      at: settings.step, actions: settings.actions, then: afterwards?.rule, start: settings.start)
    let comparing = CounterfactualComparing(
      luck: luck, rewards: rewards, step: settings.step, discount: settings.discount, space: space)
    (self.subject, environment, actor, step) = (subject, parts.entry.specification.id, parts.actor, settings.step)

    var found: [Finding] = []
    if settings.asksForChange || settings.reward != nil {
      options = []
      self.change = Self.words(settings, afterwards?.words, space)
      again =
        settings.asksForChange ? try comparing.again(done, [change], lucks: settings.lucks)[0] : []
      if let own = again.first, settings.episodes == 1 {
        found = comparing.findings(
          again, own, other: self.change, done: "what was done", over: "other luck from there on")
      }
    } else {
      let explained = try comparing.explain(done, lucks: settings.lucks)
      (options, found) = (explained.options, explained.findings)
      change.actions = [explained.best.row]
      self.change = "\(explained.best.name) at step \(settings.step)"
      again = explained.again
    }
    let range = max(0, settings.step - Self.drawn.before)..<settings.step + Self.drawn.after
    let other = try luck.twin(of: done, change, drawing: range)
    let original = try luck.twin(of: done, CounterfactualChange(at: settings.step), drawing: range)
    pair = comparing.pair(done, other.trajectory)
    pictures = Pictures(first: range.lowerBound, done: original.scenes, other: other.scenes)

    var short = 0
    if settings.episodes > 1 {
      var differences = rewards.map { _ in [Double]() }
      for number in settings.episode..<settings.episode + settings.episodes {
        let episode = try luck.episode(number)
        guard episode.trajectory.count > settings.step else {
          short += 1
          continue
        }
        let twin = try luck.twin(of: episode, change).trajectory
        for (place, reward) in rewards.enumerated() {
          differences[place].append(comparing.difference(reward, twin, episode.trajectory))
        }
      }
      moments = zip(rewards, differences).map { Averaged(reward: $0.name, difference: PairedDifference($1)) }
      found = comparing.findings(
        moments, moments[0], other: self.change, done: "what was done", over: "episodes")
    } else {
      moments = []
    }
    (tooShort, findings) = (short, found)
  }

  /// The first of the episodes that has the moment; a single one has to have it.
  private static func first(_ luck: SameLuck, _ settings: CounterfactualSettings) throws -> SameLuck.Episode {
    for number in settings.episode..<settings.episode + settings.episodes {
      let episode = try luck.episode(number)
      if settings.episodes == 1 || episode.trajectory.count > settings.step { return episode }
    }
    throw InputError(
      "none of \(settings.episodes) episodes has a step \(settings.step)", at: "--at", remedy: "take a smaller step")
  }

  /// What is otherwise, as a sentence goes on.
  private static func words(_ settings: CounterfactualSettings, _ afterwards: String?, _ space: ActionSpace) -> String {
    var parts: [String] = []
    if !settings.actions.isEmpty {
      let names = settings.actions.map { space.name(of: $0) }
      parts.append(
        (names.count > 6
          ? names.prefix(5).joined(separator: ", ") + ", … (\(names.count) actions)" : names.joined(separator: ", "))
          + (names.count == 1 ? " at step \(settings.step)" : " from step \(settings.step) on"))
    }
    if let afterwards {
      parts.append(afterwards + (parts.isEmpty ? " from step \(settings.step) on" : " afterwards"))
    }
    if let start = settings.start { parts.append("the start of episode \(start)") }
    if parts.isEmpty, let reward = settings.reward { parts.append("the same, judged by \(reward)") }
    return parts.joined(separator: ", ")
  }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "What was done is as good as what is asked about", fails: "Something else would have been worth more",
    mixed: "What was done is as good by some rewards", unknown: "Luck decides which is better")
}

extension CounterfactualAudit {
  /// The episode as it was and as it would have been.
  public struct Pair: Sendable, Encodable {
    /// Which episode.
    public let episode: Int
    /// As it was.
    public let done: Arm
    /// As it would have been.
    public let other: Arm
    /// The first step at which they do different things; nil if they never do.
    public let firstAction: Int?
    /// The first step before which different things are seen; nil if they never are.
    public let firstSeen: Int?
    /// From the moment on, by each reward.
    public let differences: [Difference]
  }

  /// One arm.
  public struct Arm: Sendable, Encodable {
    /// How many steps it took.
    public let steps: Int
    /// `terminated`, `truncated` (the time limit) or `over` (the list of actions ended).
    public let end: String
    /// The names of what was done.
    public let actions: [String]
    /// Of each step, by each reward.
    public let rewards: [[Double]]
  }

  /// Of both arms, by one reward.
  public struct Difference: Sendable, Encodable {
    /// By which reward.
    public let reward: String
    /// The return from the moment on, as it was.
    public let done: Double
    /// The return from the moment on, as it would have been.
    public let other: Double
    /// The second less the first.
    public let difference: Double
  }
}
