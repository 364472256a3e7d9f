import Foundation
import Pactolus

/// The four uncertainties of a run's reward in words, for `pactolus evaluate RUN --uncertainty`.
enum UncertaintyText {
  static func lines(_ uncertainty: RunUncertainty) -> [String] {
    var lines = [
      "  what is not known of the reward, in \(uncertainty.clips) clips, by \(uncertainty.answers) answers to pairs:"
    ]
    for kind in FourUncertainties.Kind.allCases {
      let summary = uncertainty[kind]
      lines.append("    " + pad(kind.rawValue, 15) + value(kind, summary))
      if summary.mean != nil {
        if summary.unknownShare > 0 {
          lines.append(
            String(
              format: "%@not stated for %.0f %% of the clips: they are unlike %.0f %% of what was judged", indent,
              100 * summary.unknownShare, 100 * (1 - uncertainty.level)))
        }
        lines.append(indent + (kind == .distributional ? "least like it: " : "most: ") + places(summary.largest))
      }
    }
    let fits = uncertainty.hypotheses.filter(\.isPlausible).map { fit in
      fit.hypothesis.summary + (fit.parameter.map { String(format: " (%.2f)", $0) } ?? "")
    }
    if !fits.isEmpty {
      lines.append("    ideas of the people that fit about equally well: " + fits.joined(separator: "; "))
    }
    return lines
  }

  private static let indent = String(repeating: " ", count: 19)

  private static func pad(_ text: String, _ width: Int) -> String {
    text.padding(toLength: width, withPad: " ", startingAt: 0)
  }

  private static func value(_ kind: FourUncertainties.Kind, _ summary: RunUncertainty.Summary) -> String {
    guard let mean = summary.mean else { return "unknown: \(summary.unknown ?? "no clip has one")" }
    let number =
      String(format: "%.3f", mean)
      + (summary.interval.map { String(format: " [%.3f, %.3f]", $0.lower, $0.upper) } ?? "")
    switch kind {
    case .aleatoric: return number + "  of answers to clips one deviation apart go the wrong way"
    case .model: return number + "  deviations between the ensemble's members"
    case .distributional:
      return number + "  is 1 less the mean p-value of the distance to what was judged (0.5 for the like of it)"
    case .specification: return number + "  deviations between ideas of the people"
    }
  }

  private static func places(_ clips: [RunUncertainty.Clip]) -> String {
    clips.map {
      String(format: "episode %d, steps %d to %d (%.3f)", $0.episode + 1, $0.start + 1, $0.start + $0.steps, $0.value)
    }.joined(separator: "; ")
  }
}
