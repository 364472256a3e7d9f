import Compute

/// A kind of data about a reward, in unlimited supply.
///
/// Each determines the reward up to a group of transformations; the catalogue is that of Skalse et al., "Invariance in
/// Policy Optimisation and Partial Identifiability in Reward Learning" (ICML 2023), with a few rows of our own. Read
/// from text as `name` or `name:length=2,start=same,temperature=unknown`.
public struct DataSource: Sendable, Hashable, CustomStringConvertible {
  /// The catalogue of data that tell about a reward.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The reward itself.
    case reward
    /// Optimal action values.
    case qValues = "q-values"
    /// Optimal advantages.
    case advantages
    /// Optimal state values.
    case values
    /// A policy soft in optimal action values.
    case boltzmannPolicy = "boltzmann-policy"
    /// A policy of maximum causal entropy.
    case causalEntropyPolicy = "mce-policy"
    /// Trajectories of a Boltzmann policy.
    case boltzmannTrajectories = "boltzmann-trajectories"
    /// Trajectories of a policy of maximum causal entropy.
    case causalEntropyTrajectories = "mce-trajectories"
    /// The set of optimal policies.
    case optimalPolicies = "optimal-policies"
    /// Trajectories of optimal policies.
    case optimalTrajectories = "optimal-trajectories"
    /// Returns of segments.
    case segmentReturns = "segment-returns"
    /// Returns of trajectories.
    case trajectoryReturns = "trajectory-returns"
    /// Probabilities of choosing between two segments.
    case segmentComparisons = "segment-comparisons"
    /// Probabilities of choosing between two trajectories.
    case trajectoryComparisons = "trajectory-comparisons"
    /// Which of two segments is better.
    case segmentOrder = "segment-order"
    /// Which of two trajectories is better.
    case trajectoryOrder = "trajectory-order"
    /// Which of two lotteries over trajectories is better.
    case lotteries
    /// Which of two policies is better.
    case policyOrder = "policy-order"
  }

  /// Which kind of data.
  public let kind: Kind
  /// Only segments of exactly this length; of every length if nil.
  public var length: Int?
  /// Only segments that start in the same state are compared.
  public var sameStart = false
  /// Whether the noise of the comparisons, or of the policy, is known; if not, the scale is lost.
  public var temperatureIsKnown = true

  /// A source with the kind's usual parameters.
  public init(_ kind: Kind) { self.kind = kind }

  /// Reads what ``description`` writes; the names of 0.1.0, which begin with `fragment`, are read as well.
  public init(parsing text: String) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let current = name.hasPrefix("fragment-") ? "segment-" + name.dropFirst("fragment-".count) : name
    guard let kind = Kind(rawValue: current) else {
      throw InputError.unknown("source of data", name, among: Kind.allCases.map(\.rawValue))
    }
    self.kind = kind
    guard parts.count > 1 else { return }
    for setting in parts[1].split(separator: ",") {
      let pair = setting.split(separator: "=", maxSplits: 1).map(String.init)
      switch (pair.first ?? "", pair.count > 1 ? pair[1] : "") {
      case ("length", let value):
        guard isAboutSegments, let length = Int(value), (1...6).contains(length) else {
          throw InputError("'\(setting)' does not fit \(name)", remedy: "length, 1 to 6, is for sources of segments")
        }
        self.length = length
      case ("start", "same"):
        guard kind == .segmentComparisons else {
          throw InputError("'\(setting)' does not fit \(name)", remedy: "start=same is for segment-comparisons")
        }
        sameStart = true
      case ("start", "any"): sameStart = false
      case ("temperature", "unknown"):
        guard dependsOnTemperature else {
          throw InputError("'\(setting)' does not fit \(name)", remedy: "its data have no temperature")
        }
        temperatureIsKnown = false
      case ("temperature", "known"): temperatureIsKnown = true
      default:
        throw InputError(
          "unknown setting '\(setting)' of \(name)",
          remedy: "known: length=1…6, start=same or any, temperature=known or unknown")
      }
    }
  }

  /// As the command takes it: "boltzmann-policy:temperature=2".
  public var description: String {
    var settings: [String] = []
    if let length { settings.append("length=\(length)") }
    if sameStart { settings.append("start=same") }
    if !temperatureIsKnown { settings.append("temperature=unknown") }
    return kind.rawValue + (settings.isEmpty ? "" : ":" + settings.joined(separator: ","))
  }

  /// What the source is, in words.
  public var meaning: String {
    switch kind {
    case .reward: "the reward itself"
    case .qValues: "the Q-values of a known policy, or the optimal ones"
    case .advantages: "the advantages of a known policy"
    case .values: "the state values of the uniform policy"
    case .boltzmannPolicy: "a Boltzmann-rational policy, seen in every state"
    case .causalEntropyPolicy: "a maximum-causal-entropy policy, seen in every state"
    case .boltzmannTrajectories: "trajectories of a Boltzmann-rational policy"
    case .causalEntropyTrajectories: "trajectories of a maximum-causal-entropy policy"
    case .optimalPolicies: "which actions are optimal, in every state"
    case .optimalTrajectories: "trajectories of the policy that takes every optimal action"
    case .segmentReturns: "returns of trajectory segments"
    case .trajectoryReturns: "returns of whole trajectories from the start"
    case .segmentComparisons: "noisy comparisons of trajectory segments"
    case .trajectoryComparisons: "noisy comparisons of whole trajectories from the start"
    case .segmentOrder: "noiseless comparisons of trajectory segments"
    case .trajectoryOrder: "noiseless comparisons of whole trajectories from the start"
    case .lotteries: "preferences between lotteries over trajectories"
    case .policyOrder: "which of any two policies returns more"
    }
  }

  /// What it leaves open, by theory.
  public var catalogue: String {
    switch kind {
    case .reward: "nothing"
    case .qValues: "redistribution over next states"
    case .advantages, .boltzmannPolicy, .causalEntropyPolicy: "potential shaping and redistribution over next states"
    case .values: "every change that the policy's own actions cancel in each state"
    case .boltzmannTrajectories, .causalEntropyTrajectories:
      "potential shaping, redistribution and whatever cannot be reached"
    case .optimalPolicies: "every change that keeps the optimal actions optimal"
    case .optimalTrajectories: "every change that keeps the optimal actions of visited states optimal"
    case .segmentReturns, .segmentComparisons:
      length == nil ? "impossible transitions" : "impossible transitions, and what equal lengths cancel"
    case .trajectoryReturns: "potential shaping that is 0 on starts, and whatever cannot be reached"
    case .trajectoryComparisons: "potential shaping that is equal on all starts, and whatever cannot be reached"
    case .segmentOrder: "at least scale and impossible transitions; at most monotone transformations that keep zeros"
    case .trajectoryOrder: "at least scale, shaping that is equal on all starts, and whatever cannot be reached"
    case .lotteries: "scale, shaping that is equal on all starts, and whatever cannot be reached"
    case .policyOrder: "scale, potential shaping and redistribution"
    }
  }

  var isAboutSegments: Bool { [.segmentReturns, .segmentComparisons, .segmentOrder].contains(kind) }

  var dependsOnTemperature: Bool {
    [
      .boltzmannPolicy, .causalEntropyPolicy, .boltzmannTrajectories, .causalEntropyTrajectories, .segmentComparisons,
      .trajectoryComparisons,
    ].contains(kind)
  }

  /// Whether positive multiples of the reward give the same data.
  var losesScale: Bool {
    switch kind {
    case .segmentOrder, .trajectoryOrder, .lotteries, .policyOrder, .optimalPolicies, .optimalTrajectories: true
    default: !temperatureIsKnown
    }
  }

  /// Whether the theory knows only a part of what is left open.
  var isLowerBound: Bool { kind == .segmentOrder || kind == .trajectoryOrder }

  /// Whether what is left open is one-sided: a cone of rewards around this one rather than a whole subspace.
  var isOneSided: Bool { kind == .optimalPolicies || kind == .optimalTrajectories }
}
