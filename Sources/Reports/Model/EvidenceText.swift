import Compute
import Findings

/// Evidence as text, the same in the report and on the terminal.
enum EvidenceText {
  /// "[0.55, 0.67] (95 %)"
  static func interval(_ interval: Interval) -> String {
    "[\(NumberFormat.plain.text(interval.lower)), \(NumberFormat.plain.text(interval.upper))] "
      + "(\(NumberFormat.percent.text(interval.level)))"
  }

  /// "0.612 [0.55, 0.67] (95 %), n = 250"
  static func line(_ evidence: Evidence) -> String {
    NumberFormat.plain.text(evidence.value, digits: 4) + (evidence.unit.map { " " + $0 } ?? "")
      + (evidence.interval.map { " " + interval($0) } ?? "")
      + (evidence.count.map { ", n = " + NumberFormat.plain.text(Double($0), digits: 9) } ?? "")
  }
}
