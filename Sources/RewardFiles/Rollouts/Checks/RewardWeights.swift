import Compute
import Findings

extension RolloutCheck {
  /// The total is the weighted sum of its parts.
  public static let weights = RolloutCheck(
    id: "weights",
    title: "The total is the weighted sum of its parts",
    problem: "The total is not the weighted sum of its parts",
    explanation:
      "Σ weight · part, parts that abstain left out, against the total. Without weights in the file those are sought that explain nine rows in ten exactly. Tolerated: "
      + "0.1 % of the rows that differ by more than a millionth. A part that is counted twice in some rows, or weights that changed during "
      + "a run, show here. It misleads if the total has a term that is no part (a penalty of length, say), in some rows only.",
    advice:
      "Look at the rows; correct the sum, or name the part that is missing: pactolus audit rollouts FILES --map "
      + "component=COLUMN",
    assumptions: "The parts in the file are all there are.",
    source: "our own",
    needs: [.totals, .components]
  ) { rollouts throws(AuditGap) in
    try RewardWeights.measure(rollouts)
  }
}

private enum RewardWeights {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let parts = table.components.filter { $0.values.count == table.count }
    let rows = (0..<table.count).filter { row in
      table.total[row].isFinite && parts.contains { !$0.values[row].isNaN }
        && parts.allSatisfy { !$0.values[row].isInfinite }
    }
    guard rows.count >= 20, !parts.isEmpty else { throw .missing("fewer than twenty rows with parts and a total") }
    let given = parts.allSatisfy { $0.weights.count == 1 || $0.weights.count == table.count }
    var evidence: [Evidence] = []
    let sum: (Int) -> Double
    if given {
      sum = { row in
        parts.reduce(0) { sum, part in
          let weight = part.weights.count == 1 ? part.weights[0] : part.weights[row]
          return part.values[row].isNaN || weight.isNaN ? sum : sum + weight * part.values[row]
        }
      }
    } else {
      guard let weights = sought(rollouts, parts.map(\.values), rows) else {
        throw .missing("no fixed weights explain nine totals in ten")
      }
      evidence = zip(parts, weights).map { Evidence("weight of \($0.name), found", $1) }
      sum = { row in zip(parts, weights).reduce(0) { $1.0.values[row].isNaN ? $0 : $0 + $1.1 * $1.0.values[row] } }
    }
    let wrong = rows.filter { differs(sum($0), table.total[$0]) }
    return CheckOutcome(
      tests: [.share("rows whose total is not the sum of its parts", wrong.count, of: rows.count, atMost: 0.001)],
      evidence: evidence,
      examples: wrong.prefix(5).map {
        rollouts.example($0, "total \(Numbers.plain(table.total[$0])), sum \(Numbers.plain(sum($0)))")
      })
  }

  private static func differs(_ a: Double, _ b: Double) -> Bool { abs(a - b) > 1e-6 * (1 + abs(a) + abs(b)) }

  /// Weights that explain at least nine rows in ten, from exact solutions of a few rows each; nil if there are none.
  private static func sought(_ rollouts: RolloutFacts, _ parts: [[Double]], _ rows: [Int]) -> [Double]? {
    guard parts.count <= 12 else { return nil }
    var stream = rollouts.random.stream("rows")
    let sample = (0..<min(2000, rows.count)).map { _ in rows[stream.below(rows.count)] }
    func value(_ part: Int, _ row: Int) -> Double { parts[part][row].isNaN ? 0 : parts[part][row] }
    for _ in 0..<60 {
      let chosen = (0..<(2 * parts.count)).map { _ in rows[stream.below(rows.count)] }
      let matrix = Matrix(chosen.map { row in parts.indices.map { value($0, row) } })
      // A few rows may be alike and have no one solution; others are tried then.
      guard let fit = try? LinearAlgebra.leastSquares(matrix, chosen.map { rollouts.table.total[$0] }) else { continue }
      let weights = fit.0
      let right = sample.count { row in
        !differs(parts.indices.reduce(0) { $0 + weights[$1] * value($1, row) }, rollouts.table.total[row])
      }
      if 10 * right >= 9 * sample.count { return weights }
    }
    return nil
  }
}
