import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

/// Only the observation is read: `features` numbers.
func encoding(_ features: Int) throws -> TransitionEncoding {
  try TransitionEncoding(
    RewardInputs(observation: true, action: false), observationSize: features, actionRowSize: 1, discreteActions: nil)
}

/// A segment with these rows of features, one for each step; the last observation is all zero.
func segment(_ rows: [[Float]], rewards: [Float]? = nil) -> Trajectory {
  Trajectory(
    observationSize: rows[0].count, actionRowSize: 1,
    observations: rows.flatMap { $0 } + [Float](repeating: 0, count: rows[0].count),
    actions: [Float](repeating: 0, count: rows.count),
    rewards: rewards ?? [Float](repeating: 0, count: rows.count), terminated: false, truncated: false, start: nil)
}

/// A segment of standard normal features; its true rewards are `weights` · features (0 without weights).
func randomSegment(
  features: Int, steps: Int, weights: [Double]? = nil, random: inout RandomStream
) -> Trajectory {
  let rows = (0..<steps).map { _ in (0..<features).map { _ in Float(random.normal()) } }
  let rewards = weights.map { weights in
    rows.map { row in Float(zip(weights, row).reduce(0) { $0 + $1.0 * Double($1.1) }) }
  }
  return segment(rows, rewards: rewards)
}

/// A segment that only has true rewards.
func rewarded(_ rewards: [Float]) -> Trajectory {
  segment(rewards.map { _ in [0] }, rewards: rewards)
}

extension ChoiceSet {
  /// Adds an answered comparison, grounded as its kind says; false if the answer is no evidence.
  @discardableResult
  mutating func append(
    _ comparison: Comparison, _ answer: ComparisonAnswer, ties: Bool = false, rationality: Double = 1, lapse: Double = 0
  ) throws -> Bool {
    let choices = try PairComparison.ground(
      comparison, answer, details: .init(strengths: false, ties: ties || answer == .tie),
      person: PersonModel(rationality: rationality, lapse: lapse))
    try append(choices)
    return !choices.isEmpty
  }
}

/// Answered comparisons of random segments, judged by a person.
func randomChoices(
  _ count: Int, features: Int, steps: Int, weights: [Double], person: some ComparisonRespondent, seed: UInt64
) throws -> ChoiceSet {
  var set = ChoiceSet(try encoding(features))
  var random = RandomSource(seed: seed).stream("choices")
  for _ in 0..<count {
    let comparison = Comparison(
      first: randomSegment(features: features, steps: steps, weights: weights, random: &random),
      second: randomSegment(features: features, steps: steps, weights: weights, random: &random))
    let answer = person.answer(first: comparison.first, second: comparison.second, random: &random)
    try set.append(comparison, answer)
  }
  return set
}

/// A model over `features` observations; `hidden` empty makes it linear.
func rewardModel(
  features: Int, hidden: [Int], members: Int = 1, activation: Activation = .tanh, normalize: Bool = false,
  deviation: Double? = nil, seed: UInt64 = 1
) throws -> RewardModel {
  try RewardModel(
    RewardModelSettings(
      hidden: hidden, activation: activation, members: members, normalizeInputs: normalize,
      outputStandardDeviation: deviation),
    encoding: encoding(features), random: RandomSource(seed: seed))
}

/// Expects that `body` throws an ``InputError`` whose sentence contains `text`.
func expectProblem(_ text: String, _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as InputError {
    #expect(error.description.contains(text), sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error) is no InputError", sourceLocation: sourceLocation)
  }
}
