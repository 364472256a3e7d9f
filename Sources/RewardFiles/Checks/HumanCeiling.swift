import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The reward model agrees with people about as often as they agree with each other.
  public static let humanCeiling = AuditCheck(
    id: "human-ceiling",
    title: "The reward model agrees with people about as often as they agree with each other",
    problem: "The reward model agrees with people less often than they agree with each other",
    explanation:
      "How often two annotators of the same pair agree bounds what any model can reach against one of them. It fails if the "
      + "model agrees with people by more than 5 points less often than they with each other. Without scores it asks only whether people agree "
      + "with each other in more than 55 % of pairs. Two people who judge one pair differently are counted here and not as a contradiction; two rows "
      + "of one pair by two people are no repetition. It misleads if doubly "
      + "annotated pairs were chosen for being hard.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "There is room for a better model, so train on more or cleaner pairs before blaming the labels; the "
      + "examples are pairs on which people agree: pactolus audit FILES --models OLD,NEW",
    source: "Ziegler et al. 2019; Stiennon et al. 2020",
    needs: [.pairs],
    run: HumanCeiling.measure)
}

private enum HumanCeiling {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    guard table.annotator.isPresent else { throw AuditGap.missing("no column of annotators") }
    let judged = (0..<table.count).filter {
      table.label[$0] != 0 && table.annotator.codes[$0] >= 0 && !table.hasIdenticalReplies($0)
    }
    let votes = HashedKeys.groups(of: judged) { row in
      let key = table.pairKey(row)
      return HashedKeys.key(key.x, key.y)
    }
    func prefersFirst(_ row: Int) -> Bool {
      (table.chosen.hashes[row] < table.rejected.hashes[row]) == (table.label[row] > 0)
    }
    var agreed = 0
    var asked = 0
    var apart: [(row: Int, other: Int)] = []
    for answers in votes {
      // The first two people only: pairs of pairs are not independent.
      let people = table.annotator.codes
      guard let first = answers.first, let other = answers.first(where: { people[$0] != people[first] }) else {
        continue
      }
      asked += 1
      if prefersFirst(first) == prefersFirst(other) { agreed += 1 } else { apart.append((first, other)) }
    }
    guard asked >= Grouping.least else { throw AuditGap.missing("fewer than 30 pairs have two annotators") }
    apart.sort { $0.row < $1.row }
    let evidence = [
      Evidence(
        "agreement between people", Double(agreed) / Double(asked),
        interval: Statistics.proportionInterval(successes: agreed, of: asked), count: asked)
    ]
    let examples = apart.prefix(5).map {
      ExampleRow(
        $0.row, table.places.place(of: $0.row),
        "another person prefers the other reply at \(table.places.place(of: $0.other))")
    }
    guard let pairs = files.labelledPairs else {
      return CheckOutcome(
        claim: "People agree with each other more often than by chance",
        problem: "People do not agree with each other more often than by chance",
        advice: "Sharpen the question that people are asked, and have the examples labelled again by both: "
          + "pactolus audit FILES --map annotator=COLUMN",
        tests: [.share("agreement between people", agreed, of: asked, atLeast: 0.55)], evidence: evidence,
        notes: ["There are no scores to compare with: this is about the labels, not about a model."],
        examples: examples, bearing: .advice)
    }
    let (a, b) = (Double(agreed) / Double(asked), Double(pairs.right) / Double(pairs.count))
    // With a success and a failure added, so that people who always agree are not certain.
    func variance(_ count: Int, _ total: Int) -> Double {
      let p = Double(count + 1) / Double(total + 2)
      return p * (1 - p) / Double(total + 2)
    }
    let error = (variance(agreed, asked) + variance(pairs.right, pairs.count)).squareRoot()
    return CheckOutcome(
      tests: [
        .normal("headroom: people's agreement less accuracy", a - b, error: error, count: asked, atMost: 0.05)
      ],
      evidence: evidence, examples: examples, bearing: .advice)
  }
}
