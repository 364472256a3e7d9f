import Findings

/// How the tests of a check become a verdict and a sentence: one rule for every audit of files.
struct CheckJudgement {
  var tests: [EffectTest]
  /// Why the check could not be made; nil if it was.
  var missing: String?
  /// Why there is nothing to measure; nil if there is.
  var notMeasurable: String?

  /// Tests that have to be shown harmless for the claim to hold.
  private var decisive: [EffectTest] { tests.filter { $0.role != .alarms } }

  /// Fails if a test does, after correction, at 5 %; holds if every effect that has to be is shown to be harmless; not
  /// measurable if the quantity is degenerate; unknown otherwise.
  var verdict: Finding.Verdict {
    if notMeasurable != nil { return .notMeasurable }
    if missing != nil || tests.isEmpty { return .unknown }
    if tests.contains(where: \.fails) { return .fails }
    return !decisive.isEmpty && decisive.allSatisfy(\.isHarmless) ? .holds : .unknown
  }

  /// The effects that decided, those over all rows before those of one group or dose, then the clearest first; or why
  /// there are none.
  var sentence: String {
    if let missing { return "Not testable with these files: \(missing)." }
    if let notMeasurable { return "Not measurable: \(notMeasurable)." }
    if tests.isEmpty { return "Reported, not judged." }
    let failing = tests.filter(\.fails)
    let judged = decisive.isEmpty ? tests : decisive
    let unsettled = judged.filter { !$0.isHarmless }
    let shown = failing.isEmpty ? (unsettled.isEmpty ? judged : unsettled) : failing
    let effects = shown.sorted { ($0.rank, $0.pValue) < ($1.rank, $1.pValue) }.prefix(3).map {
      "\($0.name): \(Numbers.plain($0.estimate, $0.interval)), where \($0.margin) is tolerated"
    }
    return effects.joined(separator: "; ") + "." + (verdict == .unknown ? " The data do not settle it." : "")
  }

  /// The tests, and their corrected p-values.
  var evidence: [Evidence] {
    tests.map(\.evidence)
      + tests.map { Evidence("corrected p-value: \($0.name)", $0.correctedPValue, count: $0.count) }
  }
}

extension EffectTest {
  /// What is read first: the check's own effect.
  fileprivate var rank: Int { role == .alarms ? 1 : 0 }
}
