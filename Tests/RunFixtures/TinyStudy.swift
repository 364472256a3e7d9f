import Compute
import Runs

/// Study files whose runs are ``TinyRun``s.
package enum TinyStudy {
  /// A study of a person by two seeds, with what scores compare with.
  package static func text(
    axes: String = "axes: {person: {ties: {}, errs: {person.slips: 0.4}}}", seeds: String = "2",
    measure: String = "[return, score, headline]", more: String = ""
  ) throws -> String {
    let lines = try TinyRun.settings().yaml(header: "").split(separator: "\n").filter {
      !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix("  seed:")
    }
    return """
      study: tiny
      \(axes)
      seeds: \(seeds)
      measure: \(measure)
      references: 2
      episodes: 4
      \(more)
      settings:

      """ + lines.map { "  \($0)\n" }.joined()
  }

  package static func file(
    axes: String = "axes: {person: {ties: {}, errs: {person.slips: 0.4}}}", seeds: String = "2",
    measure: String = "[return, score, headline]", more: String = ""
  ) throws -> StudyFile {
    try StudyFile(text: text(axes: axes, seeds: seeds, measure: measure, more: more), path: "tiny.yaml")
  }
}
