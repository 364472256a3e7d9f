import Compute
import Foundation
import Rewards

/// Fits a `RewardModel` to choices by maximum likelihood, and keeps what the next training needs.
///
/// ```swift
/// let trainer = try RewardTrainer(RewardTrainingSettings(epochs: 3, lapse: 0.1))
/// let report = try trainer.train(&model, on: choices, random: random)
/// report.heldOutAccuracy
/// ```
///
/// Minibatch AdamW on the cross-entropy of ``ChoiceLikelihood``. Each member trains by itself, on its own resample of
/// the choices in its own order; members run in parallel, and the result is the same for any number of threads. Give
/// the same `random` to every training of a run: the resamples and the held-out choices then stay as they were when
/// choices are added, and the order differs from training to training by the count of trainings.
///
/// Sources: Christiano et al. 2017, §2.2.3; `imitation`'s `BasicRewardTrainer`, `EnsembleTrainer`. Unlike the latter,
/// resamples are kept rather than drawn again in every training, and inputs are normalised by the statistics of all
/// judged transitions, each counted once.
public final class RewardTrainer {
  /// What it was made with.
  public let settings: RewardTrainingSettings
  var members: [MemberState] = []
  /// Trainings so far.
  public internal(set) var trainings = 0
  /// Rows of the choice set that the input normaliser has seen.
  var normalizedRows = 0
  package var pool = ThreadPool.shared

  /// - Throws: `InputError` for invalid settings.
  public init(_ settings: RewardTrainingSettings) throws {
    try settings.validate()
    self.settings = settings
  }

  /// Trains for `epochs` passes (by default the settings'), or until the settings' accuracy is reached.
  ///
  /// - Parameters:
  ///   - model: what is trained.
  ///   - set: the choices to learn from.
  ///   - epochs: passes over them, at most.
  ///   - unlabelled: where pairs for pseudo-labels are drawn from; without any, or if it is empty, there are none.
  ///   - random: the same for every training of a run.
  /// - Throws: `InputError` if there are no choices, the set was encoded for another model, or training diverges; the
  ///   model and the trainer are then as before.
  @discardableResult
  public func train(
    _ model: inout RewardModel, on set: ChoiceSet, epochs: Int? = nil, unlabelled: UnlabelledSegments? = nil,
    random: RandomSource
  ) throws -> TrainingReport {
    guard set.count > 0 else {
      throw InputError("there are no choices to learn from", remedy: "ask for answers first")
    }
    guard set.encoding == model.encoding else {
      throw InputError("the choices were encoded for another reward model")
    }
    guard unlabelled.map({ $0.width == set.encoding.width }) ?? true else {
      throw InputError("the unlabelled segments were encoded for another reward model")
    }
    var settings = settings
    settings.epochs = epochs ?? settings.epochs
    let split = TrainingSplit(numbers: set.numbers, heldOutShare: settings.heldOutShare, random: random)
    guard !split.training.isEmpty else {
      throw InputError(
        "all \(set.count) choices are held out", remedy: "ask more questions, or lower the held-out share")
    }

    var trained = model
    if var normalizer = model.inputNormalizer, set.rowCount > normalizedRows {
      normalizer.update(
        set.rows.span.extracting((normalizedRows * set.encoding.width)...), rows: set.rowCount - normalizedRows)
      trained.inputNormalizer = normalizer
    }
    let prepared = PreparedChoices(set, normalizer: trained.inputNormalizer, settings: settings)
    var unanswered: PreparedUnlabelled?
    if settings.pseudoLabels != nil, let unlabelled, !unlabelled.isEmpty {
      unanswered = PreparedUnlabelled(unlabelled, normalizer: trained.inputNormalizer)
    }
    var states = try memberStates(for: model)
    let results = trainMembers(
      &trained, &states, prepared: prepared, unlabelled: unanswered, split: split, settings: &settings, random: random)
    guard trained.network.parameters.allSatisfy(\.isFinite), results.allSatisfy(\.lastEpoch.loss.isFinite) else {
      throw InputError(
        "the training of the reward model diverged: its parameters are no longer finite",
        remedy: "lower the learning rate (now \(settings.learningRate)) or the threshold (now \(settings.threshold))")
    }
    if let deviation = model.settings.outputStandardDeviation {
      trained.normalizeOutputs(prepared, standardDeviation: deviation, pool: pool)
    }

    model = trained
    members = states
    normalizedRows = set.rowCount
    trainings += 1
    return report(results, states, split, model: trained, prepared: prepared, settings: settings)
  }

  /// The choices of a set that are never trained on.
  public func heldOutChoices(of set: ChoiceSet, random: RandomSource) -> [Int] {
    TrainingSplit(numbers: set.numbers, heldOutShare: settings.heldOutShare, random: random).heldOut
  }

  var adamSettings: AdamSettings {
    AdamSettings(learningRate: Float(settings.learningRate), weightDecay: Float(settings.weightDecay))
  }

  private func memberStates(for model: RewardModel) throws -> [MemberState] {
    let count = model.network.shape.parameterCount
    if members.isEmpty {
      let state = MemberState(adam: Adam(adamSettings, count: count), weightDecay: settings.weightDecay)
      return [MemberState](repeating: state, count: model.members)
    }
    guard members.count == model.members, members[0].adam.firstMoments.count == count else {
      throw InputError(
        "the trainer has the optimiser state of \(members.count) networks with "
          + "\(members[0].adam.firstMoments.count) parameters; the model has \(model.members) with \(count)",
        remedy: "use a new trainer for a new model")
    }
    return members
  }

  private func trainMembers(
    _ model: inout RewardModel, _ states: inout [MemberState], prepared: PreparedChoices,
    unlabelled: PreparedUnlabelled?, split: TrainingSplit, settings asked: inout RewardTrainingSettings,
    random: RandomSource
  ) -> [MemberTrainer.Result] {
    let settings = asked
    let shape = model.network.shape
    let count = model.members
    let trainings = trainings
    var parts = (0..<count).map { Part(parameters: Array(model.network.parameters(of: $0)), state: states[$0]) }
    let train = { @Sendable (member: Int, part: inout Part, pool: ThreadPool?, epochs: Range<Int>) in
      let trainer = MemberTrainer(
        settings: settings, choices: prepared,
        training: settings.bootstrap && count > 1 ? split.resample(member: member, random: random) : split.training,
        heldOut: split.heldOut, random: random.child("reward/training/\(member)", trainings),
        unlabelled: unlabelled, pool: pool)
      part.add(trainer.train(&part.parameters, shape: shape, state: &part.state, epochs: epochs))
    }
    // Either the members run side by side, or one after the other with the blocks of their minibatches side by side.
    // The bits are the same; members leave threads idle where their number is no multiple of the threads', and a
    // minibatch of a single block cannot be shared out.
    let rowsOfBatch = settings.batch * prepared.rowCount / max(1, prepared.count)
    let isSideBySide = count % pool.lanes == 0 || rowsOfBatch < 2 * ChoicePass.blockRows(for: shape)
    // Whether to stop is decided by all members together, so none of them runs ahead.
    var done = 0
    while done < settings.epochs {
      let epochs = settings.stopAccuracy == nil ? done..<settings.epochs : done..<done + 1
      if isSideBySide {
        pool.update(&parts) { train($0, &$1, nil, epochs) }
      } else {
        for member in 0..<count { train(member, &parts[member], pool, epochs) }
      }
      done = epochs.upperBound
      let accuracies = parts.compactMap(\.result.lastEpoch.accuracy)
      if let stop = settings.stopAccuracy, !accuracies.isEmpty,
        accuracies.reduce(0, +) / Double(accuracies.count) > stop
      {
        break
      }
    }
    asked.epochs = done
    model.network.parameters = parts.flatMap(\.parameters)
    states = parts.map(\.state)
    return parts.map(\.result)
  }

  /// What the training of one member changes.
  private struct Part {
    var parameters: [Float]
    var state: MemberState
    var result = MemberTrainer.Result()

    mutating func add(_ later: MemberTrainer.Result) {
      result.lastEpoch = later.lastEpoch
      result.steps += later.steps
      result.pseudoLabels = result.pseudoLabels + later.pseudoLabels
    }
  }

  private func report(
    _ results: [MemberTrainer.Result], _ states: [MemberState], _ split: TrainingSplit, model: RewardModel,
    prepared: PreparedChoices, settings: RewardTrainingSettings
  ) -> TrainingReport {
    let losses = results.map(\.lastEpoch.meanLoss)
    let accuracies = results.compactMap(\.lastEpoch.accuracy)
    var report = TrainingReport(
      epochs: settings.epochs, steps: results.map(\.steps).reduce(0, +), trainingChoices: split.training.count,
      heldOutChoices: split.heldOut.count, loss: losses.reduce(0, +) / Double(losses.count),
      accuracy: accuracies.isEmpty ? nil : accuracies.reduce(0, +) / Double(accuracies.count),
      memberLosses: losses, weightDecays: states.map(\.weightDecay))
    if settings.pseudoLabels != nil {
      report.pseudoLabels = results.reduce(PseudoLabeling.Count()) { $0 + $1.pseudoLabels }
    }
    if !split.heldOut.isEmpty {
      let predictions = ChoicePredictor.predict(model, prepared, choices: split.heldOut, pool: pool)
      let scores = ChoiceScores(predictions)
      report.heldOutLoss = scores.loss
      report.heldOutAccuracy = scores.accuracy
      report.memberHeldOutLosses = scores.memberLosses
    }
    return report
  }
}
