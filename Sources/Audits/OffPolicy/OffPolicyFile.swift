import Compute
import Environments
import Files
import Foundation

/// A log in a file of comma-separated values: what was done, how probable it was, and what it earned.
///
/// Two forms are known by their columns. Ours has a row for each step, episodes one after another and their steps in order:
/// `episode`, `step`, `action`, `reward`, `probability` (of the action, to who did it) and, as they are there, `state`, `pi`
/// (the action's probability under the target), `q` and `v` (a model's Q̂ of the action and V̂ of the state), and `truncated`
/// (1 where an episode was cut off). Episodes of one step need no `episode` and `step`. The Open Bandit Dataset's has
/// `item_id`, `position`, `click` and `propensity_score`, a row being an episode of one step.
public struct OffPolicyFile: Sendable, Hashable {
  /// What the file's columns are.
  public enum Form: String, Sendable, Codable {
    /// A row for each step of an episode.
    case steps
    /// The columns of the Open Bandit Dataset.
    case openBandit = "open bandit"
    /// A row for each episode of one step.
    case episodes
  }

  /// Which of the forms it is; whole episodes come from files without probabilities.
  public let form: Form
  /// How many steps each episode has.
  public let lengths: [Int]
  /// Of each step.
  public let rewards: [Double]
  /// Of what was done; nil without the column.
  public let probabilities: [Double]?
  /// Of what was done, under the target; nil without the column.
  public let target: [Double]?
  /// What a model says; nil without the columns.
  public let model: ModeledValues?
  /// Of each step, an index of ``stateNames``; nil without the column.
  public let states: [Int]?
  /// In ascending order: of numbers if all are, else of texts.
  public let stateNames: [String]
  /// Of each step, an index of ``actionNames``.
  public let actions: [Int]
  /// In ascending order: of numbers if all are, else of texts.
  public let actionNames: [String]
  /// What errors call the file.
  public let place: String

  init(
    form: Form, lengths: [Int], rewards: [Double], states: [Int], stateNames: [String], actions: [Int],
    actionNames: [String], place: String
  ) {
    (self.form, self.lengths, self.rewards, self.place) = (form, lengths, rewards, place)
    (self.states, self.stateNames, self.actions, self.actionNames) = (states, stateNames, actions, actionNames)
    (probabilities, target, model) = (nil, nil, nil)
  }

  /// Reads a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: comma-separated values with a header.
  ///   - place: what errors call it.
  ///   - horizon: longer episodes are cut to so many steps; nil cuts none.
  /// - Throws: `InputError` at "file:line" for what is missing, no number, no probability, or out of order.
  public init(_ bytes: [UInt8], place: String, horizon: Int? = nil) throws {
    let table = try CSVTable(bytes, place: place)
    guard !table.rows.isEmpty else { throw InputError("there are no rows below the header", at: place) }
    self.place = place
    if table.header.contains("propensity_score") && table.header.contains("item_id") {
      let read = OffPolicyColumns(table)
      form = .openBandit
      lengths = [Int](repeating: 1, count: table.rows.count)
      rewards = try read.numbers("click")
      probabilities = try read.probabilities("propensity_score", isAboveZero: true)
      (target, model) = (nil, nil)
      (states, stateNames) = try read.names("position")
      (actions, actionNames) = try read.names("item_id")
      return
    }
    form = .steps
    let (lengths, kept) = try Self.episodes(of: table, horizon: horizon)
    self.lengths = lengths
    let read = OffPolicyColumns(table, rows: kept)
    rewards = try read.numbers("reward")
    (actions, actionNames) = try read.names("action")
    probabilities =
      table.header.contains("probability") ? try read.probabilities("probability", isAboveZero: true) : nil
    target = table.header.contains("pi") ? try read.probabilities("pi", isAboveZero: false) : nil
    switch (table.header.contains("q"), table.header.contains("v")) {
    case (true, true): model = try ModeledValues(actionValues: read.numbers("q"), values: read.numbers("v"))
    case (false, false): model = nil
    case (let hasActions, _):
      throw InputError(
        "a model has a column \(hasActions ? "q" : "v") and no \(hasActions ? "v" : "q")", at: "\(place):1",
        remedy: "give both: q of the action, v the target's mean of q in the state")
    }
    if table.header.contains("state") {
      let (indices, names) = try read.names("state")
      (states, stateNames) = (indices, names)
    } else {
      (states, stateNames) = (nil, [])
    }
  }

  /// Cuts rows into episodes, checks their order, and leaves out what lies beyond the horizon.
  private static func episodes(of table: CSVTable, horizon: Int?) throws -> (lengths: [Int], rows: [Int]) {
    let read = OffPolicyColumns(table)
    guard table.header.contains("episode") else {
      if table.header.contains("step") {
        _ = try table.column("episode")
      }
      return ([Int](repeating: 1, count: table.rows.count), Array(table.rows.indices))
    }
    let names = try read.texts("episode")
    let steps = try read.numbers("step")
    let truncated = table.header.contains("truncated") ? try read.flags("truncated") : nil
    var (lengths, seen, kept, cutAt) = ([Int](), Set<String>(), [Int](), [(row: Int, length: Int)]())
    for row in names.indices {
      let place = table.place(of: row)
      if row == 0 || names[row] != names[row - 1] {
        guard seen.insert(names[row]).inserted else {
          throw InputError("episode \(names[row]) goes on after another", at: place, remedy: "sort by episode and step")
        }
        guard steps[row] == 0 || steps[row] == 1 else {
          throw InputError(
            "episode \(names[row]) begins with step \(read.text("step", row))", at: place,
            remedy: "steps are counted from 0 or 1, in order")
        }
        lengths.append(0)
      } else if steps[row] != steps[row - 1] + 1 {
        throw InputError(
          "step \(read.text("step", row)) after step \(read.text("step", row - 1)) of episode \(names[row])", at: place,
          remedy: "sort by episode and step, with none left out")
      }
      guard horizon.map({ lengths[lengths.count - 1] < $0 }) ?? true else { continue }
      lengths[lengths.count - 1] += 1
      kept.append(row)
      if truncated?[row] == true { cutAt.append((row, lengths[lengths.count - 1])) }
    }
    let longest = lengths.max() ?? 0
    if let early = cutAt.first(where: { $0.length < longest }) {
      throw InputError(
        "episode \(names[early.row]) was cut off after \(early.length) steps, and others go on to \(longest)",
        at: table.place(of: early.row),
        remedy:
          "what it would have earned is not known; look at fewer steps: --horizon \(cutAt.map(\.length).min() ?? 1)")
    }
    return (lengths, kept)
  }
}

/// Columns of a table, with the place of what cannot be read.
struct OffPolicyColumns {
  private let table: CSVTable
  /// Those of the table's rows that are read.
  private let rows: [Int]

  init(_ table: CSVTable, rows: [Int]? = nil) {
    self.table = table
    self.rows = rows ?? Array(table.rows.indices)
  }

  /// "file:line" of a row.
  func place(of row: Int) -> String { table.place(of: rows[row]) }

  func texts(_ column: String) throws -> [String] {
    let index = try table.column(column)
    return rows.map { table.rows[$0][index] }
  }

  func text(_ column: String, _ row: Int) -> String {
    table.header.firstIndex(of: column).map { table.rows[rows[row]][$0] } ?? ""
  }

  func numbers(_ column: String) throws -> [Double] {
    try texts(column).enumerated().map { row, text in
      guard let number = Double(text), number.isFinite else {
        throw InputError("\(column) is '\(text)'", at: place(of: row), remedy: "give a finite number")
      }
      return number
    }
  }

  func flags(_ column: String) throws -> [Bool] {
    try texts(column).enumerated().map { row, text in
      switch text.lowercased() {
      case "1", "true": return true
      case "0", "false", "": return false
      default: throw InputError("\(column) is '\(text)'", at: place(of: row), remedy: "give 0 or 1")
      }
    }
  }

  func probabilities(_ column: String, isAboveZero: Bool) throws -> [Double] {
    let numbers = try numbers(column)
    if let row = numbers.firstIndex(where: { $0 < 0 || $0 > 1 || ($0 == 0 && isAboveZero) }) {
      throw InputError(
        "\(column) is \(text(column, row))", at: place(of: row),
        remedy: numbers[row] == 0 ? "what was done had a probability above 0" : "a probability lies between 0 and 1")
    }
    return numbers
  }

  /// Each row's index among the distinct texts, and those in ascending order.
  func names(_ column: String) throws -> ([Int], [String]) { Self.indexed(try texts(column)) }

  /// Each text's index among the distinct ones, and those in ascending order.
  static func indexed(_ texts: [String]) -> (indices: [Int], names: [String]) {
    let names = ordered(Set(texts))
    let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    return (texts.map { index[$0]! }, names)
  }

  /// By number if all are numbers, else by text.
  static func ordered(_ texts: Set<String>) -> [String] {
    let numbers = texts.compactMap { text in Double(text).map { (number: $0, text: text) } }
    guard numbers.count == texts.count else { return texts.sorted() }
    return numbers.sorted { ($0.number, $0.text) < ($1.number, $1.text) }.map(\.text)
  }
}
