import Compute
import Files

/// A shape of rows that can be read as preference pairs: what `--format` names.
///
/// ```swift
/// var options = ReadingOptions()
/// options.format = try PairFormat.named("ultrafeedback")
/// let table = try PreferenceFile.read([file], options: options)
/// ```
///
/// A shape is one value in a file of `Formats`: how it is recognised, and how a row of it becomes rows of plain pairs,
/// which one decoder then reads. Columns that a shape does not know go along under their names.
public struct PairFormat: Sendable {
  /// A stable name: "ultrafeedback".
  public let name: String
  /// What rows look like, a line.
  public let title: String
  /// Whose shape it is, and where it was read: "follows file@commit".
  public let source: String
  /// What is taken for what, where the plan of plain pairs does not say it.
  let columns: [FileReading.Column]
  /// Whether the first rows of a file have this shape.
  let recognises: @Sendable (RowSample) -> Bool
  /// A row as pieces of pairs; nil where rows are pairs already.
  let rewrite: Rewrite?

  typealias Rewrite = @Sendable (_ row: [String: JSONValue], _ number: Int) throws(RowFault) -> [PairPiece]

  init(
    _ name: String, _ title: String, source: String, columns: [(String, String)] = [],
    recognises: @escaping @Sendable (RowSample) -> Bool = { _ in false }, rewrite: Rewrite? = nil
  ) {
    self.name = name
    self.title = title
    self.source = source
    self.columns = columns.map { .init($0.0, $0.1) }
    self.recognises = recognises
    self.rewrite = rewrite
  }

  /// The format of this name.
  ///
  /// - Throws: `InputError` with near misses.
  public static func named(_ name: String) throws -> PairFormat {
    guard let format = all.first(where: { $0.name == name }) else {
      throw InputError.unknown("format", name, among: all.map(\.name), at: "--format")
    }
    return format
  }
}

extension PairFormat: Hashable {
  /// By name.
  public static func == (first: PairFormat, second: PairFormat) -> Bool { first.name == second.name }

  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What a row gives.
enum PairPiece {
  /// A row of a plain pair: `chosen`, `rejected`, mostly `prompt`, and what else is known.
  case pair([String: JSONValue])
  /// One reply, which becomes a pair with another reply to the same prompt.
  case reply(GradedReply)
}

/// A reply with a grade, from a file in which every reply has its own row.
struct GradedReply {
  var prompt: JSONValue
  var text: JSONValue
  /// More is better.
  var grade: Double
  /// The reward model's score, if there is one.
  var score: JSONValue?
  /// Whether two replies of one grade are a tie; otherwise they make no pair.
  var allowsTies: Bool
  /// What else the row says; the first reply's is kept.
  var others: [String: JSONValue] = [:]
}

/// The first rows of a file, by which its shape is recognised.
struct RowSample {
  /// The names of all fields.
  let names: Set<String>
  /// Some rows, in full.
  let rows: [[String: JSONValue]]

  func has(_ needed: String...) -> Bool { needed.allSatisfy(names.contains) }

  /// The first value of a field that is not null.
  func value(_ name: String) -> JSONValue? {
    rows.lazy.compactMap { $0[name] }.first { $0 != .null }
  }

  /// Whether the field is a list of texts.
  func isTexts(_ name: String) -> Bool {
    guard case .array(let items)? = value(name), let first = items.first else { return false }
    return first.string != nil
  }

  /// Whether the field is a list of objects with this key.
  func isObjects(_ name: String, with key: String) -> Bool {
    guard case .array(let items)? = value(name), case .object(let fields)? = items.first else { return false }
    return fields[key] != nil
  }
}

extension JSONValue {
  /// Whether a cell is a text or messages with something in it.
  var isReply: Bool {
    switch self {
    case .string, .object: true
    case .array(let items): !items.isEmpty
    default: false
    }
  }
}
