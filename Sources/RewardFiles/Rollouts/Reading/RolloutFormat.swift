import Compute
import Files
import Foundation

/// A format that rollouts are kept in: how it is recognised, and what one of its values says.
///
/// A new format is one file with one value of this type, and a line in ``all``.
struct RolloutFormat: Sendable {
  /// As `--format` names it.
  let name: String
  /// Who writes it.
  let title: String
  /// For documents: the list that has the rollouts. nil: one JSON object a row.
  var list: String?
  /// Large fields that are checked and not read.
  var skipped: Set<String> = []
  /// Whether the first row, or the document, is of this format, by its fields.
  let recognizes: @Sendable (_ fields: [String: JSONValue]) -> Bool
  /// Files beside the one that is read, and what its name says.
  var prepare: @Sendable (_ context: inout RolloutContext) throws -> Void = { _ in }
  /// The rollouts of one row.
  let rows: @Sendable (_ fields: inout RolloutFields, _ context: RolloutContext) throws(RowFault) -> [RolloutRow]

  /// In the order in which files are tried.
  static let all: [RolloutFormat] = [
    .inspect, .judge, .reasoningGym, .mathEvaluation, .nemoGym, .verifiersTraces, .verifiers, .trl, .lines,
  ]

  /// The format that `--format` names.
  static func named(_ name: String) throws -> RolloutFormat {
    guard let format = all.first(where: { $0.name == name }) else {
      throw InputError.unknown("format", name, among: all.map(\.name))
    }
    return format
  }
}

/// What is known of a file while its rows are read.
struct RolloutContext: Sendable {
  let file: URL
  /// The file's number, for keys that are unique within a file only.
  let number: Int
  let options: RolloutOptions
  /// The fields of a document beside its list.
  var head: [String: JSONValue] = [:]
  /// The fields of a file of metadata beside this one.
  var metadata: [String: JSONValue] = [:]
  /// Inputs that stand in a file of their own, by the key of the rollout.
  var inputs: [String: [String: JSONValue]] = [:]
  var step: Int32 = -1
  var run: String?
  /// How many rollouts there should be, if something says so.
  var expectedRows: Int?
  /// Sentences for the reader of the table.
  var notes: [String] = []

  /// A hash of these words within this file.
  func key(_ words: String...) -> UInt64 { RolloutTable.hash(([String(number)] + words).joined(separator: "\u{1F}")) }

  /// The fields of a small JSON document beside the file; nil if there is none.
  func sibling(_ name: String) throws -> [String: JSONValue]? {
    let url = file.deletingLastPathComponent().appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let source = try RandomAccessFile(url)
    guard source.size <= 64 << 20 else { return nil }
    do throws(RowFault) {
      return try JSONScanner.fields(try Self.bytes(source))
    } catch {
      throw InputError(error.reason, at: url.path, remedy: "mend the file, or move it away")
    }
  }

  private static func bytes(_ source: RandomAccessFile) throws(RowFault) -> [UInt8] {
    do { return try source.read(0, source.size) } catch { throw RowFault("\(error)") }
  }
}

/// Why a file that can be read has no rollouts: it is named and passed over if there are others.
struct NoRollouts: Error {
  var reason: String
}
