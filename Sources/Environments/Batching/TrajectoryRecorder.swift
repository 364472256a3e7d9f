/// Turns the steps of a batch into trajectories.
///
/// ```swift
/// let recorder = TrajectoryRecorder()
/// recorder.begin(batch)
/// for _ in 0..<steps {
///   choose(&actions)
///   batch.step(actions)
///   recorder.record(batch, actions)
/// }
/// let trajectories = recorder.take()   // whole episodes, then what has run of the unfinished ones
/// ```
///
/// Order: episodes by the step at which they ended, then by slot; unfinished ones last, by slot. A trajectory taken
/// unfinished goes on in the next one, whose start tells where.
public final class TrajectoryRecorder {
  private var open: [Trajectory] = []
  private var finished: [Trajectory] = []
  private var observationSize = 0
  private var actionRowSize = 0

  /// A recorder that records nothing until `begin`.
  public init() {}

  /// Starts recording from what the batch shows now; forgets what was recorded before.
  public func begin(_ batch: any EnvironmentBatch) {
    observationSize = batch.specification.observationSpace.count
    actionRowSize = batch.specification.actionSpace.rowSize
    finished = []
    open = (0..<batch.count).map { start($0, of: batch) }
  }

  /// Takes in the step that the batch just made with these actions ([count × action row size]).
  public func record(_ batch: any EnvironmentBatch, _ actions: [Float]) {
    precondition(actions.count == batch.count * actionRowSize, "an action row for each slot")
    actions.withUnsafeBufferPointer { if let rows = $0.baseAddress { record(batch, rows) } }
  }

  /// The same from memory that holds all rows.
  package func record(_ batch: any EnvironmentBatch, _ actions: UnsafePointer<Float>) {
    precondition(open.count == batch.count, "begin(_:) with this batch comes first")
    let last = batch.finalObservations
    let rewards = batch.rewards
    let terminated = batch.terminated
    let truncated = batch.truncated
    for slot in open.indices {
      open[slot].observations.append(
        contentsOf: last[slot * observationSize..<(slot + 1) * observationSize])
      open[slot].actions.append(
        contentsOf: UnsafeBufferPointer(start: actions + slot * actionRowSize, count: actionRowSize))
      open[slot].rewards.append(rewards[slot])
      if terminated[slot] || truncated[slot] {
        open[slot].terminated = terminated[slot]
        open[slot].truncated = truncated[slot]
        finished.append(open[slot])
        open[slot] = start(slot, of: batch)
      }
    }
  }

  /// Everything recorded since the last `take`: finished episodes and, unless `includingPartial` is false, the begun
  /// ones so far. Recording goes on: with partial ones taken, the next trajectories continue where these stop; without,
  /// the begun ones stay whole.
  public func take(includingPartial: Bool = true) -> [Trajectory] {
    var taken = finished
    finished = []
    guard includingPartial else { return taken }
    for slot in open.indices where open[slot].count > 0 {
      taken.append(open[slot])
      let count = open[slot].count
      open[slot] = open[slot].segment(count..<count)
    }
    return taken
  }

  /// What was recorded of the episode that runs in this slot, from its start or from where the last `take` cut it.
  package func underWay(_ slot: Int) -> Trajectory { open[slot] }

  private func start(_ slot: Int, of batch: any EnvironmentBatch) -> Trajectory {
    Trajectory(
      observationSize: observationSize, actionRowSize: actionRowSize,
      observations: Array(batch.observations[slot * observationSize..<(slot + 1) * observationSize]),
      actions: [], rewards: [], terminated: false, truncated: false, start: batch.episode(of: slot))
  }
}
