import Audits
import Compute
import Foundation

/// Something wrong with a reward model or its data, planted on purpose.
enum Defect: String, CaseIterable {
  case lengthBias = "credit for length"
  case styleBias = "credit for exclamation marks"
  case signFlip = "sign turned in one domain"
  case padding = "replies that share one score"
  case leakage = "test prompts from training"
  case labelNoise = "labels turned"
  case positionLeakage = "first replies preferred"
  case collapsedEnsemble = "members that agree"
  case overOptimised = "gold falls under best-of-n"
  case overconfidence = "margins too large"
  case quantised = "scores rounded"
  case notInvariant = "other scores in another batch"
  case contradictions = "pairs labelled both ways"
  case drift = "test embeddings moved"
  case perturbation = "lower scores after a small change"
  case tails = "scores far outside"

  /// The check that should fail.
  var check: AuditCheck {
    switch self {
    case .lengthBias: .lengthBias
    case .styleBias: .styleBias
    case .signFlip: .accuracy
    case .padding: .padding
    case .leakage: .leakage
    case .labelNoise: .labelNoise
    case .positionLeakage: .positionLeakage
    case .collapsedEnsemble: .ensemble
    case .overOptimised: .bestOfN
    case .overconfidence: .calibration
    case .quantised: .ties
    case .notInvariant: .invariance
    case .contradictions: .contradictions
    case .drift: .drift
    case .perturbation: .perturbation
    case .tails: .tails
    }
  }

  /// Checks that may fail for the same reason, and are then no false discovery.
  var consequences: Set<AuditCheck> {
    switch self {
    case .signFlip: [.labelNoise, .calibration, .slices, .humanCeiling]
    case .labelNoise: [.calibration, .contradictions, .humanCeiling]
    case .padding: [.ties]
    case .quantised: [.padding, .invariance, .perturbation]
    case .lengthBias, .styleBias: [.calibration, .labelNoise, .modelDistance, .invariance]
    case .overconfidence: [.labelNoise]
    case .contradictions: [.labelNoise, .calibration, .leakage, .humanCeiling]
    case .notInvariant: [.modelDistance]
    case .drift: [.outOfDistribution]
    case .positionLeakage: [.calibration, .labelNoise]
    case .tails: [.calibration, .invariance, .perturbation, .labelNoise]
    default: []
    }
  }

  /// How much of it there is: weak, middle, strong.
  var strengths: [Double] {
    switch self {
    case .lengthBias: [0.4, 1, 1.8]
    case .styleBias: [0.3, 0.9, 1.5]
    case .signFlip: [0.6, 0.8, 1]
    case .padding: [0.015, 0.03, 0.08]
    case .leakage: [0.015, 0.04, 0.1]
    case .labelNoise: [0.05, 0.1, 0.2]
    case .positionLeakage: [0.57, 0.63, 0.75]
    case .collapsedEnsemble: [0.02, 0.002, 0]
    case .overOptimised: [0.5, 1, 2]
    case .overconfidence: [1.7, 2.2, 3]
    case .quantised: [0.05, 0.2, 0.6]
    case .notInvariant: [0.04, 0.1, 0.4]
    case .contradictions: [0.03, 0.06, 0.15]
    case .drift: [0.3, 0.65, 1]
    case .perturbation: [0.15, 0.3, 0.8]
    case .tails: [0.003, 0.01, 0.03]
    }
  }

  var unit: String {
    switch self {
    case .lengthBias: "per unit of log words"
    case .styleBias: "per mark"
    case .signFlip: "of the domain's pairs"
    case .padding: "of the replies"
    case .leakage: "of the test prompts"
    case .labelNoise: "of the labels"
    case .positionLeakage: "chance of the first"
    case .collapsedEnsemble: "members' noise"
    case .overOptimised: "weight of the square"
    case .overconfidence: "times too large"
    case .quantised: "step"
    case .notInvariant: "noise, in standard deviations"
    case .contradictions: "of the pairs"
    case .drift: "standard deviations, half of the directions"
    case .perturbation: "standard deviations"
    case .tails: "of the scores"
    }
  }
}
