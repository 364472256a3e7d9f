import Compute

extension FilesAudit {
  /// Puts the texts beside the example rows: prompt, both replies and their scores.
  ///
  /// - Parameters:
  ///   - table: the pairs that were audited.
  ///   - options: those by which they were read.
  ///   - characters: the most that is kept of a reply. What is kept begins a little before the two begin to differ, so
  ///     that the difference is always there; of a longer prompt the end is kept.
  /// - Throws: `InputError` if a file cannot be read again; the audit is then as before.
  public mutating func quote(
    _ table: PreferenceTable, options: ReadingOptions = .init(), characters: Int = 4000
  ) throws {
    // Rows of the samples file have numbers of their own.
    let quoted = results.indices.filter { !results[$0].check.needs.contains(.samples) }
    let rows = Set(quoted.flatMap { results[$0].examples.map(\.row) }.filter { (0..<table.count).contains($0) })
    let texts = try ExampleTexts.read(rows.sorted(), from: table, options: options)
    for result in quoted {
      for example in results[result].examples.indices {
        let row = results[result].examples[example].row
        guard let text = texts[row] else { continue }
        results[result].examples[example].quote(text, row, of: table, characters: characters)
      }
    }
  }
}

extension ExampleRow {
  fileprivate mutating func quote(_ text: ExampleTexts, _ row: Int, of table: PreferenceTable, characters: Int) {
    let text = text.parted
    let isTurned = table.label[row] < 0
    let (first, second) = isTurned ? (text.rejected, text.chosen) : (text.chosen, text.rejected)
    func score(_ column: NumberColumn) -> Double? { column.isEmpty ? nil : column[row] }
    let (a, b) = (score(table.scoreChosen), score(table.scoreRejected))
    let brief = TextDifference(first, second, characters: 160)
    self.text = "Preferred: \(brief.first) — other: \(brief.second)"
    let shown = TextDifference(first, second, characters: characters)
    let names = table.label[row] == 0 ? ("one reply", "the other") : ("preferred", "other")
    parts = [
      Part(names.0, shown.first, score: isTurned ? b : a), Part(names.1, shown.second, score: isTurned ? a : b),
    ]
    if !text.prompt.isEmpty {
      let kept = min(characters, 1200)
      let end = text.prompt.count > kept ? "… " + text.prompt.suffix(kept) : text.prompt
      parts.insert(Part("prompt", end), at: 0)
    }
  }
}

extension ExampleTexts {
  /// With the prompt apart where both replies begin with it.
  fileprivate var parted: ExampleTexts {
    guard prompt.isEmpty else { return self }
    let shared = ImplicitPrompt.sharedBytes(Array(chosen.utf8), Array(rejected.utf8), turnsOnly: false)
    guard shared > 0, let a = chosen.utf8.index(chosen.startIndex, offsetBy: shared, limitedBy: chosen.endIndex),
      let b = rejected.utf8.index(rejected.startIndex, offsetBy: shared, limitedBy: rejected.endIndex)
    else { return self }
    return ExampleTexts(prompt: String(chosen[..<a]), chosen: String(chosen[a...]), rejected: String(rejected[b...]))
  }
}
