import Compute
import Foundation

/// Rules that turn the verdicts of two verifiers, one of which may give scores, into one verdict, and how often each is
/// wrong on labelled rows.
///
/// What a rule takes from the labels (where a score counts as accepted, the weights of a combination) is fitted on four
/// fifths of the prompts and applied to the last fifth, in turn: no row is judged by what was fitted on its own prompt.
package struct VerdictRules: Sendable {
  /// A labelled row with both verdicts.
  package struct Row: Sendable {
    package var prompt: Int32
    package var accepted: Bool
    /// The second verifier's verdict or score.
    package var score: Double
    package var isRight: Bool
    /// How many rows of the file it stands for.
    package var weight: Double

    package init(prompt: Int32, accepted: Bool, score: Double, isRight: Bool, weight: Double = 1) {
      (self.prompt, self.accepted, self.score) = (prompt, accepted, score)
      (self.isRight, self.weight) = (isRight, weight)
    }
  }

  /// A rule, and for each row whether it accepts.
  package struct Rule: Sendable {
    package var name: String
    package var accepts: [Bool]
  }

  package let rows: [Row]
  /// The verifier alone, the second alone, accepted by both, by either, and a weighted combination for scores.
  package private(set) var rules: [Rule] = []

  package static let folds = 5

  /// - Parameters:
  ///   - isScore: whether the second gives scores of any range; otherwise it accepts from `threshold` on.
  package init(_ rows: [Row], isScore: Bool, threshold: Double, second: String, random: RandomSource) {
    self.rows = rows
    let first = rows.map(\.accepted)
    var (other, combined) = (rows.map { $0.score >= threshold }, first)
    if isScore {
      var stream = random.stream("folds")
      var prompts = Set(rows.map(\.prompt)).sorted()
      stream.shuffle(&prompts)
      let fold = Dictionary(uniqueKeysWithValues: prompts.enumerated().map { ($1, $0 % Self.folds) })
      for number in 0..<Self.folds {
        let inside = rows.indices.filter { fold[rows[$0].prompt] == number }
        let outside = rows.indices.filter { fold[rows[$0].prompt] != number }.map { rows[$0] }
        let line = Self.threshold(outside)
        let model = Self.combination(outside)
        for index in inside {
          other[index] = rows[index].score >= line
          combined[index] = model(rows[index])
        }
      }
    }
    rules = [
      Rule(name: "the verifier alone", accepts: first), Rule(name: "\(second) alone", accepts: other),
      Rule(name: "accepted by both", accepts: zip(first, other).map { $0 && $1 }),
      Rule(name: "accepted by either", accepts: zip(first, other).map { $0 || $1 }),
    ]
    if isScore { rules.append(Rule(name: "verdict and score weighed", accepts: combined)) }
  }

  /// The share of the file's rows on which a rule is wrong.
  package func error(_ rule: Int) -> Double {
    var (wrong, all) = (0.0, 0.0)
    for (row, accepts) in zip(rows, rules[rule].accepts) {
      all += row.weight
      if accepts != row.isRight { wrong += row.weight }
    }
    return wrong / all
  }

  /// How much less often a rule is wrong than the verifier alone, with its standard error (of the weighted mean of paired
  /// differences), and the number of labelled rows on which the two differ.
  package func gain(_ rule: Int) -> (estimate: Double, error: Double, differing: Int) {
    var (sum, all, differing) = (0.0, 0.0, 0)
    let differences = rows.indices.map { index -> Double in
      let (mine, first) = (rules[rule].accepts[index], rules[0].accepts[index])
      if mine != first { differing += 1 }
      return (first != rows[index].isRight ? 1.0 : 0) - (mine != rows[index].isRight ? 1 : 0)
    }
    for (row, difference) in zip(rows, differences) {
      sum += row.weight * difference
      all += row.weight
    }
    let mean = sum / all
    let squares = zip(rows, differences).reduce(0.0) { sum, pair in
      let residual = pair.0.weight * (pair.1 - mean)
      return sum + residual * residual
    }
    return (mean, squares.squareRoot() / all, differing)
  }

  /// The line with the fewest errors by weight; the lowest of equal ones.
  private static func threshold(_ rows: [Row]) -> Double {
    let sorted = rows.sorted { $0.score < $1.score }
    // Everything accepted: all wrong rows are errors.
    var errors = sorted.reduce(0.0) { $1.isRight ? $0 : $0 + $1.weight }
    var best = (errors: errors, line: -Double.infinity)
    var index = 0
    while index < sorted.count {
      let score = sorted[index].score
      while index < sorted.count, sorted[index].score == score {
        errors += sorted[index].isRight ? sorted[index].weight : -sorted[index].weight
        index += 1
      }
      if errors < best.errors - 1e-12 {
        best = (errors, index < sorted.count ? (score + sorted[index].score) / 2 : .infinity)
      }
    }
    return best.line
  }

  /// Logistic regression of the label on verdict, score and their product: the sampling of labels by verdict does not change it.
  private static func combination(_ rows: [Row]) -> (Row) -> Bool {
    let scores = rows.map(\.score)
    let (centre, spread) = (Statistics.mean(scores), max(1e-12, Statistics.standardDeviation(scores)))
    func features(_ row: Row) -> [Double] {
      let (verdict, score) = (row.accepted ? 1.0 : 0, (row.score - centre) / spread)
      return [1, verdict, score, verdict * score]
    }
    guard !rows.isEmpty else { return { $0.accepted } }
    let model = LogisticRegression(rows: rows.flatMap(features), width: 4, targets: rows.map { $0.isRight ? 1 : 0 })
    let weights = model.fit(penalty: 1)
    return { row in zip(features(row), weights).reduce(0) { $0 + $1.0 * $1.1 } >= 0 }
  }
}
