import Compute
import Findings
import Foundation
import RewardFiles
import Synchronization

/// Recall for each defect and strength, and false discoveries on broken files, on clean ones, on those that only look
/// broken, and on honest models that err.
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
  /// Files of one kind without a defect.
  package struct Quiet: Codable, Sendable {
    package var name: String
    package var files = 0
    package var filesWithFailure = 0
    package var failures: [String: Int] = [:]
    /// Of them, how many the headline calls passed.
    package var passed = 0

    mutating func add(_ failed: Set<AuditCheck>, passed: Bool) {
      files += 1
      if !failed.isEmpty { filesWithFailure += 1 }
      for check in failed { failures[check.id, default: 0] += 1 }
      if passed { self.passed += 1 }
    }
  }
  package var rows: [Row] = []
  package var clean = Quiet(name: "clean")
  package var twins: [Quiet] = []
  package var honest: [Quiet] = []
  package var pairs = 2000
  package var seeds: [UInt64] = []

  package init() {}

  private struct Job: Sendable {
    var defect: PlantedDefect?
    var strength = PlantedStrength.weak
    var twin: PlantedTwin?
    var honest: PlantedHonest?
    var random: RandomSource
  }

  private struct Outcome: Sendable {
    var failed: Set<AuditCheck>
    var passed: Bool
  }

  /// - Parameters:
  ///   - seeds: one file of each defect and strength for each seed.
  ///   - cleanFiles: clean files, and as many of the twins and of the honest models together; numbered under the first seed.
  package static func run(
    seeds: [UInt64], cleanFiles: Int, pairs: Int = 2000, defects: [PlantedDefect] = PlantedDefect.allCases,
    strengths: [PlantedStrength] = PlantedStrength.allCases
  ) throws -> PlantedStudy {
    var jobs: [Job] = []
    for defect in defects {
      for strength in strengths {
        for seed in seeds {
          let random = RandomSource(seed: seed).child("planted/\(defect.rawValue)/\(strength.rawValue)")
          jobs.append(Job(defect: defect, strength: strength, random: random))
        }
      }
    }
    let first = RandomSource(seed: seeds.first ?? 0)
    for index in 0..<cleanFiles {
      let (twins, honest) = (PlantedTwin.allCases, PlantedHonest.allCases)
      jobs.append(Job(random: first.child("clean", index)))
      jobs.append(Job(twin: twins[index % twins.count], random: first.child("twin", index)))
      jobs.append(Job(honest: honest[index % honest.count], random: first.child("honest", index)))
    }
    let work = jobs
    let results = Mutex([Result<Outcome, any Error>?](repeating: nil, count: work.count))
    ThreadPool.shared.run(work.count) { index in
      let job = work[index]
      let result = Result {
        let file = PlantedFile(
          pairs: pairs, defect: job.defect, strength: job.strength, twin: job.twin, honest: job.honest,
          random: job.random)
        let audit = try file.audit(random: job.random.child("audit"))
        return Outcome(
          failed: Set(audit.results.filter { $0.verdict == .fails }.map(\.check)),
          passed: TrustSummary(audit.findings, headline: audit.headline).verdict == .holds)
      }
      results.withLock { $0[index] = result }
    }
    let outcomes = try results.withLock { try $0.compactMap { try $0?.get() } }

    var study = PlantedStudy()
    study.pairs = pairs
    study.seeds = seeds
    study.twins = PlantedTwin.allCases.map { Quiet(name: $0.rawValue) }
    study.honest = PlantedHonest.allCases.map { Quiet(name: $0.rawValue) }
    for (job, outcome) in zip(work, outcomes) {
      let checks = outcome.failed
      guard let defect = job.defect else {
        if let twin = job.twin, let place = PlantedTwin.allCases.firstIndex(of: twin) {
          study.twins[place].add(outcome.failed, passed: outcome.passed)
        } else if let honest = job.honest, let place = PlantedHonest.allCases.firstIndex(of: honest) {
          study.honest[place].add(outcome.failed, passed: outcome.passed)
        } else {
          study.clean.add(outcome.failed, passed: outcome.passed)
        }
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
}
