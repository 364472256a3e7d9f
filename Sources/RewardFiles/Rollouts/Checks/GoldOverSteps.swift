import Compute
import Foundation

/// What is known of the truth along training steps: gold labels thinned to a random sample of all rows, or a second verifier's verdicts
/// on all rows.
package struct GoldOverSteps: Sendable {
  /// Rows in the order of their steps.
  package private(set) var rows: [Int] = []
  package private(set) var steps: [Int32] = []
  /// 1 right, 0 wrong; or the second verifier's verdict.
  package private(set) var truths: [Double] = []
  /// What the truth is taken from: "gold labels".
  package private(set) var source = "gold labels"

  /// Gold labels, if there are at least 60 with a step; else the first second verifier; nil without either.
  ///
  /// Labels drawn more densely from one verdict are thinned to the other's density, so that the rest is a random sample of all
  /// rows and their order in time is exchangeable with any other.
  init?(_ rollouts: RolloutFacts) {
    let table = rollouts.table
    guard table.step.count == table.count else { return nil }
    var chosen: [(row: Int, truth: Double)] = []
    let hasGold = table.gold.count == table.count
    let labelled = hasGold ? rollouts.scored.filter { (0...1).contains(table.gold[$0]) && table.step[$0] >= 0 } : []
    if labelled.count >= 60 {
      let weighted = table.goldWeight.count == table.count
      var shares = [Int8: Double]()
      for verdict in [Int8(0), 1] {
        let all = rollouts.accepted.count { $0 == verdict }
        let some = labelled.count { rollouts.accepted[$0] == verdict }
        shares[verdict] = some == 0 ? 0 : Double(all) / Double(some)
      }
      func weight(_ row: Int) -> Double {
        if weighted, table.goldWeight[row] > 0 { return table.goldWeight[row] }
        return shares[rollouts.accepted[row]] ?? 0
      }
      let most = labelled.map(weight).max() ?? 1
      var stream = rollouts.random.stream("thinning")
      for row in labelled where stream.uniform() * most < weight(row) { chosen.append((row, Double(table.gold[row]))) }
    } else if let second = table.second.first(where: { $0.values.count == table.count }) {
      source = second.name
      let verdicts = RolloutFacts.verdicts(second.values, from: RolloutFacts.threshold(second.values))
      chosen = rollouts.scored.filter { verdicts[$0] >= 0 && table.step[$0] >= 0 }.map { ($0, Double(verdicts[$0])) }
    }
    guard chosen.count >= 40 else { return nil }
    // Within one step in random order: files may be sorted by prompt.
    var stream = rollouts.random.stream("order")
    stream.shuffle(&chosen)
    chosen.sort { table.step[$0.row] < table.step[$1.row] }
    rows = chosen.map(\.row)
    steps = chosen.map { table.step[$0.row] }
    truths = chosen.map(\.truth)
    guard steps.first != steps.last else { return nil }
  }

  /// For tests: truths in the order of their steps.
  package init(steps: [Int32], truths: [Double]) {
    (self.steps, self.truths) = (steps, truths)
    rows = Array(steps.indices)
  }

  /// An earlier and a later stretch of rows.
  package struct Comparison: Sendable, Hashable {
    package var before: Range<Int>
    package var after: Range<Int>

    package init(before: Range<Int>, after: Range<Int>) {
      (self.before, self.after) = (before, after)
    }
  }

  /// Seven comparisons of an earlier stretch of the run with one that follows it, fixed before any data: parts of the rows,
  /// moved up to where steps change. A truth that rises before it falls is lower at the end than in the middle, so that halves
  /// of the whole run would not do.
  package var comparisons: [Comparison] {
    func place(_ part: Double) -> Int {
      var index = Int((part * Double(steps.count)).rounded())
      while index < steps.count, index > 0, steps[index] == steps[index - 1] { index += 1 }
      return index
    }
    let parts = [
      (0, 0.5, 0.5), (0, 0.4, 0.6), (0.1, 0.5, 0.7), (0.2, 0.6, 0.6), (0.2, 0.5, 0.7), (0.3, 0.7, 0.7), (0.4, 0.8, 0.8),
    ]
    return parts.map {
      Comparison(before: place($0.0)..<max(place($0.0), place($0.1)), after: place($0.2)..<steps.count)
    }
    .filter { $0.before.count >= 10 && $0.after.count >= 10 && $0.before.upperBound <= $0.after.lowerBound }
  }

  /// The p-value of the claim that the truth falls by at most `margin` from one stretch to the other: one over the highest
  /// capital of one who bets on pairs of an earlier and a later row, each used once. Valid at any time (``BettingCapital``).
  package func fall(_ comparison: Comparison, margin: Double, _ stream: inout RandomStream) -> Double {
    var before = Array(comparison.before)
    stream.shuffle(&before)
    var capital = BettingCapital(bound: 1 + margin)
    var highest = 0.0
    for (first, second) in zip(before, comparison.after) {
      capital.observe(truths[first] - truths[second] - margin)
      highest = max(highest, capital.logarithm)
    }
    return exp(-highest)
  }

  /// The step at which a broken line of two slopes, first up and then down, fits best; nil if no such line does.
  package func turningPoint(_ indices: [Int]) -> Int32? {
    let candidates = Set(indices.map { steps[$0] }).sorted()
    let tried = candidates.count <= 40 ? candidates : (0..<40).map { candidates[$0 * candidates.count / 40] }
    var best: (error: Double, step: Int32)?
    for turn in tried {
      // Sums for the least squares of 1, time before and time after the turn.
      var (a, b) = (Matrix(rows: 3, columns: 3), [0.0, 0, 0])
      var squares = 0.0
      for index in indices {
        let time = Double(steps[index] - turn)
        let row = [1, min(0, time), max(0, time)]
        for i in 0..<3 {
          b[i] += row[i] * truths[index]
          for j in 0..<3 { a[i, j] += row[i] * row[j] }
        }
        squares += truths[index] * truths[index]
      }
      for i in 0..<3 { a[i, i] += 1e-9 * (1 + a[i, i]) }
      // A degenerate turn (at an end) is left out.
      guard let fit = try? LinearAlgebra.choleskySolve(a, b), fit[2] < 0, fit[1] >= -1e-9 || turn == tried.first else {
        continue
      }
      let error = squares - zip(fit, b).reduce(0) { $0 + $1.0 * $1.1 }
      if error < best?.error ?? .infinity { best = (error, turn) }
    }
    return best?.step
  }
}
