import Findings
import Foundation

/// A promise that is watched: where it was first seen broken, and how often.
struct Promise {
  /// The first time: what was seen, and where.
  private(set) var broken: String?
  /// How often.
  private(set) var breaches = 0

  /// Notes whether it was kept; complexity O(1), and the sentence is only made where it is the first.
  mutating func check(_ isKept: Bool, _ seen: @autoclosure () -> String) {
    guard !isKept else { return }
    if broken == nil { broken = seen() }
    breaches += 1
  }

  /// The finding: a breach that was seen is one, and none in so many independent trials bounds how often there are any.
  ///
  /// - Parameters:
  ///   - trials: in how many independent trials it was looked for; without any nothing is known.
  ///   - unit: what a trial is.
  func finding(
    _ id: String, _ claim: String, trials: Int, unit: String = "episode", bearing: Bearing = .trust, problem: String,
    advice: String? = nil, evidence: [Evidence] = []
  ) -> Finding {
    let verdict: Finding.Verdict = broken != nil ? .fails : trials > 0 ? .holds : .unknown
    let missed = trials > 0 ? 1 - pow(0.05, 1 / Double(trials)) : 1
    return Finding(
      id: id, claim: claim, verdict: verdict, bearing: bearing,
      reason: broken.map { "\($0)." + (breaches > 1 ? " \(breaches) times in all." : "") }
        ?? (trials > 0 ? "Not seen broken in \(Numbers.count(trials, unit))." : "Nothing was tried."),
      evidence: [Evidence("breaches", Double(breaches), count: trials)] + evidence,
      assumptions: verdict == .holds ? ["What random actions never reach was not looked at."] : [],
      errorRate: verdict == .fails
        ? "None: it was seen."
        : "What is broken in more than \(Numbers.percent(missed)) of \(unit)s is missed in at most 5 % of such checks.",
      source: "the contract of environments", problem: problem,
      advice: advice.map { Finding.Advice(text: $0, command: nil) })
  }
}
