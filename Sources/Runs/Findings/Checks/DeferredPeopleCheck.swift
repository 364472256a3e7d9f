import Audits
import Findings

extension RunCheck {
  /// Who was not asked any more. Found while the run went on, and said again at its end; once for each person.
  static let deferredPeople = RunCheck(DeferredPerson.prefix) { runs in again(DeferredPerson.prefix, in: runs) }

  /// The same of people who changed while the run went on.
  static let driftedPeople = RunCheck(DriftedPerson.prefix) { runs in again(DriftedPerson.prefix, in: runs) }

  private static func again(_ prefix: String, in runs: AuditedRuns) -> [Finding] {
    var made: [Finding] = []
    for finding in runs.records.flatMap(\.findings) where finding.id.hasPrefix(prefix) {
      if !made.contains(where: { $0.id == finding.id }) { made.append(finding) }
    }
    return made
  }
}
