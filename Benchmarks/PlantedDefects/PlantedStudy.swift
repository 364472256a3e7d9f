import Compute
import Foundation
import RewardFiles
import Synchronization

/// Recall for each defect and strength, and false discoveries on clean and on broken files.
package struct PlantedStudy: Codable, Sendable {
  package struct Row: Codable, Sendable {
    package var defect: PlantedDefect
    package var strength: PlantedStrength
    package var check: String
    package var size: Double
    package var found: Int
    package var files: Int
    /// Checks that failed without being the planted one or a consequence of it, with how often.
    package var falseDiscoveries: [String: Int]
    /// Files with at least one.
    package var filesWithFalse: Int
  }
  package var rows: [Row] = []
  package var cleanFiles = 0
  package var cleanFilesWithFailure = 0
  package var cleanFailures: [String: Int] = [:]
  package var pairs = 2000
  package var seeds: [UInt64] = []

  package init() {}

  /// - Parameters:
  ///   - seeds: one file of each defect and strength for each seed.
  ///   - cleanFiles: clean files, numbered under the first seed.
  package static func run(
    seeds: [UInt64], cleanFiles: Int, pairs: Int = 2000, defects: [PlantedDefect] = PlantedDefect.allCases,
    strengths: [PlantedStrength] = PlantedStrength.allCases
  ) throws -> PlantedStudy {
    struct Job: Sendable {
      var defect: PlantedDefect?
      var strength: PlantedStrength
      var random: RandomSource
    }
    var jobs: [Job] = []
    for defect in defects {
      for strength in strengths {
        for seed in seeds {
          let random = RandomSource(seed: seed).child("planted/\(defect.rawValue)/\(strength.rawValue)")
          jobs.append(Job(defect: defect, strength: strength, random: random))
        }
      }
    }
    for index in 0..<cleanFiles {
      jobs.append(Job(strength: .weak, random: RandomSource(seed: seeds.first ?? 0).child("clean", index)))
    }
    let work = jobs
    let results = Mutex([Result<Set<AuditCheck>, any Error>?](repeating: nil, count: work.count))
    ThreadPool.shared.run(work.count) { index in
      let job = work[index]
      let result = Result {
        let file = PlantedFile(pairs: pairs, defect: job.defect, strength: job.strength, random: job.random)
        let audit = try file.audit(random: job.random.child("audit"))
        return Set(audit.results.filter { $0.verdict == .fails }.map(\.check))
      }
      results.withLock { $0[index] = result }
    }
    let failed = try results.withLock { try $0.map { try $0?.get() ?? [] } }

    var study = PlantedStudy()
    study.pairs = pairs
    study.seeds = seeds
    for (job, checks) in zip(work, failed) {
      guard let defect = job.defect else {
        study.cleanFiles += 1
        if !checks.isEmpty { study.cleanFilesWithFailure += 1 }
        for check in checks { study.cleanFailures[check.id, default: 0] += 1 }
        continue
      }
      let place = study.rows.firstIndex { $0.defect == defect && $0.strength == job.strength }
      var row =
        place.map { study.rows[$0] }
        ?? Row(
          defect: defect, strength: job.strength, check: defect.check.id, size: defect.size(job.strength),
          found: 0,
          files: 0, falseDiscoveries: [:], filesWithFalse: 0)
      row.files += 1
      if checks.contains(defect.check) { row.found += 1 }
      let wrong = checks.subtracting(defect.consequences).subtracting([defect.check])
      for check in wrong { row.falseDiscoveries[check.id, default: 0] += 1 }
      if !wrong.isEmpty { row.filesWithFalse += 1 }
      if let place { study.rows[place] = row } else { study.rows.append(row) }
    }
    return study
  }

  /// Whether the targets are met: recall of 95 % at middle strength, at most 5 % of clean files with a failure.
  package var meetsTargets: Bool {
    rows.filter { $0.strength == .middle }.allSatisfy { 20 * $0.found >= 19 * $0.files }
      && 20 * cleanFilesWithFailure <= cleanFiles
  }

  package var markdown: String {
    func share(_ count: Int, _ total: Int) -> String {
      let interval =
        Statistics.proportionInterval(successes: count, of: total) ?? Interval(lower: 0, upper: 1, level: 0.95)
      func percent(_ value: Double) -> String { "\(Int((100 * value).rounded()))" }
      return "\(count)/\(total) (\(percent(interval.lower))–\(percent(interval.upper)) %)"
    }
    var lines = [
      "| defect | check | sizes | weak | middle | strong | false elsewhere |", "|---|---|---|---|---|---|---|",
    ]
    var broken = (files: 0, wrong: 0)
    for defect in PlantedDefect.allCases {
      let mine = rows.filter { $0.defect == defect }
      guard !mine.isEmpty else { continue }
      let cells = PlantedStrength.allCases.map { strength in
        mine.first { $0.strength == strength }.map { share($0.found, $0.files) } ?? "–"
      }
      let files = mine.reduce(0) { $0 + $1.files }
      let wrong = mine.reduce(0) { $0 + $1.filesWithFalse }
      broken = (broken.files + files, broken.wrong + wrong)
      let names = mine.reduce(into: [String: Int]()) { $0.merge($1.falseDiscoveries, uniquingKeysWith: +) }
      let which = names.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value)" }.joined()
      let sizes = PlantedStrength.allCases.map { defect.size($0).formatted() }.joined(separator: ", ")
      lines.append(
        "| \(defect.rawValue) | \(defect.check.id) | \(sizes) \(defect.unit) | "
          + "\(cells.joined(separator: " | ")) | \(wrong)/\(files)\(which) |")
    }
    lines.append("")
    if cleanFiles > 0 {
      let which = cleanFailures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      lines.append(
        "Clean files in which a check fails: \(share(cleanFilesWithFailure, cleanFiles))"
          + (which.isEmpty ? "." : "; \(which)."))
    }
    lines.append("Broken files in which a check fails that should not: \(share(broken.wrong, broken.files)).")
    return lines.joined(separator: "\n")
  }
}
