/// Something that a check of rollouts needs from the files.
public enum RolloutNeed: String, Sendable, Hashable, CaseIterable {
  /// At least twenty rows with a total reward.
  case totals
  /// A row with a total reward: for checks of facts, which a few rows can settle.
  case reward
  /// The completions' texts.
  case completions
  /// The prompts' texts.
  case prompts
  /// Reference answers.
  case answers
  /// The answers that the verifier extracted.
  case extracted
  /// What people found on some of the rows.
  case gold
  /// Whether the rollout or its scoring failed.
  case errors
  /// The parts of the reward.
  case components
  /// Groups of rollouts that are compared with each other.
  case groups
  /// Training steps.
  case steps
  /// The advantages that the trainer used.
  case advantages
  /// A second verifier's verdicts on the same rollouts.
  case second
  /// The items of a rubric.
  case rubric
  /// Whether completions were cut off.
  case truncation
  /// Items known to be impossible.
  case impossible
  /// More than one run, model or agent.
  case runs

  /// For people: "gold labels (--gold)".
  public var words: String {
    switch self {
    case .totals: "twenty rows with a reward"
    case .reward: "row with a reward"
    case .completions: "completions"
    case .prompts: "prompts"
    case .answers: "reference answers"
    case .extracted: "extracted answers"
    case .gold: "gold labels (--gold)"
    case .errors: "a column of errors"
    case .components: "component rewards"
    case .groups: "groups of rollouts of one prompt"
    case .steps: "training steps"
    case .advantages: "advantages"
    case .second: "a second verifier's verdicts (--second)"
    case .rubric: "items of a rubric"
    case .truncation: "finish reasons"
    case .impossible: "items marked as impossible"
    case .runs: "two runs or models"
    }
  }
}
