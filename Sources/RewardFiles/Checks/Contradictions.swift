import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The labels do not contradict each other.
  public static let contradictions = AuditCheck(
    id: "contradictions",
    title: "The labels do not contradict each other",
    problem: "The labels contradict each other",
    explanation:
      "Pairs labelled both ways, and cycles (A over B over C over A) among the replies to one prompt, by one person where the rows "
      + "say who: what people say against each other is human-ceiling's. At most 2 % of pairs may be in one. Rows without a prompt do not enter.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Have the pairs named here labelled again, or leave them out; a column that says who labelled keeps "
      + "people's differences apart: pactolus audit FILES --map annotator=COLUMN",
    source: "Kendall & Babington Smith 1940 (circular triads)",
    needs: [.pairs],
    run: Contradictions.measure)
}

private enum Contradictions {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    let labelled = (0..<table.count).filter {
      table.label[$0] != 0 && table.hasPrompt($0) && !table.hasIdenticalReplies($0)
    }
    let byPrompt = HashedKeys.groups(of: labelled) { row in
      let person = UInt64(bitPattern: Int64(table.annotator.isPresent ? table.annotator.codes[row] : -1))
      return HashedKeys.key(table.prompt.hashes[row], person)
    }
    guard !labelled.isEmpty else { throw AuditGap.missing("no labelled row has a prompt") }
    var bad: [Int] = []
    var both = 0
    for rows in byPrompt {
      var numbers: [UInt64: Int] = [:]
      func number(_ hash: UInt64) -> Int {
        if let known = numbers[hash] { return known }
        numbers[hash] = numbers.count
        return numbers.count - 1
      }
      let edges = rows.map { row -> (Int, Int) in
        let (a, b) = (number(table.chosen.hashes[row]), number(table.rejected.hashes[row]))
        return table.label[row] > 0 ? (a, b) : (b, a)
      }
      // Replies to one prompt are few; a very long list would be a template, not a prompt.
      guard numbers.count <= 200 else { continue }
      let size = numbers.count
      var reach = [Bool](repeating: false, count: size * size)
      for (a, b) in edges { reach[a * size + b] = true }
      for k in 0..<size {
        for i in 0..<size where reach[i * size + k] {
          for j in 0..<size where reach[k * size + j] { reach[i * size + j] = true }
        }
      }
      for (index, (a, b)) in edges.enumerated() where a != b && reach[b * size + a] {
        bad.append(rows[index])
        if edges.contains(where: { $0 == (b, a) }) { both += 1 }
      }
    }
    bad.sort()
    return CheckOutcome(
      tests: [EffectTest.share("pairs in a contradiction or cycle", bad.count, of: labelled.count, atMost: 0.02)],
      evidence: [Evidence("of them the same pair labelled both ways", Double(both), count: labelled.count)],
      examples: bad.prefix(5).map { ExampleRow($0, table.places.place(of: $0), "part of a cycle of preferences") })
  }
}
