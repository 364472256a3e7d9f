import Compute
import Feedback
import Foundation

/// Choices between options whose values are linear in known features, and the weights that explain them best.
///
/// It is the one likelihood of all feedback (`Choice`) with value(o) = θ · x(o): what is left of a reward network where
/// all but its last layer stands still. Minimised is Σ −log P(what was chosen) + ½ · ridge · ‖θ‖², by Newton's method, so
/// that what becomes of θ without an answer can be found exactly.
package struct ChoiceRegression: Sendable {
  /// Numbers in an option's features.
  package let width: Int
  /// ½ ridge ‖θ‖² is added to the sum of the losses.
  package var ridge: Double
  /// [options × width]: β times the weighted sum of its transitions' features.
  let options: [Double]
  let offsets: [Double]
  let targets: [Float]
  /// The first option of each choice, and at the end the number of options.
  let starts: [Int]
  let likelihoods: [ChoiceLikelihood]
  /// The choices of each answer; an answer may be several.
  package let answers: [Range<Int>]

  package var choices: Int { likelihoods.count }

  /// - Parameters:
  ///   - set: the choices.
  ///   - settings: what training takes people to be: discount, lapse, temperature, threshold.
  ///   - features: of every row of the set: [rows × width].
  ///   - ridge: see ``ridge``.
  package init(_ set: ChoiceSet, settings: RewardTrainingSettings, features: Matrix, ridge: Double) {
    precondition(features.rows == set.rowCount, "features of every row")
    let prepared = PreparedChoices(set, normalizer: nil, settings: settings)
    let width = features.columns
    var options = [Double](repeating: 0, count: set.optionStarts.count * width)
    for choice in 0..<set.count {
      for option in set.options(of: choice) {
        let multipliers = Int(prepared.multiplierStarts[option])
        for step in 0..<set.optionCounts[option] {
          let weight =
            prepared.rationalities[choice]
            * (multipliers < 0 ? 1 : Double(prepared.multipliers[multipliers + step]))
          let row = (set.optionStarts[option] + step) * width
          for column in 0..<width { options[option * width + column] += weight * features.elements[row + column] }
        }
      }
    }
    var answers: [Range<Int>] = []
    for choice in 0..<set.count {
      if let last = answers.last, set.numbers[last.lowerBound] == set.numbers[choice] {
        answers[answers.count - 1] = last.lowerBound..<choice + 1
      } else {
        answers.append(choice..<choice + 1)
      }
    }
    self.init(
      options: options, width: width, offsets: set.optionOffsets.map(Double.init), targets: set.targets,
      starts: set.choiceStarts, likelihoods: prepared.likelihoods, answers: answers, ridge: ridge)
  }

  /// Pairs of which the first is preferred, by the difference of their features.
  package init(preferred differences: [[Double]], ridge: Double) {
    let width = differences.first?.count ?? 0
    self.init(
      options: differences.flatMap { $0 + [Double](repeating: 0, count: width) }, width: width,
      offsets: [Double](repeating: 0, count: 2 * differences.count),
      targets: differences.flatMap { _ in [Float(1), 0] }, starts: (0...differences.count).map { 2 * $0 },
      likelihoods: differences.map { _ in ChoiceLikelihood() }, answers: differences.indices.map { $0..<$0 + 1 },
      ridge: ridge)
  }

  private init(
    options: [Double], width: Int, offsets: [Double], targets: [Float], starts: [Int],
    likelihoods: [ChoiceLikelihood], answers: [Range<Int>], ridge: Double
  ) {
    (self.options, self.width, self.offsets, self.targets) = (options, width, offsets, targets)
    (self.starts, self.likelihoods, self.answers, self.ridge) = (starts, likelihoods, answers, ridge)
  }

  // MARK: One choice

  func range(_ choice: Int) -> Range<Int> { starts[choice]..<starts[choice + 1] }

  /// The utilities of a choice's options.
  func logits(_ choice: Int, _ weights: [Double]) -> [Double] {
    range(choice).map { option in
      var sum = offsets[option]
      for column in 0..<width { sum += weights[column] * options[option * width + column] }
      return sum
    }
  }

  func derivatives(_ choice: Int, _ logits: [Double]) -> (loss: Double, slopes: [Double], curvature: Matrix) {
    Self.derivatives(likelihoods[choice], logits, targets: Array(targets[range(choice)]))
  }

  /// The loss of what was chosen, and its derivatives by the utilities: slopes, and curvature [options × options].
  static func derivatives(
    _ likelihood: ChoiceLikelihood, _ logits: [Double], targets target: [Float]
  ) -> (loss: Double, slopes: [Double], curvature: Matrix) {
    let count = logits.count
    let here = likelihood.evaluate(logits, targets: target)
    var curvature = Matrix(rows: count, columns: count)
    if likelihood.link == .softmax, likelihood.lapse == 0 {
      let best = logits.max() ?? 0
      let counted = here.probabilities.indices.map {
        logits[$0] - best > -likelihood.threshold ? here.probabilities[$0] : 0
      }
      for a in 0..<count {
        for b in 0..<count { curvature[a, b] = (a == b ? counted[a] : 0) - counted[a] * counted[b] }
      }
      return (here.loss, here.gradients, curvature)
    }
    // Of the other forms the slopes are exact, and the curvature is their central difference.
    let step = 1e-5
    for column in 0..<count {
      var (above, below) = (logits, logits)
      above[column] += step
      below[column] -= step
      let up = likelihood.evaluate(above, targets: target).gradients
      let down = likelihood.evaluate(below, targets: target).gradients
      for row in 0..<count {
        let slope = (up[row] - down[row]) / (2 * step)
        curvature[row, column] += slope / 2
        curvature[column, row] += slope / 2
      }
    }
    return (here.loss, here.gradients, curvature)
  }
}
