import Compute
import Environments
import Findings
import Rewards

/// A finite world that ends after a number of steps, as a world that goes on forever: one state for each step and each
/// state that can be reached by it, and an end that is never left and pays nothing. Its policies are those that may do
/// something else at each step; returns are those of the first steps.
///
/// ```swift
/// let unrolled = try UnrolledWorld(world, horizon: 10, discount: 1)
/// let truth = try unrolled.reward(RewardTable.named("truth", in: world))
/// let plan = PolicyIteration.solve(unrolled.world.mdp, rewards: truth.expected(in: unrolled.world.mdp))
/// ```
///
/// A discount of 1 is allowed: the world is then discounted by β = 1 − 1/2H and a reward at step t is divided by βᵗ, so
/// that returns are exactly the sums of rewards, and order, regret and hackability of policies with them. Distances and
/// angles are those of a norm that counts a difference at step t by β⁻ᵗ, from 1 to less than 2.
public struct UnrolledWorld: Sendable {
  /// The world before.
  public let base: FiniteWorld
  /// How many steps there are.
  public let horizon: Int
  /// How much a reward one step later counts.
  public let discount: Double
  /// The world with its own rewards, unrolled.
  public let world: FiniteWorld
  /// Of each state of ``world`` but the last, the end.
  private let places: [(step: Int, state: Int)]
  private let inner: Double

  /// The most states that the unrolled world may have.
  public static let mostStates = 200_000

  /// - Parameters:
  ///   - base: the world without an end.
  ///   - horizon: after how many steps it ends.
  ///   - discount: that of the world if nil; 0 … 1.
  /// - Throws: `InputError` for a horizon below 1, a discount out of range, or a world that becomes too large.
  public init(_ base: FiniteWorld, horizon: Int, discount: Double? = nil) throws {
    guard horizon >= 1 else {
      throw InputError("the horizon is \(horizon)", at: "horizon", remedy: "give at least 1 step")
    }
    let discount = discount ?? base.mdp.discount
    guard (0...1).contains(discount) else {
      throw InputError("the discount is \(discount)", at: "discount", remedy: "it lies between 0 and 1")
    }
    let mdp = base.mdp
    var places: [(step: Int, state: Int)] = []
    var reached = (0..<mdp.stateCount).filter { mdp.start[$0] > 0 }
    var index: [[Int: Int]] = []
    for step in 0..<horizon {
      index.append(
        Dictionary(uniqueKeysWithValues: reached.enumerated().map { ($0.element, places.count + $0.offset) }))
      places += reached.map { (step, $0) }
      guard places.count < Self.mostStates else {
        throw InputError(
          "the world has more than \(Self.mostStates) states over \(horizon) steps", at: "horizon",
          remedy: "give a smaller horizon")
      }
      var next: Set<Int> = []
      for state in reached {
        for action in 0..<mdp.actionCount {
          for entry in mdp.transitions(state, action) where mdp.probabilities[entry] > 0 {
            next.insert(mdp.successors[entry])
          }
        }
      }
      reached = next.sorted()
    }
    let end = places.count
    var starts = [0]
    var successors: [Int] = []
    var probabilities: [Double] = []
    for (step, state) in places {
      for action in 0..<mdp.actionCount {
        if step == horizon - 1 {
          successors.append(end)
          probabilities.append(1)
        } else {
          for entry in mdp.transitions(state, action) where mdp.probabilities[entry] > 0 {
            successors.append(index[step + 1][mdp.successors[entry]]!)
            probabilities.append(mdp.probabilities[entry])
          }
        }
        starts.append(successors.count)
      }
    }
    for _ in 0..<mdp.actionCount {
      successors.append(end)
      probabilities.append(1)
      starts.append(successors.count)
    }
    let inner = discount < 1 ? discount : 1 - 1 / Double(2 * horizon)
    let unrolled = try TabularMDP(
      stateCount: end + 1, actionCount: mdp.actionCount, rowStarts: starts, successors: successors,
      probabilities: probabilities, rewards: [Double](repeating: 0, count: (end + 1) * mdp.actionCount),
      start: places.map { $0.step == 0 ? mdp.start[$0.state] : 0 } + [0],
      isTerminal: [Bool](repeating: false, count: end + 1), discount: inner)
    let rewards = try base.rewards.map { name, table in
      (name: name, table: try Self.lift(table, mdp, places, growth: inner > 0 ? discount / inner : 1))
    }
    self.base = base
    self.horizon = horizon
    self.discount = discount
    self.places = places
    self.inner = inner
    world = try FiniteWorld(
      mdp: unrolled, stateNames: places.map { "\(base.stateNames[$0.state]) at step \($0.step)" } + ["the end"],
      actionNames: base.actionNames, rewards: rewards,
      title: "\(base.title), \(Numbers.count(horizon, "step"))" + (discount == 1 ? " without discount" : ""),
      horizon: horizon)
  }

  /// A reward of the world before, at every step: its expectation on state and action.
  public func reward(_ table: RewardTable) throws -> RewardTable {
    try Self.lift(table, base.mdp, places, growth: inner > 0 ? discount / inner : 1)
  }

  /// A policy of the world before, the same at every step.
  public func policy(_ policy: TabularPolicy) -> TabularPolicy {
    let count = base.mdp.actionCount
    let rows = places.flatMap { policy.probabilities[$0.state * count..<($0.state + 1) * count] }
    return TabularPolicy(
      probabilities: rows + [Double](repeating: 1 / Double(count), count: count), actionCount: count)
  }

  private static func lift(
    _ table: RewardTable, _ mdp: TabularMDP, _ places: [(step: Int, state: Int)], growth: Double
  ) throws -> RewardTable {
    let expected = table.expected(in: mdp)
    var factors = [1.0]
    for _ in 0..<(places.last?.step ?? 0) { factors.append(factors[factors.count - 1] * growth) }
    let values = places.flatMap { place in
      (0..<mdp.actionCount).map { factors[place.step] * expected[place.state * mdp.actionCount + $0] }
    }
    return try RewardTable(
      states: places.count + 1, actions: mdp.actionCount, axes: .stateAction,
      values: values + [Double](repeating: 0, count: mdp.actionCount))
  }
}
