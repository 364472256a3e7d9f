import Compute
import Foundation

/// What the reward model chooses and what people choose, on the same pairs: the ground of every check of bias.
///
/// A check of bias asks whether a feature (length, a style, the place on the screen) moves the model's choices as it
/// moves people's. It compares choices with choices, never labels with margins: a margin is measured with error, and in
/// a regression on a noisy margin the feature takes over what the margin has lost, so that honest models look biased and
/// biased ones honest.
///
/// Rows of the training split, pairs of identical replies and pairs without both scores are left out. A tie of people or
/// equal scores count as half a choice for either reply. A pair in which the feature does not differ says nothing of it
/// and does not enter.
package struct ChoiceComparison: Sendable {
  /// Rows of the table.
  package private(set) var rows: [Int] = []
  /// +1 the model prefers the reply called chosen, −1 the other, 0 equal scores.
  package private(set) var model: [Double] = []
  /// +1 people prefer the reply called chosen, −1 the other, 0 a tie.
  package private(set) var people: [Double] = []
  /// Equal for rows of the same prompt and replies: their errors count as one, however many people judged the pair.
  package private(set) var cluster: [Int] = []
  /// Whether some pair was judged more than once.
  private let hasRepeats: Bool

  package init(_ table: PreferenceTable) {
    var known = HashedKeys()
    for row in table.evaluationRows where table.margin(row).isFinite && !table.hasIdenticalReplies(row) {
      let margin = table.margin(row)
      rows.append(row)
      model.append(margin > 0 ? 1 : margin < 0 ? -1 : 0)
      people.append(Double(table.label[row].signum()))
      let key = table.pairKey(row)
      cluster.append(known.add(HashedKeys.key(key.x, key.y)))
    }
    hasRepeats = known.count < rows.count
  }

  package var count: Int { rows.count }

  /// How far one unit of a feature moves the model's choices and people's.
  ///
  /// - Parameters:
  ///   - feature: of each pair, chosen less rejected: a sign for "prefers the longer reply", or a number in units of its
  ///     spread. Pairs where it is 0 do not enter.
  ///   - held: other features whose part is taken off, by linear regression through the origin.
  ///   - members: pairs to look at; nil for all.
  /// - Returns: nil if nothing is left to regress on.
  package func gap(_ feature: [Double], holding held: [[Double]] = [], among members: [Int]? = nil) -> ChoiceGap? {
    let used = (members ?? Array(rows.indices)).filter { feature[$0] != 0 }
    let columns = [feature] + held
    let width = columns.count
    guard used.count > 2 * width else { return nil }
    var gram = Matrix(rows: width, columns: width)
    var sums = (model: [Double](repeating: 0, count: width), people: [Double](repeating: 0, count: width))
    for i in used {
      for a in 0..<width {
        sums.model[a] += columns[a][i] * model[i]
        sums.people[a] += columns[a][i] * people[i]
        for b in 0..<width { gram.elements[a * width + b] += columns[a][i] * columns[b][i] }
      }
    }
    let scale = gram.elements[0]
    for a in 0..<width { gram.elements[a * width + a] += 1e-9 * scale }
    var sides = Matrix(rows: width, columns: 3)
    sides[0, 0] = 1
    for a in 0..<width { (sides[a, 1], sides[a, 2]) = (sums.model[a], sums.people[a]) }
    // Features that repeat each other have no effect of their own: nil says it.
    guard let solved = try? LinearAlgebra.solve(gram, sides) else { return nil }
    let (inverse, ofModel, ofPeople) = (solved.column(0), solved.column(1), solved.column(2))

    // How often the model chooses as people do, on these pairs: 2 · agreement − 1.
    var (agreement, decided) = (0.0, 0.0)
    for i in used where people[i] != 0 {
      agreement += model[i] * people[i]
      decided += 1
    }
    let kept = decided > 0 ? max(0, agreement / decided) : 0
    var influence: [SIMD2<Double>] = []
    influence.reserveCapacity(used.count)
    for i in used {
      var leverage = 0.0
      var (fittedModel, fittedPeople) = (0.0, 0.0)
      for a in 0..<width {
        leverage += inverse[a] * columns[a][i]
        fittedModel += ofModel[a] * columns[a][i]
        fittedPeople += ofPeople[a] * columns[a][i]
      }
      let (m, p) = (leverage * (model[i] - fittedModel), leverage * (people[i] - fittedPeople))
      let ofKept = kept > 0 && people[i] != 0 ? (model[i] * people[i] - kept) / decided : 0
      influence.append(SIMD2(m - p, m - kept * p - ofPeople[0] * ofKept))
    }
    var variance = sumOfSquares(influence, of: used)
    let n = Double(used.count)
    variance *= n / (n - Double(width))
    // Agresti and Min's half pair in each cell of the table: a few pairs that all agree are not certain.
    let size = used.reduce(0) { $0 + feature[$1] * feature[$1] } / n
    variance += SIMD2(repeating: 4 / ((n + 2) * (n + 2) * size))
    return ChoiceGap(
      count: used.count, people: ofPeople[0] / 2, model: ofModel[0] / 2, explained: kept * ofPeople[0] / 2,
      error: variance.x.squareRoot() / 2, explainedError: variance.y.squareRoot() / 2)
  }

  /// The sum of squares of the clusters' sums.
  private func sumOfSquares(_ influence: [SIMD2<Double>], of used: [Int]) -> SIMD2<Double> {
    guard hasRepeats else { return influence.reduce(.zero) { $0 + $1 * $1 } }
    // Clusters are numbered as they come, so this is nearly in order.
    let order = used.indices.sorted { (cluster[used[$0]], $0) < (cluster[used[$1]], $1) }
    var (total, sum) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
    for (place, index) in order.enumerated() {
      if place > 0, cluster[used[index]] != cluster[used[order[place - 1]]] {
        total += sum * sum
        sum = .zero
      }
      sum += influence[index]
    }
    return total + sum * sum
  }
}
