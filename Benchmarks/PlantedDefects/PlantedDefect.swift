import RewardFiles

/// What can be wrong with a reward model's files, each with the check that should see it.
package enum PlantedDefect: String, CaseIterable, Sendable, Codable {
  case lengthBias = "length bias"
  case styleBias = "style bias"
  case signFlip = "sign flip in one domain"
  case padding = "end-of-text padding"
  case leakage = "train/test leakage"
  case labelNoise = "label noise"
  case positionLeakage = "position leakage"
  case collapsedEnsemble = "collapsed ensemble"
  case overOptimisation = "over-optimised tail"
  case overConfidence = "over-confidence"
  case quantisation = "quantised scores"
  case nonInvariance = "batch non-invariance"
  case contradictions
  case drift = "drift between splits"
  case perturbation = "perturbation sensitivity"
  case outliers = "outlier tails"
  case lengthPunished = "length punished that people like"
  case praiseInOtherWords = "praise in other words"
  case memorised = "training rows by heart"
  case missingScores = "scores that are not numbers"
  case weakGroup = "a language that is scored worse"
  case repetition = "rows repeated with other spaces"

  /// The check that should fail.
  package var check: AuditCheck {
    switch self {
    case .lengthBias: .lengthBias
    case .styleBias: .styleBias
    case .signFlip: .accuracy
    case .padding: .padding
    case .leakage: .leakage
    case .labelNoise: .labelNoise
    case .positionLeakage: .positionLeakage
    case .collapsedEnsemble: .ensemble
    case .overOptimisation: .bestOfN
    case .overConfidence: .calibration
    case .quantisation: .ties
    case .nonInvariance: .invariance
    case .contradictions: .contradictions
    case .drift: .drift
    case .perturbation: .perturbation
    case .outliers: .tails
    case .lengthPunished: .lengthBias
    case .praiseInOtherWords: .styleBias
    case .memorised: .accuracy
    case .missingScores: .missingScores
    case .weakGroup: .slices
    case .repetition: .leakage
    }
  }

  /// Checks that the same defect truly breaks, too: their failing is no false discovery.
  package var consequences: Set<AuditCheck> {
    switch self {
    // Credit that people do not give is noise to a fit that does not know of it.
    case .lengthBias, .styleBias, .lengthPunished, .praiseInOtherWords: [.calibration, .labelNoise, .humanCeiling]
    case .memorised: [.calibration, .labelNoise, .humanCeiling]
    case .weakGroup: [.calibration, .labelNoise, .humanCeiling]
    // Labels against the scores, wherever they come from, are turned labels to a curve with a lapse.
    case .signFlip: [.calibration, .labelNoise, .humanCeiling]
    case .labelNoise: [.calibration]
    // A pair labelled both ways by one person stands there twice.
    case .contradictions: [.calibration, .labelNoise, .humanCeiling, .leakage]
    // Padded replies tie with each other and have lost their order.
    case .padding: [.ties, .calibration, .labelNoise]
    case .quantisation: [.padding]
    case .nonInvariance: [.modelDistance]
    case .drift: [.outOfDistribution]
    // A score far out is confident, and wrong half of the time.
    case .outliers: [.calibration, .labelNoise]
    case .leakage, .positionLeakage, .collapsedEnsemble, .overOptimisation, .overConfidence, .perturbation,
      .missingScores, .repetition:
      []
    }
  }

  /// The size of the defect: weak (at the edge of what is tolerated), middle, strong.
  package func size(_ strength: PlantedStrength) -> Double {
    let sizes: (Double, Double, Double) =
      switch self {
      case .lengthBias: (0.7, 2, 3)
      case .styleBias: (0.6, 2.2, 3.5)
      case .signFlip: (0.6, 0.8, 1)
      case .padding: (0.015, 0.03, 0.1)
      case .leakage: (0.02, 0.05, 0.15)
      case .labelNoise: (0.05, 0.1, 0.2)
      case .positionLeakage: (0.57, 0.62, 0.75)
      case .collapsedEnsemble: (0.06, 0.02, 0)
      case .overOptimisation: (0.003, 0.02, 0.1)
      case .overConfidence: (1.6, 2.2, 4)
      case .quantisation: (0.1, 0.35, 1)
      case .nonInvariance: (0.02, 0.05, 0.2)
      case .contradictions: (0.02, 0.05, 0.15)
      case .drift: (0.5, 1, 2)
      case .perturbation: (0.12, 0.25, 0.6)
      case .outliers: (0.004, 0.01, 0.03)
      case .lengthPunished: (0.5, 2, 3)
      case .praiseInOtherWords: (0.6, 2, 3.2)
      case .memorised: (0.75, 0.9, 1)
      case .missingScores: (0.015, 0.03, 0.1)
      case .weakGroup: (0.1, 0.4, 0.7)
      case .repetition: (0.015, 0.03, 0.1)
      }
    return switch strength {
    case .weak: sizes.0
    case .middle: sizes.1
    case .strong: sizes.2
    }
  }

  /// How often the best test of the effect finds it, where that is less than the target; nil where a test can always find it. By
  /// simulation of the defect alone, at the level that is left when all checks are corrected for.
  ///
  /// Turned labels: the likelihood ratio of a logistic curve with a lapse to one without, on 1,200 pairs, the slope unknown; a flatter
  /// slope explains most turned labels as well. Over-optimised tail: the fall of gold over 60 prompts from the n at which it truly peaks.
  package func ceiling(_ strength: PlantedStrength) -> Double? {
    switch (self, strength) {
    case (.labelNoise, .weak): 0.13
    case (.labelNoise, .middle): 0.70
    case (.labelNoise, .strong): 0.87
    case (.overOptimisation, .middle): 0.94
    default: nil
    }
  }

  /// What the size counts.
  package var unit: String {
    switch self {
    case .lengthBias: "score for each e-fold of length"
    case .styleBias: "score for each e-fold of 1 + bold spans"
    case .signFlip: "of a domain's pairs (a fifth of the file)"
    case .padding: "of replies get one score"
    case .leakage: "of test prompts"
    case .labelNoise: "of labels turned"
    case .positionLeakage: "of preferred replies first"
    case .collapsedEnsemble: "standard deviation of members' own part"
    case .overOptimisation: "of samples please the proxy alone"
    case .overConfidence: "× the right margins"
    case .quantisation: "grid"
    case .nonInvariance: "of pairs scored differently"
    case .contradictions: "of pairs"
    case .drift: "shift of half the directions, standard deviations"
    case .perturbation: "mean change, standard deviations"
    case .outliers: "of replies"
    case .lengthPunished: "score taken for each e-fold of length"
    case .praiseInOtherWords: "score for a phrase in one reply of six"
    case .memorised: "of test pairs scored at random"
    case .missingScores: "of pairs"
    case .weakGroup: "of a language's pairs turned (a quarter of the file)"
    case .repetition: "of rows"
    }
  }
}

package enum PlantedStrength: String, CaseIterable, Sendable, Codable { case weak, middle, strong }
