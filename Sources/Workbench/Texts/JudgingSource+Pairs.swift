import Compute
import Files
import Foundation
import RewardFiles

extension JudgingSource {
  /// Pairs in any shape that `pactolus audit` reads.
  func readPairs() throws -> Read {
    var read = Read(.pairs)
    let table = try PreferenceFile.read([file], options: pairs)
    guard table.count > 0 else {
      throw InputError(
        "the file has single replies with a verdict, not pairs", at: file.path,
        remedy: "give a file with two replies in a row")
    }
    let rows = try drawn(table.count)
    if table.setAside.count > 0 { read.notes.append("rows that cannot be read as pairs: \(table.setAside.count)") }
    try read.add(rows, of: table, options: pairs) { read, pair, label in
      read.questions.append(try JSONValue(encoding: pair))
      read.facts.append((pair.row, label?.rawValue, nil))
    }
    if let trusted {
      let known = try PreferenceFile.read([trusted], options: pairs)
      try read.add(Array(0..<known.count), of: known, options: pairs) { read, pair, label in
        guard let label else { return }
        let expected = TextComparison(answer: label, strongly: nil, left: .first)
        read.gold.append((try JSONValue(encoding: pair), try JSONValue(encoding: expected)))
      }
      guard !read.gold.isEmpty else { throw InputError("no row has a preference to trust", at: trusted.path) }
    }
    return try read.checked(file)
  }
}

extension JudgingSource.Read {
  /// Adds the rows whose texts are short enough, and which differ.
  fileprivate mutating func add(
    _ rows: [Int], of table: PreferenceTable, options: ReadingOptions,
    _ take: (inout Self, TextPair, TextComparison.Preference?) throws -> Void
  ) throws {
    let texts = try PairValues.read(rows, from: table, options: options)
    var (tooLong, equal) = (0, 0)
    for row in rows {
      guard let values = texts[row] else { continue }
      let shown = values.shown
      let place = table.places.place(of: row)
      guard shown.chosen != shown.rejected else {
        equal += 1
        continue
      }
      guard try takes([shown.prompt, shown.chosen, shown.rejected], at: place) else {
        tooLong += 1
        continue
      }
      func score(_ column: NumberColumn) -> Double { column.isEmpty ? .nan : column[row] }
      let pair = TextPair(
        row: Int(table.places.ordinal[row]), place: place, prompt: values.prompt, shownPrompt: shown.prompt,
        replies: [
          .init(values.chosen, shown: shown.chosen, score: score(table.scoreChosen)),
          .init(values.rejected, shown: shown.rejected, score: score(table.scoreRejected)),
        ])
      try take(&self, pair, table.label[row] == 0 ? .tie : table.label[row] > 0 ? .first : .second)
    }
    note(tooLong: tooLong)
    if equal > 0 { notes.append("rows left out, as both replies are the same: \(equal)") }
  }
}
