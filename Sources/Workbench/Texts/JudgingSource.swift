import Compute
import Files
import Foundation
import RewardFiles

/// The file that a project about texts is made of, and how it is read.
package struct JudgingSource: Sendable {
  /// Pairs, rollouts, or a sheet of `sample rollouts`.
  package var file: URL
  /// Nil: found out from the file.
  package var kind: JudgedKind?
  /// Pairs whose label is trusted; or labels of rollouts, as `audit rollouts --gold` reads them.
  package var trusted: URL?
  /// How pairs are read.
  package var pairs = ReadingOptions()
  /// How rollouts are read.
  package var rollouts = RolloutOptions()
  /// How many rows are drawn at random; nil for all of them.
  package var count: Int?
  /// What is asked; nil for the usual question.
  package var question: String?
  /// Seed of the draw, of sides, and of what is put in for quality.
  package var seed: UInt32 = 1

  package init(_ file: URL) { self.file = file }

  /// Questions, in the order in which they are asked, and what is to be said of the reading.
  struct Read {
    var kind: JudgedKind
    var questions: [JSONValue] = []
    /// Those whose answer is known: the question's details and the answer.
    var gold: [(details: JSONValue, expected: JSONValue)] = []
    /// The first file's label of each question, and what the verifier paid.
    var facts: [(row: Int, label: String?, reward: Double?)] = []
    var notes: [String] = []
    /// What each row of a sheet stands for.
    var weights: URL?
    fileprivate(set) var bytes = 0
  }

  func read() throws -> Read {
    try Self.find(file)
    if let trusted { try Self.find(trusted) }
    let size = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    guard size <= JudgingLimits.largestFile else {
      throw InputError(
        "the file has more than \(JudgingLimits.largestFile) bytes", at: file.path, remedy: "cut out the rows to judge")
    }
    switch kind {
    case .pairs: return try readPairs()
    case .rollouts: return try readSheet() ?? readRollouts()
    case nil:
      if let sheet = try readSheet() { return sheet }
      do {
        return try readPairs()
      } catch let noPairs as InputError {
        // Rollouts have no two replies. What is neither is told as what it was first taken for.
        do { return try readRollouts() } catch is InputError { throw noPairs }
      }
    }
  }

  private static func find(_ file: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) else {
      throw InputError("there is no such file", at: file.path, remedy: "check the path")
    }
    guard !isFolder.boolValue else {
      throw InputError("this is a folder", at: file.path, remedy: "name a file of pairs or rollouts")
    }
  }

  /// The rows that are asked about, in their order: all, or so many at random.
  func drawn(_ count: Int) throws -> [Int] {
    let wanted = self.count ?? count
    guard wanted > 0 else { throw InputError("\(wanted) rows", at: "--n", remedy: "give at least 1") }
    var rows = Array(0..<count)
    if wanted < count {
      var draws = RandomSource(seed: UInt64(seed)).stream("judging rows")
      draws.shuffle(&rows)
      rows = Array(rows.prefix(wanted))
    }
    guard rows.count <= JudgingLimits.mostQuestions else {
      throw InputError(
        "\(rows.count) questions", at: file.path,
        remedy: "draw some with --n; a project has at most \(JudgingLimits.mostQuestions)")
    }
    return rows
  }
}

extension JudgingSource.Read {
  init(_ kind: JudgedKind) { self.kind = kind }

  /// Whether these texts have a place on the page; counts them.
  mutating func takes(_ texts: [String], at place: String) throws -> Bool {
    let sizes = texts.map(\.utf8.count)
    guard sizes.allSatisfy({ $0 <= JudgingLimits.longestText }) else { return false }
    bytes += sizes.reduce(0, +)
    guard bytes <= JudgingLimits.mostBytes else {
      throw InputError(
        "more than \(JudgingLimits.mostBytes) bytes of text", at: place, remedy: "draw some rows with --n")
    }
    return true
  }

  mutating func note(tooLong count: Int) {
    guard count > 0 else { return }
    notes.append("rows left out, as a text has more than \(JudgingLimits.longestText) bytes: \(count)")
  }

  /// - Throws: `InputError` if there is nothing to ask.
  func checked(_ file: URL) throws -> Self {
    guard !questions.isEmpty else {
      throw InputError("there is nothing to judge", at: file.path, remedy: notes.first ?? "give a file with rows")
    }
    return self
  }
}
