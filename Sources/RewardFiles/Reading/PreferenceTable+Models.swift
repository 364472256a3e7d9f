import Compute
import Foundation

extension PreferenceTable {
  /// Models that scored the same pairs in a file each, side by side: the pairs of the first file, each file's scores as a member
  /// that is called by what is the file's own in its name.
  ///
  /// Rows are matched as ``SecondScoring/read(_:for:options:)`` does: by ids, then by texts.
  ///
  /// - Throws: `InputError` with the file, also if none of its rows is one of the pairs.
  public static func models(in files: [URL], options: ReadingOptions = .init()) throws -> PreferenceTable {
    guard let first = files.first else { throw InputError("no files of models", remedy: "give a file for each model") }
    var table = try PreferenceFile.read([first], options: options)
    let names = names(of: files)
    var scores = [Member(name: names[0], chosen: table.scoreChosen, rejected: table.scoreRejected)]
    guard table.hasScores else { throw InputError("the pairs have no scores", at: first.path) }
    for (file, name) in zip(files, names).dropFirst() {
      let scoring = try SecondScoring.read(file, for: table, options: options, use: "model \(name)")
      scores.append(Member(name: name, chosen: scoring.scoreChosen, rejected: scoring.scoreRejected))
      if let reading = scoring.reading { table.readings.append(reading) }
    }
    (table.scoreChosen, table.scoreRejected, table.members) = ([], [], scores)
    return table
  }

  /// What is each file's own in its name: what all share at both ends is left out, in whole words.
  package static func names(of files: [URL]) -> [String] {
    let names = files.map(stem)
    let parts = names.map { name in
      name.split(omittingEmptySubsequences: false) { "=,-_. ".contains($0) }.map(String.init)
    }
    guard let least = parts.map(\.count).min(), names.count > 1, Set(names).count == names.count else {
      return FileReading.names(of: files.map(\.path))
    }
    func shared(_ at: ([String], Int) -> String) -> Int {
      var count = 0
      while count < least - 1, Set(parts.map { at($0, count) }).count == 1 { count += 1 }
      return count
    }
    let front = shared { $0[$1] }
    let back = min(shared { $0[$0.count - 1 - $1] }, least - 1 - front)
    let own = zip(names, parts).map { name, parts in
      let skipped = parts.prefix(front).reduce(0) { $0 + $1.count + 1 }
      let cut = parts.suffix(back).reduce(0) { $0 + $1.count + 1 }
      return String(name.dropFirst(skipped).dropLast(cut))
    }
    return own.contains("") ? names : own
  }

  /// The name without the endings that say how a file is written and packed.
  private static func stem(_ file: URL) -> String {
    var file = file
    if ["gz", "zst", "xz"].contains(file.pathExtension) { file.deletePathExtension() }
    if ["jsonl", "json", "ndjson", "csv", "tsv", "parquet", "arrow"].contains(file.pathExtension) {
      file.deletePathExtension()
    }
    return file.lastPathComponent
  }
}
