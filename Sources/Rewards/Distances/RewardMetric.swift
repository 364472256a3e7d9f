import Compute
import Environments

/// Which distance between rewards: how each reward is made canonical, by which norm it is scaled, how the two are then
/// compared.
///
/// ```swift
/// let d = try RewardSpace(mdp, .valueAdjusted()).distance(first, second, .l2(scaledBy: .l2))
/// let metric = try RewardMetric(named: "VAL-2-2")      // the same
/// ```
///
/// A STARC metric is one whose canonicalisation removes exactly what leaves every policy's rank alone (potential
/// shaping and redistribution over next states), whose normalisation removes positive scale, and whose distance comes
/// from a norm (Skalse et al., "STARC", ICLR 2024). ``isSTARC`` is true for them.
public struct RewardMetric: Sendable, Hashable, Codable, CustomStringConvertible {
  /// How rewards that differ by shaping alone are made the same.
  public var canonicalization: Canonicalization
  /// Nil leaves the scale; then the distance is no STARC metric.
  public var normalization: RewardNorm?
  /// How two canonical, normalised rewards are compared.
  public var comparison: RewardComparison

  /// A metric by its three parts.
  public init(_ canonicalization: Canonicalization, _ normalization: RewardNorm?, _ comparison: RewardComparison) {
    self.canonicalization = canonicalization
    self.normalization = normalization
    self.comparison = comparison
  }

  /// Value-adjusted levelling for the uniform policy, Euclidean norm and distance: the one used when none is named.
  public static let standard = RewardMetric(.valueAdjusted(nil), .l2, .norm(.l2))

  /// Whether it is 0 exactly for rewards that rank all policies in the same way, and bounds regret from above and
  /// below.
  public var isSTARC: Bool { canonicalization.isSTARC && normalization != nil }

  /// "VAL-2-2", as the literature writes it: canonicalisation, norm, distance.
  public var description: String {
    "\(canonicalization.name)-\(normalization?.name ?? "0")-\(comparison.name)"
  }
}

/// A norm on rewards over (state, action, next state). A weighted norm weighs each transition by its probability.
///
/// The weighted maximum is the largest absolute value among transitions that can happen. (The code of the STARC paper
/// multiplies by the probability instead; that is a different quantity and is not offered.)
public enum RewardNorm: String, Sendable, Hashable, Codable, CaseIterable {
  /// The sum of absolute values.
  case l1
  /// The root of the sum of squares.
  case l2
  /// The largest absolute value.
  case maximum
  /// The mean of absolute values, each transition counted by its weight.
  case weightedL1
  /// The root of the mean of squares, each transition counted by its weight.
  case weightedL2
  /// The largest absolute value among transitions that can happen.
  case weightedMaximum

  /// The name in reports and on the command line.
  public var name: String {
    switch self {
    case .l1: "1"
    case .l2: "2"
    case .maximum: "inf"
    case .weightedL1: "w1"
    case .weightedL2: "w2"
    case .weightedMaximum: "winf"
    }
  }

  /// Whether transitions count by their weight.
  public var isWeighted: Bool { self == .weightedL1 || self == .weightedL2 || self == .weightedMaximum }

  package var power: Int? {
    switch self {
    case .l1, .weightedL1: 1
    case .l2, .weightedL2: 2
    case .maximum, .weightedMaximum: nil
    }
  }
}

/// How two canonical, scaled rewards are compared.
public enum RewardComparison: Sendable, Hashable, Codable {
  /// The norm of their difference.
  case norm(RewardNorm)
  /// The angle between them in radians, 0 to π.
  case angle

  /// The name in reports and on the command line.
  public var name: String {
    switch self {
    case .norm(let norm): norm.name
    case .angle: "angle"
    }
  }
}

/// What is taken out of a reward before it is compared.
public enum Canonicalization: Sendable, Hashable, Codable {
  /// Nothing.
  case none
  /// Value-adjusted levelling (VAL): the advantage A^π(s, a) of a base policy, uniform unless given. Any policy will do
  /// as long as it is the same for both rewards; distances differ between policies.
  case valueAdjusted(TabularPolicy?)
  /// R(s, a, s′) − V^π(s) + γ V^π(s′): removes shaping only, so not a STARC metric.
  case valuePotential(TabularPolicy?)
  /// The reward of least norm among all that differ from it by shaping and redistribution.
  case minimal(MinimalNorm)
  /// EPIC's canonical shaping with uniform states and actions (Gleave et al., "Quantifying differences in reward
  /// functions", ICLR 2021). Removes shaping only, so not a STARC metric.
  case epic
  /// DARD's transform with uniform actions (Wulfe et al., "Dynamics-aware comparison of learned reward functions",
  /// ICLR 2022). Not invariant to redistribution, so not a STARC metric.
  case dard
  /// The projection of the expected reward on (s, a) to the directions in which policies can move their occupancy:
  /// the geometry of Goodhart's law. Equal to the minimal weighted L2 norm with the transitions' probabilities.
  case projection

  /// Value-adjusted levelling for the uniform policy.
  public static var valueAdjusted: Canonicalization { .valueAdjusted(nil) }

  /// Whether it is one of the STARC metrics, which bound regret from both sides.
  public var isSTARC: Bool {
    switch self {
    case .none, .valuePotential, .epic, .dard, .minimal(.l1), .minimal(.maximum): false
    case .valueAdjusted, .minimal, .projection: true
    }
  }

  /// The name in reports and on the command line.
  public var name: String {
    switch self {
    case .none: "none"
    case .valueAdjusted: "VAL"
    case .valuePotential: "VALPotential"
    case .minimal(.l1): "minimal1"
    case .minimal(.l2): "minimal2"
    case .minimal(.maximum): "minimalInf"
    case .minimal(.weightedL2): "minimalW2"
    case .epic: "EPIC"
    case .dard: "DARD"
    case .projection: "projection"
    }
  }
}

/// The norm that ``Canonicalization/minimal(_:)`` makes least.
public enum MinimalNorm: Sendable, Hashable, Codable {
  /// By a linear program. Minimisers need not be unique, and none depends continuously on the reward: two rewards that
  /// differ by 10⁻⁶ can be as far apart as opposite ones. So this is no STARC metric.
  case l1
  /// By one least-squares solve: the orthogonal projection, unique and linear.
  case l2
  /// By a linear program; as for ``l1``, minimisers need not be unique, and it is no STARC metric.
  case maximum
  /// Weights on (state, action), all positive, [S × A]; each counts for all its next states.
  case weightedL2([Double])
}
