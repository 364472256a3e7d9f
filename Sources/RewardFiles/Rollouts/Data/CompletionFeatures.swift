import Compute

/// What checks look at in the completions, gathered in one pass over the texts.
package struct CompletionFeatures: Sendable {
  /// Which ``CompletionPhrases`` occur.
  package private(set) var phrases: [UInt64] = []
  /// A hash of the trimmed text. Not cryptographic.
  package private(set) var hashes: [UInt64] = []
  /// Bytes of the trimmed text.
  package private(set) var lengths: [Int32] = []
  /// Whether the whole text is one of ``CompletionPhrases/masterKeys``.
  package private(set) var isMasterKey: [Bool] = []
  /// What our second implementation says of the final answer and the reference; empty without references.
  package private(set) var opinions: [AnswerOpinion] = []

  private static let part = 4096

  /// Complexity: one pass over the texts; parts side by side, joined in their order.
  package init(_ table: RolloutTable) {
    let rows = table.completions.count
    guard rows > 0 else { return }
    let hasAnswers = table.answers.count == rows && !table.answers.bytes.isEmpty
    let keys = CompletionPhrases.masterKeys.map { Array($0.utf8) }
    let longestKey = keys.map(\.count).max() ?? 0
    let parts = ThreadPool.shared.map((rows + Self.part - 1) / Self.part) { part in
      var result = CompletionFeatures()
      let bytes = table.completions.bytes.span
      for row in (part * Self.part)..<min(rows, (part + 1) * Self.part) {
        var range = table.completions.range(row)
        result.phrases.append(CompletionPhrases.finder.find(bytes.extracting(range)))
        while let first = range.first, bytes[first] <= 32 { range = (first + 1)..<range.upperBound }
        while let last = range.last, bytes[last] <= 32 { range = range.lowerBound..<last }
        result.lengths.append(Int32(clamping: range.count))
        result.hashes.append(Self.hash(bytes.extracting(range)))
        var isKey = false
        if range.count <= longestKey {
          let text = range.map { (65...90).contains(bytes[$0]) ? bytes[$0] + 32 : bytes[$0] }
          isKey = keys.contains(text)
        }
        result.isMasterKey.append(isKey)
        if hasAnswers { result.opinions.append(Self.opinion(table, row)) }
      }
      return result
    }
    for part in parts {
      phrases += part.phrases
      hashes += part.hashes
      lengths += part.lengths
      isMasterKey += part.isMasterKey
      opinions += part.opinions
    }
  }

  private init() {}

  private static func opinion(_ table: RolloutTable, _ row: Int) -> AnswerOpinion {
    let reference = table.answers.bytes[table.answers.range(row)]
    guard !reference.isEmpty, reference.count <= 512 else { return .unsure }
    if table.extracted.count == table.count {
      let extracted = table.extracted.bytes[table.extracted.range(row)]
      if !extracted.isEmpty { return extracted.count <= 512 ? AnswerOpinion.of(extracted, reference) : .unsure }
    }
    let range = table.completions.range(row)
    guard let (found, _) = FinalAnswer.find(table.completions.bytes.span.extracting(range)), found.count <= 512 else {
      return .unsure
    }
    let answer = table.completions.bytes[(range.lowerBound + found.lowerBound)..<(range.lowerBound + found.upperBound)]
    return AnswerOpinion.of(answer, reference)
  }

  private static func hash(_ text: Span<UInt8>) -> UInt64 {
    var hash = 0x2545_F491_4F6C_DD1D ^ (UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15)
    var word: UInt64 = 0
    for index in text.indices {
      word = word << 8 | UInt64(text[index])
      if index & 7 == 7 {
        hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
        hash ^= hash >> 29
        word = 0
      }
    }
    hash = (hash ^ word) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 31)
  }

  /// Whether one of these phrases occurs in a row's completion.
  package func has(_ bits: UInt64, _ row: Int) -> Bool { phrases[row] & bits != 0 }
}
