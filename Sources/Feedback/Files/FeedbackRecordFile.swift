import Compute
import Environments
import Files
import Foundation

/// Answers of any kind as JSON lines: our own format, which carries everything.
///
/// ```swift
/// try FeedbackRecordFile.write(records, to: url)
/// let records = try FeedbackRecordFile.read(url)
/// ```
///
/// One ``FeedbackRecord`` a line, in UTF-8, keys sorted, so that equal records are equal bytes. Every number reads back
/// to the same bits; infinities and NaN are refused, for JSON has none. The schema is
/// `Documentation/schemas/feedback-1.json`, and every line has its version.
///
/// Reading checks the schema and that clips are consistent; whether an answer fits its question is the
/// kind's part (``AnyFeedbackKind/check(_:to:in:)``), which needs the world.
public enum FeedbackRecordFile {
  /// The version that is written, and the only one that is read.
  public static let schema = 1

  /// - Throws: `InputError` at "file:line".
  public static func read(_ url: URL) throws -> [FeedbackRecord] { try read(WholeFile.read(url), place: url.path) }

  /// Reads a file's bytes; `place` is what errors call it.
  public static func read(_ bytes: [UInt8], place: String) throws -> [FeedbackRecord] {
    try LinesOfJSON.decode(bytes, place: place, as: RecordLine.self) { line, _ in line.record }
  }

  /// Writes the file whole or not at all.
  public static func write(_ records: [FeedbackRecord], to url: URL) throws {
    try WholeFile.write(data(records), to: url)
  }

  /// The file's bytes.
  public static func data(_ records: [FeedbackRecord]) throws -> Data {
    try LinesOfJSON.encode(records.lazy.map(RecordLine.init), what: "record")
  }
}

/// A line, and what is required of it.
private struct RecordLine: Codable {
  var record: FeedbackRecord

  enum Key: String, CodingKey, CaseIterable {
    case schema, number, kind, person, question, answer, skipped, reason
  }

  init(_ record: FeedbackRecord) { self.record = record }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(FeedbackRecordFile.schema, forKey: .schema)
    try container.encode(record.number, forKey: .number)
    try container.encode(record.kind, forKey: .kind)
    try container.encode(record.person, forKey: .person)
    try container.encode(record.question, forKey: .question)
    try container.encodeIfPresent(record.answer, forKey: .answer)
    try container.encodeIfPresent(record.skipped, forKey: .skipped)
    try container.encodeIfPresent(record.reason, forKey: .reason)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let schema = try container.decode(Int.self, forKey: .schema)
    guard schema == FeedbackRecordFile.schema else {
      throw InputError(
        "schema \(schema) is not known", at: "schema", remedy: "this version reads schema \(FeedbackRecordFile.schema)")
    }
    try decoder.allow(Key.allCases.map(\.rawValue))
    let question = try container.decode(Part.self, forKey: .question)
    let answer = try container.decodeIfPresent(Part.self, forKey: .answer)
    record = FeedbackRecord(
      number: try container.decode(Int.self, forKey: .number), kind: try container.decode(String.self, forKey: .kind),
      person: try container.decode(String.self, forKey: .person), question: try question.question(),
      answer: try answer?.answer(), skipped: try container.decodeIfPresent(String.self, forKey: .skipped))
    record.reason = try container.decodeIfPresent(String.self, forKey: .reason)
    guard record.number >= 0 else { throw InputError("the number is \(record.number)", at: "number") }
    guard !record.kind.isEmpty else { throw InputError("the kind is empty", at: "kind") }
    guard record.answer == nil || record.skipped == nil else {
      throw InputError("there is an answer, and a reason why there is none", at: "skipped")
    }
    guard record.reason == nil || record.skipped != nil else {
      throw InputError("there is a reason for passing over a question that was not passed over", at: "reason")
    }
  }

  /// A question or an answer.
  private struct Part: Decodable {
    var clips: [Trajectory]
    var details: JSONValue?
    var content: JSONValue?

    init(from decoder: any Decoder) throws {
      try decoder.allow(["clips", "details", "content"])
      let container = try decoder.container(keyedBy: AnyKey.self)
      clips = try container.decode([CheckedClip].self, forKey: AnyKey(stringValue: "clips")).map(\.clip)
      // null is a value here, not the lack of one.
      func value(_ key: AnyKey) throws -> JSONValue? {
        container.contains(key) ? try container.decode(JSONValue.self, forKey: key) : nil
      }
      details = try value(AnyKey(stringValue: "details"))
      content = try value(AnyKey(stringValue: "content"))
    }

    func question() throws -> Question<JSONValue> {
      guard let details, content == nil else {
        throw InputError("a question has the fields clips and details", at: "question")
      }
      return Question(clips, details: details)
    }

    func answer() throws -> Answer<JSONValue> {
      guard let content, details == nil else {
        throw InputError("an answer has the fields clips and content", at: "answer")
      }
      return Answer(content, clips: clips)
    }
  }
}

/// A trajectory from a file that may be damaged: `Trajectory` itself trusts what it is decoded from.
struct CheckedClip: Decodable {
  var clip: Trajectory

  private static let keys = [
    "observationSize", "actionRowSize", "observations", "actions", "rewards", "terminated", "truncated", "start",
  ]

  init(from decoder: any Decoder) throws {
    try decoder.allow(Self.keys)
    clip = try Trajectory(from: decoder)
    if let problem = clip.inconsistency {
      throw InputError(problem, at: decoder.codingPath.map(\.stringValue).joined(separator: "."))
    }
  }
}

extension Trajectory {
  /// Why this is no trajectory; nil if it is one. Of trajectories that were decoded, not made.
  var inconsistency: String? {
    guard observationSize > 0, actionRowSize > 0 else {
      return "observationSize is \(observationSize) and actionRowSize \(actionRowSize); both are at least 1"
    }
    let (rows, rowsOverflow) = (count + 1).multipliedReportingOverflow(by: observationSize)
    let (actionRows, actionsOverflow) = count.multipliedReportingOverflow(by: actionRowSize)
    guard !rowsOverflow, observations.count == rows else {
      return "\(count) rewards and \(observations.count) numbers of observations of size \(observationSize)"
    }
    guard !actionsOverflow, actions.count == actionRows else {
      return "\(count) rewards and \(actions.count) numbers of actions of size \(actionRowSize)"
    }
    if let start, start.slot < 0 || start.episode < 0 || start.step < 0 { return "the start is \(start)" }
    return nil
  }
}
