import Compute
import Environments
import Files
import Foundation

/// What a snapshot of a quantiliser holds besides tensors.
private struct QuantilizerState: Codable {
  var kind = "quantile"
  var environment: String
  var share: Double
  var episodes: Int
  var random: RandomSource
  var iteration: Int
  var scores: [Double]
  /// Of the whole episodes, then of those that run.
  var lengths: [Int]
  var terminated: [Bool]
  var truncated: [Bool]
}

extension TrajectoryQuantilizer {
  package func snapshot() throws -> AgentSnapshot {
    let all = kept + begun
    let state = QuantilizerState(
      environment: specification.id, share: share, episodes: episodes, random: random, iteration: iteration,
      scores: scores, lengths: all.map(\.count), terminated: all.map(\.terminated), truncated: all.map(\.truncated))
    func tensor(_ name: String, _ part: (Trajectory) -> [Float]) -> AgentSnapshot.Tensor {
      let values = all.flatMap(part)
      return .init(name: name, shape: [values.count], values: values)
    }
    return AgentSnapshot(
      tensors: [
        tensor("quantile.observations", \.observations), tensor("quantile.actions", \.actions),
        tensor("quantile.rewards", \.rewards),
      ], state: try JSON.encode(state, .snapshot))
  }

  package func restore(_ snapshot: AgentSnapshot) throws {
    let state: QuantilizerState
    do {
      state = try JSON.decode(QuantilizerState.self, from: snapshot.state)
    } catch {
      throw InputError("the agent's state cannot be read", remedy: "the file is damaged, or of another kind of agent")
    }
    guard state.kind == "quantile", state.environment == specification.id, state.share == share,
      state.episodes == episodes, state.random == random
    else {
      throw InputError(
        "the snapshot is of another quantiliser", remedy: "restore it into one made as the saved one was")
    }
    let counts = state.lengths
    guard counts.allSatisfy({ (0...1_000_000_000).contains($0) }), state.scores.count <= counts.count,
      state.terminated.count == counts.count, state.truncated.count == counts.count, state.iteration >= 0,
      state.scores.allSatisfy(\.isFinite), counts.isEmpty || counts.count - state.scores.count == slots
    else { throw InputError("the snapshot's episodes do not fit", remedy: "the file is damaged") }
    let (size, width) = (specification.observationSpace.count, specification.actionSpace.rowSize)
    let steps = counts.reduce(0, +)
    let observations = try snapshot.values("quantile.observations", [(steps + counts.count) * size])
    let actions = try snapshot.values("quantile.actions", [steps * width])
    let rewards = try snapshot.values("quantile.rewards", [steps])
    var at = 0
    let all = counts.enumerated().map { index, count in
      defer { at += count }
      return Trajectory(
        observationSize: size, actionRowSize: width,
        observations: Array(observations[(at + index) * size..<(at + index + count + 1) * size]),
        actions: Array(actions[at * width..<(at + count) * width]), rewards: Array(rewards[at..<at + count]),
        terminated: state.terminated[index], truncated: state.truncated[index], start: nil)
    }
    (kept, begun) = (Array(all.prefix(state.scores.count)), Array(all.dropFirst(state.scores.count)))
    (scores, iteration) = (state.scores, state.iteration)
    forgetPolicy()
  }
}
