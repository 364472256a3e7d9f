import Compute
import Environments

/// A way to act in a factored world that says which variables it looks at: a baseline is one.
///
/// ```swift
/// let nothing = try FactoredRule(always: "wait", in: world)
/// let fair = try FactoredRule(in: world, reads: ["topic"]) { values in [0.5, 0.5] }
/// ```
public struct FactoredRule: Sendable, Hashable {
  /// The variables that it looks at.
  public let reads: [String]
  let factor: FactoredTable

  /// Always the same action.
  ///
  /// - Throws: `InputError` with near misses for an action that does not exist.
  public init(always action: String, in world: FactoredWorld) throws {
    guard let index = world.actions.firstIndex(of: action) else {
      throw InputError.unknown("action", action, among: world.actions, at: world.title)
    }
    try self.init(in: world, reads: []) { _ in world.actions.indices.map { $0 == index ? 1 : 0 } }
  }

  /// A distribution over actions for each combination of values of what it looks at.
  ///
  /// - Parameters:
  ///   - world: where it acts.
  ///   - reads: the variables that it looks at, by name.
  ///   - row: how probable each action is, by the positions of their values.
  /// - Throws: `InputError` for an unknown variable, and for probabilities that are none.
  public init(in world: FactoredWorld, reads: [String], row: ([Int]) -> [Double]) throws {
    let positions = try reads.map { try world.position(of: $0) }
    let table = FactoredWorld.table(positions.map { world.variables[$0].values.count }, row)
    var scope = FactoredScope(title: world.title, actions: world.actions.count)
    for variable in world.variables { scope.add(variable) }
    factor = try scope.factor(
      positions.map { .now($0) }, width: world.actions.count, table: table, at: "\(world.title): rule",
      isDistribution: true)
    self.reads = reads
  }

  /// How probable each action is.
  func row(_ values: [Int]) -> ArraySlice<Double> {
    let start = factor.row(now: values, action: 0, next: [])
    return factor.table[start..<start + factor.width]
  }

  /// The same as a table over all states.
  public func policy(in world: FactoredWorld) -> TabularPolicy {
    TabularPolicy(
      probabilities: (0..<world.stateCount).flatMap { row(world.values(of: $0)) }, actionCount: world.actions.count)
  }
}
