import Compute
import Foundation
import Rewards

/// States that are made up because a label of theirs would be informative: gradient ascent from a random state.
///
/// In the original's point mass the likelihood prior has weight 0, so a query of one transition is a free state: where
/// the step leads is all that the reward reads. It begins at a logistic of standard normal numbers, climbs by Adam, and
/// stops when a step changes the aim by less than a ten-thousandth: so queries of one aim stay different.
struct RequestQuery {
  enum Aim: Sendable, CaseIterable { case uncertainty, novelty, best, worst }

  let evaluator: RewardClassifierEvaluator

  private static let (steps, rate, least) = (1000, Float(0.01), 1e-4)
  /// Of the differences that stand for derivatives, in the logistic's argument.
  private static let reach: Float = 0.01

  /// Where the made-up step leads.
  ///
  /// - Parameters:
  ///   - labelled: observations that have a label, for novelty.
  func find(_ aim: Aim, labelled: [Float], random: inout RandomStream) -> [Float] {
    var place = [Float(random.normal()), Float(random.normal())]
    var adam = Adam(AdamSettings(learningRate: Self.rate), count: 2)
    var last: Double?
    for _ in 0..<Self.steps {
      let (h, x, y) = (Self.reach, place[0], place[1])
      let values = scores(aim, [x, y, x + h, y, x - h, y, x, y + h, x, y - h].map(Self.logistic), labelled: labelled)
      if let last, abs(values[0] - last) <= Self.least * abs(last) { break }
      last = values[0]
      adam.update(
        &place, gradients: [Float(values[2] - values[1]) / (2 * h), Float(values[4] - values[3]) / (2 * h)])
    }
    return place.map(Self.logistic)
  }

  private static func logistic(_ value: Float) -> Float { 1 / (1 + exp(-value)) }

  /// How well each of these places serves an aim.
  private func scores(_ aim: Aim, _ places: [Float], labelled: [Float]) -> [Double] {
    let count = places.count / 2
    if aim == .novelty {
      return (0..<count).map { Self.novelty(places[2 * $0], places[2 * $0 + 1], labelled: labelled) }
    }
    var rewards = [Float](repeating: 0, count: count)
    var doubts = rewards
    evaluator.evaluate(places, count: count, rewards: &rewards, uncertainty: &doubts)
    return (aim == .uncertainty ? doubts : rewards).map { aim == .worst ? -Double($0) : Double($0) }
  }

  /// Minus the mean over labelled places of exp(−distance ÷ √2): the paper's, for two dimensions.
  static func novelty(_ x: Float, _ y: Float, labelled: [Float]) -> Double {
    guard !labelled.isEmpty else { return 0 }
    var sum = 0.0
    for row in 0..<labelled.count / 2 {
      let (dx, dy) = (Double(x - labelled[2 * row]), Double(y - labelled[2 * row + 1]))
      sum += exp(-((dx * dx + dy * dy) / 2).squareRoot())
    }
    return -sum / Double(labelled.count / 2)
  }
}
