import Compute
import Findings
import Foundation

/// A learned reward in words: a sum of few terms and a tree of few questions over named features, each with how much of the
/// reward's variation it explains on clips that it has not seen.
///
/// ```swift
/// let short = try DistilledReward(rewards, features: features, names: names, groups: clips, random: random)
/// short.linear.lines      // ["0.2", "− 1.3 × size of angle", "+ 0.4 × speed"]
/// short.tree.fidelity     // 0.87: what it says goes for 87 % of the variation
/// ```
///
/// Fidelity is R² on the held-out groups; below 0 it is worse than their mean. What is said is a summary of what the
/// reward pays where it was looked at, not of how it computes it.
///
/// Sources: Breiman et al. 1984 (regression trees); forward selection.
package struct DistilledReward: Sendable, Hashable, Codable {
  /// One short form, and how true it is.
  package struct Form: Sendable, Hashable, Codable {
    /// To be read from top to bottom.
    package var lines: [String]
    /// R² on groups that it has not seen.
    package var fidelity: Double
    /// By drawing those groups anew (95 %, percentiles); nil for fewer than two.
    package var interval: Interval?
  }

  package let linear: Form
  package let tree: Form
  /// Rows to fit, and rows to see how true it is.
  package let fitted: Int
  package let heldOut: Int

  /// The form that explains more.
  package var better: Form { tree.fidelity > linear.fidelity ? tree : linear }

  /// - Parameters:
  ///   - rewards: of each row.
  ///   - features: [rows × names].
  ///   - names: what a person calls the columns.
  ///   - groups: rows that belong together; every third is held out.
  ///   - terms: most terms of the sum.
  ///   - depth: most questions on the way to a leaf.
  ///   - random: of the intervals.
  /// - Throws: `NotMeasurable` for fewer than three groups, or a reward that does not vary.
  package init(
    _ rewards: [Double], features: Matrix, names: [String], groups: [Range<Int>], terms: Int = 4, depth: Int = 3,
    random: RandomSource
  ) throws {
    precondition(features.rows == rewards.count && features.columns == names.count, "a row for each reward")
    guard groups.count >= 3 else { throw NotMeasurable.tooFew(have: groups.count, need: 3) }
    let held = groups.indices.filter { $0 % 3 == 2 }.map { groups[$0] }
    let own = groups.indices.filter { $0 % 3 != 2 }.flatMap { Array(groups[$0]) }
    guard Statistics.variance(own.map { rewards[$0] }) > 0,
      Statistics.variance(held.flatMap { $0.map { rewards[$0] } }) > 0
    else { throw NotMeasurable.ties(orderedShare: 0) }
    let sum = SparseSum(rewards, features, rows: own, most: terms)
    let tree = RegressionTree(rewards, features, rows: own, depth: depth)
    func form(_ lines: [String], _ name: String, _ predict: (Int) -> Double) -> Form {
      let misses = held.map { rows in rows.map { row in pow(rewards[row] - predict(row), 2) } }
      let values = held.map { rows in rows.map { rewards[$0] } }
      let fidelity: @Sendable ([Double]) -> [Double] = { counts in
        var (n, total, squares, missed) = (0.0, 0.0, 0.0, 0.0)
        for (group, times) in counts.enumerated() where times > 0 {
          n += times * Double(values[group].count)
          total += times * values[group].reduce(0, +)
          squares += times * values[group].reduce(0) { $0 + $1 * $1 }
          missed += times * misses[group].reduce(0, +)
        }
        let spread = squares - total * total / n
        return [spread > 0 ? 1 - missed / spread : .nan]
      }
      let replicates =
        held.count > 1
        ? Statistics.bootstrapReplicates(
          count: held.count, resamples: 500, random: random.child("distilled/\(name)"), statistics: fidelity) : []
      return Form(
        lines: lines, fidelity: fidelity([Double](repeating: 1, count: held.count))[0],
        interval: Statistics.percentileInterval(replicates, column: 0))
    }
    linear = form(sum.lines(names), "linear") { sum.predict(features, $0) }
    self.tree = form(tree.lines(names), "tree") { tree.predict(features, $0) }
    (fitted, heldOut) = (own.count, held.reduce(0) { $0 + $1.count })
  }

  static func number(_ value: Double) -> String { Numbers.plain(value) }
}

/// A constant and few terms, each added because it explains most of what is left.
struct SparseSum {
  private var constant = 0.0
  private var terms: [(feature: Int, weight: Double)] = []

  init(_ values: [Double], _ features: Matrix, rows: [Int], most: Int) {
    let count = Double(rows.count)
    let mean = rows.reduce(0) { $0 + values[$1] } / count
    let means = (0..<features.columns).map { column in rows.reduce(0) { $0 + features[$1, column] } / count }
    // Moments once; every fit is then of their size.
    var products = Matrix(rows: features.columns, columns: features.columns)
    var (with, spread) = ([Double](repeating: 0, count: features.columns), 0.0)
    for row in rows {
      let centred = (0..<features.columns).map { features[row, $0] - means[$0] }
      let value = values[row] - mean
      spread += value * value
      for a in centred.indices where centred[a] != 0 {
        with[a] += centred[a] * value
        for b in 0...a { products[a, b] += centred[a] * centred[b] }
      }
    }
    func fit(_ chosen: [Int]) -> (weights: [Double], explained: Double)? {
      var own = Matrix(rows: chosen.count, columns: chosen.count)
      for (i, a) in chosen.enumerated() {
        for (j, b) in chosen.enumerated() { own[i, j] = products[max(a, b), min(a, b)] * (i == j ? 1 + 1e-8 : 1) }
      }
      guard let weights = try? LinearAlgebra.choleskySolve(own, chosen.map { with[$0] }) else { return nil }
      return (weights, zip(weights, chosen).reduce(0) { $0 + $1.0 * with[$1.1] })
    }
    var (chosen, best) = ([Int](), ([Double](), 0.0))
    while chosen.count < most {
      let trials = (0..<features.columns).filter { !chosen.contains($0) && products[$0, $0] > 1e-12 * count }.compactMap
      {
        feature in fit(chosen + [feature]).map { (feature, $0) }
      }
      guard let found = trials.max(by: { $0.1.explained < $1.1.explained }),
        found.1.explained > best.1 + 0.01 * spread
      else { break }
      chosen.append(found.0)
      best = found.1
    }
    terms = zip(chosen, best.0).map { ($0, $1) }
    constant = mean - terms.reduce(0) { $0 + $1.weight * means[$1.feature] }
  }

  func predict(_ features: Matrix, _ row: Int) -> Double {
    terms.reduce(constant) { $0 + $1.weight * features[row, $1.feature] }
  }

  func lines(_ names: [String]) -> [String] {
    [DistilledReward.number(constant)]
      + terms.map { "\($0.weight < 0 ? "−" : "+") \(DistilledReward.number(abs($0.weight))) × \(names[$0.feature])" }
  }
}

/// Yes-or-no questions of one feature each, and a mean at every leaf.
indirect enum RegressionTree {
  case leaf(mean: Double, share: Double)
  case question(feature: Int, above: Double, yes: RegressionTree, no: RegressionTree)

  init(_ values: [Double], _ features: Matrix, rows: [Int], depth: Int, of all: Int? = nil) {
    let all = all ?? rows.count
    let mean = rows.reduce(0) { $0 + values[$1] } / Double(max(1, rows.count))
    self = .leaf(mean: mean, share: Double(rows.count) / Double(all))
    let least = max(5, all / 50)
    guard depth > 0, rows.count >= 2 * least else { return }
    let spread = rows.reduce(0) { $0 + pow(values[$1] - mean, 2) }
    var best = (gain: 0.005 * spread, feature: -1, above: 0.0)
    for feature in 0..<features.columns {
      let sorted = rows.map { (features[$0, feature], values[$0] - mean) }.sorted { $0.0 < $1.0 }
      var sum = 0.0
      for place in 0..<sorted.count - least {
        sum += sorted[place].1
        guard place + 1 >= least, sorted[place].0 < sorted[place + 1].0 else { continue }
        let (low, high) = (Double(place + 1), Double(sorted.count - place - 1))
        let gain = sum * sum / low + sum * sum / high
        if gain > best.gain { best = (gain, feature, (sorted[place].0 + sorted[place + 1].0) / 2) }
      }
    }
    guard best.feature >= 0 else { return }
    func side(_ isYes: Bool) -> RegressionTree {
      RegressionTree(
        values, features, rows: rows.filter { (features[$0, best.feature] > best.above) == isYes }, depth: depth - 1,
        of: all)
    }
    self = .question(feature: best.feature, above: best.above, yes: side(true), no: side(false))
  }

  func predict(_ features: Matrix, _ row: Int) -> Double {
    switch self {
    case .leaf(let mean, _): mean
    case .question(let feature, let above, let yes, let no):
      (features[row, feature] > above ? yes : no).predict(features, row)
    }
  }

  func lines(_ names: [String], indent: String = "") -> [String] {
    switch self {
    case .leaf(let mean, let share):
      return ["\(indent)pays \(DistilledReward.number(mean))  (\(Int((100 * share).rounded())) % of steps)"]
    case .question(let feature, let above, let yes, let no):
      let bound = DistilledReward.number(above)
      return ["\(indent)\(names[feature]) > \(bound):"] + yes.lines(names, indent: indent + "  ")
        + ["\(indent)\(names[feature]) ≤ \(bound):"] + no.lines(names, indent: indent + "  ")
    }
  }
}
