import Findings

/// One check of the records of a run, or of several seeds of one: what the report, the terminal and `--json` show.
///
/// A check is one value in one file, and a line in ``standard``. One of your own is given beside them:
///
/// ```swift
/// let patience = RunCheck("answers/patience") { runs in
///   let skipped = runs.records.flatMap(\.comparisons).count { $0.answer == "skipped" }
///   return [Finding(id: "answers/patience", claim: "Nobody skipped a question", …)]
/// }
/// let findings = RunFindings(records, entry: entry, checks: RunCheck.standard + [patience]).findings
/// ```
public struct RunCheck: Identifiable, Sendable {
  /// Equal runs give equal findings; an empty list where the check does not apply to these runs.
  public typealias Run = @Sendable (AuditedRuns) -> [Finding]

  /// The name of its finding; of several, what their names begin with.
  public let id: String
  /// Looks at the runs.
  public let run: Run

  /// A check whose findings have this name, or begin with it.
  public init(_ id: String, run: @escaping Run) {
    self.id = id
    self.run = run
  }
}
