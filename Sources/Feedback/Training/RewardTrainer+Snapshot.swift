import Compute
import Files
import Foundation
import Rewards

extension RewardTrainer {
  private struct State: Codable {
    var trainings: Int
    var normalizedRows: Int
    /// For each member: Adam's step count, and the current weight decay.
    var steps: [Int]
    var weightDecays: [Double]
    var parameterCount: Int
  }

  /// What the next training needs besides the model: Adam's moments as the tensors `reward/adam/first` and
  /// `reward/adam/second` [members × parameters], the rest as JSON.
  public func snapshot() throws -> TensorSnapshot {
    let parameterCount = members.first?.adam.firstMoments.count ?? 0
    let state = State(
      trainings: trainings, normalizedRows: normalizedRows, steps: members.map(\.adam.steps),
      weightDecays: members.map(\.weightDecay), parameterCount: parameterCount)
    let shape = [members.count, parameterCount]
    return TensorSnapshot(
      tensors: [
        NamedTensor("reward/adam/first", shape: shape, values: members.flatMap(\.adam.firstMoments)),
        NamedTensor("reward/adam/second", shape: shape, values: members.flatMap(\.adam.secondMoments)),
      ], json: try JSON.encode(state, .snapshot))
  }

  /// Goes on where ``snapshot()`` was taken, bit for bit.
  ///
  /// - Throws: `InputError` if the snapshot is not one of a trainer; the trainer is then as before.
  public func restore(_ snapshot: TensorSnapshot) throws {
    let state: State
    do {
      state = try JSON.decode(State.self, from: snapshot.json)
    } catch {
      throw InputError("the snapshot of the reward trainer cannot be read", remedy: "use a checkpoint that is whole")
    }
    guard state.steps.count == state.weightDecays.count, state.parameterCount >= 0, state.trainings >= 0,
      state.normalizedRows >= 0, state.steps.allSatisfy({ $0 >= 0 }),
      state.weightDecays.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw InputError(
        "the snapshot of the reward trainer contradicts itself", remedy: "use a checkpoint that is whole")
    }
    let count = state.parameterCount
    let first = try snapshot.tensor("reward/adam/first", count: state.steps.count * count)
    let second = try snapshot.tensor("reward/adam/second", count: state.steps.count * count)
    members = state.steps.indices.map { member in
      var adam = Adam(adamSettings, count: count)
      adam.firstMoments = Array(first[member * count..<(member + 1) * count])
      adam.secondMoments = Array(second[member * count..<(member + 1) * count])
      adam.steps = state.steps[member]
      return MemberState(adam: adam, weightDecay: state.weightDecays[member])
    }
    trainings = state.trainings
    normalizedRows = state.normalizedRows
  }
}
