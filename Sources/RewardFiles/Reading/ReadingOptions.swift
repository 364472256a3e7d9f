import Files
import Foundation

/// How the files of an audit are read: what columns mean, what happens to bad rows, and how much is read at most.
public struct ReadingOptions: Sendable {
  /// Whether the first bad row is an error; otherwise it is set aside with its reason.
  public var strict = false
  /// Column names by role, where the usual names do not fit. A file without such a column is read by the usual names;
  /// that no file has it is an error.
  public var columns: [ColumnRole: String] = [:]
  /// Column names of best-of-n samples by role, where the usual names do not fit.
  public var sampleColumns: [SampleRole: String] = [:]
  /// The shape of the rows, if it is not to be recognised.
  public var format: PairFormat?
  /// The most bytes of one row.
  public var maximumRowBytes = 16 << 20
  /// The most bytes that one file may unpack to: a compressed file of a few kilobytes can claim any size.
  public var maximumFileBytes = 256 << 30
  /// The most bytes of a file that must be held whole (a result file of RewardBench).
  public var maximumWholeBytes = 1 << 30

  /// The standard options.
  public init() {}
}

/// What a column of a file of best-of-n samples can be.
public enum SampleRole: String, CaseIterable, Sendable, Codable {
  /// Which prompt the reply belongs to: its text, or its name.
  case prompt
  /// The score of the reward model under audit.
  case proxy
  /// The score of a better judge.
  case gold
  /// Log-probability of the reply under the policy, in nats.
  case logProbability = "logprob"
  /// Log-probability of the reply under the reference policy, in nats.
  case reference = "reference-logprob"
  /// The reply's text.
  case response
}

extension RecordReader {
  init(_ file: URL, options: ReadingOptions) throws {
    try self.init(file, limit: options.maximumFileBytes, maximumRecord: options.maximumRowBytes)
  }
}

/// Cells of rows as files spell them: a score may be in a list of one, an id may be a number.
extension JSONValue {
  var cellNumber: Double? {
    switch self {
    case .number(let value): value
    case .bool(let flag): flag ? 1 : 0
    case .array(let values): values.count == 1 ? values[0].cellNumber : nil
    default: nil
    }
  }

  var cellText: String? {
    switch self {
    case .string(let text): text
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    default: nil
    }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var fields: [String: JSONValue]? { if case .object(let fields) = self { fields } else { nil } }
  var cellList: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
}
