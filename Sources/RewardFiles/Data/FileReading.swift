/// What was read of one file: in which shape, which column was taken for what, and how many rows.
///
/// It is shown before any finding, so that a column that was taken for the wrong thing is seen at once.
public struct FileReading: Codable, Sendable, Hashable {
  /// The file, without the folders that all files share.
  public var file: String
  /// What the file is for: "pairs", "samples", "second scoring" …
  public var use: String
  /// The shape of its rows: a name that `--format` takes.
  public var format: String
  /// Rows that can be used.
  public var rows: Int
  /// Rows that cannot.
  public var setAside: Int
  /// What was taken for what: the meaning, and the column or columns.
  public var columns: [Column]
  /// Columns by whose values groups are told apart.
  public var attributes: [String] = []
  /// Members of an ensemble, or models side by side.
  public var members: [String] = []
  /// Columns that mean nothing to an audit.
  public var unused: [String] = []
  /// What else a reader should know: empty columns, scores that are no numbers, how rows were matched.
  public var notes: [String] = []

  /// One column and what it was taken for.
  public struct Column: Codable, Sendable, Hashable {
    /// The meaning: "prompt", "score-chosen".
    public var role: String
    /// The column's name; for shapes other than plain pairs, where it comes from.
    public var column: String

    /// A column and its meaning.
    public init(_ role: String, _ column: String) {
      self.role = role
      self.column = column
    }
  }

  /// A file of which nothing is known yet but its rows.
  public init(
    file: String, use: String, format: String, rows: Int, setAside: Int = 0, columns: [Column] = [],
    notes: [String] = []
  ) {
    self.file = file
    self.use = use
    self.format = format
    self.rows = rows
    self.setAside = setAside
    self.columns = columns
    self.notes = notes
  }

  /// Lines for a terminal, the first with file, rows and shape.
  public var lines: [String] {
    func list(_ title: String, _ names: [String], at most: Int = 12) -> String? {
      guard !names.isEmpty else { return nil }
      let rest = names.count > most ? " and \(names.count - most) more" : ""
      return "  \(title): " + names.prefix(most).joined(separator: ", ") + rest
    }
    var lines = [
      "read \(file): \(rows) rows (\(use), format \(format))" + (setAside > 0 ? ", \(setAside) set aside" : "")
    ]
    if !columns.isEmpty { lines.append("  " + columns.map { "\($0.role)=\($0.column)" }.joined(separator: " ")) }
    lines += [list("members", members), list("groups", attributes), list("not used", unused)].compactMap { $0 }
    return lines + notes.map { "  note: \($0)" }
  }

  /// Names without the folders that all files share.
  static func names(of paths: [String]) -> [String] {
    let parts = paths.map { $0.split(separator: "/").map(String.init) }
    guard let first = parts.first else { return [] }
    var shared = 0
    while parts.allSatisfy({ shared < $0.count - 1 && $0[shared] == first[shared] }) { shared += 1 }
    return parts.map { $0[shared...].joined(separator: "/") }
  }
}
