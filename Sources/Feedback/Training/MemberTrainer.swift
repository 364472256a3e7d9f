import Compute

/// One member's optimiser and regulariser: what must be kept between trainings.
package struct MemberState: Codable, Sendable, Hashable {
  package var adam: Adam
  /// The current weight decay; adapted if the settings ask for it.
  package var weightDecay: Double
}

/// Trains one member of the ensemble for some epochs; independent of all others.
package struct MemberTrainer {
  package let settings: RewardTrainingSettings
  package let choices: PreparedChoices
  /// The member's choices, with repetitions.
  package let training: [Int]
  package let heldOut: [Int]
  /// Streams `"shuffle"`, by epoch, decide the order.
  package let random: RandomSource
  /// Where unlabelled pairs come from, if the settings ask for them.
  let unlabelled: PreparedUnlabelled?
  /// Runs the blocks of each minibatch side by side; nil where the members run side by side instead.
  package var pool: ThreadPool?

  package struct Result: Sendable {
    package var lastEpoch = ChoicePass.Totals()
    package var steps = 0
    package var pseudoLabels = PseudoLabeling.Count()
  }

  /// Some of the epochs, by their numbers.
  package func train(
    _ parameters: UnsafeMutablePointer<Float>, shape: NetworkShape, state: inout MemberState, epochs: Range<Int>
  ) -> Result {
    let pass = ChoicePass(shape, choices: choices, pool: pool)
    let augmented =
      AugmentedPass.isNeeded(settings)
      ? AugmentedPass(
        shape, choices: choices, unlabelled: unlabelled, settings: settings, random: random, pool: pool) : nil
    let gradients = UnsafeMutablePointer<Float>.allocate(capacity: shape.parameterCount)
    defer { gradients.deallocate() }
    let heldOutOrder = heldOut.map(Int32.init)
    var result = Result()
    for epoch in epochs {
      augmented?.begin(epoch: epoch)
      var order = training.map(Int32.init)
      var stream = random.stream("shuffle", epoch)
      stream.shuffle(&order)
      result.lastEpoch = ChoicePass.Totals()
      order.withUnsafeBufferPointer { order in
        for start in stride(from: 0, to: order.count, by: settings.batch) {
          let end = min(order.count, start + settings.batch)
          gradients.update(repeating: 0, count: shape.parameterCount)
          let batch = UnsafeBufferPointer(rebasing: order[start..<end])
          if let augmented {
            augmented.run(
              batch, parameters: parameters, gradients: gradients, totals: &result.lastEpoch,
              count: &result.pseudoLabels)
          } else {
            pass.run(
              batch, parameters: parameters, gradients: gradients, scale: 1 / Double(settings.batch),
              totals: &result.lastEpoch)
          }
          state.adam.settings.learningRate = Float(settings.learningRate)
          state.adam.settings.weightDecay = Float(state.weightDecay)
          state.adam.update(parameters, gradients: gradients)
          result.steps += 1
        }
      }
      if let rule = settings.adaptiveRegularization, !heldOutOrder.isEmpty {
        var totals = ChoicePass.Totals()
        heldOutOrder.withUnsafeBufferPointer {
          pass.run($0, parameters: parameters, gradients: nil, scale: 0, totals: &totals)
        }
        state.weightDecay = rule.next(
          state.weightDecay, trainingLoss: result.lastEpoch.meanLoss, heldOutLoss: totals.meanLoss)
      }
    }
    return result
  }
}
