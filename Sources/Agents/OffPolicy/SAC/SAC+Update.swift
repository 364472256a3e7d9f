import Compute

extension SAC {
  package func update(_ batch: ReplayBatch, number: Int, random: inout RandomStream) {
    let rows = batch.rows
    current.drawNoise(rows: rows, random: &random)
    following.drawNoise(rows: rows, random: &random)
    act(batch)
    let temperature = temperature
    if settings.temperature == nil {
      differentiateTemperature(rows: rows)
      logTemperature.step()
    }
    estimate(batch, temperature: temperature)
    // A part has its own critic, with all of its memory; what both read stands still.
    let shared = Disjoint((sac: self, batch: batch))
    ThreadPool.shared.run(2) { part in
      let (sac, rows) = (shared.value.sac, shared.value.batch.rows)
      sac.differentiateCritic(part, rows: rows)
      sac.critics[part].step()
      sac.judgeActor(part, rows: rows)
    }
    means.criticLoss.add((squares[0] + squares[1]) * 0.5 / Float(rows))
    differentiateActor(batch, temperature: temperature)
    actor.step()
    if number % settings.targetInterval == 0 {
      for (target, critic) in zip(targets, critics) {
        target.approach(critic, share: settings.targetShare)
      }
    }
  }

  /// What the actor does at both ends of the transitions, and the critics' inputs.
  package func act(_ batch: ReplayBatch) {
    // One part writes all that concerns the observations, the other all that concerns those that follow.
    let shared = Disjoint((sac: self, batch: batch))
    ThreadPool.shared.run(2) { part in
      let (sac, batch) = (shared.value.sac, shared.value.batch)
      let rows = batch.rows
      if part == 0 {
        sac.current.squash(sac.actor.forward(batch.observations, rows: rows), rows: rows)
        sac.join(batch.observations, batch.actions, rows: rows, into: sac.doneInputs)
        sac.join(batch.observations, sac.current.actions, rows: rows, into: sac.actorInputs)
      } else {
        let outputs = sac.nextPass.forward(
          sac.actor.parameters, inputs: batch.nextObservations, rows: rows)
        sac.following.squash(outputs, rows: rows)
        sac.join(batch.nextObservations, sac.following.actions, rows: rows, into: sac.nextInputs)
      }
    }
    var sum: Float = 0
    for row in 0..<batch.rows { sum += current.logProbabilities[row] }
    means.entropy.add(-sum / Float(batch.rows))
  }

  /// Observations and actions side by side.
  private func join(
    _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, rows: Int,
    into inputs: UnsafeMutablePointer<Float>
  ) {
    joinRows(observations, observationSize, actions, actionSize, rows: rows, into: inputs)
  }

  /// The temperature's loss −log α · mean(log π + target entropy), by log α.
  package func differentiateTemperature(rows: Int) {
    var sum: Float = 0
    for row in 0..<rows { sum += current.logProbabilities[row] }
    let slope = -(sum / Float(rows) + targetEntropy)
    logTemperature.gradients[0] = slope
    means.temperatureLoss.add(logTemperature.parameters[0] * slope)
  }

  /// What the critics should say: r + γ · (the smaller target value − α · log π) of what would be done next.
  package func estimate(_ batch: ReplayBatch, temperature: Float) {
    // Each part has its own networks; the inputs stand still.
    let shared = Disjoint((sac: self, batch: batch))
    ThreadPool.shared.run(2) { part in
      let (sac, rows) = (shared.value.sac, shared.value.batch.rows)
      sac.targets[part].forward(sac.nextInputs, rows: rows)
      sac.critics[part].forward(sac.doneInputs, rows: rows)
    }
    let (first, second) = (targets[0].outputs, targets[1].outputs)
    for row in 0..<batch.rows {
      let value = min(first[row], second[row]) - temperature * following.logProbabilities[row]
      wanted[row] = batch.rewards[row] + batch.discounts[row] * value
    }
    means.temperature.add(temperature)
  }

  /// The gradient of half the mean squared error of one critic's last outputs.
  package func differentiateCritic(_ index: Int, rows: Int) {
    let critic = critics[index]
    let (outputs, gradients) = (critic.outputs, valueGradients[index])
    let share = 1 / Float(rows)
    var sum: Float = 0
    for row in 0..<rows {
      let error = outputs[row] - wanted[row]
      gradients[row] = error * share
      sum += error * error
    }
    squares[index] = sum
    critic.backward(gradients)
  }

  /// One critic's values of what the actor does.
  package func judgeActor(_ index: Int, rows: Int) {
    critics[index].forward(actorInputs, rows: rows)
  }

  /// The gradient of mean(α · log π − the smaller value), where the critics' last pass was over what the actor does.
  package func differentiateActor(_ batch: ReplayBatch, temperature: Float) {
    let rows = batch.rows
    let share = 1 / Float(rows)
    let (first, second) = (critics[0].outputs, critics[1].outputs)
    var loss: Float = 0
    var values: Float = 0
    for row in 0..<rows {
      let isFirst = first[row] <= second[row]
      valueGradients[0][row] = isFirst ? -share : 0
      valueGradients[1][row] = isFirst ? 0 : -share
      let value = isFirst ? first[row] : second[row]
      values += value
      loss += temperature * current.logProbabilities[row] - value
    }
    means.actorLoss.add(loss * share)
    means.value.add(values * share)
    // Each part has its own critic and gradients.
    let shared = Disjoint((sac: self, batch: batch))
    ThreadPool.shared.run(2) { part in
      let sac = shared.value.sac
      sac.critics[part].differentiateInputs(
        sac.valueGradients[part], into: sac.inputGradients[part])
    }
    let width = observationSize + actionSize
    let (total, other) = (inputGradients[0], inputGradients[1])
    for row in 0..<rows {
      for place in row * width + observationSize..<(row + 1) * width {
        total[place] += other[place]
      }
    }
    current.differentiate(
      actor.outputs, rows: rows, weight: temperature * share,
      actionGradients: total + observationSize,
      stride: width, into: outputGradients)
    actor.backward(outputGradients)
  }
}
