import Compute
import Environments

/// Every deterministic policy of a small world, each once, the last state's action changing fastest.
///
/// ```swift
/// for policy in try DeterministicPolicies(mdp) { … }
/// ```
///
/// In states that cannot be reached from the start, and in terminal ones, only action 0 is listed: another there changes
/// no occupancy.
public struct DeterministicPolicies: Sequence, Sendable {
  /// The number of policies listed.
  public let count: Int
  private let actionCount: Int
  private let isFree: [Bool]

  /// More than these are refused unless a larger limit is asked for.
  public static let standardLimit = 1_000_000

  /// - `everyState`: whether states that cannot be reached are enumerated too.
  /// - Throws: `InputError` if there are more than `limit`.
  public init(_ mdp: TabularMDP, everyState: Bool = false, limit: Int = standardLimit) throws {
    isFree = Self.free(mdp, everyState: everyState)
    actionCount = mdp.actionCount
    guard let count = Self.count(in: mdp, everyState: everyState, limit: limit) else {
      throw InputError(
        "the world has \(mdp.actionCount)^\(isFree.count(where: \.self)) deterministic policies, more than \(limit)",
        remedy: "use a smaller world, or name the policies")
    }
    self.count = count
  }

  /// How many there are, without listing them; nil if more than `limit`.
  public static func count(in mdp: TabularMDP, everyState: Bool = false, limit: Int = standardLimit) -> Int? {
    var count = 1
    for isFree in free(mdp, everyState: everyState) where isFree {
      let (product, overflow) = count.multipliedReportingOverflow(by: mdp.actionCount)
      guard !overflow, product <= limit else { return nil }
      count = product
    }
    return count
  }

  /// The states whose action makes a difference to a policy.
  private static func free(_ mdp: TabularMDP, everyState: Bool) -> [Bool] {
    let reachable = mdp.reachableStates
    return (0..<mdp.stateCount).map { !mdp.isTerminal[$0] && (everyState || reachable[$0]) }
  }

  public func makeIterator() -> Iterator { Iterator(actionCount: actionCount, isFree: isFree) }

  /// Goes through the policies in the order of their action numbers.
  public struct Iterator: IteratorProtocol {
    fileprivate let actionCount: Int
    fileprivate let isFree: [Bool]
    private var actions: [Int]?

    fileprivate init(actionCount: Int, isFree: [Bool]) {
      self.actionCount = actionCount
      self.isFree = isFree
      actions = [Int](repeating: 0, count: isFree.count)
    }

    public mutating func next() -> TabularPolicy? {
      guard var current = actions else { return nil }
      let policy = TabularPolicy(actions: current, actionCount: actionCount)
      actions = nil
      for state in isFree.indices.reversed() where isFree[state] {
        current[state] += 1
        if current[state] < actionCount {
          actions = current
          break
        }
        current[state] = 0
      }
      return policy
    }
  }
}
