import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The reward model agrees with people about as often as they agree with each other.
  public static let humanCeiling = AuditCheck(
    id: "human-ceiling",
    title: "The reward model agrees with people about as often as they agree with each other",
    explanation:
      "How often two annotators of the same pair agree bounds what any model can reach against one of them. It fails if the "
      + "model agrees with people by more than 5 points less often than they with each other. It misleads if doubly "
      + "annotated pairs were chosen for being hard.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    source: "Ziegler et al. 2019; Stiennon et al. 2020",
    needs: [.scoredPairs],
    run: HumanCeiling.measure)
}

private enum HumanCeiling {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    let pairs = try files.scoredPairs()
    var votes: [SIMD2<UInt64>: [(annotator: Int32, first: Bool)]] = [:]
    guard table.annotator.isPresent else { throw AuditGap.missing("no column of annotators") }
    for row in 0..<table.count where table.label[row] != 0 && table.annotator.codes[row] >= 0 {
      let (a, b) = (table.chosen.hashes[row], table.rejected.hashes[row])
      let key = SIMD2(table.prompt.hashes[row] &+ (min(a, b) &* 0x9E37_79B9_7F4A_7C15), max(a, b))
      votes[key, default: []].append((table.annotator.codes[row], (a < b) == (table.label[row] > 0)))
    }
    var agreed = 0
    var asked = 0
    for (_, answers) in votes {
      // The first two people only: pairs of pairs are not independent.
      guard let first = answers.first, let other = answers.first(where: { $0.annotator != first.annotator }) else {
        continue
      }
      asked += 1
      if first.first == other.first { agreed += 1 }
    }
    guard asked >= 30 else { throw AuditGap.missing("fewer than 30 pairs have two annotators") }
    let (a, b) = (Double(agreed) / Double(asked), Double(pairs.right) / Double(pairs.count))
    let error = (a * (1 - a) / Double(asked) + b * (1 - b) / Double(pairs.count)).squareRoot()
    return CheckOutcome(
      tests: [
        .normal("headroom: people's agreement less accuracy", a - b, error: error, count: asked, atMost: 0.05)
      ],
      evidence: [
        Evidence(
          "agreement between people", a,
          interval: Statistics.proportionInterval(successes: agreed, of: asked), count: asked)
      ], bearing: .advice)
  }
}
