import Compute
import Foundation

extension SecondScoring {
  /// Reads scores of the pairs in `table` from another file: rows with two scores and, if they have them, ids.
  ///
  /// Rows are matched by id where both files have one, otherwise by their number; then both must have as many rows.
  public static func read(
    _ file: URL, for table: PreferenceTable, options: ReadingOptions = .init()
  ) throws -> SecondScoring {
    var options = options
    options.columns = options.columns.filter { [.scoreChosen, .scoreRejected, .id].contains($0.key) }
    let second = try PreferenceReader(options: options, needsTexts: false).read([file])
    var scoring = SecondScoring(
      name: file.lastPathComponent, scoreChosen: .init(repeating: .nan, count: table.count),
      scoreRejected: .init(repeating: .nan, count: table.count))
    scoring.setAside = second.setAside
    var rowOf: [UInt64: Int] = [:]
    if !table.ids.isEmpty, !second.ids.isEmpty {
      for (row, id) in second.ids.enumerated() where id != 0 {
        guard rowOf.updateValue(row, forKey: id) == nil else {
          throw InputError("two rows have the same id", at: second.places.place(of: row), remedy: "ids must be unique")
        }
      }
      for (row, id) in table.ids.enumerated() where id != 0 {
        if let other = rowOf[id] { scoring.take(second, other, for: row) }
      }
    } else {
      guard second.fileRowCount == table.fileRowCount else {
        throw InputError(
          "\(second.fileRowCount) rows of scores for \(table.fileRowCount) rows of preferences", at: file.path,
          remedy: "score every row in its order, or give both files an id column")
      }
      for (row, ordinal) in second.places.ordinal.enumerated() { rowOf[UInt64(ordinal)] = row }
      for (row, ordinal) in table.places.ordinal.enumerated() {
        if let other = rowOf[UInt64(ordinal)] { scoring.take(second, other, for: row) }
      }
    }
    return scoring
  }

  private mutating func take(_ table: PreferenceTable, _ other: Int, for row: Int) {
    scoreChosen[row] = table.scoreChosen[other]
    scoreRejected[row] = table.scoreRejected[other]
  }
}

extension PreferenceTable {
  /// The same pairs with the scores of another file in place of their own (`--scores`).
  public func scored(by scoring: SecondScoring) -> PreferenceTable {
    var table = self
    table.scoreChosen = scoring.scoreChosen
    table.scoreRejected = scoring.scoreRejected
    return table
  }
}
