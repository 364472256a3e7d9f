import Compute
import Environments
import Rewards

/// A reward under a name that a ``SampledComparison`` can ask about transitions.
public struct ComparedReward: Sendable {
  /// What it is called in tables and findings.
  public let name: String
  private let asked: (@Sendable () -> any TransitionReward)?

  /// A learned reward: the mean over its members.
  public init(_ name: String, _ model: RewardModel) {
    self.name = name
    asked = { RewardEvaluator(model) }
  }

  /// Any reward function.
  public init(_ name: String, _ function: some RewardFunction) {
    self.name = name
    asked = { RewardFunctionEvaluator(function) }
  }

  /// The environment's own reward. It depends on states that observations need not show, so it is what the world pays
  /// for taking the action in the state, whatever next state is asked about, and 0 where the episode is over.
  public static func environment(_ name: String) -> ComparedReward { ComparedReward(name) }

  private init(_ name: String) {
    self.name = name
    asked = nil
  }

  /// Whether this is the environment's own reward.
  public var isEnvironment: Bool { asked == nil }

  /// Something that answers for this reward, for use on one thread.
  func evaluator() -> Evaluator { Evaluator(name: name, reward: asked?()) }

  struct Evaluator {
    fileprivate let name: String
    fileprivate let reward: (any TransitionReward)?

    /// The reward of each row.
    ///
    /// - Throws: `InputError` that names the transition of a reward that is not finite.
    func values(_ rows: SampledRows) throws -> [Double] {
      var values = rows.rewards
      if let reward, rows.count > 0 {
        TransitionRows.over(
          rows.count, observations: rows.observations, actions: rows.actions, nextObservations: rows.nextObservations,
          terminated: rows.terminated, specification: rows.specification
        ) { reward.evaluate($0, into: &values) }
      }
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw InputError(
          "the reward '\(name)' is \(values[row])", at: "observation \(Array(rows.observation(row)))",
          remedy: "rewards must be finite")
      }
      return values.map(Double.init)
    }
  }
}
