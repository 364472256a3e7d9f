import Compute

/// How the worth of a policy is estimated from what another one did.
///
/// w_t is the product over the steps up to t of π(a|s) ÷ b(a|s), and w_{−1} is 1. An episode that has ended keeps its last
/// weight and earns nothing, so every step's weights average one in expectation.
public enum OffPolicyEstimator: String, Sendable, Codable, Hashable, CaseIterable {
  /// Trajectory-wise importance sampling: the mean of w_T Σ γᵗ r_t. For one step also called IPW.
  case importance = "is"
  /// The same, divided by the mean of w_T: a little biased, and far less spread. For one step also called SNIPW.
  case weightedImportance = "wis"
  /// Per decision: the mean of Σ γᵗ w_t r_t. A reward has nothing to do with what was done after it.
  case perDecision = "pdis"
  /// The same, each step's sum divided by that step's sum of weights.
  case weightedPerDecision = "wpdis"
  /// The direct method: the mean of V̂ at the start. As good as the model.
  case direct = "dm"
  /// Per decision: the mean of Σ γᵗ (w_t (r_t − Q̂_t) + w_{t−1} V̂_t). Right if either the weights or the model are.
  case doublyRobust = "dr"
  /// The same, with each step's weights divided by their mean. For one step also called SNDR.
  case weightedDoublyRobust = "wdr"
  /// Doubly robust up to the first step whose weight exceeds a threshold τ, from there the model alone.
  case switchDoublyRobust = "switch-dr"
  /// Doubly robust with each w shrunk to λ w ÷ (w² + λ) (optimistic shrinkage).
  case shrunkDoublyRobust = "dr-os"
  /// Fitted Q evaluation: the model is fitted to these episodes, and its mean over their starts is taken.
  case fittedQ = "fqe"
  /// Marginalised importance sampling: each step's state is weighted by how often the target would be there at that step,
  /// in place of a product over all the steps before.
  case marginalized = "mis"

  /// The words for people.
  public var name: String {
    switch self {
    case .importance: "importance sampling"
    case .weightedImportance: "weighted importance sampling"
    case .perDecision: "per decision"
    case .weightedPerDecision: "weighted per decision"
    case .direct: "direct method"
    case .doublyRobust: "doubly robust"
    case .weightedDoublyRobust: "weighted doubly robust"
    case .switchDoublyRobust: "switch, doubly robust"
    case .shrunkDoublyRobust: "doubly robust, shrunk weights"
    case .fittedQ: "fitted Q evaluation"
    case .marginalized: "marginalised"
    }
  }

  /// Where the method comes from.
  public var source: String {
    switch self {
    case .importance, .weightedImportance, .perDecision, .weightedPerDecision: "Precup, Sutton & Singh 2000"
    case .direct: "Dudík, Langford & Li 2011"
    case .doublyRobust: "Dudík, Langford & Li 2011; Jiang & Li 2016"
    case .weightedDoublyRobust: "Thomas & Brunskill 2016"
    case .switchDoublyRobust: "Wang, Agarwal & Dudík 2017"
    case .shrunkDoublyRobust: "Su, Dimakopoulou, Krishnamurthy & Dudík 2020"
    case .fittedQ: "Le, Voloshin & Yue 2019; Hao et al. 2021 (its bootstrap)"
    case .marginalized: "Xie, Ma & Wang 2019"
    }
  }

  /// Whether it needs what a model says of each step.
  public var needsModel: Bool {
    switch self {
    case .direct, .doublyRobust, .weightedDoublyRobust, .switchDoublyRobust, .shrunkDoublyRobust: true
    default: false
    }
  }

  /// Whether it is made of states and actions that can be counted.
  public var needsTable: Bool { self == .fittedQ || self == .marginalized }

  /// Whether it multiplies probabilities of the behaviour policy.
  public var usesWeights: Bool { self != .direct && self != .fittedQ }

  /// The estimator of this name; for bandits the names of Open Bandit Pipeline as well.
  ///
  /// - Throws: `InputError` with near misses.
  public init(named name: String, at place: String? = nil) throws {
    let others: [String: OffPolicyEstimator] = [
      "ipw": .importance, "snipw": .weightedImportance, "sndr": .weightedDoublyRobust,
    ]
    guard let found = OffPolicyEstimator(rawValue: name) ?? others[name] else {
      throw InputError.unknown(
        "estimator", name, among: Self.allCases.map(\.rawValue) + others.keys.sorted(), at: place)
    }
    self = found
  }
}

/// The numbers that two of the estimators leave open.
public struct OffPolicyTuning: Sendable, Hashable, Codable {
  /// τ of `switch-dr`: weights above it are not used.
  public var threshold: Double
  /// λ of `dr-os`: 0 is the model alone, ∞ is doubly robust.
  public var shrinkage: Double

  /// Both are above 0.
  public init(threshold: Double = 10, shrinkage: Double = 100) {
    precondition(threshold > 0 && shrinkage > 0, "weights are cut off above 0")
    (self.threshold, self.shrinkage) = (threshold, shrinkage)
  }
}
