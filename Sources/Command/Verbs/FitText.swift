import Compute
import Foundation
import Pactolus

/// What `pactolus fit` says of a head, for a terminal.
enum FitText {
  static func lines(_ report: RewardHeadFit.Report, _ replies: HeadData.Replies, setAside: Int) -> [String] {
    var first = "\(report.pairs) pairs of \(report.prompts) prompts, \(report.folds) folds; all figures out of fold"
    if setAside > 0 { first += "; \(setAside) rows set aside" }
    if replies.identicalPairs > 0 { first += "; \(replies.identicalPairs) pairs left out, whose replies are the same" }
    if replies.empty > 0 { first += "; \(replies.empty) replies are empty" }
    var lines = [
      first, "accuracy  " + accuracy(report.accuracy) + undecided(report), verdict(report),
      "log loss  \(number(report.logLoss)) as trained, \(number(report.calibratedLogLoss)) calibrated (chance 0.693)",
      "calibration error  \(number(report.calibrationError)) as trained, \(number(report.calibratedError)) calibrated by"
        + " temperature " + temperature(report),
    ]
    if let ridge = report.ridge {
      lines.append(
        "ridge  a pair's logit has deviation \(Numbers.plain(ridge)) beforehand: the least held-out log loss")
    }
    if let alarms = report.falseAlarms { lines.append("unlike the training replies  " + Self.alarms(alarms)) }
    if !report.annotators.isEmpty {
      lines.append("annotators (rationality 1 as the others, 0 at random):")
      lines.append(
        Screen.table(
          report.annotators.map { one in
            [
              "  \(one.name)", "\(one.answers) answers",
              "\(number(one.rationality)) [\(number(one.interval.lower)), \(number(one.interval.upper))]",
            ]
          }))
    }
    return lines
  }

  private static func number(_ value: Double) -> String { String(format: "%.3f", value) }

  private static func accuracy(_ share: RewardHeadFit.Share) -> String {
    guard let interval = share.interval else {
      return "of no pair: none has a preferred reply that the head tells apart"
    }
    return "\(number(share.value)) [\(number(interval.lower)), \(number(interval.upper))] of \(share.count) pairs"
      + ", chance 0.5"
  }

  private static func undecided(_ report: RewardHeadFit.Report) -> String {
    report.undecided > 0 ? "; \(report.undecided) whose replies it scores alike are left out" : ""
  }

  private static func verdict(_ report: RewardHeadFit.Report) -> String {
    "verdict  "
      + {
        switch report.verdict {
        case .holds: "holds: the head orders replies to new prompts better than chance"
        case .unknown:
          "unknown: not shown to be better than chance, which lies in the interval; "
            + "more pairs, or embeddings that tell more, may settle it"
        case .fails:
          "fails: the head orders replies to new prompts worse than chance; look at which column is the chosen one"
        case .notMeasurable: "not measurable: there is no pair to measure it on"
        }
      }()
  }

  private static func temperature(_ report: RewardHeadFit.Report) -> String {
    guard let interval = report.temperatureInterval else { return "not identified: the head scores all replies alike" }
    let range =
      interval.upper.isFinite
      ? "[\(number(interval.lower)), \(number(interval.upper))]"
      : interval.lower.isFinite ? "from \(number(interval.lower)) without end" : "no positive one"
    return report.isTemperatureIdentified
      ? "\(number(report.temperature)) \(range)"
      : "not identified (95 % interval: \(range)); margins are divided by \(number(report.temperature))"
  }

  private static func alarms(_ alarms: RewardHead.FalseAlarms) -> String {
    guard let expected = alarms.expected, let most = alarms.atMost else {
      return "unknown when served: \(alarms.prompts) prompts could be held out, and \(alarms.fewestPrompts) are needed"
        + " for false alarms of \(Numbers.plain(alarms.wanted))"
    }
    return "told when served, with false alarms of \(number(expected)) (of this head at most \(number(most)) with 95 %"
      + " confidence; \(alarms.prompts) prompts held out)"
  }
}
