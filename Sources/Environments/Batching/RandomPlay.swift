import Compute

extension ActionSpace {
  /// Writes a uniformly random action row; of unbounded components a standard normal one.
  package func draw(into row: UnsafeMutablePointer<Float>, _ random: inout RandomStream) {
    switch self {
    case .discrete(let names): row[0] = Float(random.below(names.count))
    case .continuous(let box):
      for index in 0..<box.count {
        let (low, high) = (Double(box.low[index]), Double(box.high[index]))
        row[index] = Float(low.isFinite && high.isFinite ? random.uniform(low, high) : random.normal())
      }
    }
  }
}

extension EnvironmentEntry {
  /// Clips of random behaviour, to ask about before the agent has learned anything.
  ///
  /// Each comes from an episode of its own and has `steps` transitions, or fewer where the episode terminates earlier.
  /// Actions are uniform over the action space (standard normal where it is unbounded).
  public func randomClips(_ count: Int, steps: Int, random: RandomSource) -> [Trajectory] {
    precondition(count > 0 && steps > 0, "some clips of some steps")
    let batch = makeBatch(count: count, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var draws = random.stream("random-play")
    let size = specification.actionSpace.rowSize
    var actions = [Float](repeating: 0, count: count * size)
    actions.withUnsafeMutableBufferPointer { actions in
      guard let row = actions.baseAddress else { return }
      for _ in 0..<steps {
        for slot in 0..<count { specification.actionSpace.draw(into: row + slot * size, &draws) }
        batch.step(row)
        recorder.record(batch, row)
      }
    }
    var clips = [Trajectory?](repeating: nil, count: count)
    for trajectory in recorder.take() {
      guard let start = trajectory.start, start.step == 0, clips[start.slot] == nil else { continue }
      clips[start.slot] = trajectory
    }
    return clips.compactMap { $0 }
  }
}
