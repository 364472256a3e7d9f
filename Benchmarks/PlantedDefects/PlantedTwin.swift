/// Files that look like a defect and are none: what a check must stay quiet on.
package enum PlantedTwin: String, CaseIterable, Sendable, Codable {
  case lengthPreferred = "people like length as much as the model"
  case stylePreferred = "people like bold as much as the model"
  case praiseWelcome = "people like the phrase as much as the model"
  case hardDomain = "one domain is hard for people, too"
  case twoRaters = "three pairs in ten judged by two people"
  case saturating = "gold levels off with n"
  case template = "prompts share a template of twenty words"
  case rounded = "scores with two decimals"
  case heavyTails = "one reply in ten twice as good or bad"
  case relatedEnsemble = "members that agree on most"
}

/// Honest models that err: people prefer the longer reply in about two pairs of three, the model credits length as they do.
package enum PlantedHonest: String, CaseIterable, Sendable, Codable {
  case turned10 = "a choice in ten turned round"
  case turned40 = "four choices in ten turned round"
  case noisy10 = "noise on the scores, 10 % error"
  case noisy40 = "noise on the scores, 40 % error"

  /// Margins are even between these, and the model is wrong with probability σ(−margin): 10 or 40 % on the whole.
  var margins: (Double, Double)? {
    switch self {
    case .turned10: (1, 4)
    case .turned40: (0, 0.85)
    case .noisy10, .noisy40: nil
    }
  }

  /// The noise as a multiple of the spread of quality, where people's choice is the better reply: a share arccos(ρ)/π of
  /// choices is wrong for a correlation ρ = 1/√(1 + r²); and the scale that makes margins calibrated.
  var noise: (ratio: Double, scale: Double)? {
    switch self {
    case .noisy10: (0.325, 1.5)
    case .noisy40: (3.08, 0.047)
    case .turned10, .turned40: nil
    }
  }
}
