import Compute
import Foundation

extension HeadData {
  /// The pairs of a table as hashed texts, read again from its files.
  ///
  /// - Throws: `InputError` if a file cannot be read again, or no row's text is where it was.
  public init(_ table: PreferenceTable, hashed embedding: HashEmbedding, options: ReadingOptions = .init()) throws {
    self.init(width: embedding.width)
    let texts = try ExampleTexts.read(Array(0..<table.count), from: table, options: options)
    for row in 0..<table.count {
      guard let text = texts[row] else { continue }
      try append(
        chosen: embedding.vector(prompt: text.prompt, reply: text.chosen),
        rejected: embedding.vector(prompt: text.prompt, reply: text.rejected), row: row, of: table)
    }
    guard count > 0 else { throw InputError("the texts of the pairs cannot be read again") }
  }

  /// The pairs of a table with vectors of a sentence model, their texts read again from its files.
  ///
  /// - Throws: `InputError` if a file cannot be read again, no row's text is where it was, or the model's process stops.
  public init(_ table: PreferenceTable, sentences: MiniLMEmbedder, options: ReadingOptions = .init()) throws {
    self.init(width: MiniLMEmbedder.width)
    let texts = try ExampleTexts.read(Array(0..<table.count), from: table, options: options)
    let rows = (0..<table.count).filter { texts[$0] != nil }
    guard !rows.isEmpty else { throw InputError("the texts of the pairs cannot be read again") }
    let vectors = try sentences.vectors(
      rows.flatMap { row in
        texts[row].map { [(prompt: $0.prompt, reply: $0.chosen), (prompt: $0.prompt, reply: $0.rejected)] } ?? []
      })
    for (place, row) in rows.enumerated() {
      try append(chosen: vectors[2 * place], rejected: vectors[2 * place + 1], row: row, of: table)
    }
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
