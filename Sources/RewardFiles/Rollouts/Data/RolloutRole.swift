/// What a field of a rollout file can be: the roles of `--map role=field`.
public enum RolloutRole: String, CaseIterable, Sendable, Codable {
  /// The run, model or agent that made the rollout.
  case run
  /// Which task or environment the prompt is of.
  case task
  /// Training step.
  case step
  /// What rollouts that are compared with each other share.
  case group
  /// The rollout's own name.
  case id
  /// What the model saw.
  case prompt
  /// What it wrote.
  case completion
  /// What it was paid in all.
  case total
  /// A part of the reward; any number of fields.
  case component
  /// A second verifier's verdict; any number of fields.
  case second
  /// An item of a rubric; any number of fields.
  case rubric
  /// Why the rollout or its scoring failed.
  case error
  /// Why generation ended.
  case finish
  /// Whether it was cut off at a limit.
  case truncated
  /// Tokens of the completion.
  case tokens
  /// The advantage that the trainer used.
  case advantage
  /// The reference answer.
  case answer
  /// The answer that the verifier extracted.
  case extracted
  /// Whether the item is known to be impossible.
  case impossible
  /// What a person found.
  case gold
  /// A further field with few values.
  case attribute
  /// Not used.
  case ignore

  /// Whether several fields can have this role.
  package var isPlural: Bool { [.component, .second, .rubric, .attribute, .ignore].contains(self) }
}
