import Findings

extension RunCheck {
  /// What the agent gains through what was declared delicate. Found at the run's end, and said again; of several seeds
  /// one that fails is shown, and else the first.
  static let means = RunCheck("means") { runs in
    let made = runs.records.flatMap(\.findings).filter { $0.id.hasPrefix("means/") || $0.id == "answers/moved-with" }
    var names: [String] = []
    for finding in made where !names.contains(finding.id) { names.append(finding.id) }
    return names.compactMap { name in
      let same = made.filter { $0.id == name }
      return same.first { $0.verdict == .fails } ?? same.first
    }
  }
}
