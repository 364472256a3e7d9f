import Findings

extension RunCheck {
  /// Whether policies became worse than the best by people's comparisons, in runs that stop by them. Found while the run
  /// went on; of several runs the one that fails is shown, and else the first.
  static let stopping = RunCheck(name) { runs in
    let made = runs.records.compactMap { record in record.findings.last { $0.id == name } }
    return (made.first { $0.verdict == .fails } ?? made.first).map { [$0] } ?? []
  }
}

/// That of `StoppingWatch`'s finding.
private let name = "stopping/worse-than-best"
