import Findings

extension RunCheck {
  /// What the parts of the run promised each other and did not keep, where it was first broken. Found while the run
  /// went on, and
  /// said again; a run in which nothing was broken, and one of before this was watched, say nothing.
  static let contracts = RunCheck("contract") { runs in
    let broken = runs.records.flatMap(\.findings).filter { $0.id.hasPrefix("contract/") }
    var names: [String] = []
    for finding in broken where !names.contains(finding.id) { names.append(finding.id) }
    return names.compactMap { name in broken.first { $0.id == name } }
  }
}
