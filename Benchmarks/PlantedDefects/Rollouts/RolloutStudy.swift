import Compute
import Foundation
import RewardFiles

/// Recall for each defect and strength, and failures on broken, clean and twin files.
package struct RolloutStudy: Codable, Sendable {
  package struct Row: Codable, Sendable {
    package var defect: RolloutDefect
    package var strength: PlantedStrength
    package var check: String
    package var size: Double
    package var found = 0
    package var files = 0
    /// Checks that failed without being the planted one or a consequence of it, with how often.
    package var falseDiscoveries: [String: Int] = [:]
    /// Files with at least one.
    package var filesWithFalse = 0
  }
  /// Files without a defect.
  package struct Sound: Codable, Sendable {
    package var kind: RolloutFileKind
    package var files = 0
    package var filesWithFailure = 0
    package var failures: [String: Int] = [:]
    /// How often each check holds.
    package var holds: [String: Int] = [:]
  }
  package var rows: [Row] = []
  package var sound: [Sound] = []
  package var prompts = 2000
  package var gold = 400
  package var seeds: [UInt64] = []

  package init() {}

  /// - Parameters:
  ///   - seeds: one file of each defect and strength for each seed.
  ///   - soundFiles: clean files, and as many twins, numbered under the first seed.
  package static func run(
    seeds: [UInt64], soundFiles: Int, prompts: Int = 2000, gold: Int = 400,
    defects: [RolloutDefect] = RolloutDefect.allCases,
    strengths: [PlantedStrength] = PlantedStrength.allCases
  ) -> RolloutStudy {
    struct Job: Sendable {
      var defect: RolloutDefect?
      var strength = PlantedStrength.middle
      var kind = RolloutFileKind.clean
      var random: RandomSource
    }
    var jobs: [Job] = []
    for defect in defects {
      for strength in strengths {
        for seed in seeds {
          let random = RandomSource(seed: seed).child("rollouts/\(defect.rawValue)/\(strength.rawValue)")
          jobs.append(Job(defect: defect, strength: strength, random: random))
        }
      }
    }
    for kind in [RolloutFileKind.clean, .twin] {
      for index in 0..<soundFiles {
        jobs.append(
          Job(kind: kind, random: RandomSource(seed: seeds.first ?? 0).child("rollouts/\(kind.rawValue)", index)))
      }
    }
    let work = jobs
    let verdicts = ThreadPool.shared.map(work.count) { index in
      let job = work[index]
      let file = PlantedRollouts(
        prompts: prompts, defect: job.defect, strength: job.strength, kind: job.kind, gold: gold, random: job.random)
      let audit = file.audit(random: job.random.child("audit"))
      func checks(_ isWanted: (RolloutResult) -> Bool) -> Set<RolloutCheck> {
        Set(audit.results.filter(isWanted).map(\.check))
      }
      return (fails: checks { $0.verdict == .fails }, holds: checks { $0.verdict == .holds })
    }

    var study = RolloutStudy()
    (study.prompts, study.gold, study.seeds) = (prompts, gold, seeds)
    for (job, verdict) in zip(work, verdicts) {
      guard let defect = job.defect else {
        let place = study.sound.firstIndex { $0.kind == job.kind }
        var sound = place.map { study.sound[$0] } ?? Sound(kind: job.kind)
        sound.files += 1
        if !verdict.fails.isEmpty { sound.filesWithFailure += 1 }
        for check in verdict.fails { sound.failures[check.id, default: 0] += 1 }
        for check in verdict.holds { sound.holds[check.id, default: 0] += 1 }
        if let place { study.sound[place] = sound } else { study.sound.append(sound) }
        continue
      }
      let place = study.rows.firstIndex { $0.defect == defect && $0.strength == job.strength }
      var row =
        place.map { study.rows[$0] }
        ?? Row(defect: defect, strength: job.strength, check: defect.check.id, size: defect.size(job.strength))
      row.files += 1
      if verdict.fails.contains(defect.check) { row.found += 1 }
      let wrong = verdict.fails.subtracting(defect.consequences).subtracting([defect.check])
      for check in wrong { row.falseDiscoveries[check.id, default: 0] += 1 }
      if !wrong.isEmpty { row.filesWithFalse += 1 }
      if let place { study.rows[place] = row } else { study.rows.append(row) }
    }
    return study
  }

  /// Whether the targets are met: recall of 95 % at middle strength, at most 5 % of clean and 10 % of twin files with a failure.
  package var meetsTargets: Bool {
    rows.filter { $0.strength == .middle }.allSatisfy { 20 * $0.found >= 19 * $0.files }
      && sound.allSatisfy { ($0.kind == .clean ? 20 : 10) * $0.filesWithFailure <= $0.files }
  }

  package var markdown: String {
    func share(_ count: Int, _ total: Int) -> String {
      let interval =
        Statistics.proportionInterval(successes: count, of: total) ?? Interval(lower: 0, upper: 1, level: 0.95)
      func percent(_ value: Double) -> String { "\(Int((100 * value).rounded()))" }
      return "\(count)/\(total) (\(percent(interval.lower))–\(percent(interval.upper)) %)"
    }
    func listed(_ counts: [String: Int]) -> String {
      counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    var lines = [
      "| defect | check | sizes | weak | middle | strong | false elsewhere |", "|---|---|---|---|---|---|---|",
    ]
    var broken = (files: 0, wrong: 0)
    for defect in RolloutDefect.allCases {
      let mine = rows.filter { $0.defect == defect }
      guard !mine.isEmpty else { continue }
      let cells = PlantedStrength.allCases.map { strength in
        mine.first { $0.strength == strength }.map { share($0.found, $0.files) } ?? "–"
      }
      let (files, wrong) = (mine.reduce(0) { $0 + $1.files }, mine.reduce(0) { $0 + $1.filesWithFalse })
      broken = (broken.files + files, broken.wrong + wrong)
      let names = mine.reduce(into: [String: Int]()) { $0.merge($1.falseDiscoveries, uniquingKeysWith: +) }
      let sizes = PlantedStrength.allCases.map { defect.size($0).formatted() }.joined(separator: ", ")
      lines.append(
        "| \(defect.rawValue) | \(defect.check.id) | \(sizes) \(defect.unit) | \(cells.joined(separator: " | ")) | "
          + "\(wrong)/\(files)\(names.isEmpty ? "" : ": " + listed(names)) |")
    }
    lines.append("")
    for kind in sound {
      let name = kind.kind == .clean ? "Clean files" : "Legitimate twins"
      lines.append(
        "\(name) in which a check fails: \(share(kind.filesWithFailure, kind.files))"
          + (kind.failures.isEmpty ? "." : ": \(listed(kind.failures))."))
      lines.append("Checks that hold there, of \(kind.files): \(listed(kind.holds)).")
    }
    if broken.files > 0 {
      lines.append("Broken files in which a check fails that should not: \(share(broken.wrong, broken.files)).")
    }
    return lines.joined(separator: "\n")
  }
}
