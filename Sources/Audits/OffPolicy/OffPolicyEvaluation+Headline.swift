import Findings

extension OffPolicyEvaluation {
  /// What the findings of an evaluation come to.
  public static let headline = Headline(
    holds: "The policy earns more than the one that acted, and the log can tell",
    fails: "Do not rely on this policy by this log",
    mixed: "The log carries, and does not tell which earns more",
    unknown: "The log cannot tell what the policy would earn")
}
