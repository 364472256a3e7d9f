import Compute
import Feedback
import Findings
import Foundation

extension HumanAnswersReport {
  /// The report as plain lines for a terminal or a log, without colours.
  public var lines: [String] {
    var lines: [String] = []
    for condition in conditions {
      lines += condition.lines(featureNames)
      lines.append("")
    }
    lines.append(
      "True return over \(starts) starts (discount \(settings.discount)): best \(Self.text(optimalReturn)), "
        + "uniform \(Self.text(uniformReturn)); scaled: uniform 0, best 1.")
    let level = Self.text(settings.level * 100, digits: 0)
    lines.append("Brackets are \(level) % intervals over answers, taken as independent.")
    let failing = findings.filter { $0.verdict == .fails && $0.bearing == .trust }
    for finding in failing { lines.append("FAILS: \(finding.claim): \(finding.reason).") }
    return lines
  }

  package static func text(_ value: Double, digits: Int = 3) -> String { String(format: "%.\(digits)f", value) }

  package static func text(_ value: Double, _ interval: Interval?, digits: Int = 3) -> String {
    text(value, digits: digits)
      + (interval.map { " [\(text($0.lower, digits: digits)), \(text($0.upper, digits: digits))]" } ?? "")
  }
}

extension HumanAnswersReport.Condition {
  fileprivate func lines(_ featureNames: [String]) -> [String] {
    typealias Report = HumanAnswersReport
    var lines = [
      "\(name): \(answers) answers, \(Report.text(tieShare * 100, digits: 1)) % ties"
        + (statisticsChecked ? "; the file of statistics agrees with our replay in every row" : "")
    ]
    for fit in fits {
      lines.append(
        "  judged by \(fit.model.rawValue): cross-entropy \(Report.text(fit.crossEntropy, fit.crossEntropyInterval)), "
          + "agreement \(Report.text(fit.agreement, fit.agreementInterval)), "
          + "best scale \(Report.text(fit.scale, fit.scaleInterval, digits: 4))")
    }
    let weights = zip(parts.weights, parts.weightIntervals).map {
      HumanAnswersStudy.isIdentified($0, $1) ? Report.text($0, $1) : "not identified by these answers"
    }
    lines.append(
      "  each part weighed apart: cross-entropy \(Report.text(parts.crossEntropy, parts.crossEntropyInterval)); "
        + "partial return \(weights[0]), V*(start) \(weights[1]), V*(end) \(weights[2])")
    for learned in learned {
      let named = featureNames.indices.map { index in
        featureNames[index] + " "
          + (learned.identified[index]
            ? Report.text(learned.reward.weights[index], digits: 2) : "not identified by these answers")
      }
      lines.append(
        "  reward learned by \(learned.reward.model.rawValue): scaled true return "
          + Report.text(learned.scaledReturn, learned.scaledReturnInterval)
          + (learned.neverFinishing > 0 ? "; never finishes from \(learned.neverFinishing) starts" : "")
          + "; " + named.joined(separator: ", "))
    }
    return lines
  }
}
