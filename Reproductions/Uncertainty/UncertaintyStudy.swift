import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// Four plants, each of which should raise one of four uncertainties and leave the others as they were.
package struct UncertaintyStudy: Sendable {
  package init() {}

  /// Seeds of the unchanged world, and of each plant.
  package var seeds = 20
  /// Answers in the unchanged world.
  package var answers = 600
  /// Fresh clips that are asked about.
  package var asked = 200
  /// Minibatches of the reward's training, whatever the number of answers.
  package var minibatches = 400

  /// What is planted; by default nothing.
  package struct Plant: Sendable {
    package var name: String
    /// The number that it should raise; nil for a twin.
    package var kind: FourUncertainties.Kind?
    /// How many times the answers.
    package var share = 1.0
    /// Deviations of the clips' returns by the person's temperature.
    package var decisiveness = 3.0
    /// γ of the person.
    package var discount = 1.0
    /// By how much the asked clips begin elsewhere.
    package var moved = 0.0
    package var screen = UncertaintyWorld.Screen.rewarded
    /// Whether there are more answers, so that together they say as much of the reward as the unchanged ones.
    package var isMatched = false

    package init(_ name: String, _ kind: FourUncertainties.Kind? = nil) { (self.name, self.kind) = (name, kind) }
  }

  package static let unchanged = Plant("unchanged")

  /// The four, in the order of the kinds.
  package static let plants: [Plant] = {
    var noise = Plant("more label noise", .aleatoric)
    (noise.decisiveness, noise.isMatched) = (1.5, true)
    var fewer = Plant("fewer answers", .model)
    fewer.share = 0.1
    var moved = Plant("moved states", .distributional)
    moved.moved = 1
    var person = Plant("a changed kind of person", .specification)
    (person.discount, person.isMatched) = (0.7, true)
    return [noise, fewer, moved, person]
  }()

  package static let twins: [Plant] = {
    var rare = Plant("rare but harmless: the other screen moved")
    (rare.moved, rare.screen) = (1, .other)
    var known = Plant("noisy but well known: noise, and four times the answers beside")
    (known.decisiveness, known.isMatched, known.share) = (1.5, true, 4)
    return [rare, known]
  }()

  /// The four numbers of one seed, in the order of the kinds; NaN where one is unknown.
  package func numbers(_ plant: Plant, random: RandomSource) throws -> [Double] {
    let world = UncertaintyWorld()
    let scales = Self.scales(discount: plant.discount)
    let own =
      plant.isMatched ? Self.information(Self.unchanged.decisiveness) / Self.information(seen(plant, scales)) : 1
    let count = max(1, Int((Double(answers) * plant.share * own).rounded()))
    let pool = world.clips(2 * count, random: random.child("judged"))
    let person = SimulatedJudgment.boltzmann(
      temperature: scales.deviation / plant.decisiveness, discount: plant.discount)
    let encoding = try TransitionEncoding(RewardInputs(), specification: UncertaintyWorld.specification)
    var set = ChoiceSet(encoding)
    var draws = random.stream("answers")
    for pair in 0..<count {
      let (first, second) = (pool[2 * pair], pool[2 * pair + 1])
      let said = person.answer(first: first, second: second, random: &draws)
      try set.append(Choice(options: [.init(first), .init(second)], picked: said == .first ? 0 : 1))
    }
    var model = try RewardModel(RewardModelSettings(members: 5), encoding: encoding, random: random.child("reward"))
    let batch = 32
    let training = RewardTrainingSettings(
      epochs: max(1, minibatches / max(1, (count + batch - 1) / batch)), batch: batch, weightDecay: 3)
    try RewardTrainer(training).train(&model, on: set, random: random.child("training"))
    let uncertainty = try RewardUncertainty(
      model, answers: set, training: training, random: random.child("uncertainty"))
    let clips = world.clips(asked, moved: plant.moved, on: plant.screen, random: random.child("asked"))
    return Self.summary(try uncertainty.clips(clips))
  }

  // MARK: Matching

  /// The means of the four numbers on equally judged ground: those that rest on answers are means within quarters of
  /// the p-value above the level, and these count alike. What is moved a little is less familiar *where it is still
  /// judged*, and members are farther apart there; that is the third number's business. The fourth is a mean square,
  /// less its noise.
  package static func summary(_ numbers: FourUncertainties) -> [Double] {
    FourUncertainties.Kind.allCases.map { kind in
      guard kind != .distributional else { return numbers.mean(kind) ?? .nan }
      let values = kind == .specification ? numbers.specificationSquares : numbers[kind]
      let strata = (0..<4).compactMap { stratum -> Double? in
        let low = 0.1 + 0.225 * Double(stratum)
        let inside = values.indices.compactMap { place -> Double? in
          guard let p = numbers.distributional[place], p > low, p <= low + 0.225 + 1e-12 else { return nil }
          return values[place]
        }
        return inside.isEmpty ? nil : Statistics.mean(inside)
      }
      return strata.isEmpty ? .nan : Statistics.mean(strata)
    }
  }

  /// What an answer says of a reward's direction, up to a factor: β² times the mean of p (1 − p) over pairs of clips
  /// whose returns have deviation 1, β being the decisiveness.
  package static func information(_ decisiveness: Double) -> Double {
    let width = 0.004
    return (0...4000).reduce(0.0) { sum, index in
      let z = -8 + Double(index) * width
      let p = 1 / (1 + exp(-decisiveness * 2.0.squareRoot() * z))
      return sum + exp(-z * z / 2) / (2 * Double.pi).squareRoot() * width * decisiveness * decisiveness * p * (1 - p)
    }
  }

  /// The decisiveness that a person seems to have to someone who takes them to judge by plain returns: what is not the
  /// plain return looks like normal noise of the logit.
  private func seen(_ plant: Plant, _ scales: (deviation: Double, correlation: Double)) -> Double {
    let (own, correlation) = (plant.decisiveness, scales.correlation)
    let rest = 2 * own * own * (1 - correlation * correlation)
    return own * correlation / (1 + Double.pi / 8 * rest).squareRoot()
  }

  /// The deviation of discounted returns over clips, and their correlation with plain ones.
  static func scales(discount: Double) -> (deviation: Double, correlation: Double) {
    let clips = UncertaintyWorld().clips(2000, random: RandomSource(seed: 2026))
    let (discounted, plain) = (clips.map { $0.trueReturn(discount: discount) }, clips.map(\.trueReturn))
    return (Statistics.standardDeviation(discounted), Statistics.pearson(discounted, plain))
  }
}
