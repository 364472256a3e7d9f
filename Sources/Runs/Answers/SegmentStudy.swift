import Audits
import Compute
import Feedback
import Findings
import Foundation
import Rewards

/// How well a reward, learned from people's comparisons of recorded segments, predicts comparisons that it has not seen:
/// cross-validated accuracy and calibration, with intervals.
///
/// The comparisons are dealt at random into ten parts; each part is predicted by a model that learned from the others: a
/// linear reward, whose best weights are computed to the end (`LinearSegmentReward`), and an ensemble of networks.
/// Nothing was tuned on these answers.
public struct SegmentStudy: Codable, Sendable, Hashable {
  /// What was studied: the file's name.
  public let name: String
  /// How many there are.
  public let comparisons: Int
  /// How many say that both are equal.
  public let ties: Int
  /// Steps of a segment.
  public let steps: Int
  /// Each kind of reward model.
  public let models: [Model]

  /// One kind of reward model.
  public struct Model: Codable, Sendable, Hashable {
    /// What it is called on screen.
    public var name: String
    /// Share of held-out answers that it predicts.
    public var accuracy: HeldOutAccuracy
    /// Whether its probabilities come true.
    public var calibration: Calibration
    /// Every comparison as it was predicted when it was held out.
    public var judged: [JudgedComparison]
  }

  /// Into how many parts the comparisons are dealt.
  public static let folds = 10

  /// - Parameters:
  ///   - recorded: at least ten comparisons.
  ///   - members: of the ensemble of networks.
  ///   - epochs: of each training.
  ///   - random: deals the parts, starts and trains the ensembles.
  /// - Throws: `InputError` for fewer comparisons, or if training diverges.
  public init(_ recorded: RecordedComparisons, members: Int = 5, epochs: Int = 30, random: RandomSource) throws {
    guard recorded.comparisons.count >= Self.folds else {
      throw InputError(
        "\(recorded.comparisons.count) comparisons", at: recorded.name, remedy: "give at least \(Self.folds)")
    }
    name = recorded.name
    comparisons = recorded.comparisons.count
    ties = recorded.preferences.count { $0 == 0.5 }
    steps = recorded.comparisons[0].first.count
    var deal = random.stream("folds")
    let order = deal.permutation(recorded.comparisons.count)
    models = try [("linear", [Int]()), ("network of 2 × 64", [64, 64])].map { name, hidden in
      let judged =
        hidden.isEmpty
        ? Self.judgeLinearly(recorded, order: order)
        : try Self.judge(
          recorded, order: order, hidden: hidden, members: members, epochs: epochs, random: random.child(name))
      return Model(
        name: name, accuracy: HeldOutAccuracy(judged),
        calibration: Calibration(judged, random: random.child("calibration"))!, judged: judged)
    }
  }

  private static func judgeLinearly(_ recorded: RecordedComparisons, order: [Int]) -> [JudgedComparison] {
    let rewards = LinearSegmentReward(recorded.comparisons, preferences: recorded.preferences)
    var judged = [JudgedComparison?](repeating: nil, count: recorded.comparisons.count)
    for fold in 0..<folds {
      let held = stride(from: fold, to: order.count, by: folds).map { order[$0] }
      let weights = rewards.weights(without: Set(held))
      for index in held {
        judged[index] = JudgedComparison(
          probabilityFirst: 1 - rewards.probabilityOfSecond(index, weights), target: 1 - recorded.preferences[index])
      }
    }
    return judged.compactMap { $0 }
  }

  private static func judge(
    _ recorded: RecordedComparisons, order: [Int], hidden: [Int], members: Int, epochs: Int, random: RandomSource
  ) throws -> [JudgedComparison] {
    let clip = recorded.comparisons[0].first
    let encoding = try TransitionEncoding(
      RewardInputs(), observationSize: clip.observationSize, actionRowSize: clip.actionRowSize, discreteActions: nil)
    var set = ChoiceSet(encoding)
    var forecasts = ChoiceSet(encoding)
    let details = PairComparison.Details(strengths: false, ties: recorded.preferences.contains(0.5))
    for (comparison, preference) in zip(recorded.comparisons, recorded.preferences) {
      // The mean reward of a step decides, so that clips of any length are of one scale.
      let person = PersonModel(rationality: 1 / Double(comparison.first.count))
      let answer: ComparisonAnswer = preference == 0.5 ? .tie : preference > 0.5 ? .second : .first
      try set.append(PairComparison.ground(comparison, answer, details: details, person: person))
      let named = PairComparison.Details(strengths: false, ties: false)
      try forecasts.append(PairComparison.ground(comparison, .first, details: named, person: person))
    }
    let settings = RewardTrainingSettings(epochs: epochs, batch: 16, learningRate: 3e-3, weightDecay: 0.1)
    let trainer = try RewardTrainer(settings)
    var judged = [JudgedComparison?](repeating: nil, count: recorded.comparisons.count)
    for fold in 0..<folds {
      let held = stride(from: fold, to: order.count, by: folds).map { order[$0] }
      let isHeld = Set(held)
      let source = random.child("fold", fold)
      var model = try RewardModel(
        RewardModelSettings(hidden: hidden, activation: .tanh, members: members), encoding: encoding,
        random: source.child("model"))
      let learned = set.subset((0..<set.count).filter { !isHeld.contains($0) })
      _ = try trainer.train(&model, on: learned, random: source)
      for prediction in try ChoicePredictor(model, settings: settings).predictions(forecasts, choices: held) {
        judged[prediction.choice] = JudgedComparison(
          probabilityFirst: prediction.probabilities[0], target: 1 - recorded.preferences[prediction.choice])
      }
    }
    return judged.compactMap { $0 }
  }

  /// What the predictions tell about the models.
  public var findings: [Finding] {
    models.flatMap { model in
      [model.accuracy.finding(), model.calibration.finding()].map { finding in
        var finding = finding
        finding.id = "answers/\(name)/\(model.name.prefix { $0 != " " })/" + finding.id
        finding.claim += " (\(name), \(model.name))"
        finding.assumptions += ["Models of different parts share most of their answers."]
        return finding
      }
    }
  }

  /// For a terminal.
  public var lines: [String] {
    ["\(name): \(comparisons) comparisons of \(steps) steps, \(ties) of them ties"]
      + models.map { model in
        "  \(model.name): held-out accuracy "
          + HumanAnswersReport.text(model.accuracy.value, model.accuracy.interval) + " of \(model.accuracy.count)"
          + ", log loss \(HumanAnswersReport.text(model.calibration.logLoss))"
          + (model.calibration.line.map {
            ", calibration slope " + HumanAnswersReport.text($0.slope, $0.slopeInterval, digits: 2)
          } ?? "")
          + ", calibration error \(HumanAnswersReport.text(model.calibration.debiasedError)) (debiased)"
      }
  }
}
