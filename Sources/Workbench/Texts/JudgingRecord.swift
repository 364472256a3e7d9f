import Compute
import Files
import Foundation

/// What a project about texts was made of: kept beside its answers, as `judging.json`.
package struct JudgingRecord: Codable, Sendable, Hashable {
  /// A file that was read.
  package struct Source: Codable, Sendable, Hashable {
    /// From the root.
    package var path: String
    package var bytes: Int
    /// SHA-256, in hexadecimal.
    package var digest: String

    /// - Throws: `InputError` if the file cannot be read, or is larger than ``JudgingLimits/largestFile``.
    package init(_ file: URL) throws {
      let data = try WholeFile.read(file)
      path = file.standardizedFileURL.path
      bytes = data.count
      digest = SHA256.hexadecimal(of: data)
    }

    /// - Throws: `InputError` if the file cannot be read.
    func isUnchanged() throws -> Bool {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      guard attributes[.size] as? Int == bytes else { return false }
      return try Source(URL(fileURLWithPath: path)).digest == digest
    }
  }

  static let fileName = "judging.json"
  static let currentFormat = 1

  package var format = Self.currentFormat
  package var kind: JudgedKind
  /// What is asked.
  package var question: String
  package var seed: UInt32
  /// Where the questions come from.
  package var source: Source
  /// Where questions with a known answer come from, beside the source.
  package var trusted: Source?
  /// How many rows were drawn; nil for all, in their order.
  package var drawn: Int?
  package var questions: Int
  /// Questions whose answer the owner trusts.
  package var gold: Int
  /// What the reader should know of what was read.
  package var notes: [String]

  /// Reads the record of a directory.
  ///
  /// - Throws: `InputError` if it is not there, or of another version.
  package init(directory: String) throws {
    let path = directory + "/" + Self.fileName
    let bytes = try WholeFile.read(URL(fileURLWithPath: path))
    do {
      self = try JSON.decode(Self.self, from: bytes)
    } catch let error as DecodingError {
      throw InputError("this is no record of a project: \(error)", at: path, remedy: "choose another directory")
    }
    guard format == Self.currentFormat else {
      throw InputError(
        "a project of format \(format)", at: path, remedy: "open it with the version that made it")
    }
  }

  package init(
    kind: JudgedKind, question: String?, seed: UInt32, source: Source, trusted: Source?, drawn: Int?, questions: Int,
    gold: Int, notes: [String]
  ) {
    (self.kind, self.seed, self.source, self.trusted) = (kind, seed, source, trusted)
    (self.drawn, self.questions, self.gold, self.notes) = (drawn, questions, gold, notes)
    self.question = question ?? kind.question
  }

  func write(to directory: String) throws {
    try DurableFile.write(JSON.encode(self, .pretty), to: directory + "/" + Self.fileName)
  }

  /// Whether a directory is a project about texts.
  package static func isThere(_ directory: String) -> Bool {
    FileManager.default.fileExists(atPath: directory + "/" + fileName)
  }

  /// What has become of the files since: a sentence for each that is not as it was. The questions stay what they were.
  package func changes() -> [String] {
    ([source] + [trusted].compactMap(\.self)).compactMap { file in
      let name = file.path.lastPathPart
      guard FileManager.default.fileExists(atPath: file.path) else {
        return "\(name) is not where it was; the questions are those that were read then"
      }
      do {
        guard try !file.isUnchanged() else { return nil }
        return "\(name) has changed since this project was made; the questions are those that were read then"
      } catch {
        return "\(name) cannot be compared with what was read: \(error)"
      }
    }
  }
}

/// How much a project about texts takes.
package enum JudgingLimits {
  /// Bytes of a file.
  package static let largestFile = 2 << 30
  /// Bytes of one text on the page.
  package static let longestText = 200_000
  /// Questions of a project.
  package static let mostQuestions = 100_000
  /// Bytes of all texts.
  package static let mostBytes = 1 << 30
}
