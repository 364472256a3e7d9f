import Compute
import Files
import Foundation

/// What a person found about a rollout.
package enum GoldLabel: Int8, Sendable {
  case wrong = 0
  case right = 1
  case unsure = 2

  /// The label that a cell spells; nil if it spells none.
  init?(_ value: JSONValue) {
    switch value {
    case .number(1), .bool(true): self = .right
    case .number(0), .bool(false): self = .wrong
    case .string(let text):
      switch text.lowercased().filter({ !$0.isWhitespace }) {
      case "1", "true", "yes", "y", "right", "correct", "accept", "accepted", "pass": self = .right
      case "0", "false", "no", "n", "wrong", "incorrect", "reject", "rejected", "fail": self = .wrong
      case "unsure", "?", "unknown", "maybe", "unclear", "skip": self = .unsure
      default: return nil
      }
    default: return nil
    }
  }
}

extension RolloutTable {
  /// Reads what people found: a table or JSON lines with `gold` (1, 0 or unsure; also right, wrong, accept, reject …) and,
  /// to say of which rollout, `key` (as a sheet of ``RolloutSheet`` has it), the rollout's own id, or `prompt` and
  /// `completion`. A `weight` says how many rollouts a labelled one stands for; a sheet's own weights are read from the file
  /// that was written beside it.
  ///
  /// Several files add up. Rows without a label are passed over. Two labels of one rollout that differ make it unsure; that is
  /// counted in the notes, and so are labels that belong to no rollout.
  ///
  /// - Throws: `InputError` if no label belongs to a rollout.
  public mutating func readGold(_ file: URL) throws {
    let strata = try SheetWeights(beside: file)
    let matcher = RolloutMatcher(self)
    var labels = gold.isEmpty ? [Int8](repeating: -1, count: count) : gold
    var weights = goldWeight.isEmpty ? [Double](repeating: .nan, count: count) : goldWeight
    var (read, lost, disputed) = (0, 0, 0)
    let columns = try SmallTable.read(file) { fields, place in
      guard let cell = fields.first(["gold", "gold_label", "label", "correct", "human"]) else { return }
      guard let label = GoldLabel(cell) else {
        throw InputError(
          "'\(cell.plainText.prefix(24))' is no label", at: place, remedy: "give 1 (right), 0 (wrong) or 'unsure'")
      }
      read += 1
      let rows = matcher.rows(of: fields)
      if rows.isEmpty { lost += 1 }
      for row in rows {
        if labels[row] >= 0, labels[row] != label.rawValue {
          if labels[row] != GoldLabel.unsure.rawValue { disputed += 1 }
          labels[row] = GoldLabel.unsure.rawValue
        } else {
          labels[row] = label.rawValue
        }
        if case .number(let weight)? = fields.first(["weight", "sampling_weight"]), weight > 0 {
          weights[row] = weight
        }
      }
    }
    guard read > 0 else {
      throw InputError(
        "no row has a label", at: file.path,
        remedy: columns.contains("gold") ? "fill in the column 'gold'" : "name the column of labels 'gold'")
    }
    guard lost < read else {
      throw InputError(
        "none of \(read) labels belongs to a rollout", at: file.path,
        remedy:
          "give the rollouts that the sheet was made from, in the same order; or a column 'key', 'id', or 'prompt' and "
          + "'completion'")
    }
    if let strata { strata.apply(to: &weights, labels: labels, keys: matcher.keys) }
    gold = labels
    goldWeight = weights.allSatisfy(\.isNaN) ? [] : weights
    notes.append("\(file.lastPathComponent): \(read - lost) of \(read) labels belong to a rollout")
    if disputed > 0 { notes.append("\(file.lastPathComponent): \(disputed) rollouts have labels that differ: unsure") }
  }
}

/// What each row of a sheet stands for, kept apart from the sheet so that the person does not see it.
struct SheetWeights {
  private var stratumOf: [String: String] = [:]
  private var sizes: [String: Double] = [:]

  /// Where the weights of a sheet are: `gold.weights.csv` beside `gold.csv` and `gold.jsonl`.
  static func url(of sheet: URL) -> URL {
    sheet.deletingPathExtension().appendingPathExtension("weights.csv")
  }

  /// nil if there are none.
  init?(beside sheet: URL) throws {
    let url = Self.url(of: sheet)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let table = try CSVTable(try WholeFile.read(url), place: url.path)
    let (key, stratum, rows) = (try table.column("key"), try table.column("stratum"), try table.column("rows"))
    for (index, row) in table.rows.enumerated() {
      guard let size = Double(row[rows]), size > 0 else {
        throw InputError("'\(row[rows])' is no number of rows", at: table.place(of: index))
      }
      stratumOf[row[key]] = row[stratum]
      sizes[row[stratum]] = size
    }
  }

  /// A labelled row stands for the rows of its stratum, divided by those of it that were labelled.
  func apply(to weights: inout [Double], labels: [Int8], keys: [String]) {
    var labelled: [String: Double] = [:]
    for row in labels.indices where labels[row] >= 0 {
      if let stratum = stratumOf[keys[row]] { labelled[stratum, default: 0] += 1 }
    }
    for row in labels.indices where labels[row] >= 0 {
      if let stratum = stratumOf[keys[row]] { weights[row] = sizes[stratum]! / labelled[stratum]! }
    }
  }
}
