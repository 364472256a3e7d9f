import Agents
import Compute
import Environments
import Synchronization

/// What it would have cost, in an evaluation, to let steps wait for a person: how many questions, if whoever is asked allows
/// everything, and if nobody answers.
///
/// People who sometimes say no lie between the two, though not on a line: what is done after a refusal is other than what
/// was done before. In a finite world a word holds for the same action in the same state over all episodes.
public struct AskFirstUse: Sendable, Hashable, Codable {
  /// Which steps wait.
  public var reasons: CautionSettings.AskFirst
  /// The p-value below which what is seen is unfamiliar.
  public var level: Double
  /// The judged clips that say what is familiar; nil where that does not matter.
  public var judgedClips: Int?
  /// If every step is allowed, so that the agent does what it does anyway.
  public var allowed: Count
  /// If nobody answers, so that what is done otherwise is done wherever a step waits.
  public var refused: Count
  /// True return of the episodes in which nobody answers.
  public var refusedTrueReturn: Double
  /// 95 % interval of that (Student's t), as far as it is possible; nil for a single episode.
  public var refusedTrueReturnInterval: Interval?

  /// Steps that wait.
  public struct Count: Sendable, Hashable, Codable {
    /// Questions in all episodes together.
    public var questions: Int
    /// Steps in all episodes together.
    public var steps: Int
    /// Those of them that wait: more than there are questions where a word holds.
    public var waiting: Int

    init(_ counts: AskFirstGuard.Counts) {
      (questions, steps, waiting) = (counts.asked, counts.steps, counts.replaced)
    }
  }

  /// - Parameters:
  ///   - setup: which steps wait.
  ///   - asked: the same as it was asked for.
  ///   - trajectories: what the agent does unasked.
  ///   - player: who played that, and plays again.
  init(
    _ setup: AskFirstSetup, _ asked: RunEvaluation.AskFirst, in trajectories: [Trajectory], player: EpisodePlayer
  ) throws {
    (reasons, level) = (asked.reasons, asked.level)
    judgedClips = setup.rule.ground?.clips
    let nobody = Refusal()
    let stepGuard = setup.rule.makeGuard(count: 1, desk: nobody)
    for trajectory in trajectories where trajectory.count > 0 {
      // The guard amends a copy: the recorded episode is one in which all of it was done.
      var actions = trajectory.actions
      let (size, width) = (trajectory.observationSize, trajectory.actionRowSize)
      actions.withUnsafeMutableBufferPointer { actions in
        trajectory.observations.withUnsafeBufferPointer { seen in
          guard let actions = actions.baseAddress, let seen = seen.baseAddress else { return }
          for step in 0..<trajectory.count {
            stepGuard.amend(actions + step * width, seeing: seen + step * size, rows: 1)
          }
        }
      }
    }
    allowed = Count(stepGuard.counts)
    let rule = RefusingRule(rule: setup.rule)
    var guarded = player
    guarded.guarding = rule
    let returns = try guarded.play(.episodes(trajectories.count)).trajectories.map(\.trajectory.trueReturn)
    refused = Count(rule.counts)
    refusedTrueReturn = Statistics.mean(returns)
    refusedTrueReturnInterval = returns.count > 1 ? player.entry.returns.meanInterval(returns) : nil
  }
}

extension RunEvaluation {
  /// Which steps would wait for a person.
  public struct AskFirst: Sendable, Hashable {
    /// Unfamiliar ones, irreversible ones, or both.
    public var reasons: CautionSettings.AskFirst
    /// The p-value below which what is seen is unfamiliar; between 0 and 1.
    public var level: Double
    /// The directory of the run whose policy acts where a step is not allowed; nil to stay.
    public var fallback: String?

    /// Steps that wait, and what is done without permission.
    public init(reasons: CautionSettings.AskFirst, level: Double = 0.05, fallback: String? = nil) {
      (self.reasons, self.level, self.fallback) = (reasons, level, fallback)
    }
  }
}

/// Where nobody allows anything.
private final class Refusal: PermissionDesk {
  func mayTake(_ step: WaitingStep) -> Bool? { false }
}

/// Refuses what waits, and counts it.
private final class RefusingRule: StepGuardRule {
  private let rule: AskFirstRule
  private let made = Mutex(AskFirstGuard.Counts())

  init(rule: AskFirstRule) { self.rule = rule }

  var counts: AskFirstGuard.Counts { made.withLock { $0 } }

  func makeGuard(count: Int) -> Counting { Counting(rule.makeGuard(count: count, desk: Refusal()), self) }

  final class Counting: StepGuard {
    private let inner: AskFirstGuard
    private let owner: RefusingRule

    init(_ inner: AskFirstGuard, _ owner: RefusingRule) { (self.inner, self.owner) = (inner, owner) }

    func amend(_ actions: UnsafeMutablePointer<Float>, seeing observations: UnsafePointer<Float>, rows: Int) {
      inner.amend(actions, seeing: observations, rows: rows)
      let counts = inner.counts
      owner.made.withLock { $0 = counts }
    }
  }
}
