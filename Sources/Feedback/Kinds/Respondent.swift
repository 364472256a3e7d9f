import Compute
import Environments

/// Who a simulated answer comes from: a reward of their own, and a model of how they choose by it.
public protocol Respondent: Sendable {
  /// How they choose by their reward, and what their answers are grounded with.
  var person: PersonModel { get }

  /// The respondent's reward of each transition of a clip: [clip.count].
  func rewards(of clip: Trajectory) -> [Double]

  /// Which option the respondent takes.
  mutating func pick(_ choice: Choice, random: inout RandomStream) -> Int

  /// What they say to two clips by a rule of their own, which no pick among options can state: an exact tie, a threshold,
  /// a refusal. Nil, the default, for a respondent without such a rule, who picks as among any other options.
  mutating func compare(_ first: Trajectory, _ second: Trajectory, random: inout RandomStream) -> ComparisonAnswer?
}

extension Respondent {
  /// Σ_t w_t r_t.
  public func value(of option: Choice.Option) -> Double {
    let rewards = option.clips.flatMap(rewards(of:))
    guard let weights = option.weights else { return rewards.reduce(0, +) }
    return zip(rewards, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  /// The probability of each option under the one likelihood, by the respondent's reward.
  public func probabilities(_ choice: Choice) -> [Double] {
    ChoiceLikelihood(lapse: choice.lapse, link: choice.link)
      .probabilities(choice.options.map { choice.rationality * value(of: $0) + Double($0.offset) })
  }

  /// Drawn from ``probabilities(_:)``: a respondent who chooses exactly by the likelihood.
  public mutating func pick(_ choice: Choice, random: inout RandomStream) -> Int {
    random.categorical(probabilities(choice))
  }

  public mutating func compare(
    _ first: Trajectory, _ second: Trajectory, random: inout RandomStream
  ) -> ComparisonAnswer? { nil }
}

/// A respondent by a reward function, the environment's own by default, who chooses exactly by the likelihood.
public struct RewardRespondent: Respondent {
  /// How they choose by their reward.
  public var person: PersonModel
  private let reward: @Sendable (Trajectory) -> [Double]

  /// Judges by the rewards that the clips carry.
  public init(_ person: PersonModel = PersonModel()) {
    self.init(person) { clip in clip.rewards.map(Double.init) }
  }

  /// Judges by a reward of their own: one number for each transition of a clip.
  public init(_ person: PersonModel = PersonModel(), reward: @escaping @Sendable (Trajectory) -> [Double]) {
    self.person = person
    self.reward = reward
  }

  public func rewards(of clip: Trajectory) -> [Double] { reward(clip) }
}
