import Audits
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// Rewards trained again without ten answers at a time, beside what influence functions of the whole network said.
struct LeaveTenOut: Sendable {
  /// Rank correlation of what was predicted with what became of it, the mean over questions.
  let correlation: Double
  /// The same between two real trainings that differ in their start and order alone: what could be predicted at best.
  let betweenTrainings: Double
  /// Of a last layer that is fitted to the end, one answer left out and fitted again: rank correlation with what was predicted to
  /// first order, and by one Newton step.
  let lastLayer: Double
  let lastLayerNewton: Double

  private static let (answers, steps, features, groups, questions) = (200, 4, 6, 20, 10)

  init(random: RandomSource) throws {
    var draws = random.stream("leave-ten-out")
    let encoding = try TransitionEncoding(
      RewardInputs(action: false), observationSize: Self.features, actionRowSize: 1, discreteActions: nil)
    func clip(_ steps: Int) -> Trajectory {
      Trajectory(
        observationSize: Self.features, actionRowSize: 1,
        observations: (0..<Self.features * (steps + 1)).map { _ in Float(draws.normal()) },
        actions: [Float](repeating: 0, count: steps), rewards: [Float](repeating: 0, count: steps), terminated: false,
        truncated: false, start: nil)
    }
    var set = ChoiceSet(encoding)
    for _ in 0..<Self.answers {
      let clips = (0..<2).map { _ in clip(Self.steps) }
      let values = clips.map { clip in
        (0..<Self.steps).reduce(0.0) { sum, step in
          let row = step * Self.features
          return sum + Double(clip.observations[row]) - abs(Double(clip.observations[row + 1]))
        }
      }
      let first = draws.bernoulli(1 / (1 + exp(values[1] - values[0])))
      try set.append(Choice(options: clips.map { .init($0) }, picked: first ? 0 : 1))
    }
    let probes = (0..<2 * Self.questions * Self.features).map { _ in Float(draws.normal()) }
    let order = draws.permutation(Self.answers)
    let groups = (0..<Self.groups).map { Array(order[$0 * 10..<$0 * 10 + 10]) }

    func trained(without left: [Int], seed: Int) throws -> RewardModel {
      var settings = RewardModelSettings()
      (settings.hidden, settings.activation, settings.normalizeInputs) = ([16, 16], .tanh, false)
      var training = Self.training
      training.epochs = 60
      let own = random.child("training", seed)
      var model = try RewardModel(settings, encoding: encoding, random: own)
      let gone = Set(left)
      let kept = left.isEmpty ? set : set.subset((0..<Self.answers).filter { !gone.contains($0) })
      try RewardTrainer(training).train(&model, on: kept, random: own)
      return model
    }
    func contrasts(_ model: RewardModel) throws -> [Double] {
      let values = try ExplainedScore(model).values(probes)
      return (0..<Self.questions).map { values[2 * $0] - values[2 * $0 + 1] }
    }
    var changes: [[[Double]]] = []
    var first: RewardModel?
    for seed in 0..<2 {
      let whole = try trained(without: [], seed: seed)
      if seed == 0 { first = whole }
      let before = try contrasts(whole)
      changes.append(
        try groups.map { group in
          zip(try contrasts(trained(without: group, seed: seed)), before).map { $0 - $1 }
        })
    }
    guard let first else { preconditionFailure("trained above") }
    let influence = try NetworkInfluence(first, answers: set, training: Self.training)
    var (own, between) = ([Double](), [Double]())
    for question in 0..<Self.questions {
      let rows = Array(probes[2 * question * Self.features..<(2 * question + 2) * Self.features])
      let plain = influence.plain(on: rows, weights: [1, -1])
      let predicted = groups.map { group in group.reduce(0) { $0 + plain[$1] } }
      own.append(Statistics.spearman(predicted, changes[0].map { $0[question] }))
      between.append(Statistics.spearman(changes[0].map { $0[question] }, changes[1].map { $0[question] }))
    }
    (correlation, betweenTrainings) = (Statistics.mean(own), Statistics.mean(between))

    let last = try RewardInfluence(first, answers: set, training: Self.training, most: 1)
    var (plain, newton) = ([Double](), [Double]())
    for question in 0..<Self.questions {
      let rows = Array(probes[2 * question * Self.features..<(2 * question + 2) * Self.features])
      let contrast = last.contrast(rows, weights: [1, -1])
      let exact = try (0..<Self.answers).map { try last.exact(on: contrast, without: $0) }
      plain.append(Statistics.spearman(last.plain(on: contrast), exact))
      newton.append(
        Statistics.spearman(try (0..<Self.answers).map { try last.newton(on: contrast, without: $0) }, exact))
    }
    (lastLayer, lastLayerNewton) = (Statistics.mean(plain), Statistics.mean(newton))
  }

  private static var training: RewardTrainingSettings {
    var training = RewardTrainingSettings()
    (training.learningRate, training.weightDecay) = (3e-3, 0.5)
    return training
  }
}
