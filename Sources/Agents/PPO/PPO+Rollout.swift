import Compute
import Environments
import Rewards

extension PPO {
  /// Acts for `stepsPerRollout` steps and fills the buffer, rewards being the environment's own.
  func collect(
    _ batch: any EnvironmentBatch, recorder: TrajectoryRecorder?, keepTransitions: Bool,
    statistics: inout PPOStatistics
  ) {
    let slots = settings.environments
    let width = slots * observationSize
    let observations = batch.observations.baseAddress!
    let finalObservations = batch.finalObservations.baseAddress!
    let rewards = batch.rewards.baseAddress!
    let terminated = batch.terminated.baseAddress!
    let truncated = batch.truncated.baseAddress!
    var random = random.stream("ppo/action", iteration)
    buffer.truncatedCount = 0
    if totalSteps == 0, settings.normalizeObservations { inputNormalizer?.update(observations, rows: slots) }

    for step in 0..<settings.stepsPerRollout {
      let row = step * slots
      let inputs = buffer.inputs + row * observationSize
      (buffer.observations + row * observationSize).update(from: observations, count: width)
      if settings.normalizeObservations { normalize(observations, rows: slots, into: inputs) }

      let actions = buffer.actions + row * buffer.actionSize
      let steppedActions = buffer.steppedActions + row * buffer.actionSize
      let outputs = scratch.actor.forward(
        policyParameters, inputs: networkInputs(inputs, rows: slots, place: scratch.normalized), rows: slots)
      sampler.sample(
        outputs, logStandardDeviations: logStandardDeviations, rows: slots, actions: actions,
        steppedActions: steppedActions, logProbabilities: buffer.logProbabilities + row, random: &random)
      stepGuard?.amend(steppedActions, seeing: observations, rows: slots)
      batch.step(steppedActions)
      recorder?.record(batch, steppedActions)

      if keepTransitions {
        (buffer.nextObservations + row * observationSize).update(from: finalObservations, count: width)
      }
      // As in VecNormalize, the statistics take in what the step led to before that is normalised.
      if settings.normalizeObservations { inputNormalizer?.update(observations, rows: slots) }
      for slot in 0..<slots {
        let cut = truncated[slot] && !terminated[slot]
        buffer.rewards[row + slot] = rewards[slot]
        buffer.terminated[row + slot] = terminated[slot]
        buffer.ended[row + slot] = terminated[slot] || truncated[slot]
        runningReturns[slot] += Double(rewards[slot])
        runningLengths[slot] += 1
        if cut { keepTruncated(row: row + slot, observation: finalObservations + slot * observationSize) }
        if terminated[slot] || truncated[slot] {
          statistics.episodes.append(
            EpisodeResult(
              trueReturn: runningReturns[slot], length: runningLengths[slot], terminated: terminated[slot]))
          runningReturns[slot] = 0
          runningLengths[slot] = 0
        }
      }
    }
    if settings.normalizeObservations {
      normalize(observations, rows: slots, into: buffer.lastInputs)
    } else {
      buffer.lastInputs.update(from: observations, count: width)
    }
    totalSteps += buffer.rows
    statistics.steps = buffer.rows
  }

  private func keepTruncated(row: Int, observation: UnsafePointer<Float>) {
    let place = buffer.truncatedInputs + buffer.truncatedCount * observationSize
    if settings.normalizeObservations {
      normalize(observation, rows: 1, into: place)
    } else {
      place.update(from: observation, count: observationSize)
    }
    buffer.truncatedRows[buffer.truncatedCount] = row
    buffer.truncatedCount += 1
  }

  private func normalize(_ rows: UnsafePointer<Float>, rows count: Int, into: UnsafeMutablePointer<Float>) {
    inputNormalizer?.normalize(rows, rows: count, into: into, clip: inputClip)
  }

  /// What the networks are fed for these rows: with `normalizeFeatures` a normalised copy, in `place`.
  private func networkInputs(
    _ inputs: UnsafePointer<Float>, rows: Int, place: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    guard settings.normalizeFeatures else { return inputs }
    normalize(inputs, rows: rows, into: place)
    return UnsafePointer(place)
  }

  /// Replaces the rewards by the learned ones, if there are any, takes off what leaving the reference costs, and
  /// normalises them.
  func judge(_ reward: (any TransitionReward)?, statistics: inout PPOStatistics) {
    if let reward {
      let rows = TransitionRows(
        count: buffer.rows, observations: buffer.observations, actions: buffer.steppedActions,
        nextObservations: buffer.nextObservations, terminated: buffer.terminated, specification: specification)
      reward.evaluate(rows, into: buffer.rewards)
    }
    var sum = 0.0
    for row in 0..<buffer.rows { sum += Double(buffer.rewards[row]) }
    statistics.meanReward = sum / Double(buffer.rows)
    if let reference {
      let charged = reference.charge(buffer)
      (statistics.referenceDivergence, statistics.referenceInterval) = (charged.kl.mean, charged.kl.interval)
      // A ratio can be larger than any number, and curves have none for that.
      if charged.chiSquared.mean.isFinite {
        statistics.referenceChiSquared = charged.chiSquared.mean
        statistics.referenceChiSquaredInterval = charged.chiSquared.interval
      }
    }
    normalizeRewards()
  }

  /// Divides the rewards by the running standard deviation of the discounted return, as VecNormalize does; leaves them
  /// without such statistics.
  private func normalizeRewards() {
    guard var seen = returnNormalizer else { return }
    let slots = settings.environments
    for step in 0..<settings.stepsPerRollout {
      let rewards = buffer.rewards + step * slots
      for slot in 0..<slots { discountedReturns[slot] = discountedReturns[slot] * settings.discount + rewards[slot] }
      discountedReturns.withUnsafeBufferPointer { seen.update($0.baseAddress!, rows: slots) }
      let scale = Float(1 / (seen.sumSquaredDeviations[0] / seen.count + seen.epsilon).squareRoot())
      for slot in 0..<slots {
        rewards[slot] = min(max(rewards[slot] * scale, -10), 10)
        if buffer.ended[step * slots + slot] { discountedReturns[slot] = 0 }
      }
    }
    returnNormalizer = seen
  }

  /// Values of all observations, with the value of what lay behind each time limit added to the reward before it; then
  /// advantages and returns.
  func estimateValues(_ statistics: inout PPOStatistics) {
    values(of: buffer.inputs, rows: buffer.rows, into: buffer.values)
    values(of: buffer.lastInputs, rows: settings.environments, into: buffer.lastValues)
    // The advantages' memory is still free: it holds the values of the cut episodes' final observations for a moment.
    values(of: buffer.truncatedInputs, rows: buffer.truncatedCount, into: buffer.advantages)
    for index in 0..<buffer.truncatedCount {
      buffer.rewards[buffer.truncatedRows[index]] += settings.discount * buffer.advantages[index]
    }
    estimateAdvantages(
      steps: settings.stepsPerRollout, slots: settings.environments, rewards: buffer.rewards, values: buffer.values,
      ended: buffer.ended, lastValues: buffer.lastValues, discount: settings.discount,
      traceDecay: settings.traceDecay, advantages: buffer.advantages, returns: buffer.returns)
    statistics.explainedVariance = explainedVariance()
  }

  private func values(of inputs: UnsafePointer<Float>, rows: Int, into values: UnsafeMutablePointer<Float>) {
    let pool = ThreadPool.shared
    scratch.prepareCritics(lanes: pool.lanes)
    // Each chunk has its own rows of `values`, each lane its own critic; all else is only read.
    let shared = Disjoint((ppo: self, inputs: inputs, values: values))
    pool.runInLanes((rows + PPOScratch.chunk - 1) / PPOScratch.chunk, lanes: scratch.critics.count) { chunk, lane in
      let ppo = shared.value.ppo
      let (inputs, values) = (shared.value.inputs, shared.value.values)
      let row = chunk * PPOScratch.chunk
      let count = min(PPOScratch.chunk, rows - row)
      let critic = ppo.scratch.critics[lane]
      let outputs = critic.pass.forward(
        ppo.valueParameters,
        inputs: ppo.networkInputs(inputs + row * ppo.observationSize, rows: count, place: critic.normalized),
        rows: count)
      (values + row).update(from: outputs, count: count)
    }
  }

  private func explainedVariance() -> Double? {
    var returns = 0.0
    var residuals = 0.0
    for row in 0..<buffer.rows {
      returns += Double(buffer.returns[row])
      residuals += Double(buffer.returns[row] - buffer.values[row])
    }
    returns /= Double(buffer.rows)
    residuals /= Double(buffer.rows)
    var total = 0.0
    var left = 0.0
    for row in 0..<buffer.rows {
      let deviation = Double(buffer.returns[row]) - returns
      let residual = Double(buffer.returns[row] - buffer.values[row]) - residuals
      total += deviation * deviation
      left += residual * residual
    }
    return total > 0 ? 1 - left / total : nil
  }
}
