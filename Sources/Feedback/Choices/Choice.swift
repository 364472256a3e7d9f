import Compute
import Environments

/// What an answer means: the options a person had, each grounded as weighted transitions, and the one they took.
///
/// The one likelihood of all feedback (reward-rational choice, Jeon, Milli, Drăgan 2020):
///
///     value(o) = Σ_t w_t r(transition t of o)
///     P(o)     = (1 − lapse) · exp(β value(o)) / Σ_o′ exp(β value(o′))  +  lapse / k
///
/// A comparison of two segments has two options with weights 1; a tie has the target ½, ½. Other kinds of feedback are
/// other options and weights, never another training loop.
public struct Choice: Codable, Sendable, Hashable {
  public var options: [Option]
  /// The probability of each option that the model is to predict: one-hot for a clear pick; sums to 1.
  public var target: [Float]
  /// β: how strongly differences of value decide; 0 is a coin.
  public var rationality: Double
  /// The probability that the person picked without looking, evenly among the options.
  public var lapse: Double

  public init(options: [Option], target: [Float], rationality: Double = 1, lapse: Double = 0) {
    self.options = options
    self.target = target
    self.rationality = rationality
    self.lapse = lapse
  }

  /// One option: transitions, each with a weight.
  public struct Option: Codable, Sendable, Hashable {
    public var trajectory: Trajectory
    /// One for each transition; nil for all 1.
    public var weights: [Float]?

    public init(_ trajectory: Trajectory, weights: [Float]? = nil) {
      self.trajectory = trajectory
      self.weights = weights
    }
  }
}
