import Compute
import Files
import Foundation

extension MPC {
  /// What a snapshot holds besides tensors.
  private struct State: Codable {
    var kind: String
    var environment: String
    var settings: MPCSettings
    var random: RandomSource
    var counters: Counters
    var optimizerSteps: Int
    var replay: ReplayBuffer.Place
    /// A version as text: JSON's numbers need not hold 64 bits.
    var judgedBy: String?
    var residuals: [Double]
    var runningReturns: [Double]
    var runningLengths: [Int]
  }

  package func snapshot() throws -> AgentSnapshot {
    let ensemble = trainer.ensemble
    let state = State(
      kind: MPCSettings.section, environment: specification.id, settings: settings, random: random, counters: counters,
      optimizerSteps: trainer.block.steps, replay: buffer.place, judgedBy: judgedBy.map { "\($0)" },
      residuals: ensemble.residuals, runningReturns: underWay.returns, runningLengths: underWay.lengths)
    func tensor(_ name: String, _ columns: Standardization) -> AgentSnapshot.Tensor {
      .init(name: "dynamics.\(name)", shape: [2, columns.size], values: columns.means + columns.deviations)
    }
    return AgentSnapshot(
      tensors: trainer.block.tensors + [tensor("inputs", ensemble.inputs), tensor("targets", ensemble.targets)]
        + buffer.tensors,
      state: try JSON.encode(state, .snapshot))
  }

  package func restore(_ snapshot: AgentSnapshot) throws {
    let state: State
    do {
      state = try JSON.decode(State.self, from: snapshot.state)
    } catch {
      throw InputError(
        "the agent's state cannot be read", remedy: "the file is damaged, or of another kind of agent")
    }
    try check(state)
    let block = try trainer.block.read(snapshot)
    let replay = try buffer.read(snapshot, place: state.replay)
    func columns(_ name: String, _ size: Int) throws -> Standardization {
      let values = try snapshot.values("dynamics.\(name)", [2, size])
      var columns = Standardization(size: size)
      (columns.means, columns.deviations) = (Array(values[..<size]), Array(values[size...]))
      guard columns.isUsable else {
        throw InputError("the tensor 'dynamics.\(name)' holds an impossible number", remedy: "the file is damaged")
      }
      return columns
    }
    let inputs = try columns("inputs", trainer.ensemble.inputs.size)
    let targets = try columns("targets", trainer.ensemble.targets.size)

    trainer.block.restore(block, steps: state.optimizerSteps)
    trainer.restore(inputs: inputs, targets: targets, residuals: state.residuals)
    buffer.restore(replay)
    counters = state.counters
    judgedBy = state.judgedBy.flatMap { UInt64($0) }
    forgetJudge()
    underWay = EpisodesUnderWay(returns: state.runningReturns, lengths: state.runningLengths)
  }

  private func check(_ state: State) throws {
    func require(_ holds: Bool, _ what: String) throws {
      if !holds {
        throw InputError("the snapshot is of \(what)", remedy: "restore it into an agent made as the saved one was")
      }
    }
    try require(
      state.kind == MPCSettings.section, "another kind of agent ('\(state.kind)', not '\(MPCSettings.section)')")
    try require(
      state.environment == specification.id, "an agent in '\(state.environment)', not '\(specification.id)'")
    try require(state.settings == settings, "an agent with other settings")
    try require(state.random == random, "an agent with another seed")
    try require(
      state.runningReturns.count == slots && state.runningLengths.count == slots, "another number of environments")
    let counts = [
      state.counters.iteration, state.counters.batchSteps, state.counters.totalSteps, state.counters.updates,
      state.optimizerSteps,
    ]
    try require(counts.allSatisfy { $0 >= 0 }, "an agent with negative counters")
    try require(
      state.replay.count == min(state.counters.totalSteps, buffer.capacity), "an agent that remembers something else")
    try require(
      state.residuals.count == specification.observationSpace.count
        && state.residuals.allSatisfy { $0 > 0 && $0.isFinite }, "an agent with impossible errors")
    try require(state.judgedBy.map { UInt64($0) != nil } ?? true, "an agent with an unreadable reward")
  }
}
