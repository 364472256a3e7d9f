import Compute
import Environments

/// What becomes of a delicate variable, and of the reward, under agents that want different things of it: an agent that
/// uses it, one that does not try to influence it, and ones that try not to.
///
/// ```swift
/// let report = try PathSpecificReport(paths, penaltyWeight: 1)
/// for agent in report.agents { print(agent.name, agent.total, agent.direct, agent.indirect) }
/// ```
///
/// For each agent's policy π the total effect V(π) − V(π₀) is the sum of a natural direct effect, E[U(S(π, Z(π₀)),
/// Z(π₀))] − V(π₀), and a natural indirect one, what is left: how much of the gain came through the delicate variables
/// (Pearl, "Direct and indirect effects", 2001).
public struct PathSpecificReport: Sendable, Hashable {
  /// One agent's effects.
  public struct Agent: Sendable, Hashable {
    /// What it was made for.
    public var name: String
    /// V(π): what it earns.
    public var value: Double
    /// E[U(S(π, Z(π₀)), Z(π₀))]: what it would earn if the delicate variables went their natural course.
    public var pathSpecific: Double
    /// What it earns more than the baseline.
    public var total: Double
    /// How much of that does not run through the delicate variables.
    public var direct: Double
    /// How much of that does.
    public var indirect: Double
    /// By delicate variable: what became of it.
    public var drift: [Drift]
  }

  /// How far a variable went, as total variation between distributions, 0 to 1.
  public struct Drift: Sendable, Hashable {
    /// The variable.
    public var variable: String
    /// After the last step, from where it would be under the baseline.
    public var fromNatural: Double
    /// After the last step, from where it started.
    public var fromStart: Double
    /// Its distribution after the last step.
    public var last: [Double]
  }

  /// V(π₀).
  public let baseline: Double
  /// The baseline, the plain optimum, the path-specific one, and those under the two penalties.
  public let agents: [Agent]
  /// After how many steps the drift is measured.
  public let steps: Int

  /// Plans for all of them, exactly.
  ///
  /// - Parameters:
  ///   - paths: the world, what is delicate, and the baseline.
  ///   - penaltyWeight: what a unit of either penalty costs.
  public init(_ paths: PathSpecificWorld, penaltyWeight: Double) throws {
    let world = paths.world
    let table = try world.tabular()
    let positions = try paths.delicate.map { try world.position(of: $0) }
    let nothing = paths.lift(StagedPolicy(paths.baseline.policy(in: world)))
    var policies = [
      ("the baseline", nothing),
      ("plain", paths.lift(StagedPolicy(optimal: table, horizon: world.horizon))),
      ("path-specific", paths.plan(in: paths.imagined)),
    ]
    for penalty in InfluencePenalty.allCases {
      let costs = penalty.table(world, delicate: positions, baseline: paths.baseline)
      let rewards = zip(table.rewards, costs).map { $0 - penaltyWeight * $1 }
      policies.append(
        (
          "punished for \(penalty.rawValue)",
          paths.lift(StagedPolicy(optimal: table, horizon: world.horizon, rewards: rewards))
        ))
    }
    let steps = world.horizon ?? StagedPolicy.effectiveSteps(world.discount)
    let natural = try paths.delicate.map { try paths.course(of: $0, under: nothing, steps: steps)[steps] }
    let baseline = paths.value(of: nothing, in: paths.actual)
    agents = try policies.map { name, policy in
      let value = paths.value(of: policy, in: paths.actual)
      let imagined = paths.value(of: policy, in: paths.imagined)
      let drift = try zip(paths.delicate, natural).map { variable, natural in
        let course = try paths.course(of: variable, under: policy, steps: steps)
        return Drift(
          variable: variable, fromNatural: Self.distance(course[steps], natural),
          fromStart: Self.distance(course[steps], course[0]), last: course[steps])
      }
      return Agent(
        name: name, value: value, pathSpecific: imagined, total: value - baseline, direct: imagined - baseline,
        indirect: value - imagined, drift: drift)
    }
    self.baseline = baseline
    self.steps = steps
  }

  private static func distance(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
  }
}
