import Compute

/// One member's training steps with cropped segments and pseudo-labels: what ``ChoicePass`` does without either.
///
/// A step's loss is the mean over the batch of answers, of cropped segments, and ``PseudoLabeling/weight`` times the mean
/// over the unlabelled pairs of the cross-entropy against the member's own guess, counted 0 where it is not sure. The
/// guess is made of the segments as they are, the loss of the cropped ones, and no gradient runs through the guess.
///
/// Draws come from the streams `crop`, `unlabelled` and `unlabelled-crop`, by epoch. Not thread-safe: one for each member.
package final class AugmentedPass {
  private let choices: PreparedChoices
  private let settings: RewardTrainingSettings
  private let unlabelled: PreparedUnlabelled?
  private let random: RandomSource
  private let answers: ChoicePass
  private let guesses: ChoicePass
  private var crops: RandomStream
  private var pairs: RandomStream
  private var pairCrops: RandomStream

  package init(
    _ shape: NetworkShape, choices: PreparedChoices, unlabelled: PreparedUnlabelled?,
    settings: RewardTrainingSettings, random: RandomSource, pool: ThreadPool?
  ) {
    self.choices = choices
    self.settings = settings
    self.unlabelled = unlabelled
    self.random = random
    answers = ChoicePass(shape, choices: choices, pool: pool)
    guesses = ChoicePass(shape, choices: choices, pool: pool)
    crops = random.stream("crop", 0)
    pairs = random.stream("unlabelled", 0)
    pairCrops = random.stream("unlabelled-crop", 0)
  }

  /// Whether these settings ask for it.
  static func isNeeded(_ settings: RewardTrainingSettings) -> Bool {
    settings.cropping != nil || settings.pseudoLabels != nil
  }

  package func begin(epoch: Int) {
    crops = random.stream("crop", epoch)
    pairs = random.stream("unlabelled", epoch)
    pairCrops = random.stream("unlabelled-crop", epoch)
  }

  /// Adds a batch's answers to `totals`, its pseudo-labels to `count`, and the gradient of the step's loss to `gradients`.
  package func run(
    _ order: UnsafeBufferPointer<Int32>, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    totals: inout ChoicePass.Totals, count: inout PseudoLabeling.Count
  ) {
    let scale = 1 / Double(settings.batch)
    if let cropping = settings.cropping {
      let cropped = choices.cropped(order, by: cropping, random: &crops)
      run(cropped, with: answers, parameters: parameters, gradients: gradients, scale: scale, totals: &totals)
    } else {
      answers.run(order, parameters: parameters, gradients: gradients, scale: scale, totals: &totals)
    }
    guard let labels = settings.pseudoLabels, let unlabelled else { return }
    let drawn = unlabelled.segments.draw(labels.ratio * order.count, margin: settings.cropping ?? 0, random: &pairs)
    var guessed = guess(drawn, among: unlabelled, parameters: parameters)
    count.pairs += drawn.count
    count.used += guessed.pairs.count
    guard !guessed.pairs.isEmpty else { return }
    if let cropping = settings.cropping {
      guessed.pairs = guessed.pairs.map { $0.cropped(by: cropping, random: &pairCrops) }
    }
    let prepared = PreparedChoices(
      guessed.pairs, isFirst: guessed.isFirst, of: unlabelled.rows, width: unlabelled.segments.width, settings: settings
    )
    var unanswered = ChoicePass.Totals()
    run(
      prepared, with: guesses, parameters: parameters, gradients: gradients,
      scale: labels.weight * scale / Double(labels.ratio), totals: &unanswered)
  }

  /// The pairs of which a network is sure, and which of the two it takes for the better.
  package func guess(
    _ pairs: [SegmentRows.Pair], among unlabelled: PreparedUnlabelled, parameters: UnsafePointer<Float>
  ) -> (pairs: [SegmentRows.Pair], isFirst: [Bool]) {
    let threshold = settings.pseudoLabels?.threshold ?? 1
    let prepared = PreparedChoices(
      pairs, isFirst: [Bool](repeating: true, count: pairs.count), of: unlabelled.rows,
      width: unlabelled.segments.width, settings: settings)
    guesses.take(prepared)
    var sure: (pairs: [SegmentRows.Pair], isFirst: [Bool]) = ([], [])
    guesses.logits(pairs.indices.map(Int32.init), parameters: parameters) { place, logits in
      let probabilities = prepared.likelihoods[place].probabilities(logits)
      guard max(probabilities[0], probabilities[1]) >= threshold else { return }
      sure.pairs.append(pairs[place])
      sure.isFirst.append(probabilities[0] >= probabilities[1])
    }
    return sure
  }

  private func run(
    _ choices: PreparedChoices, with pass: ChoicePass, parameters: UnsafePointer<Float>,
    gradients: UnsafeMutablePointer<Float>, scale: Double, totals: inout ChoicePass.Totals
  ) {
    pass.take(choices)
    let order = (0..<choices.count).map(Int32.init)
    order.withUnsafeBufferPointer {
      pass.run($0, parameters: parameters, gradients: gradients, scale: scale, totals: &totals)
    }
  }
}

/// Unlabelled segments with their rows normalised as the model's input is; read by all members, changed by none.
package final class PreparedUnlabelled: Sendable {
  package let segments: UnlabelledSegments
  package let rows: [Float]

  package init(_ segments: UnlabelledSegments, normalizer: RunningNormalizer?) {
    self.segments = segments
    var rows = segments.rows
    if let normalizer {
      var target = rows.mutableSpan
      normalizer.normalize(segments.rows.span, rows: segments.rows.count / segments.width, into: &target)
    }
    self.rows = rows
  }
}
