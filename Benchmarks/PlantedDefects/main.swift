import Audits
import Compute
import Foundation

// Planted defects: what the files audit finds of them, and what it finds where nothing is. See Benchmarks/planted-defects.
//
//   pactolus-planted [--seeds 20] [--clean 200] [--first-seed 1000] [--json]

struct Trial {
  var defect: Defect?
  var level: Int
  var seed: UInt64
}

struct Outcome {
  var failed: Set<AuditCheck> = []
}

func number(_ name: String, _ standard: Int) throws -> Int {
  guard let place = CommandLine.arguments.firstIndex(of: name) else { return standard }
  guard place + 1 < CommandLine.arguments.count, let value = Int(CommandLine.arguments[place + 1]), value > 0 else {
    throw InputError("\(name) takes a number", remedy: "\(name) \(standard)")
  }
  return value
}

func audit(_ trial: Trial, _ folder: URL) throws -> Outcome {
  let strength = trial.defect?.strengths[trial.level] ?? 0
  let file = PlantedFile(seed: trial.seed, trial.defect, strength: strength)
  let place = folder.appendingPathComponent("\(trial.seed)-\(trial.defect?.rawValue ?? "clean")-\(trial.level).npy")
  defer { try? FileManager.default.removeItem(at: place) }
  let (input, perturbed) = try file.input(embeddings: place)
  let audit = FilesAudit(input, perturbed: perturbed, random: RandomSource(seed: trial.seed))
  return Outcome(failed: Set(audit.results.filter { $0.verdict == .fails }.map(\.check)))
}

func share(_ successes: Int, _ trials: Int) -> String {
  guard let interval = Statistics.proportionInterval(successes: successes, of: trials) else { return "–" }
  func percent(_ value: Double) -> String { String(format: "%.0f", 100 * value) }
  return "\(percent(Double(successes) / Double(max(1, trials)))) % [\(percent(interval.lower)), \(percent(interval.upper))]"
}

do {
  let seeds = try number("--seeds", 20)
  let clean = try number("--clean", 200)
  let first = UInt64(try number("--first-seed", 1000))
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("planted-\(getpid())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  var trials = (0..<clean).map { Trial(defect: nil, level: 0, seed: first + 10_000 + UInt64($0)) }
  for defect in Defect.allCases {
    for level in 0..<3 {
      trials += (0..<seeds).map { Trial(defect: defect, level: level, seed: first + UInt64($0)) }
    }
  }
  let begin = Date()
  var outcomes = [Result<Outcome, any Error>?](repeating: nil, count: trials.count)
  outcomes.withUnsafeMutableBufferPointer { places in
    // Each trial writes its own place.
    nonisolated(unsafe) let places = places
    let all = trials
    ThreadPool.shared.run(all.count) { index in
      places[index] = Result { try audit(all[index], folder) }
    }
  }
  let results = try outcomes.map { try $0!.get() }

  print("| defect | check | weak | middle | strong | of | other checks failing |")
  print("|---|---|---|---|---|---|---|")
  var middle: [Double] = []
  var strangers: [AuditCheck: Int] = [:]
  for defect in Defect.allCases {
    var cells: [String] = []
    var others = 0
    for level in 0..<3 {
      let mine = trials.indices.filter { trials[$0].defect == defect && trials[$0].level == level }
      let found = mine.count { results[$0].failed.contains(defect.check) }
      if level == 1 { middle.append(Double(found) / Double(mine.count)) }
      cells.append("\(share(found, mine.count)) at \(defect.strengths[level])")
      for index in mine {
        let foreign = results[index].failed.subtracting(defect.consequences).subtracting([defect.check])
        others += foreign.count
        for check in foreign { strangers[check, default: 0] += 1 }
      }
    }
    print("| \(defect.rawValue) | `\(defect.check.rawValue)` | \(cells.joined(separator: " | ")) | \(defect.unit) | \(others) |")
  }
  let cleanFiles = trials.indices.filter { trials[$0].defect == nil }
  let alarmed = cleanFiles.count { !results[$0].failed.isEmpty }
  for index in cleanFiles { for check in results[index].failed { strangers[check, default: 0] += 1 } }
  print("\nRecall at middle strength, mean over defects: \(String(format: "%.1f", 100 * Statistics.mean(middle))) %, "
    + "least \(String(format: "%.0f", 100 * (middle.min() ?? 0))) %.")
  print("Clean files with any failing check: \(alarmed) of \(cleanFiles.count), \(share(alarmed, cleanFiles.count)).")
  if !strangers.isEmpty {
    print("Checks that failed without reason: "
      + strangers.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", "))
  }
  print("\(seeds) seeds from \(first), \(PlantedFile.pairs) pairs each; \(trials.count) audits in "
    + "\(Int(Date().timeIntervalSince(begin))) s.")
} catch {
  FileHandle.standardError.write(Data("pactolus-planted: \(error)\n".utf8))
  exit(2)
}
