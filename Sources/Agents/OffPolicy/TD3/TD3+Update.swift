import Compute

extension TD3 {
  package func update(_ batch: ReplayBatch, number: Int, random: inout RandomStream) {
    let bound = settings.targetNoiseBound
    for index in 0..<batch.rows * actionSize {
      noise[index] = min(max(settings.targetNoise * Float(random.normal()), -bound), bound)
    }
    let moves = number % settings.policyDelay == 0
    estimate(batch, actorMoves: moves)
    // A part has its own critic, with all of its memory; what both read stands still. The actor's loss is by the first.
    let shared = Disjoint((td3: self, batch: batch))
    ThreadPool.shared.run(2) { part in
      let (td3, rows) = (shared.value.td3, shared.value.batch.rows)
      td3.differentiateCritic(part, rows: rows)
      td3.critics[part].step()
      if moves, part == 0 { td3.differentiateActor(rows: rows) }
    }
    criticLoss.add((squares[0] + squares[1]) / Float(batch.rows))
    guard moves else { return }
    actor.step()
    var values: Float = 0
    for row in 0..<batch.rows { values += critics[0].outputs[row] }
    actorLoss.add(-values / Float(batch.rows))
    for (target, critic) in zip(targets, critics) {
      target.approach(critic, share: settings.targetShare)
    }
    actorTarget.approach(actor, share: settings.targetShare)
  }

  /// What the critics should say: r + γ · the smaller target value of the target actor's action with its noise. Leaves
  /// the critics' values of what was done and, if it moves, the actor's actions.
  package func estimate(_ batch: ReplayBatch, actorMoves: Bool) {
    let rows = batch.rows
    let size = actionSize
    actorTarget.forward(batch.nextObservations, rows: rows)
    let outputs = actorTarget.outputs
    let width = observationSize + size
    join(batch.observations, batch.actions, rows: rows, into: doneInputs)
    join(batch.nextObservations, outputs, rows: rows, into: nextInputs)
    for row in 0..<rows {
      let target = nextInputs + row * width + observationSize
      for index in 0..<size {
        target[index] = min(max(target[index] + noise[row * size + index], -1), 1)
      }
    }
    if actorMoves {
      actor.forward(batch.observations, rows: rows)
      join(batch.observations, actor.outputs, rows: rows, into: actorInputs)
    }
    // Each part has its own networks; the inputs stand still.
    let shared = Disjoint((td3: self, batch: batch))
    ThreadPool.shared.run(2) { part in
      let (td3, rows) = (shared.value.td3, shared.value.batch.rows)
      td3.targets[part].forward(td3.nextInputs, rows: rows)
      td3.critics[part].forward(td3.doneInputs, rows: rows)
    }
    let (first, second) = (targets[0].outputs, targets[1].outputs)
    for row in 0..<rows {
      wanted[row] = batch.rewards[row] + batch.discounts[row] * min(first[row], second[row])
    }
  }

  private func join(
    _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, rows: Int,
    into inputs: UnsafeMutablePointer<Float>
  ) {
    joinRows(observations, observationSize, actions, actionSize, rows: rows, into: inputs)
  }

  /// The gradient of the mean squared error of one critic's last outputs.
  package func differentiateCritic(_ index: Int, rows: Int) {
    let critic = critics[index]
    let (outputs, gradients) = (critic.outputs, valueGradients[index])
    let share = 2 / Float(rows)
    var sum: Float = 0
    for row in 0..<rows {
      let error = outputs[row] - wanted[row]
      gradients[row] = error * share
      sum += error * error
    }
    squares[index] = sum
    critic.backward(gradients)
  }

  /// The gradient of minus the mean of the first critic's value of what the actor does.
  package func differentiateActor(rows: Int) {
    critics[0].forward(actorInputs, rows: rows)
    let gradients = valueGradients[0]
    for row in 0..<rows { gradients[row] = -1 / Float(rows) }
    critics[0].differentiateInputs(gradients, into: inputGradients)
    let width = observationSize + actionSize
    for row in 0..<rows {
      for index in 0..<actionSize {
        outputGradients[row * actionSize + index] =
          inputGradients[row * width + observationSize + index]
      }
    }
    actor.backward(outputGradients)
  }
}
