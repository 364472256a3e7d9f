import Compute

/// Decides by fresh comparisons whether a policy that is still being optimised has become worse than the best one so far.
///
/// ```swift
/// var watch = StoppingWatch(error: 0.05)
/// watch.begin()                                   // a new current policy
/// watch.observe(bestIsPreferred: true)            // one answer about a clip of each
/// switch watch.advice {
/// case .goOn: break
/// case .takeCurrent: watch.replaceBest()          // the current policy becomes the best so far
/// case .stop: break                               // end here, with the best
/// }
/// ```
///
/// Against each best two tests run, ``worse`` and ``better``, over all policies that come after it; both may be looked at
/// after every answer. The null hypothesis of ``worse`` is that none of these policies is worse than the best: that the
/// person prefers the best to each of them in at most half of all comparisons. The j-th best has the share 1/(j (j + 1)) of
/// the error, and all shares together are 1. So in at most `error` of runs it ever advises to stop although no policy was
/// worse than the best before it, however many rounds there are, whoever decides when to look, and whatever becomes the
/// best. It advises so only in a round whose own answers favour the best too, so that a policy that has recovered is not
/// stopped for those before it.
/// Source: Ville 1939, by `SequentialPreference`; the shares are a union bound.
public struct StoppingWatch: Sendable, Hashable, Codable {
  /// What the answers so far speak for.
  public enum Advice: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing is settled.
    case goOn
    /// The current policy is better than the best so far: it should take its place.
    case takeCurrent
    /// Policies after the best are worse than it, the current one among them as far as its own answers tell.
    case stop
  }

  /// In how many runs at most it advises to stop for nothing.
  public let error: Double
  /// Which best this is, from 1.
  public private(set) var best = 1
  /// Whether the best is preferred.
  public private(set) var worse: SequentialPreference
  /// Whether what came after it is.
  public private(set) var better: SequentialPreference
  /// How often the best was preferred to the current policy, and how often it was not.
  public private(set) var current: Tally = Tally()

  /// Answers about one policy.
  public struct Tally: Sendable, Hashable, Codable {
    /// How often the best was preferred.
    public var forBest = 0
    /// How often the current policy was.
    public var forCurrent = 0
  }

  /// The preference that the planned number of answers is for; see `SequentialPreference`.
  static let plannedPreference = 0.65
  /// How many times the answers of a test that is looked at once are planned.
  static let plannedShare = 1.6

  /// No answers yet.
  ///
  /// - Parameter error: α over the whole run, strictly between 0 and 1.
  public init(error: Double) {
    self.error = error
    worse = Self.test(error: error, best: 1)
    better = SequentialPreference(error: error)
  }

  /// The j-th best's test.
  static func test(error: Double, best: Int) -> SequentialPreference {
    let share = error / Double(best * (best + 1))
    let once = SequentialPreference.fixedAnswers(error: share, preference: plannedPreference, power: 0.8)
    return SequentialPreference(error: share, planned: once.map { Int((plannedShare * Double($0)).rounded(.down)) })
  }

  /// A new current policy: what is said from now on is about it.
  public mutating func begin() { current = Tally() }

  /// An answer about the best and the current policy; answers that say neither are left out.
  public mutating func observe(bestIsPreferred: Bool) {
    worse.observe(bestIsPreferred)
    better.observe(!bestIsPreferred)
    if bestIsPreferred { current.forBest += 1 } else { current.forCurrent += 1 }
  }

  /// What to do now.
  public var advice: Advice {
    if worse.isSettled, current.forBest > current.forCurrent { return .stop }
    if better.isSettled, current.forCurrent > current.forBest { return .takeCurrent }
    return .goOn
  }

  /// The current policy becomes the best so far, and what was said of others is used up.
  public mutating func replaceBest() {
    best += 1
    worse = Self.test(error: error, best: best)
    better = SequentialPreference(error: error)
    current = Tally()
  }
}
