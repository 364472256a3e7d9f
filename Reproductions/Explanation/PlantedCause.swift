import Audits
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// A reward that is learned from answers by people who mind one of six numbers, and nothing else.
struct PlantedCause {
  /// How the number counts.
  enum Form: CaseIterable, Sendable {
    case straight, size, threshold, saturating

    func value(_ x: Double) -> Double {
      switch self {
      case .straight: x
      case .size: 1.5 * abs(x)
      case .threshold: x > 0.3 ? 2 : 0
      case .saturating: 1.5 * tanh(2 * x)
      }
    }
  }

  static let features = 6
  static let steps = 5

  let cause: Int
  let decoy: Int?
  let model: RewardModel
  /// Of the judged steps.
  let baseline: [Float]
  /// Fresh steps.
  let rows: [Float]

  /// - Parameters:
  ///   - correlation: of another number with the one that is minded; 0 for none.
  ///   - answers: comparisons that the reward is trained on.
  init(correlation: Double, answers: Int, random: RandomSource) throws {
    var draws = random.stream("planted")
    let cause = draws.below(Self.features)
    let decoy = correlation == 0 ? nil : (cause + 1 + draws.below(Self.features - 1)) % Self.features
    let form = Form.allCases[draws.below(Form.allCases.count)]
    func step() -> [Float] {
      var x = (0..<Self.features).map { _ in draws.normal() }
      if let decoy {
        x[decoy] = correlation * x[cause] + (1 - correlation * correlation).squareRoot() * x[decoy]
      }
      return x.map(Float.init)
    }
    let encoding = try TransitionEncoding(
      RewardInputs(action: false), observationSize: Self.features, actionRowSize: 1, discreteActions: nil)
    var set = ChoiceSet(encoding)
    for _ in 0..<answers {
      let clips = (0..<2).map { _ in
        Trajectory(
          observationSize: Self.features, actionRowSize: 1, observations: (0...Self.steps).flatMap { _ in step() },
          actions: [Float](repeating: 0, count: Self.steps), rewards: [Float](repeating: 0, count: Self.steps),
          terminated: false, truncated: false, start: nil)
      }
      let values = clips.map { clip in
        (0..<Self.steps).reduce(0) { $0 + form.value(Double(clip.observations[$1 * Self.features + cause])) }
      }
      let first = draws.bernoulli(1 / (1 + exp(values[1] - values[0])))
      try set.append(Choice(options: clips.map { .init($0) }, picked: first ? 0 : 1))
    }
    var settings = RewardModelSettings()
    settings.activation = .tanh
    var model = try RewardModel(settings, encoding: encoding, random: random)
    var training = RewardTrainingSettings()
    (training.epochs, training.learningRate) = (40, 3e-3)
    try RewardTrainer(training).train(&model, on: set, random: random)
    (self.cause, self.decoy, self.model) = (cause, decoy, model)
    let width = encoding.width
    baseline = (0..<width).map { column in
      Float((0..<set.rowCount).reduce(0.0) { $0 + Double(set.rows[$1 * width + column]) } / Double(set.rowCount))
    }
    rows = (0..<400).flatMap { _ in step() }
  }

  static let named = (0..<features).map { ExplainedFeature("x\($0 + 1)", columns: [$0]) }

  func attributions(_ score: ExplainedScore) throws -> Attributions {
    try Attributions(score, rows, features: Self.named, baseline: baseline)
  }

  /// The features, the one with the largest share first, and their shares.
  func ranked() throws -> (order: [Int], shares: [Double]) {
    let values = try attributions(ExplainedScore(model)).values
    let sizes = (0..<Self.features).map { column in values.column(column).reduce(0) { $0 + abs($1) } }
    let total = sizes.reduce(0, +)
    return (sizes.indices.sorted { sizes[$0] > sizes[$1] }, sizes.map { total > 0 ? $0 / total : 0 })
  }
}
