import Audits

extension RunCheck {
  /// How much of what the agent does is unlike what was judged; nothing for runs made before that was measured.
  static let unjudged = RunCheck("shift/unjudged") { audited in
    UnjudgedVisits.finding(audited.records.compactMap { $0.references?.visits }).map { [$0] } ?? []
  }
}
