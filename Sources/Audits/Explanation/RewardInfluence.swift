import Compute
import Feedback
import Foundation
import Rewards

/// What each answer does to a learned reward: last layers fitted again to all answers, and to all but one.
///
/// ```swift
/// let influence = try RewardInfluence(model, answers: choices, training: settings)
/// let contrast = influence.contrast(rows, weights: weights)     // a clip less another, a region less the usual
/// influence.plain(on: contrast)                                 // by answer, in units of the reward's spread
/// influence.leftOut()                                           // which answers the others do not expect
/// ```
///
/// The hidden layers stand still, so that "without this answer" has one true value, which can be computed; how well the
/// refitted reward agrees with the one that was trained is stated (``agreement``). Rewards are in units of their standard
/// deviation over the judged steps, and only differences of them mean anything.
///
/// Sources: Koh, Liang, "Understanding black-box predictions via influence functions", ICML 2017; Yeh et al. 2018 (last
/// layers).
package struct RewardInfluence: Sendable {
  /// One network of the ensemble, its last layer fitted again.
  struct Member: Sendable {
    /// What is before the last layer; nil where a network has no hidden layer, and its inputs are the features.
    let body: Network?
    let normalizer: RunningNormalizer?
    /// What features are less, and what they are multiplied by.
    let centre: [Double]
    let unit: Double
    let influence: AnswerInfluence
    /// 1 / the standard deviation of the refitted reward over the judged rows.
    let scale: Double
  }

  let members: [Member]
  let width: Int
  /// The strength of the ridge, chosen by how well answers are predicted that a fit does not know.
  package let ridge: Double
  /// Rank correlation of the refitted reward with the trained one over the judged steps.
  package let agreement: Double
  /// `ChoiceSet.numbers` of the answers, in their order.
  package let numbers: [Int]

  package var answers: Int { numbers.count }

  private static let ridges = [0.003, 0.03, 0.3, 3, 30]
  /// More judged rows than this are thinned for the units.
  private static let most = 20_000

  /// - Parameters:
  ///   - model: the reward as it was trained.
  ///   - set: the answers that it rests on.
  ///   - training: what training takes people to be.
  ///   - ridge: nil to choose it.
  ///   - most: of the reward's networks so many are looked at.
  /// - Throws: `InputError` without answers, or for answers that were encoded for another reward; `NotMeasurable` where
  ///   the features, or a refitted reward, do not vary.
  package init(
    _ model: RewardModel, answers set: ChoiceSet, training: RewardTrainingSettings, ridge: Double? = nil,
    most: Int = .max
  ) throws {
    guard set.encoding == model.encoding else {
      throw InputError("the choices were encoded for another reward model")
    }
    guard set.count > 0 else {
      throw InputError("nobody has answered anything yet", remedy: "ask for answers first")
    }
    let width = set.encoding.width
    let used = Self.usedRows(set)
    let judged = Self.thinned(used)
    var members: [Member] = []
    var chosen = ridge
    for number in 0..<min(most, model.members) {
      let body = try model.network.shape.hidden.isEmpty ? nil : RewardFeatures.body(of: model.network, member: number)
      let raw = Self.features(body, model.inputNormalizer, set, used: used)
      let (centre, unit) = try Self.units(raw, judged)
      let features = Self.standardised(raw, centre: centre, unit: unit)
      var regression = ChoiceRegression(set, settings: training, features: features, ridge: ridge ?? 1)
      if chosen == nil { chosen = try Self.bestRidge(regression) }
      regression.ridge = chosen ?? 1
      let influence = try AnswerInfluence(regression)
      let rewards = judged.map { AnswerInfluence.product(features.row($0), influence.fit.weights) }
      let deviation = Statistics.standardDeviation(rewards)
      guard deviation > 1e-12, deviation.isFinite else { throw NotMeasurable.ties(orderedShare: 0) }
      members.append(
        Member(
          body: body, normalizer: model.inputNormalizer, centre: centre, unit: unit, influence: influence,
          scale: 1 / deviation))
    }
    (self.members, self.ridge, self.width) = (members, chosen ?? 1, width)
    numbers = members[0].influence.regression.answers.map { set.numbers[$0.lowerBound] }
    let rows = judged.flatMap { set.rows[$0 * width..<($0 + 1) * width] }
    let refitted = Self.rewards(members, rows, width: width)
    agreement = Statistics.spearman(refitted, try ExplainedScore(model).values(rows))
  }

  /// The rows of options.
  private static func usedRows(_ set: ChoiceSet) -> [Int] {
    var seen = [Bool](repeating: false, count: set.rowCount)
    for option in set.optionStarts.indices {
      for row in set.optionStarts[option]..<set.optionStarts[option] + set.optionCounts[option] { seen[row] = true }
    }
    return seen.indices.filter { seen[$0] }
  }

  private static func thinned(_ rows: [Int]) -> [Int] {
    let stride = max(1, (rows.count + most - 1) / most)
    return rows.indices.filter { $0 % stride == 0 }.map { rows[$0] }
  }

  /// Of all rows of a set; those that no option has stay 0.
  private static func features(
    _ body: Network?, _ normalizer: RunningNormalizer?, _ set: ChoiceSet, used: [Int]
  ) -> Matrix {
    let width = set.encoding.width
    let own = features(
      body, normalizer, used.flatMap { set.rows[$0 * width..<($0 + 1) * width] }, width: width)
    var result = Matrix(rows: set.rowCount, columns: own.columns)
    for (place, row) in used.enumerated() {
      for column in 0..<own.columns { result[row, column] = own[place, column] }
    }
    return result
  }

  private static func features(
    _ body: Network?, _ normalizer: RunningNormalizer?, _ rows: [Float], width: Int
  ) -> Matrix {
    var inputs = rows
    let count = rows.count / width
    inputs.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { normalizer?.normalize(start, rows: count, into: start, clip: nil) }
    }
    guard let body else { return Matrix(rows: count, columns: width, elements: inputs.map(Double.init)) }
    return RewardFeatures.outputs(of: body, inputs, rows: count)
  }

  /// Such that judged rows have mean 0 and a mean square length of 1.
  private static func units(_ features: Matrix, _ rows: [Int]) throws -> (centre: [Double], unit: Double) {
    var centre = [Double](repeating: 0, count: features.columns)
    for row in rows { for column in centre.indices { centre[column] += features[row, column] } }
    for column in centre.indices { centre[column] /= Double(max(1, rows.count)) }
    var square = 0.0
    for row in rows {
      for column in centre.indices {
        let difference = features[row, column] - centre[column]
        square += difference * difference
      }
    }
    square /= Double(max(1, rows.count))
    guard square > 1e-20, square.isFinite else { throw NotMeasurable.constantFeatures }
    return (centre, 1 / square.squareRoot())
  }

  /// With a last column of ones: where options differ in their steps, what a step is worth at all matters.
  private static func standardised(_ features: Matrix, centre: [Double], unit: Double) -> Matrix {
    let width = features.columns + 1
    var result = Matrix(rows: features.rows, columns: width, repeating: 1)
    for row in 0..<features.rows {
      for column in 0..<features.columns {
        result.elements[row * width + column] =
          (features.elements[row * features.columns + column] - centre[column]) * unit
      }
    }
    return result
  }

  /// The strength with which answers are predicted best that a fit does not know: every fifth is left out in turn.
  private static func bestRidge(_ regression: ChoiceRegression) throws -> Double {
    var best = (loss: Double.infinity, ridge: 1.0)
    let answers = regression.answers.indices
    for ridge in ridges {
      var (trial, loss) = (regression, 0.0)
      trial.ridge = ridge
      let whole = try trial.fit()
      for fold in 0..<5 {
        let fit = try trial.fit(answers.filter { $0 % 5 != fold }, start: whole.weights)
        for answer in answers where answer % 5 == fold {
          for choice in regression.answers[answer] {
            loss += trial.derivatives(choice, trial.logits(choice, fit.weights)).loss
          }
        }
      }
      if loss < best.loss { best = (loss, ridge) }
    }
    return best.ridge
  }

  private static func rewards(_ members: [Member], _ rows: [Float], width: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: rows.count / width)
    for member in members {
      let features = member.features(rows, width: width)
      for row in sums.indices {
        sums[row] +=
          AnswerInfluence.product(features.row(row), member.influence.fit.weights) * member.scale
          / Double(members.count)
      }
    }
    return sums
  }
}

extension RewardInfluence.Member {
  /// The standardised features of encoded rows.
  func features(_ rows: [Float], width: Int) -> Matrix {
    RewardInfluence.standardised(body, normalizer, rows, width: width, centre: centre, unit: unit)
  }
}

extension RewardInfluence {
  fileprivate static func standardised(
    _ body: Network?, _ normalizer: RunningNormalizer?, _ rows: [Float], width: Int, centre: [Double], unit: Double
  ) -> Matrix {
    standardised(features(body, normalizer, rows, width: width), centre: centre, unit: unit)
  }
}
