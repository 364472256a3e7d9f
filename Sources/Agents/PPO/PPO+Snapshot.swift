import Compute
import Files
import Foundation

/// What a snapshot of PPO holds besides tensors.
private struct PPOState: Codable {
  var kind = "ppo"
  var environment: String
  var settings: PPOSettings
  var random: RandomSource
  var iteration: Int
  var totalSteps: Int
  var adamSteps: Int
  var inputNormalizer: RunningNormalizer?
  var returnNormalizer: RunningNormalizer?
  var discountedReturns: [Float]
  var runningReturns: [Double]
  var runningLengths: [Int]
}

extension PPO {
  /// Everything needed to go on bit for bit, together with the batch's own snapshot.
  public func snapshot() throws -> AgentSnapshot {
    let state = PPOState(
      environment: specification.id, settings: settings, random: random, iteration: iteration, totalSteps: totalSteps,
      adamSteps: adam.steps, inputNormalizer: inputNormalizer, returnNormalizer: returnNormalizer,
      discountedReturns: discountedReturns, runningReturns: runningReturns, runningLengths: runningLengths)
    var tensors: [AgentSnapshot.Tensor] = []
    for part in parts {
      let range = part.start..<part.start + part.count
      let values = UnsafeBufferPointer(start: parameters, count: parameterCount)
      tensors.append(.init(name: part.name, shape: part.shape, values: Array(values[range])))
    }
    tensors.append(.init(name: "adam.first", shape: [parameterCount], values: adam.firstMoments))
    tensors.append(.init(name: "adam.second", shape: [parameterCount], values: adam.secondMoments))
    return AgentSnapshot(tensors: tensors, state: try JSON.encode(state, .snapshot))
  }

  /// Takes over a snapshot of an agent with the same settings, environment and seed.
  /// - Throws: `InputError` if it is of another agent or damaged; this agent then stays as it was.
  public func restore(_ snapshot: AgentSnapshot) throws {
    let state: PPOState
    do {
      state = try JSON.decode(PPOState.self, from: snapshot.state)
    } catch {
      throw InputError("the agent's state cannot be read", remedy: "the file is damaged, or of another kind of agent")
    }
    try check(state)
    var restored: [Float] = []
    for part in parts { restored += try snapshot.values(part.name, part.shape) }
    let first = try snapshot.values("adam.first", [parameterCount])
    let second = try snapshot.values("adam.second", [parameterCount])

    parameters.update(from: restored, count: parameterCount)
    adam.firstMoments = first
    adam.secondMoments = second
    adam.steps = state.adamSteps
    iteration = state.iteration
    totalSteps = state.totalSteps
    inputNormalizer = state.inputNormalizer
    returnNormalizer = state.returnNormalizer
    discountedReturns = state.discountedReturns
    runningReturns = state.runningReturns
    runningLengths = state.runningLengths
  }

  private func check(_ state: PPOState) throws {
    func require(_ holds: Bool, _ what: String) throws {
      if !holds {
        throw InputError("the snapshot is of \(what)", remedy: "restore it into an agent made as the saved one was")
      }
    }
    try require(state.kind == "ppo", "another kind of agent ('\(state.kind)')")
    try require(state.environment == specification.id, "an agent in '\(state.environment)', not '\(specification.id)'")
    try require(state.settings == settings, "an agent with other settings")
    try require(state.random == random, "an agent with another seed")
    let counts = [state.discountedReturns.count, state.runningReturns.count, state.runningLengths.count]
    try require(counts.allSatisfy { $0 == settings.environments }, "another number of environments")
    try require(
      (state.inputNormalizer != nil) == (inputNormalizer != nil)
        && (state.returnNormalizer != nil) == (returnNormalizer != nil), "an agent with other normalisation")
    try require(
      (state.inputNormalizer?.size ?? observationSize) == observationSize, "an agent with other observations")
    try require((state.returnNormalizer?.size ?? 1) == 1, "an agent with other normalisation")
  }

  /// The parameter vector's parts, named as in the file: `policy.0.weight`, `policy.0.bias`, …
  /// `policy.logStandardDeviation`, `value.0.weight`, …
  private var parts: [(name: String, start: Int, count: Int, shape: [Int])] {
    var parts: [(name: String, start: Int, count: Int, shape: [Int])] = []
    func append(_ prefix: String, _ shape: NetworkShape, from start: Int) {
      for tensor in shape.tensors {
        parts.append(("\(prefix).\(tensor.name)", start + tensor.start, tensor.shape.reduce(1, *), tensor.shape))
      }
    }
    append("policy", policyShape, from: 0)
    let deviations = head.logStandardDeviationCount
    if deviations > 0 {
      parts.append(("policy.logStandardDeviation", policyShape.parameterCount, deviations, [deviations]))
    }
    append("value", valueShape, from: policyShape.parameterCount + deviations)
    return parts
  }
}
