import Audits
import Findings

extension RunCheck {
  /// Who was not asked any more. Found while the run went on, and said again at its end; once for each person.
  static let deferredPeople = RunCheck(DeferredPerson.prefix) { runs in
    var made: [Finding] = []
    for finding in runs.records.flatMap(\.findings) where finding.id.hasPrefix(DeferredPerson.prefix) {
      if !made.contains(where: { $0.id == finding.id }) { made.append(finding) }
    }
    return made
  }
}
