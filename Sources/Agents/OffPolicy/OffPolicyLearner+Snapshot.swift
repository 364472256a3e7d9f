import Compute
import Files
import Foundation

/// What a snapshot of a replaying learner holds besides tensors.
private struct OffPolicyState<Settings: Codable, Counters: Codable>: Codable {
  var kind: String
  var environment: String
  var settings: Settings
  var random: RandomSource
  var counters: Counters
  var optimizerSteps: [Int]
  var replay: ReplayBuffer.Place
  /// A version as text: JSON's numbers need not hold 64 bits.
  var judgedBy: String?
  /// Of pre-training.
  var distances: RunningNormalizer?
  var runningReturns: [Double]
  var runningLengths: [Int]
}

extension OffPolicyLearner {
  private typealias State = OffPolicyState<Algorithm.Settings, Counters>

  package func snapshot() throws -> AgentSnapshot {
    let state = State(
      kind: Algorithm.Settings.section, environment: specification.id, settings: settings,
      random: random,
      counters: counters, optimizerSteps: algorithm.blocks.map(\.steps), replay: buffer.place,
      judgedBy: judgedBy.map { "\($0)" }, distances: entropy?.statistics,
      runningReturns: underWay.returns, runningLengths: underWay.lengths)
    return AgentSnapshot(
      tensors: algorithm.blocks.flatMap(\.tensors) + buffer.tensors,
      state: try JSON.encode(state, .snapshot))
  }

  package func restore(_ snapshot: AgentSnapshot) throws {
    let state: State
    do {
      state = try JSON.decode(State.self, from: snapshot.state)
    } catch {
      throw InputError(
        "the agent's state cannot be read",
        remedy: "the file is damaged, or of another kind of agent")
    }
    try check(state)
    let blocks = try algorithm.blocks.map { try $0.read(snapshot) }
    let replay = try buffer.read(snapshot, place: state.replay)

    for (index, block) in algorithm.blocks.enumerated() {
      block.restore(blocks[index], steps: state.optimizerSteps[index])
    }
    buffer.restore(replay)
    counters = state.counters
    // What depends on the progress of the run, as exploration does, stands as it did.
    algorithm.beginIteration(progress: counters.progress)
    judgedBy = state.judgedBy.flatMap { UInt64($0) }
    forgetJudge()
    if let distances = state.distances { entropy?.statistics = distances }
    underWay = EpisodesUnderWay(returns: state.runningReturns, lengths: state.runningLengths)
  }

  private func check(_ state: State) throws {
    func require(_ holds: Bool, _ what: String) throws {
      if !holds {
        throw InputError(
          "the snapshot is of \(what)", remedy: "restore it into an agent made as the saved one was"
        )
      }
    }
    try require(
      state.kind == Algorithm.Settings.section,
      "another kind of agent ('\(state.kind)', not '\(Algorithm.Settings.section)')")
    try require(
      state.environment == specification.id,
      "an agent in '\(state.environment)', not '\(specification.id)'")
    try require(state.settings == settings, "an agent with other settings")
    try require(state.random == random, "an agent with another seed")
    try require(
      state.runningReturns.count == slots && state.runningLengths.count == slots,
      "another number of environments")
    try require(
      state.optimizerSteps.count == algorithm.blocks.count, "an agent with other networks")
    let counts = [
      state.counters.iteration, state.counters.batchSteps, state.counters.totalSteps,
      state.counters.updates,
    ]
    try require((0...1).contains(state.counters.progress), "an agent with an impossible progress")
    try require(
      (counts + state.optimizerSteps).allSatisfy { $0 >= 0 }, "an agent with negative counters")
    try require(
      (state.distances != nil) == (entropy != nil) && (state.distances?.size ?? 1) == 1,
      "an agent with other pre-training")
    try require(
      state.judgedBy.map { UInt64($0) != nil } ?? true, "an agent with an unreadable reward")
  }
}
