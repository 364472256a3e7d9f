import Compute
import Findings

extension RolloutCheck {
  /// The verifier extracts the answer that the completion states.
  public static let extraction = RolloutCheck(
    id: "extraction",
    title: "The verifier extracts the answer that the completion states",
    problem: "The verifier extracts another answer than the completion states",
    explanation:
      "The last box or answer tag of the completion against the answer that the verifier extracted, where both are there and the completion was not cut off. "
      + "Counted as an error: another value; the first letter of a word; an answer cut off inside its braces; and a whole long completion that was taken for the answer though it states one, if such "
      + "completions are never accepted. Other forms of the same value are none. Tolerated: 1 %. Reported beside it: completions that mark an answer of which none was extracted, which is right where another "
      + "mark was asked for. It misleads if the task wants something else than the last marked answer.",
    advice:
      "Mend the extraction (first character, first closing brace, first box, trailing words), score again and compare: pactolus audit "
      + "rollouts FILES --second RESCORED",
    assumptions: "The last marked answer is the one that counts.",
    source: "our own; NeMo RL issue 3635",
    needs: [.completions, .extracted]
  ) { rollouts throws(AuditGap) in
    try Extraction(rollouts).outcome()
  }
}

private struct Extraction {
  let rollouts: RolloutFacts
  /// Rows with a stated answer and an extracted one.
  var compared = 0
  /// Rows of which another answer was extracted.
  var wrong: [(row: Int, why: String)] = []
  /// Rows that mark an answer of which none was extracted.
  var nothing: [Int] = []
  /// Rows whose whole long completion was extracted.
  var whole: [Int] = []

  init(_ rollouts: RolloutFacts) {
    self.rollouts = rollouts
    let table = rollouts.table
    let bytes = table.completions.bytes.span
    for row in 0..<table.count {
      if table.truncated.count == table.count, table.truncated[row] == 1 { continue }
      let extracted = Self.trimmed(table.extracted.bytes[table.extracted.range(row)])
      let range = table.completions.range(row)
      guard let (found, mark) = FinalAnswer.find(bytes.extracting(range)), !found.isEmpty, found.count <= 512 else {
        continue
      }
      let isMarked = mark == .box || mark == .tag
      if extracted.isEmpty {
        if isMarked { nothing.append(row) }
        continue
      }
      if extracted.count > 200, mark != .whole, 4 * found.count < extracted.count, extracted.contains(10),
        Self.ends(Self.trimmed(table.completions.bytes[range]), with: extracted)
      {
        whole.append(row)
      } else if isMarked, extracted.count <= 512 {
        let stated = Self.trimmed(
          table.completions.bytes[(range.lowerBound + found.lowerBound)..<(range.lowerBound + found.upperBound)])
        compare(row, extracted, stated)
      }
    }
    // Where some of these are accepted, the grader reads whole completions.
    let accepted = whole.count { rollouts.accepted[$0] == 1 }
    if 20 * accepted <= whole.count {
      compared += whole.count
      wrong += whole.map { ($0, "the whole completion was taken for the answer") }
      wrong.sort { $0.row < $1.row }
    }
  }

  private mutating func compare(_ row: Int, _ extracted: ArraySlice<UInt8>, _ stated: ArraySlice<UInt8>) {
    let isCutOff =
      stated.count > extracted.count && stated.starts(with: extracted) && Self.openBraces(extracted) > 0
      && Self.openBraces(stated) == 0
    let isFirstLetter =
      extracted.count == 1 && stated.count > 2 && stated.allSatisfy { (65...90).contains($0 & 0xDF) }
      && stated.first == extracted.first
    let text = String(decoding: extracted, as: UTF8.self)
    switch AnswerOpinion.of(extracted, stated) {
    case .equal: compared += 1
    case .unsure where isCutOff || isFirstLetter, .different:
      compared += 1
      wrong.append((row, "extracted “\(text)”"))
    case .unsure: break
    }
  }

  func outcome() throws(AuditGap) -> CheckOutcome {
    let evidence =
      nothing.isEmpty
      ? [] : [Evidence("completions that mark an answer of which none was extracted", Double(nothing.count))]
    let unread = nothing.prefix(3).map { rollouts.example($0, "marks an answer, and none was extracted") }
    guard compared >= 20 || !wrong.isEmpty else {
      throw .missing(
        "fewer than twenty completions with a marked answer and an extracted one", evidence: evidence, examples: unread)
    }
    return CheckOutcome(
      tests: [.share("completions of which another answer was extracted", wrong.count, of: compared, atMost: 0.01)],
      evidence: evidence, examples: wrong.prefix(5).map { rollouts.example($0.row, $0.why) } + unread)
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let rest = text.drop { $0 <= 32 }
    return rest[..<(rest.lastIndex { $0 > 32 }.map { $0 + 1 } ?? rest.startIndex)]
  }

  private static func ends(_ text: ArraySlice<UInt8>, with end: ArraySlice<UInt8>) -> Bool {
    text.count >= end.count && text.suffix(end.count).elementsEqual(end)
  }

  /// Opening braces less closing ones.
  private static func openBraces(_ text: ArraySlice<UInt8>) -> Int {
    text.reduce(0) { $1 == UInt8(ascii: "{") ? $0 + 1 : $1 == UInt8(ascii: "}") ? $0 - 1 : $0 }
  }
}
