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
/// A comparison of two segments has two options with weights 1 (``PairComparison``). Other kinds of feedback are other
/// options, weights and offsets, never another training loop; the last line has one other form (``ChoiceLink``).
public struct Choice: Codable, Sendable, Hashable {
  /// What could be picked, in the order of `target`.
  public var options: [Option]
  /// The probability of each option that the model is to predict: one-hot for a clear pick; sums to 1.
  public var target: [Float]
  /// β: how strongly differences of value decide; 0 is a coin.
  public var rationality: Double
  /// The probability that the person picked without looking, evenly among the options.
  public var lapse: Double
  /// How utilities become probabilities.
  public var link: ChoiceLink

  /// Takes the parts as they are.
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

  /// One option: transitions, each with a weight. They come from one clip or from several (a distribution over clips,
  /// "both"); an option may have none (doing nothing), and its value is then 0.
  public struct Option: Codable, Sendable, Hashable {
    /// The transitions' trajectories, one after the other.
    public var clips: [Trajectory]
    /// One for each transition, clip after clip; nil for all 1.
    public var weights: [Float]?
    /// Evidence for the option apart from its value, in nats: a habit, a prior.
    public var offset: Float

    /// Takes the parts as they are.
    public init(clips: [Trajectory], weights: [Float]? = nil, offset: Float = 0) {
      self.clips = clips
      self.weights = weights
      self.offset = offset
    }

    /// An option of one clip.
    public init(_ clip: Trajectory, weights: [Float]? = nil, offset: Float = 0) {
      self.init(clips: [clip], weights: weights, offset: offset)
    }

    /// An option without transitions.
    public static let nothing = Option(clips: [])

    /// The number of transitions.
    public var count: Int { clips.reduce(0) { $0 + $1.count } }

    /// Several clips, one after the other, each with a share: the expected value over a distribution of them.
    ///
    /// `shares` has one for each clip; it multiplies every transition of it.
    public static func mixture(_ clips: [Trajectory], shares: [Double], offset: Float = 0) -> Option {
      precondition(clips.count == shares.count, "one share for each clip")
      return Option(
        clips: clips, weights: zip(clips, shares).flatMap { [Float](repeating: Float($1), count: $0.count) },
        offset: offset)
    }
  }

  /// An ordinal answer: how far `option` is above `other`, as one of `cutPoints.count + 1` grades, lowest first.
  ///
  /// `target` holds the probability of each grade.
  public init(
    grade option: Option, against other: Option = .nothing, cutPoints: [Double], target: [Float],
    rationality: Double = 1, lapse: Double = 0
  ) {
    let padding = max(0, cutPoints.count - 1)
    self.init(
      options: [option, other] + [Option](repeating: .nothing, count: padding), target: target,
      rationality: rationality, lapse: lapse, link: .ordinal(cutPoints: cutPoints))
  }
}

/// How the utilities of a choice's options become probabilities.
public enum ChoiceLink: Codable, Sendable, Hashable {
  /// The person takes an option with probability ∝ exp(utility).
  case softmax
  /// The person puts Δ = u₀ − u₁, the first option's utility less the second's, into one of several grades, lowest
  /// first, which meet at the cut points c₁ < c₂ < …:
  ///
  ///     P(grade above c) = 1 / (1 + exp(c − Δ))
  ///
  /// The targets are those of the grades, so there are as many options as grades; all but the first two are empty, and
  /// their utilities play no part. With cut points −δ, δ the grades are "the second", "about equal" and "the first": a
  /// person who perceives differences of about δ and more. McCullagh 1980 (cumulative logits); Rao and Kupper 1967 and
  /// Bıyık et al. 2019 (weak comparisons; APReL's δ is .1 by default).
  case ordinal(cutPoints: [Double])
}
