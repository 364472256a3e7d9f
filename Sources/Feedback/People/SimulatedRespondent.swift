import Compute
import Environments

/// A ``SimulatedPerson`` asked for feedback of any kind.
///
/// What can be said in the one likelihood is said there (rationality, myopia, side and length bias, lapses:
/// ``person``), so that every kind of feedback has it. Laziness, slips and malice change the pick itself: the first
/// option, one of the others at random, the option least to their liking.
///
/// Two clips they compare as ``SimulatedPerson/answer(first:second:random:)`` says: B-Pref's thresholds,
/// ``PersonFlaws/tieBand`` and skips are about comparisons, and play no part in other kinds.
public struct SimulatedRespondent: Respondent {
  /// Who is asked.
  public let human: SimulatedPerson
  private let reward: @Sendable (Trajectory) -> [Double]

  /// - Parameters:
  ///   - human: who is asked.
  ///   - reward: their reward of each transition of a clip; by default those that it carries.
  public init(
    _ human: SimulatedPerson, reward: @escaping @Sendable (Trajectory) -> [Double] = { $0.rewards.map(Double.init) }
  ) {
    self.human = human
    self.reward = reward
  }

  /// A rationality at which only equal values leave a choice open.
  private static let decided = 1e6

  /// What the one likelihood can model of the person: rationality, myopia, side and length bias, lapses.
  public var person: PersonModel {
    var model: PersonModel
    switch human.base {
    case .rational(let discount):
      model = PersonModel(rationality: Self.decided, discount: discount)
      // Who decides exactly has biases in units of return.
      model.sideBias = human.flaws.sideBias * Self.decided
      model.lengthBias = human.flaws.lengthBias * Self.decided
    case .boltzmann(let temperature, let discount, _):
      let rationality = temperature > 0 ? 1 / temperature : Self.decided
      model = PersonModel(rationality: rationality, discount: discount)
      let unit = temperature > 0 ? 1 : Self.decided
      model.sideBias = human.flaws.sideBias * unit
      model.lengthBias = human.flaws.lengthBias * unit
    case .bPref(let teacher):
      // A mistaken answer is the other of two; a lapse hits the right one half of the time.
      model = PersonModel(
        rationality: teacher.rationality ?? Self.decided, lapse: min(1, 2 * teacher.mistakeProbability))
    }
    return model
  }

  public func rewards(of clip: Trajectory) -> [Double] { reward(clip) }

  public mutating func compare(
    _ first: Trajectory, _ second: Trajectory, random: inout RandomStream
  ) -> ComparisonAnswer? { human.answer(first: seen(first), second: seen(second), random: &random) }

  /// The clip with the rewards by which they judge.
  private func seen(_ clip: Trajectory) -> Trajectory {
    var seen = clip
    seen.rewards = reward(clip).map { Float($0) }
    return seen
  }

  public mutating func pick(_ choice: Choice, random: inout RandomStream) -> Int {
    let count = choice.options.count
    let flaws = human.flaws
    let blindness = flaws.blindness(after: human.answered)
    if blindness > 0, random.bernoulli(blindness) { return flaws.lazyKey == .any ? random.below(count) : 0 }
    let probabilities = probabilities(choice)
    var picked = random.categorical(probabilities)
    if flaws.slips > 0, random.bernoulli(flaws.slips) {
      let other = random.below(count - 1)
      picked = other < picked ? other : other + 1
    }
    if flaws.adversarial > 0, random.bernoulli(flaws.adversarial) {
      picked = probabilities.indices.min { probabilities[$0] < probabilities[$1] } ?? picked
    }
    return picked
  }
}
