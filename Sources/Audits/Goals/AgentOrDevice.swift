import Compute
import Findings
import Foundation

/// Whether what was done is better explained by wanting something (agents) or by answering what is seen (devices), and
/// what was wanted.
///
/// ```swift
/// let told = AgentOrDevice(record, goals: goals, devices: DeviceContext.standard(in: mdp))
/// told.probabilityOfAgent       // posterior, even odds beforehand
/// told.inferred                 // the goal that was most probable over the steps, and its share
/// ```
///
/// After Orseau, McGill & Legg, "Agents and devices: a relative definition of agency" (arXiv 1805.12387): the posterior
/// odds of a mixture of goal-directed policies (``AgentClass``, ``GoalLibrary``) and one of devices (``DeviceContext``),
/// both of which predict each action from the past and the present state. The answer is relative to the two classes and
/// means nothing without them: a goal that is not in the library is not found, and in very long records a device that
/// learns a law for every state explains any policy, wanting or not.
public struct AgentOrDevice: Sendable, Hashable, Codable {
  /// Steps and episodes of the record.
  public let steps: Int
  /// See ``steps``.
  public let episodes: Int
  /// Natural logarithm of what the agents give the record.
  public let logAgent: Double
  /// Natural logarithm of what the devices give it.
  public let logDevice: Double
  /// How probable an agent was beforehand.
  public let prior: Double
  /// [steps]: log-odds of an agent after each step, prior included; natural logarithms.
  public let logOdds: [Double]
  /// The library's goals, by name.
  public let goals: [String]
  /// How probable each goal is in the last step, given an agent.
  public let goalPosterior: [Double]
  /// The mean over the steps of how probable each goal was, given an agent: its share where goals change.
  public let goalShares: [Double]
  /// Numbers of steps at which ``goalCourse`` is kept: at most 256, evenly spread.
  public let moments: [Int]
  /// [moments × goals]: how probable each goal was, given an agent.
  public let goalCourse: [[Double]]
  /// The kinds of device and how probable each is, given a device.
  public let devices: [DevicePosterior]
  /// The mean chance of slipping, given an agent.
  public let slip: Double
  /// How probable it is that the goal changes at all, given an agent.
  public let changing: Double

  /// One kind of device.
  public struct DevicePosterior: Sendable, Hashable, Codable {
    /// What it goes by.
    public var name: String
    /// Its depth: the prior weight is 2^−depth.
    public var depth: Int
    /// How probable it is, given a device.
    public var probability: Double
  }

  /// At most this many moments are kept.
  static let mostMoments = 256

  /// - Parameters:
  ///   - record: what was done.
  ///   - goals: of the same world.
  ///   - agents: slips, changes of goal, tastes.
  ///   - devices: at least one.
  ///   - prior: how probable an agent is beforehand; between 0 and 1.
  /// - Complexity: O(steps · goals) for a given class; 10⁵ steps and 50 goals take about a second.
  public init(
    _ record: ActionRecord, goals: GoalLibrary, agents: AgentClass = AgentClass(), devices: [DeviceContext],
    prior: Double = 0.5
  ) {
    precondition(prior > 0 && prior < 1, "a prior between 0 and 1")
    let kept = min(Self.mostMoments, record.count)
    let moments = (0..<kept).map { ($0 + 1) * record.count / kept }
    let wanting = AgentMixture(record, goals: goals, agents: agents, moments: moments)
    let answering = DeviceMixture(record, contexts: devices)
    (steps, episodes) = (record.count, record.episodeCount)
    logAgent = wanting.logPredictions.reduce(0, +)
    logDevice = answering.logPredictions.reduce(0, +)
    self.prior = prior
    var odds = log(prior / (1 - prior))
    logOdds = (0..<record.count).map { step in
      odds += wanting.logPredictions[step] - answering.logPredictions[step]
      return odds
    }
    self.goals = goals.goals.map(\.name)
    (goalPosterior, goalShares, goalCourse) = (wanting.goalPosterior, wanting.goalShares, wanting.course)
    self.moments = moments
    self.devices = zip(devices, answering.posterior).map {
      DevicePosterior(name: $0.name, depth: $0.depth, probability: $1)
    }
    slip = zip(agents.slips, wanting.slips).reduce(0) { $0 + $1.0 * $1.1 }
    changing = zip(agents.changes, wanting.changes).reduce(0) { $1.0.rate > 0 ? $0 + $1.1 : $0 }
  }

  /// How probable an agent is after the last step.
  public var probabilityOfAgent: Double { 1 / (1 + exp(-(logOdds.last ?? log(prior / (1 - prior))))) }

  /// The mean gain of the log-odds in a step; nil without steps.
  public var logOddsPerStep: Double? { steps > 0 ? (logAgent - logDevice) / Double(steps) : nil }

  /// The goal with the largest share of the steps, and of equals the first.
  public var inferred: (name: String, share: Double) {
    let best = goalShares.indices.max { (goalShares[$0], -$0) < (goalShares[$1], -$1) } ?? 0
    return (goals[best], goalShares[best])
  }

  /// The goals that explain the record exactly as well as the one inferred, that one included, in the library's order:
  /// where they always wanted the same of the agent, no record of this kind can tell them apart.
  public var indistinguishable: [String] {
    let best = inferred.share
    return goals.indices.filter { abs(goalShares[$0] - best) <= 1e-9 * best }.map { goals[$0] }
  }

  /// The summed share of some goals, by name; names that the library does not have count for nothing.
  public func share(of names: some Sequence<String>) -> Double {
    let wanted = Set(names)
    return goals.indices.reduce(0) { wanted.contains(goals[$1]) ? $0 + goalShares[$1] : $0 }
  }
}
