import Compute
import Environments
import Feedback
import Findings
import Foundation
import Rewards

/// Fits a ``RewardHead`` and measures how good it is on pairs that it was not fitted on.
///
/// ```swift
/// let result = try RewardHeadFit().fit(data, source: .hash(embedding), random: RandomSource(seed: 0))
/// print(result.report.accuracy, result.head.temperature)
/// ```
///
/// Bradley–Terry with ties as half of a preference for either; an ensemble on resampled pairs. Linear heads are the
/// minimisers of cross-entropy and a ridge (``Report/ridge``), which held-out prompts choose within each fold's training
/// pairs; heads with hidden layers are trained by AdamW for ``epochs``. Pairs of one prompt stay in one fold.
/// Probabilities are calibrated by one temperature, fitted on out-of-fold predictions. Where annotators are named, each
/// has a rationality: how far the out-of-fold logits have to be stretched for their answers; the final heads weigh
/// answers by it. Equal data and seeds give equal bytes on any number of threads.
public struct RewardHeadFit: Sendable, Hashable, Codable {
  /// Widths of hidden layers; none makes a linear head.
  public var hidden: [Int] = []
  /// Members of the ensemble.
  public var members = 5
  /// Parts of the cross-validation.
  public var folds = 5
  /// Passes over the pairs; this and what follows is of heads with hidden layers.
  public var epochs = 20
  /// Pairs of one step.
  public var batch = 64
  /// The optimiser's step size.
  public var learningRate = 3e-3
  /// How fast weights decay.
  public var weightDecay = 0.1

  /// The standard settings.
  public init() {}

  /// - Throws: `InputError` for too few pairs or prompts, pairs whose two vectors are all the same, or invalid settings.
  public func fit(
    _ data: HeadData, source: RewardHead.Source, random: RandomSource
  ) throws -> (head: RewardHead, report: Report) {
    let prompts = Set(data.prompts).count
    guard data.count >= 20, folds >= 2, prompts >= folds else {
      throw InputError(
        "\(data.count) pairs of \(prompts) prompts are too few for \(folds) folds",
        remedy: "give at least 20 pairs, and as many prompts as folds")
    }
    guard (0..<data.count).contains(where: { !data.isIdentical($0) }) else {
      throw InputError(
        "the two vectors of every pair are the same", remedy: "give embeddings that tell the replies of a pair apart")
    }
    guard members >= 1 else { throw InputError("there are \(members) members", remedy: "use 1 or more") }
    let parts = HeadParts(data, folds: folds, random: random)
    let linear = hidden.isEmpty ? try LinearHeads(data, parts: parts) : nil
    let spreads = try linear?.chooseSpreads()
    let logits: [Double]
    if let linear, let spreads {
      logits = try linear.outOfFold(spreads: spreads.folds, members: members, random: random)
    } else {
      logits = try outOfFold(data, parts, random: random)
    }
    let targets = data.targets.map(Double.init)
    let slope = Self.slope(logits, targets)
    let annotators = self.annotators(data, logits.map { $0 * slope }, targets)
    // Heads are fitted with the answers weighed by whose they are.
    let rationality = Dictionary(
      uniqueKeysWithValues: annotators.map { ($0.name, min(4, max(0.05, $0.rationality))) })
    var model = try self.model(data.width, random: random.child("final"))
    if let linear, let spreads {
      let heads = try linear.heads(
        spread: spreads.all, members: members,
        rationality: data.annotators.map { $0.flatMap { rationality[$0] } ?? 1 }, random: random)
      try Self.set(&model, heads.weights, heads.standard, vectors: 2 * data.count)
    } else {
      _ = try RewardTrainer(training).train(&model, on: data.choices(rationality), random: random.child("final"))
    }
    var report = HeldOutLogits(logits, data).report(slope: slope)
    (report.folds, report.ridge, report.annotators) = (folds, spreads?.all, annotators)
    var head = RewardHead(
      model: model, temperature: 1 / slope, source: source, usual: UsualVectors(data, random: random))
    head.summary = RewardHead.Summary(
      pairs: report.pairs, prompts: report.prompts, accuracy: report.accuracy, verdict: report.verdict,
      repliesHaveTokens: data.replies.withTokens > data.count)
    report.falseAlarms = head.falseAlarms()
    return (head, report)
  }

  private var training: RewardTrainingSettings {
    RewardTrainingSettings(
      epochs: epochs, batch: batch, learningRate: learningRate, weightDecay: weightDecay, bootstrap: members > 1)
  }

  private func model(_ width: Int, random: RandomSource) throws -> RewardModel {
    try RewardModel(
      RewardModelSettings(
        hidden: hidden, activation: .relu,
        inputs: RewardInputs(observation: true, action: false, nextObservation: false, termination: false),
        members: members, normalizeInputs: true, outputStandardDeviation: nil),
      encoding: HeadData.encoding(width: width), random: random)
  }

  /// Solved weights as the network of a model, which standardises its inputs itself.
  private static func set(
    _ model: inout RewardModel, _ weights: [[Double]], _ standard: PairMoments.Standard, vectors: Int
  ) throws {
    model.network = try Network(
      model.network.shape, members: weights.count,
      parameters: weights.flatMap { member in member.map { Float($0) } + [0] })
    // A component that is left out has weight 0, whatever its unit.
    model.inputNormalizer = try RunningNormalizer(
      count: Double(vectors), mean: standard.means,
      sumSquaredDeviations: standard.variances.map { ($0 > 0 ? $0 : 1) * Double(vectors) }, epsilon: 0)
  }

  /// The logit of each pair's preference, by heads that saw none of its prompt.
  private func outOfFold(_ data: HeadData, _ parts: HeadParts, random: RandomSource) throws -> [Double] {
    let set = try data.choices([:])
    var logits = [Double](repeating: 0, count: data.count)
    for number in 0..<folds {
      let held = parts.part.indices.filter { parts.fold(of: parts.part[$0]) == number }
      let rest = parts.part.indices.filter { parts.fold(of: parts.part[$0]) != number }
      var model = try self.model(data.width, random: random.child("fold", number))
      _ = try RewardTrainer(training).train(&model, on: set.subset(rest), random: random.child("fold", number))
      let predictions = try ChoicePredictor(model, settings: training).predictions(set, choices: held)
      for (pair, prediction) in zip(held, predictions) {
        let p = min(1 - 1e-9, max(1e-9, prediction.probabilities[0]))
        logits[pair] = log(p / (1 - p))
      }
    }
    return logits
  }

  /// By how much logits have to be stretched to be true.
  private static func slope(_ logits: [Double], _ targets: [Double]) -> Double {
    let fit = CalibrationFit(logits: logits, targets: targets)
    return exp(CalibrationFit.peak(-5, 3) { exp($0) * fit.derivatives(intercept: 0, slope: exp($0)).bySlope })
  }

  private func annotators(_ data: HeadData, _ logits: [Double], _ targets: [Double]) -> [Annotator] {
    let named = Dictionary(grouping: data.annotators.indices.filter { data.annotators[$0] != nil }) {
      data.annotators[$0] ?? ""
    }
    guard named.count > 1 else { return [] }
    return named.keys.sorted().compactMap { name in
      guard let mine = named[name], mine.count >= 20 else { return nil }
      let fit = CalibrationFit(logits: mine.map { logits[$0] }, targets: mine.map { targets[$0] })
      func value(_ slope: Double) -> Double { fit.value(intercept: 0, slope: slope) }
      let best = fit.bestSlope(intercept: 0, within: -2...10)
      return Annotator(
        name: name, answers: mine.count, rationality: max(0, best),
        interval: CalibrationFit.drop(
          around: best, within: -2...10, by: 1.920729410347062 * HeldOutLogits.crossValidation, level: 0.95, value))
    }
  }
}
