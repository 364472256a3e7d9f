import Compute
import Files
import Foundation

/// A sheet of rollouts for a person to label, drawn at random within strata and blind: it shows prompt, completion and
/// reference answer, and neither the verifier's verdict nor the stratum.
///
/// ```swift
/// let sheet = try RolloutSheet(table, count: 100, strata: [.verdict], random: RandomSource(seed: 1))
/// try sheet.write(to: URL(fileURLWithPath: "gold"))    // gold.csv, gold.jsonl, gold.weights.csv
/// ```
///
/// Strata get equal shares, as far as they have rows: the errors of both verdicts are then known about equally well. What each
/// row stands for is kept in a file of its own, and ``RolloutTable/readGold(_:)`` finds it there. Rollouts without a reward are
/// left out. Equal tables, counts and seeds give the same sheet.
public struct RolloutSheet: Sendable {
  /// The rows of the table, in the order in which they are shown.
  public let rows: [Int]
  /// The strata, in the order of their names.
  public let strata: [Stratum]
  private let stratumOf: [Int]
  private let table: RolloutTable

  /// What rollouts are divided by.
  public enum Division: String, CaseIterable, Sendable {
    /// The reward: each value where there are at most four, otherwise quarters.
    case verdict
    /// The task.
    case task
    /// The training step: quarters.
    case step
    /// The run or model.
    case run
  }

  /// Rollouts that are sampled alike.
  public struct Stratum: Sendable, Hashable {
    /// What they share.
    public var name: String
    /// How many rollouts there are.
    public var rows: Int
    /// How many of them are on the sheet.
    public var sampled: Int
  }

  /// Draws a sheet.
  ///
  /// - Throws: `InputError` if there is nothing to draw from.
  public init(_ table: RolloutTable, count: Int, strata divisions: [Division], random: RandomSource) throws {
    guard table.completions.count > 0 else {
      throw InputError("the rollouts have no completions: there is nothing to label")
    }
    let names = try Self.names(table, divisions)
    var members: [String: [Int]] = [:]
    for row in 0..<table.count where !table.total[row].isNaN { members[names(row), default: []].append(row) }
    guard !members.isEmpty else { throw InputError("no rollout has a reward: there is no verdict to check") }
    let ordered = members.sorted { $0.key < $1.key }
    let shares = Self.shares(of: count, among: ordered.map(\.value.count))
    var chosen: [(row: Int, stratum: Int)] = []
    for (index, entry) in ordered.enumerated() {
      var stream = random.stream("sheet/\(entry.key)")
      var pool = entry.value
      for place in 0..<shares[index] {
        pool.swapAt(place, place + stream.below(pool.count - place))
        chosen.append((pool[place], index))
      }
    }
    var stream = random.stream("sheet order")
    stream.shuffle(&chosen)
    rows = chosen.map(\.row)
    stratumOf = chosen.map(\.stratum)
    strata = ordered.enumerated().map { .init(name: $1.key, rows: $1.value.count, sampled: shares[$0]) }
    self.table = table
  }

  /// Equal shares, the small strata whole.
  static func shares(of count: Int, among sizes: [Int]) -> [Int] {
    var shares = [Int](repeating: 0, count: sizes.count)
    var left = count
    for (rank, index) in sizes.indices.sorted(by: { (sizes[$0], $0) < (sizes[$1], $1) }).enumerated() {
      shares[index] = min(sizes[index], left / (sizes.count - rank))
      left -= shares[index]
    }
    return shares
  }

  private static func names(_ table: RolloutTable, _ divisions: [Division]) throws -> (Int) -> String {
    var parts: [(Int) -> String] = []
    for division in divisions {
      switch division {
      case .verdict: parts.append(bins("reward", table.total))
      case .step:
        guard !table.step.isEmpty else { throw InputError("the rollouts have no step", at: "--stratify step") }
        parts.append(bins("step", table.step.map { $0 < 0 ? .nan : Double($0) }))
      case .task, .run:
        let column = division == .task ? table.task : table.run
        guard column.isPresent else {
          throw InputError("the rollouts have no \(division.rawValue)", at: "--stratify \(division.rawValue)")
        }
        parts.append { "\(division.rawValue) \(column[$0] ?? "unknown")" }
      }
    }
    return { row in parts.map { $0(row) }.joined(separator: ", ") }
  }

  /// The value, where there are at most four; otherwise the quarter that it lies in.
  private static func bins(_ name: String, _ values: [Double]) -> (Int) -> String {
    let known = values.filter { !$0.isNaN }.sorted()
    var distinct: [Double] = []
    for value in known where distinct.last != value && distinct.count < 5 { distinct.append(value) }
    if distinct.count <= 4 {
      return { values[$0].isNaN ? "\(name) unknown" : "\(name) \(JSONValue.number(values[$0]).plainText)" }
    }
    let edges = (1...3).map { known[$0 * known.count / 4] }
    return { row in
      values[row].isNaN ? "\(name) unknown" : "\(name), quarter \(1 + edges.count { values[row] >= $0 })"
    }
  }

  /// Writes `NAME.csv` and `NAME.jsonl` for the person, and `NAME.weights.csv`, which the person should not see.
  ///
  /// - Returns: the files.
  @discardableResult
  public func write(to file: URL) throws -> [URL] {
    let base = ["csv", "jsonl"].contains(file.pathExtension) ? file.deletingPathExtension() : file
    let keys = table.keys()
    let columns = ["key", "prompt", "completion", "answer", "gold"]
    var sheet = CSVTable(header: columns)
    var weights = CSVTable(header: ["key", "stratum", "rows", "sampled"])
    var lines: [[String: String]] = []
    for (place, row) in rows.enumerated() {
      let prompt = table.prompt.isEmpty || table.prompt[row] < 0 ? "" : table.prompts[Int(table.prompt[row])]
      let answer = table.answers.count == 0 ? "" : table.answers[row]
      let cells = [keys[row], prompt, table.completions[row], answer, ""]
      sheet.rows.append(cells)
      lines.append(Dictionary(uniqueKeysWithValues: zip(columns, cells)))
      let stratum = strata[stratumOf[place]]
      weights.rows.append([keys[row], stratum.name, String(stratum.rows), String(stratum.sampled)])
    }
    let files = ["csv", "jsonl", "weights.csv"].map { base.appendingPathExtension($0) }
    try WholeFile.write(sheet.data, to: files[0])
    try WholeFile.write(try LinesOfJSON.encode(lines, what: "row"), to: files[1])
    try WholeFile.write(weights.data, to: files[2])
    return files
  }
}
