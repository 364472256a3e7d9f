import Agents
import Compute
import Environments

/// A factored world in which some variables are *delicate*: influence on them is no means to any end. What an agent is
/// paid for is the effect of its actions that does not run through them.
///
/// ```swift
/// let paths = try PathSpecificWorld(
///   world, delicate: ["interest"], baseline: FactoredRule(always: "show both", in: world))
/// let best = paths.plan(in: paths.imagined)              // has no reason to move the interest
/// paths.value(of: best, in: paths.actual)                // what it earns where the interest does move
/// ```
///
/// With S the other variables and Z the delicate ones, the objective is E[U(S(π, Z(π₀)), Z(π₀))]: in one world the
/// baseline π₀ acts, and Z goes as it goes there, its *natural* course; in the other the agent acts, and everything,
/// the reward and the next values of S too, reads Z's natural value in place of its own. So the path from an action to Z
/// to a later S counts as little as that from Z to the reward, and what the agent does to Z makes no difference at all.
///
/// Both worlds have one start. Their chance after it is a matter of definition wherever Z depends on S (``hidden``
/// is not empty): ``Chance/shared`` takes for each variable and step the same uniform number, which goes through the
/// values in their listed order, so that the baseline itself has no effect; ``Chance/apart`` draws anew, so that Z is a
/// draw from its natural distribution and nothing else. Tables of probabilities do not tell which is true of people. The
/// baseline's own draws are never shared.
///
/// The agent sees time, S, and the natural Z; it does not see the rest of the other world, of which it keeps the
/// distribution given what it has seen. So a state here is a *view*: a state of the world and such a distribution, and
/// ``imagined`` is an ordinary finite world of views: plans in it are exact, and any learner can train there. Acting in
/// truth it takes the true Z for the natural one: ``actual`` has the same views, so one policy is evaluated in both.
/// What it sees then may be impossible by itself; it then keeps what it can of its belief.
///
/// What it is not: protection. Z may drift under such a policy as under any other (``PathSpecificReport``), and does
/// where what is good for other reasons moves it: not trying to influence is not trying not to.
///
/// Source: Farquhar, Carey and Everitt, "Path-specific objectives for safer agent incentives", 2022, arXiv 2204.10018,
/// for the objective; views and both kinds of chance are our exact treatment of many steps.
public struct PathSpecificWorld: Sendable {
  /// How the chance of the two worlds hangs together.
  public enum Chance: String, Sendable, Hashable, CaseIterable {
    /// The same for the same variable at the same step.
    case shared
    /// Drawn anew for each world.
    case apart
  }

  /// The world.
  public let world: FactoredWorld
  /// The delicate variables' names.
  public let delicate: [String]
  /// Under what the delicate variables go on by themselves.
  public let baseline: FactoredRule
  /// How the chance of the two worlds hangs together.
  public let chance: Chance
  /// The other variables whose natural course makes a difference to the delicate ones and is not seen. Where there is
  /// none, both kinds of ``chance`` are the same, and a view is a state.
  public let hidden: [String]
  /// Views, as if delicate variables went their natural course.
  public let imagined: TabularMDP
  /// The same views in truth.
  public let actual: TabularMDP
  /// Of each view the state of ``world``.
  public let states: [Int]

  /// The most views that there may be.
  public static let mostViews = 50_000

  /// - Parameters:
  ///   - world: the world.
  ///   - delicate: the variables influence on which is no means.
  ///   - baseline: what would be done without the agent.
  ///   - chance: how the chance of the two worlds hangs together.
  /// - Throws: `InputError` for an unknown variable, for none, and for more than ``mostViews`` views: without a horizon
  ///   there can be infinitely many.
  /// - Complexity: O(views × actions × outcomes of a step of both worlds).
  public init(
    _ world: FactoredWorld, delicate: [String], baseline: FactoredRule, chance: Chance = .shared
  ) throws {
    try self.init(world, delicate: delicate, baseline: baseline, chance: chance, mostViews: Self.mostViews)
  }

  /// The same with another bound on the views.
  package init(
    _ world: FactoredWorld, delicate: [String], baseline: FactoredRule, chance: Chance = .shared, mostViews: Int
  ) throws {
    guard !delicate.isEmpty, Set(delicate).count == delicate.count else {
      throw InputError(
        "the delicate variables are \(delicate)", at: world.title, remedy: "name at least one, each once")
    }
    let positions = try delicate.map { try world.position(of: $0) }
    let twin = TwinStep(world, delicate: positions, baseline: baseline, sharesChance: chance == .shared)
    var views = try ViewTables(twin, most: mostViews)
    try views.expand()
    (self.world, self.delicate, self.baseline, self.chance) = (world, delicate, baseline, chance)
    hidden = twin.hidden.map { world.variables[$0].name }
    imagined = try views.world(views.imagined)
    actual = try views.world(views.actual)
    states = views.states
  }

  /// A policy of the world's states for views: it looks at the state alone.
  public func lift(_ policy: StagedPolicy) -> StagedPolicy {
    StagedPolicy(
      stages: policy.stages.map { stage in
        let count = stage.actionCount
        return TabularPolicy(
          probabilities: states.flatMap { stage.probabilities[$0 * count..<($0 + 1) * count] }, actionCount: count)
      })
  }

  /// The best policy of such a table of views, ``imagined`` or ``actual``; among equals the action listed first.
  public func plan(in table: TabularMDP) -> StagedPolicy { StagedPolicy(optimal: table, horizon: world.horizon) }

  /// What a policy over views earns from the start in such a table, ``imagined`` or ``actual``.
  public func value(of policy: StagedPolicy, in table: TabularMDP) -> Double {
    policy.value(in: table, horizon: world.horizon)
  }

  /// Distributions of a variable in truth, after each number of steps from none.
  ///
  /// - Parameters:
  ///   - name: the variable.
  ///   - policy: over views.
  ///   - steps: up to how many; up to the horizon unless given.
  /// - Throws: `InputError` for an unknown variable.
  public func course(of name: String, under policy: StagedPolicy, steps: Int? = nil) throws -> [[Double]] {
    let index = try world.position(of: name)
    let limit = steps ?? world.horizon ?? StagedPolicy.effectiveSteps(world.discount)
    return policy.distributions(in: actual, steps: limit).map { views in
      var shares = [Double](repeating: 0, count: world.variables[index].values.count)
      for (view, share) in views.enumerated() where share > 0 { shares[world.values(of: states[view])[index]] += share }
      return shares
    }
  }
}
