import Findings

extension ExpressionAudit {
  /// What the finding about a task comes to.
  public static let headline = Headline(
    holds: "A reward of this kind expresses the task",
    fails: "No reward of this kind expresses the task",
    mixed: "Part of the task can be expressed, the rest is not settled",
    unknown: "Not settled whether a reward expresses the task")
}
