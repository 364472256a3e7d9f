import Compute

extension PlantedStudy {
  /// Whether the targets are met: recall of 95 % at middle strength, or what the best test reaches if that is less (within chance); a failed check in at most 5 % of clean files, in at
  /// most 10 % of twins and in at most 5 % of the files of every honest model.
  package var meetsTargets: Bool {
    rows.filter { $0.strength == .middle }.allSatisfy { row in
      if 20 * row.found >= 19 * row.files { return true }
      guard let ceiling = row.defect.ceiling(row.strength),
        let interval = Statistics.proportionInterval(successes: row.found, of: row.files)
      else { return false }
      return interval.upper >= ceiling
    }
      && 20 * clean.filesWithFailure <= clean.files
      && 10 * twins.reduce(0) { $0 + $1.filesWithFailure } <= twins.reduce(0) { $0 + $1.files }
      && honest.allSatisfy { 20 * $0.filesWithFailure <= $0.files }
  }

  private static func share(_ count: Int, _ total: Int) -> String {
    let interval =
      Statistics.proportionInterval(successes: count, of: total) ?? Interval(lower: 0, upper: 1, level: 0.95)
    func percent(_ value: Double) -> String { "\(Int((100 * value).rounded()))" }
    return "\(count)/\(total) (\(percent(interval.lower))–\(percent(interval.upper)) %)"
  }

  private static func names(_ failures: [String: Int]) -> String {
    failures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// The tables of the documentation.
  package var markdown: String {
    var lines = [
      "| defect | check | sizes | weak | middle | strong | false elsewhere |", "|---|---|---|---|---|---|---|",
    ]
    var broken = (files: 0, wrong: 0)
    for defect in PlantedDefect.allCases {
      let mine = rows.filter { $0.defect == defect }
      guard !mine.isEmpty else { continue }
      let cells = PlantedStrength.allCases.map { strength in
        mine.first { $0.strength == strength }.map { row in
          Self.share(row.found, row.files)
            + (defect.ceiling(strength).map { ", ceiling \(Int((100 * $0).rounded())) %" } ?? "")
        } ?? "–"
      }
      let files = mine.reduce(0) { $0 + $1.files }
      let wrong = mine.reduce(0) { $0 + $1.filesWithFalse }
      broken = (broken.files + files, broken.wrong + wrong)
      let which = Self.names(mine.reduce(into: [:]) { $0.merge($1.falseDiscoveries, uniquingKeysWith: +) })
      let sizes = PlantedStrength.allCases.map { defect.size($0).formatted() }.joined(separator: ", ")
      lines.append(
        "| \(defect.rawValue) | \(defect.check.id) | \(sizes) \(defect.unit) | "
          + "\(cells.joined(separator: " | ")) | \(wrong)/\(files)\(which.isEmpty ? "" : ", " + which) |")
    }
    lines += ["", "| no defect | a check fails | which | headline: passed |", "|---|---|---|---|"]
    for quiet in [clean] + twins + honest where quiet.files > 0 {
      lines.append(
        "| \(quiet.name) | \(Self.share(quiet.filesWithFailure, quiet.files)) | \(Self.names(quiet.failures)) | "
          + "\(quiet.passed)/\(quiet.files) |")
    }
    func all(_ kinds: [Quiet]) -> String {
      Self.share(kinds.reduce(0) { $0 + $1.filesWithFailure }, kinds.reduce(0) { $0 + $1.files })
    }
    lines += ["", "Twins in which a check fails: \(all(twins)); honest models that err: \(all(honest))."]
    lines.append("Broken files in which a check fails that should not: \(Self.share(broken.wrong, broken.files)).")
    lines.append("Seeds from \(seeds.first ?? 0), \(pairs) pairs in a file.")
    return lines.joined(separator: "\n")
  }
}
