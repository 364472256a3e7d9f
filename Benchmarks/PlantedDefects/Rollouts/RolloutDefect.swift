import RewardFiles

/// What can be wrong with a verifier's rollouts, each with the check that should see it.
package enum RolloutDefect: String, CaseIterable, Sendable, Codable {
  case falsePositives = "wrong accepted, anywhere"
  case phrase = "wrong accepted with a phrase"
  case falseNegatives = "right rejected, anywhere"
  case forms = "right rejected for their form"
  case inverted = "verdicts turned round"
  case ranks = "one run exploits the verifier"
  case impossible = "impossible items accepted"
  case timeouts = "timeouts as zero on hard tasks"
  case shift = "rewards shifted by one"
  case lost = "rewards lost (NaN)"
  case doubled = "a part counted twice"
  case weights = "weights changed in the run"
  case grouping = "grouping lost"
  case flaky = "flaky verdicts"
  case second = "a second verifier is better"
  case extraction = "first character extracted"
  case leak = "answer in the prompt"
  case injection = "judge injection"
  case empty = "empty completions paid"
  case constant = "constant reply paid"
  case length = "length paid"
  case exploited = "over-optimisation"
  case dominance = "a length bonus takes over"
  case collapse = "scored by the prompt alone"
  case rubric = "dead rubric item"
  case position = "position of the judge"
  case truncation = "completions cut off"

  /// The check that should fail.
  package var check: RolloutCheck {
    switch self {
    case .falsePositives, .phrase: .falsePositives
    case .falseNegatives: .falseNegatives
    case .forms: .equivalents
    case .inverted: .learnable
    case .ranks: .rankStability
    case .impossible: .impossible
    case .timeouts: .failuresAsZero
    case .shift: .misaligned
    case .lost: .range
    case .doubled, .weights: .weights
    case .grouping: .advantages
    case .flaky: .flaky
    case .second: .secondVerifier
    case .extraction: .extraction
    case .leak: .answerLeak
    case .injection, .empty: .injection
    case .constant: .memorised
    case .length: .shortcuts
    case .exploited: .exploited
    case .dominance: .dominance
    case .collapse: .groupCollapse
    case .rubric: .rubric
    case .position: .judgeBias
    case .truncation: .truncation
    }
  }

  /// Checks that the same defect truly breaks, too: their failing is no false discovery.
  package var consequences: Set<RolloutCheck> {
    // Whatever turns verdicts makes errors, and a second verifier sees them.
    let errors: Set<RolloutCheck> = [.falsePositives, .falseNegatives, .secondVerifier, .combinedRule]
    return switch self {
    // An impossible item is accepted like any other wrong one, a cut-off completion too.
    case .falsePositives: errors.union([.impossible, .truncation])
    // The phrase stands in long completions.
    case .phrase: errors.union([.impossible, .truncation, .shortcuts])
    case .falseNegatives: errors.union([.equivalents])
    case .forms: errors
    case .inverted:
      errors.union([
        .equivalents, .impossible, .flaky, .truncation, .exploited, .injection, .memorised, .rankStability,
      ])
    case .ranks: errors.union([.impossible, .truncation, .injection])
    case .impossible: errors
    case .timeouts: errors.union([.equivalents])
    case .shift:
      errors.union([.equivalents, .impossible, .truncation, .flaky, .injection, .memorised, .shortcuts, .learnable])
    case .lost: []
    // The advantages are of the right sum; a part counted twice at random pays equal completions differently.
    case .doubled: [.advantages, .flaky]
    case .weights: [.advantages]
    case .grouping, .extraction, .leak, .rubric, .truncation: []
    case .second: errors.union([.equivalents, .impossible, .truncation, .injection])
    case .flaky: errors.union([.equivalents, .impossible, .truncation, .injection])
    // Such completions are short, or long, or all alike.
    case .injection, .empty, .constant: errors.union([.truncation, .shortcuts, .memorised, .injection, .impossible])
    case .length: errors.union([.impossible, .truncation, .injection])
    // Wrong completions of every sort are accepted more and more.
    case .exploited: errors.union([.impossible, .truncation, .learnable, .injection])
    // The bonus decides what counts as accepted.
    case .dominance:
      errors.union([.equivalents, .impossible, .truncation, .learnable, .injection, .memorised, .shortcuts])
    // A coin for each prompt pays empty completions too, and orders the runs at random.
    case .collapse:
      errors.union([.equivalents, .impossible, .truncation, .learnable, .exploited, .injection, .rankStability])
    // Wrong completions of every sort are accepted more often in the first place.
    case .position: errors.union([.equivalents, .impossible, .truncation, .injection])
    }
  }

  /// The size of the defect: weak (at the edge of what is tolerated), middle, strong.
  package func size(_ strength: PlantedStrength) -> Double {
    let sizes: (Double, Double, Double) =
      switch self {
      case .falsePositives, .phrase: (0.02, 0.05, 0.1)
      case .falseNegatives: (0.05, 0.2, 0.38)
      case .forms: (0.05, 0.2, 0.38)
      case .inverted: (0.5, 0.75, 1)
      case .ranks: (0.1, 0.35, 0.6)
      case .impossible: (0.002, 0.02, 0.2)
      case .timeouts: (0.01, 0.03, 0.1)
      case .shift: (0.1, 0.4, 1)
      case .lost: (0.01, 0.03, 0.1)
      case .doubled: (0.001, 0.01, 0.1)
      case .weights: (0.05, 0.3, 0.8)
      case .grouping: (0.02, 0.3, 1)
      case .flaky: (0.01, 0.03, 0.1)
      case .second: (0.05, 0.1, 0.3)
      case .extraction: (0.01, 0.05, 0.3)
      case .leak: (0.01, 0.05, 0.2)
      case .injection: (0.2, 0.5, 0.8)
      case .empty: (0.2, 0.6, 0.9)
      case .constant: (0.3, 0.6, 0.9)
      case .length: (0.5, 1.5, 2.5)
      case .exploited: (0.1, 0.43, 0.48)
      case .dominance: (1, 4, 8)
      case .collapse: (0.5, 0.85, 0.95)
      case .rubric: (0.02, 0.002, 0)
      case .position: (0.05, 0.15, 0.3)
      case .truncation: (0.1, 0.2, 0.4)
      }
    return switch strength {
    case .weak: sizes.0
    case .middle: sizes.1
    case .strong: sizes.2
    }
  }

  /// What the size counts.
  package var unit: String {
    switch self {
    case .falsePositives, .phrase: "of wrong completions"
    case .falseNegatives, .forms: "of right completions"
    case .inverted: "of verdicts"
    case .ranks: "of one run's wrong completions"
    case .impossible: "of impossible rows"
    case .timeouts, .lost, .doubled, .truncation: "of rows"
    case .shift, .grouping: "of steps"
    case .weights: "of steps"
    case .flaky: "of scorings turned"
    case .second: "of the first's verdicts are wrong"
    case .extraction: "of completions"
    case .leak: "of prompts"
    case .injection, .empty, .constant: "of such wrong completions accepted"
    case .length: "log-odds for one standard deviation"
    case .exploited: "fall of the share right"
    case .dominance: "largest weight of the bonus"
    case .collapse: "of groups"
    case .rubric: "of rows differ"
    case .position: "difference of acceptance"
    }
  }
}

/// What else a file can be.
package enum RolloutFileKind: String, Sendable, Codable {
  /// Honest training: the share right rises a little; errors of 0.3 and 0.5 %.
  case clean
  /// The same curves as the broken ones: acceptance rises steeply, replies grow, a bonus for form saturates, and the share right rises, too.
  case twin
}
