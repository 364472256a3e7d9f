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
      + "Counted as an error: another value, or the first letter of a word. Other forms of the same value are none. Tolerated: 1 %. It misleads if "
      + "the task wants something else than the last marked answer.",
    advice:
      "Mend the extraction (first character, first box, trailing words), score again and compare: pactolus audit "
      + "rollouts FILES --second RESCORED",
    assumptions: "The last marked answer is the one that counts.",
    source: "our own; NeMo RL issue 3635",
    needs: [.completions, .extracted]
  ) { rollouts throws(AuditGap) in
    let table = rollouts.table
    let bytes = table.completions.bytes.span
    var (compared, wrong) = (0, [Int]())
    for row in 0..<table.count {
      if table.truncated.count == table.count, table.truncated[row] == 1 { continue }
      let extracted = table.extracted.bytes[table.extracted.range(row)]
      let range = table.completions.range(row)
      guard !extracted.isEmpty, extracted.count <= 512,
        let (found, mark) = FinalAnswer.find(bytes.extracting(range)), mark == .box || mark == .tag, !found.isEmpty,
        found.count <= 512
      else { continue }
      let stated = table.completions.bytes[
        (range.lowerBound + found.lowerBound)..<(range.lowerBound + found.upperBound)]
      let isFirstLetter =
        extracted.count == 1 && stated.count > 2 && stated.allSatisfy { (65...90).contains($0 & 0xDF) }
        && stated.first == extracted.first
      switch AnswerOpinion.of(extracted, stated) {
      case .equal: compared += 1
      case .different:
        compared += 1
        wrong.append(row)
      case .unsure where isFirstLetter:
        compared += 1
        wrong.append(row)
      case .unsure: break
      }
    }
    guard compared >= 20 else {
      throw .missing("fewer than twenty completions with a marked answer and an extracted one")
    }
    return CheckOutcome(
      tests: [.share("completions of which another answer was extracted", wrong.count, of: compared, atMost: 0.01)],
      examples: wrong.prefix(5).map { rollouts.example($0, "extracted “\(table.extracted[$0])”") })
  }
}
