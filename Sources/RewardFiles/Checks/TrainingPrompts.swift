/// The prompts of the training split, to look others up in.
struct TrainingPrompts {
  /// A row whose prompt stands in a training row, and how alike the two are.
  typealias Match = (row: Int, from: Int, similarity: Double)

  /// Bands of three of a signature's numbers: prompts of similarity 0.6 meet in at least one of them in 99 % of cases.
  private static let (bands, size) = (21, 3)
  /// What more prompts share is a template, not a prompt.
  private static let template = 50
  /// Words from which on a few can be changed without changing what is asked for.
  static let long = 24

  private let table: PreferenceTable
  /// The first training row of each prompt.
  private var exact: [UInt64: Int] = [:]

  init(_ table: PreferenceTable) {
    self.table = table
    let isTraining = table.isTraining
    for row in 0..<table.count where isTraining[row] && table.hasPrompt(row) {
      if exact[words(row)] == nil { exact[words(row)] = row }
    }
  }

  private func words(_ row: Int) -> UInt64 {
    table.prompt.words[row] > 0 ? table.prompt.wordHashes[row] : table.prompt.hashes[row]
  }

  /// The rows whose prompt is known, with the training row that has it, in the order of the rows. Time grows with the
  /// rows, not with their product: buckets that hold a template are not searched.
  func found(among rows: [Int]) -> [Match] {
    var leaked: [Int: (from: Int, similarity: Double)] = [:]
    for row in rows { if let from = exact[words(row)] { leaked[row] = (from, 1) } }
    let signatures = table.prompt.signatures
    if signatures.count == table.count {
      let known = exact.values.sorted()
      for band in 0..<Self.bands {
        var buckets: [UInt64: (last: Int32, count: Int32)] = [:]
        buckets.reserveCapacity(known.count)
        var before = [Int32](repeating: -1, count: known.count)
        for (place, row) in known.enumerated() {
          let key = signatures.band(row, band, of: Self.size)
          let old = buckets[key] ?? (-1, 0)
          before[place] = old.last
          buckets[key] = (Int32(place), old.count + 1)
        }
        for row in rows where (leaked[row]?.similarity ?? 0) < 0.8 && table.prompt.words[row] >= 8 {
          guard let bucket = buckets[signatures.band(row, band, of: Self.size)], bucket.count <= Self.template else {
            continue
          }
          // Estimates of 0.45 have a standard error of 0.06.
          let least = table.prompt.words[row] >= Self.long ? 0.4 : 0.8
          var place = bucket.last
          while place >= 0 {
            let similarity = signatures.similarity(row, known[Int(place)])
            if similarity >= max(least, leaked[row]?.similarity ?? 0) {
              leaked[row] = (known[Int(place)], similarity)
            }
            place = before[Int(place)]
          }
        }
      }
    }
    return rows.compactMap { row in leaked[row].map { (row, $0.from, $0.similarity) } }
  }
}
