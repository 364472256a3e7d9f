import Compute
import Foundation

extension HeadData {
  /// The pairs of a table as hashed texts, read again from its files.
  ///
  /// Pairs whose replies are the same are left out and counted (``replies``).
  ///
  /// - Throws: `InputError` if a file cannot be read again, no row's text is where it was, or no pair has two replies
  ///   that differ.
  public init(_ table: PreferenceTable, hashed embedding: HashEmbedding, options: ReadingOptions = .init()) throws {
    self.init(width: embedding.width)
    for (row, text) in try differing(in: table, options: options) {
      try append(
        chosen: embedding.vector(prompt: text.prompt, reply: text.chosen),
        rejected: embedding.vector(prompt: text.prompt, reply: text.rejected), row: row, of: table)
    }
  }

  /// The pairs of a table with vectors of a sentence model, their texts read again from its files.
  ///
  /// Pairs whose replies are the same are left out and counted (``replies``).
  ///
  /// - Parameters:
  ///   - table: the pairs.
  ///   - sentences: the sentence model.
  ///   - options: those by which the table was read.
  ///   - progress: how many texts have their vector, and of how many; called from time to time.
  /// - Throws: `InputError` if a file cannot be read again, no row's text is where it was, no pair has two replies that
  ///   differ, or the model's process stops.
  public init(
    _ table: PreferenceTable, sentences: MiniLMEmbedder, options: ReadingOptions = .init(),
    progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws {
    self.init(width: MiniLMEmbedder.width)
    let rows = try differing(in: table, options: options)
    let vectors = try sentences.vectors(
      rows.flatMap { _, text in
        [(prompt: text.prompt, reply: text.chosen), (prompt: text.prompt, reply: text.rejected)]
      }, progress: progress)
    for (place, (row, _)) in rows.enumerated() {
      try append(chosen: vectors[2 * place], rejected: vectors[2 * place + 1], row: row, of: table)
    }
  }

  /// The rows that teach something, with their texts; what the replies are like is counted.
  private mutating func differing(
    in table: PreferenceTable, options: ReadingOptions
  ) throws -> [(row: Int, text: PartedTexts)] {
    let texts = try ExampleTexts.read(Array(0..<table.count), from: table, options: options)
    guard !texts.isEmpty else { throw InputError("the texts of the pairs cannot be read again") }
    var rows: [(row: Int, text: PartedTexts)] = []
    var (bothEmpty, emptyChosen, emptyRejected) = (0, 0, 0)
    for row in 0..<table.count {
      guard let text = texts[row].map(PartedTexts.init) else { continue }
      let (noChosen, noRejected) = (SpecialTokens.isBlank(text.chosen), SpecialTokens.isBlank(text.rejected))
      if noChosen && noRejected { bothEmpty += 1 }
      guard text.chosen != text.rejected, !(noChosen && noRejected) else {
        replies.identicalPairs += 1
        continue
      }
      if noChosen { emptyChosen += 1 }
      if noRejected { emptyRejected += 1 }
      replies.withTokens += [text.chosen, text.rejected].count { SpecialTokens.trimmed(Array($0.utf8)[...]).taken > 0 }
      rows.append((row, text))
    }
    replies.empty = emptyChosen + emptyRejected
    let place = table.places.files.first?.path
    let remedy = "look at the columns that were read; name them by --map chosen=COLUMN --map rejected=COLUMN"
    guard !rows.isEmpty else {
      throw InputError(
        bothEmpty == texts.count
          ? "the replies of all \(texts.count) pairs are empty"
          : "the two replies are the same in all \(texts.count) pairs" + (bothEmpty > 0 ? ", or empty" : ""),
        at: place, remedy: remedy)
    }
    for (empty, name) in [(emptyChosen, "chosen"), (emptyRejected, "rejected")] where empty == rows.count {
      throw InputError(
        "the \(name) reply is empty in all \(rows.count) pairs"
          + (replies.identicalPairs > 0 ? " whose replies differ" : ""), at: place, remedy: remedy)
    }
    return rows
  }

  /// The pairs of a table with vectors from a file.
  ///
  /// - Throws: `InputError` if the file has none for rejected replies, or cannot be read.
  public init(_ table: PreferenceTable, embeddings: EmbeddingSource) throws {
    self.init(width: embeddings.width)
    guard embeddings.hasRejected else {
      throw InputError(
        "one vector for each pair, and a head needs one for each reply", at: embeddings.file.path,
        remedy: "store chosen and rejected")
    }
    let blocks = try embeddings.mapBlocks(rows: table.places.ordinal) { block in
      (Array(block.chosen), Array(block.rejected))
    }
    var row = 0
    for (chosen, rejected) in blocks {
      for start in stride(from: 0, to: chosen.count, by: width) {
        try append(
          chosen: Array(chosen[start..<start + width]), rejected: Array(rejected[start..<start + width]), row: row,
          of: table)
        row += 1
      }
    }
  }

  private mutating func append(chosen: [Float], rejected: [Float], row: Int, of table: PreferenceTable) throws {
    let code = table.annotator.codes.isEmpty ? -1 : Int(table.annotator.codes[row])
    try append(
      chosen: chosen, rejected: rejected, target: (Float(table.label[row]) + 1) / 2,
      prompt: Int(table.promptNumber[row]), annotator: code >= 0 ? table.annotator.names[code] : nil)
  }
}
