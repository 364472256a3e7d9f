import Compute
import Foundation

/// Finds for each row of a table the row of a second file that belongs to it.
struct RowMatcher {
  let table: PreferenceTable
  let second: PreferenceTable

  init(_ table: PreferenceTable, _ second: PreferenceTable) {
    self.table = table
    self.second = second
  }

  /// For each row of the table its partner in the second, −1 without one, and how they were found.
  func partners(_ file: URL) throws -> (rows: [Int], matching: RowMatching) {
    var rows = [Int](repeating: -1, count: table.count)
    var matching = RowMatching()
    var isTaken = [Bool](repeating: false, count: second.count)
    let haveIDs = !table.ids.isEmpty && !second.ids.isEmpty
    let haveTexts = Self.hasTexts(table) && Self.hasTexts(second)
    if haveIDs { matchIDs(&rows, &isTaken, &matching) }
    if haveTexts { matchTexts(&rows, &isTaken, &matching) }
    if !haveIDs, !haveTexts {
      guard second.fileRowCount == table.fileRowCount else {
        throw InputError(
          "\(second.fileRowCount) rows of scores for \(table.fileRowCount) rows of preferences", at: file.path,
          remedy: "score every row in its order, or give both files an id column or the texts")
      }
      let places = Dictionary(
        second.places.ordinal.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      for (row, ordinal) in table.places.ordinal.enumerated() {
        guard let partner = places[ordinal] else { continue }
        rows[row] = partner
        isTaken[partner] = true
        matching.byOrder += 1
      }
    }
    matching.withoutPartner = rows.count { $0 < 0 }
    matching.unused = isTaken.count { !$0 }
    guard matching.matched > 0 else {
      throw InputError(
        "no row belongs to a row of the pairs: "
          + (haveIDs ? haveTexts ? "neither ids nor texts are the same" : "no id is the same" : "no text is the same")
          + (matching.repeatedIDs > 0 ? ", and \(matching.repeatedIDs) ids repeat (\(matching.repeatedAt[0]))" : ""),
        at: file.path, remedy: "give the scores of the same pairs, with the same ids or texts")
    }
    return (rows, matching)
  }

  private static func hasTexts(_ table: PreferenceTable) -> Bool { table.chosen.turns.contains { $0 > 0 } }

  private func matchIDs(_ rows: inout [Int], _ isTaken: inout [Bool], _ matching: inout RowMatching) {
    var repeated: Set<UInt64> = []
    func single(_ table: PreferenceTable) -> [UInt64: Int] {
      var found: [UInt64: Int] = [:]
      for (row, id) in table.ids.enumerated() where id != 0 {
        if let first = found[id] {
          guard repeated.insert(id).inserted, matching.repeatedAt.count < 3 else { continue }
          let name = table.places.files[Int(table.places.file[row])].lastPathComponent
          matching.repeatedAt.append("\(name):\(table.places.line[row]) as line \(table.places.line[first])")
        } else {
          found[id] = row
        }
      }
      return found
    }
    let own = single(table)
    let theirs = single(second)
    matching.repeatedIDs = repeated.count
    let comparesTexts = Self.hasTexts(table) && Self.hasTexts(second)
    for (id, row) in own where !repeated.contains(id) {
      guard let partner = theirs[id] else { continue }
      rows[row] = partner
      isTaken[partner] = true
      matching.byID += 1
      if comparesTexts, textKey(table, row, true) != textKey(second, partner, true) { matching.differentTexts += 1 }
    }
  }

  private struct TextKey: Hashable {
    var prompt: UInt64
    var chosen: UInt64
    var rejected: UInt64
  }

  private func textKey(_ table: PreferenceTable, _ row: Int, _ withPrompt: Bool) -> TextKey {
    TextKey(
      prompt: withPrompt ? table.prompt.hashes[row] : 0, chosen: table.chosen.hashes[row],
      rejected: table.rejected.hashes[row])
  }

  /// Rows that are alike are matched in the order in which they stand.
  private func matchTexts(_ rows: inout [Int], _ isTaken: inout [Bool], _ matching: inout RowMatching) {
    let withPrompt = table.hasPrompts && second.hasPrompts
    var places: [TextKey: [Int]] = [:]
    for row in (0..<second.count).reversed() where !isTaken[row] {
      places[textKey(second, row, withPrompt), default: []].append(row)
    }
    for row in rows.indices where rows[row] < 0 {
      guard let partner = places[textKey(table, row, withPrompt)]?.popLast() else { continue }
      rows[row] = partner
      isTaken[partner] = true
      matching.byText += 1
    }
  }
}
