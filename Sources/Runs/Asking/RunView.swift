import Compute

/// What there is to see of a run after an iteration, besides its ledger.
public struct RunView: Sendable {
  /// The iteration that has just ended.
  public var iteration: Int
  /// The agent's newest segment.
  public var newest: StoredSegment?
  /// The segment of its last experience that is least like what was judged.
  public var farthest: StoredSegment?
  /// The predicted reward over two components of the observation, the others at their means; nil if there are not two,
  /// or nothing was learned yet.
  public var heat: Heat?
  /// How much of the predicted reward's variation over the agent's experience each input accounts for, by its gradient:
  /// shares, summing to 1. Correlated inputs share what they have in common arbitrarily.
  public var attention: [Share] = []
  /// Answers without which the reward would change most over what the agent does.
  public var influence: [Influence] = []

  /// A map of the predicted reward.
  public struct Heat: Sendable {
    /// The two components: columns, rows.
    public var names: [String]
    /// Their ranges over the agent's experience.
    public var ranges: [ClosedRange<Double>]
    /// How many columns there are.
    public var columns: Int
    /// How many rows there are.
    public var rows: Int
    /// Row after row, lowest second component first.
    public var values: [Double]
  }

  /// An input's share of the reward's variation.
  public struct Share: Sendable {
    /// The component of the observation.
    public var name: String
    /// From 0 to 1.
    public var share: Double
  }

  /// What the reward would be without one answer.
  public struct Influence: Sendable {
    /// ``PosedQuestion/number``
    public var question: Int
    /// ``PosedQuestion/kind``
    public var kind: String
    /// Who answered.
    public var person: String
    /// The root mean square of the reward's change over the agent's experience, in units of its spread over what was judged.
    public var change: Double
  }
}
