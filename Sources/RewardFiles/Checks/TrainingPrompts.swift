/// The prompts of the training split, to look others up in.
struct TrainingPrompts {
  /// A row whose prompt stands in a training row, and how alike the two are.
  typealias Match = (row: Int, from: Int, similarity: Double)

  /// Bands of three of a signature's numbers: prompts of similarity 0.6 meet in at least one of them in 99 % of cases.
  private static let (bands, size) = (21, 3)
  /// What more prompts share is a template, not a prompt.
  fileprivate static let template = 50
  /// Words from which on a few can be changed without changing what is asked for.
  static let long = 24

  private let table: PreferenceTable
  /// The prompts of the training rows, by their words, and the first row of each.
  private var exact: HashedKeys
  private var firsts: [Int] = []

  init(_ table: PreferenceTable) {
    self.table = table
    let isTraining = table.isTraining
    exact = HashedKeys(capacity: isTraining.count { $0 })
    for row in 0..<table.count where isTraining[row] && table.hasPrompt(row) {
      if exact.add(words(row)) == firsts.count { firsts.append(row) }
    }
  }

  private func words(_ row: Int) -> UInt64 {
    table.prompt.words[row] > 0 ? table.prompt.wordHashes[row] : table.prompt.hashes[row]
  }

  /// The rows whose prompt is known, with the training row that has it, in the order of the rows. Time grows with the
  /// rows, not with their product: buckets that hold a template are not searched.
  func found(among rows: [Int]) -> [Match] {
    var from = rows.map { exact.number(of: words($0)).map { firsts[$0] } ?? -1 }
    var similarity = from.map { $0 < 0 ? 0.0 : 1.0 }
    let signatures = table.prompt.signatures
    if signatures.count == table.count {
      for band in 0..<Self.bands {
        let asked = rows.indices.filter { similarity[$0] < 0.8 && table.prompt.words[rows[$0]] >= 8 }
        let buckets = TrainingBuckets(asked.map { signatures.band(rows[$0], band, of: Self.size) }, among: firsts) {
          signatures.band($0, band, of: Self.size)
        }
        for (place, index) in asked.enumerated() {
          // Estimates of 0.45 have a standard error of 0.06.
          let least = table.prompt.words[rows[index]] >= Self.long ? 0.4 : 0.8
          buckets.forEach(place) { row in
            let value = signatures.similarity(rows[index], row)
            if value >= max(least, similarity[index]) { (from[index], similarity[index]) = (row, value) }
          }
        }
      }
    }
    return rows.indices.compactMap { from[$0] < 0 ? nil : (rows[$0], from[$0], similarity[$0]) }
  }

  /// The training rows that share a band with rows that are asked for. The table holds the keys of the latter, which are few, and
  /// the training rows pass it once.
  private struct TrainingBuckets {
    /// For each row asked for, the number of its key.
    private var numbers: [Int] = []
    /// For each key the last training row that has it, as a place in ``rows``; −1 for none.
    private var last: [Int32] = []
    private var counts: [Int32] = []
    /// Training rows, and for each the place of the one before it with the same key.
    private var rows: [(row: Int32, before: Int32)] = []

    init(_ asked: [UInt64], among training: [Int], key: (Int) -> UInt64) {
      var keys = HashedKeys(capacity: asked.count)
      numbers = asked.map { keys.add($0) }
      last = [Int32](repeating: -1, count: keys.count)
      counts = [Int32](repeating: 0, count: keys.count)
      guard keys.count > 0 else { return }
      // A bit for each key: most training rows share none.
      var sieve = [UInt64](repeating: 0, count: 1 << 14)
      for key in asked { sieve[Int(key >> 6 & 0x3FFF)] |= 1 << (key & 63) }
      for row in training {
        let value = key(row)
        guard sieve[Int(value >> 6 & 0x3FFF)] >> (value & 63) & 1 != 0, let number = keys.number(of: value) else {
          continue
        }
        counts[number] += 1
        guard counts[number] <= TrainingPrompts.template else { continue }
        rows.append((Int32(row), last[number]))
        last[number] = Int32(rows.count - 1)
      }
    }

    /// Training rows that share the band of a row asked for, the last first; none if so many do that they hold a template.
    func forEach(_ asked: Int, _ body: (Int) -> Void) {
      guard counts[numbers[asked]] <= TrainingPrompts.template else { return }
      var place = last[numbers[asked]]
      while place >= 0 {
        body(Int(rows[Int(place)].row))
        place = rows[Int(place)].before
      }
    }
  }
}
