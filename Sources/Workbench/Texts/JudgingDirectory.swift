import Compute
import Files
import Foundation

/// Makes the directory of a project about texts: the questions and answers in `workbench.sqlite`, what they were made of
/// in `judging.json`.
package enum JudgingDirectory {
  /// The share of gold questions of a new project that has some.
  static let goldShare = 0.1

  /// Makes a project, whole or not at all.
  ///
  /// - Throws: `InputError` if the file has nothing to judge, or there is something in the directory's place.
  package static func create(_ directory: String, of source: JudgingSource) throws -> JudgingRecord {
    guard !FileManager.default.fileExists(atPath: directory) else {
      throw InputError("something is there already", at: directory, remedy: "choose another directory with --out")
    }
    let read = try source.read()
    let record = JudgingRecord(
      kind: read.kind, question: source.question, seed: source.seed, source: try .init(source.file),
      trusted: try source.trusted.map { try .init($0) }, drawn: source.count, questions: read.questions.count,
      gold: read.gold.count, notes: read.notes)
    let parent = directory.parentPath
    if !parent.isEmpty { try FileManager.default.makeDirectory(parent) }
    let unfinished = directory + ".making"
    try DurableFile.remove(unfinished)
    // Texts may be private: nobody else of this computer reads them.
    guard mkdir(unfinished, 0o700) == 0 else { throw fileError("cannot make the directory", at: unfinished) }
    do {
      try fill(unfinished, read, record)
      guard rename(unfinished, directory) == 0 else {
        throw fileError("cannot put the directory into its place", at: directory)
      }
    } catch {
      try DurableFile.remove(unfinished)
      throw error
    }
    return record
  }

  /// Whether a directory is a project about texts.
  package static func isThere(_ directory: String) -> Bool { JudgingRecord.isThere(directory) }

  /// Whether a project was made of these files, in this way.
  ///
  /// - Throws: `InputError` if its record or a file cannot be read.
  package static func continues(_ directory: String, _ source: JudgingSource) throws -> Bool {
    let record = try JudgingRecord(directory: directory)
    guard FileManager.default.fileExists(atPath: source.file.path) else { return false }
    return try record.source == .init(source.file)
      && record.trusted == (try source.trusted.map { try .init($0) }) && record.drawn == source.count
      && record.seed == source.seed && source.kind ?? record.kind == record.kind
      && source.question ?? record.question == record.question
  }

  private static func fill(_ directory: String, _ read: JudgingSource.Read, _ record: JudgingRecord) throws {
    let store = try WorkbenchStore(
      path: WorkbenchProject.answers(in: directory), seed: UInt64(record.seed),
      clock: { Date().timeIntervalSince1970 })
    try store.add(read)
    if !read.gold.isEmpty {
      var quality = try store.quality()
      quality.gold = goldShare
      try store.set(quality)
    }
    if let weights = read.weights {
      let bytes = try WholeFile.read(weights)
      try DurableFile.write(Data(bytes), to: directory + "/" + weightsName)
    }
    try record.write(to: directory)
  }

  /// What the rows of a sheet stand for, kept for the export.
  static let weightsName = "labels.weights.csv"
}

extension WorkbenchProject {
  /// A project about texts, opened again.
  ///
  /// - Parameters:
  ///   - directory: where ``JudgingDirectory`` made it.
  ///   - clock: seconds since 1970.
  package convenience init(
    judging directory: String, clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    let record = try JudgingRecord(directory: directory)
    let store = try WorkbenchStore(
      path: Self.answers(in: directory), seed: UInt64(record.seed), clock: clock)
    try self.init(store, directory, nil, UInt64(record.seed), .standard, texts: record)
  }
}
