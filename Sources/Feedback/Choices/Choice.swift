import Compute
import Environments

/// What an answer means: the options a person had, each grounded as weighted transitions, and the one they took.
///
/// The one likelihood of all feedback (reward-rational choice, Jeon, Milli, Drăgan 2020):
///
///     value(o) = Σ_t w_t r(transition t of o)
///     u(o)     = β value(o) + offset(o)
///     P(o)     = (1 − lapse) · exp(u(o)) / Σ_o′ exp(u(o′))  +  lapse / k
///
/// A comparison of two segments has two options with weights 1; a tie has the target ½, ½. Other kinds of feedback are
/// other options, weights and offsets, never another training loop; the second line has one other form
/// (``ChoiceLink``).
public struct Choice: Codable, Sendable, Hashable {
  public var options: [Option]
  /// The probability of each option that the model is to predict: one-hot for a clear pick; sums to 1.
  public var target: [Float]
  /// β: how strongly differences of value decide; 0 is a coin.
  public var rationality: Double
  /// The probability that the person picked without looking, evenly among the options.
  public var lapse: Double
  /// How utilities become probabilities.
  public var link: ChoiceLink

  public init(
    options: [Option], target: [Float], rationality: Double = 1, lapse: Double = 0, link: ChoiceLink = .softmax
  ) {
    self.options = options
    self.target = target
    self.rationality = rationality
    self.lapse = lapse
    self.link = link
  }

  /// A choice whose option number `picked` was taken.
  public init(
    options: [Option], picked: Int, rationality: Double = 1, lapse: Double = 0, link: ChoiceLink = .softmax
  ) {
    precondition(options.indices.contains(picked), "one of the options was picked")
    self.init(
      options: options, target: options.indices.map { $0 == picked ? 1 : 0 }, rationality: rationality, lapse: lapse,
      link: link)
  }

  /// One option: transitions, each with a weight. It may have none (doing nothing, saying "equal"): its value is 0.
  public struct Option: Codable, Sendable, Hashable {
    public var trajectory: Trajectory
    /// One for each transition; nil for all 1.
    public var weights: [Float]?
    /// What speaks for the option apart from its value, in nats: a habit, a cut point, a prior.
    public var offset: Float

    public init(_ trajectory: Trajectory, weights: [Float]? = nil, offset: Float = 0) {
      self.trajectory = trajectory
      self.weights = weights
      self.offset = offset
    }

    /// An option without transitions, of the same sizes as `trajectory`: its value is 0.
    public static func nothing(like trajectory: Trajectory, offset: Float = 0) -> Option {
      Option(trajectory.segment(0..<0), offset: offset)
    }
  }
}

/// How the utilities of a choice's options become probabilities.
public enum ChoiceLink: Codable, Sendable, Hashable {
  /// The person takes an option with probability ∝ exp(utility).
  case softmax
  /// Three options: the first, the second, and "about equal", for a person who perceives only differences of about
  /// `threshold` (δ > 0) and more. With Δ the first's utility less the second's,
  ///
  ///     P(first) = 1 / (1 + exp(δ − Δ))    P(second) = 1 / (1 + exp(δ + Δ))    P(equal) = (exp(2δ) − 1) P(first) P(second)
  ///
  /// The third option's own utility plays no part; ``Choice/Option/nothing(like:offset:)`` will do. Rao and Kupper
  /// 1967; Bıyık et al. 2019 and APReL's weak comparison, whose δ is .1 by default.
  case weak(threshold: Double)
}
