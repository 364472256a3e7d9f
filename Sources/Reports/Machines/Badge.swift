import Findings
import Foundation

/// A small picture of a verdict for a README: what was tested on the left, the outcome on the right.
///
/// ```swift
/// Badge(findings, label: "reward model").svg    // "reward model | 2 checks fail"
/// ```
///
/// It is a file of SVG that needs no font, script or network; the same findings give the same bytes.
public struct Badge: Sendable, Hashable {
  /// What was tested.
  public let label: String
  /// The outcome: "passes 14 checks", "2 checks fail", "3 of 9 not settled".
  public let message: String
  let verdict: Finding.Verdict

  /// - Parameters:
  ///   - findings: of an audit; those that only advise do not decide.
  ///   - label: what was tested.
  public init(_ findings: [Finding], label: String) {
    self.label = label
    let decisive = findings.filter { $0.bearing == .trust }
    let (fails, holds) = (decisive.count { $0.verdict == .fails }, decisive.count { $0.verdict == .holds })
    if fails > 0 {
      (verdict, message) = (.fails, Numbers.count(fails, "check fails", "checks fail"))
    } else if holds > 0, holds == decisive.count {
      (verdict, message) = (.holds, "passes " + Numbers.count(holds, "check"))
    } else {
      verdict = .unknown
      message = decisive.isEmpty ? "not tested" : "\(decisive.count - holds) of \(decisive.count) not settled"
    }
  }

  /// The picture, 20 pixels high.
  public var svg: String {
    let (left, right) = (Self.width(label), Self.width(message))
    let colour =
      switch verdict {
      case .holds: "#23704a"
      case .fails: "#b2352d"
      case .unknown, .notMeasurable: "#7d6410"
      }
    let (a, b) = (Markup.escape(label), Markup.escape(message))
    func text(_ words: String, _ x: Int, _ width: Int) -> String {
      "<text x=\"\(x + width / 2)\" y=\"14\" textLength=\"\(width - 12)\" lengthAdjust=\"spacingAndGlyphs\">\(words)</text>"
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(left + right)\" height=\"20\" role=\"img\" "
      + "aria-label=\"\(a): \(b)\"><title>\(a): \(b)</title>"
      + "<clipPath id=\"r\"><rect width=\"\(left + right)\" height=\"20\" rx=\"3\"/></clipPath>"
      + "<g clip-path=\"url(#r)\"><rect width=\"\(left)\" height=\"20\" fill=\"#444b58\"/>"
      + "<rect x=\"\(left)\" width=\"\(right)\" height=\"20\" fill=\"\(colour)\"/></g>"
      + "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">"
      + text(a, 0, left) + text(b, left, right) + "</g></svg>\n"
  }

  /// About as wide as Verdana sets the words at 11 pixels, with 6 pixels on either side; `textLength` makes other fonts fit.
  private static func width(_ words: String) -> Int {
    let narrow: Set<Character> = ["i", "j", "l", "f", "t", "r", "I", " ", ".", ",", "'", ":", "-"]
    let wide: Set<Character> = ["m", "w", "M", "W"]
    let tenths = words.reduce(0) { $0 + (narrow.contains($1) ? 42 : wide.contains($1) ? 102 : 68) }
    return 12 + (tenths + 9) / 10
  }
}
