import Compute
import Foundation

extension SecondScoring {
  /// Reads scores of the pairs in `table` from another file: rows with two scores and, if they have them, ids or texts.
  ///
  /// Rows are matched by id where both files have ids that stand in one row each, then by prompt and replies where both
  /// have texts; only files without either are matched by their order, and then must have as many rows. Rows without a
  /// partner keep no second score and are counted in ``SecondScoring/matching``.
  ///
  /// - Throws: `InputError` with file and line; also if no row matches.
  public static func read(
    _ file: URL, for table: PreferenceTable, options: ReadingOptions = .init()
  ) throws -> SecondScoring { try read(file, for: table, options: options, use: "second scoring") }

  /// As above; `use` is what the file is for, in what is shown of it.
  package static func read(
    _ file: URL, for table: PreferenceTable, options: ReadingOptions, use: String
  ) throws -> SecondScoring {
    var options = options
    options.format = nil
    let second = try PreferenceReader(options: options, needsTexts: false, use: use).read([file])
    var scoring = SecondScoring(
      name: file.lastPathComponent, scoreChosen: .init(repeating: .nan, count: table.count),
      scoreRejected: .init(repeating: .nan, count: table.count))
    scoring.setAside = second.setAside
    let matcher = RowMatcher(table, second)
    let partners = try matcher.partners(file)
    for (row, partner) in partners.rows.enumerated() where partner >= 0 {
      guard !second.scoreChosen.isEmpty else { break }
      scoring.scoreChosen[row] = second.scoreChosen[partner]
      scoring.scoreRejected[row] = second.scoreRejected[partner]
    }
    scoring.matching = partners.matching
    scoring.reading = second.readings.first
    scoring.reading?.notes.append(partners.matching.words)
    return scoring
  }
}

extension PreferenceTable {
  /// The same pairs with the scores of another file in place of their own (`--scores`).
  public func scored(by scoring: SecondScoring) -> PreferenceTable {
    var table = self
    table.scoreChosen = scoring.scoreChosen
    table.scoreRejected = scoring.scoreRejected
    if let reading = scoring.reading { table.readings.append(reading) }
    return table
  }
}
