import Compute

extension ReplayBuffer {
  /// Where in the ring a snapshot was taken.
  struct Place: Codable {
    var count: Int
    var next: Int
    /// Of prioritised replay.
    var largestPriority: Float?
  }

  var place: Place { Place(count: count, next: next, largestPriority: priorities?.largest) }

  /// Everything remembered, in the order of its rows. Numbers of episodes and steps are split so that they are exact.
  var tensors: [AgentSnapshot.Tensor] {
    func tensor(_ name: String, _ width: Int, _ values: UnsafePointer<Float>)
      -> AgentSnapshot.Tensor
    {
      .init(
        name: "replay.\(name)", shape: [count, width],
        values: Array(UnsafeBufferPointer(start: values, count: count * width)))
    }
    var tensors = [
      tensor("observations", observationSize, observations), tensor("actions", actionSize, actions),
      tensor("nextObservations", observationSize, nextObservations), tensor("rewards", 1, rewards),
      tensor("ownRewards", 1, ownRewards),
    ]
    if steppedActions != actions {
      tensors.append(tensor("steppedActions", actionSize, steppedActions))
    }
    tensors.append(
      .init(
        name: "replay.positions", shape: [count, 5],
        values: (0..<count).flatMap { row in
          [
            Float(episodes[row] >> 16), Float(episodes[row] & 0xFFFF), Float(steps[row] >> 16),
            Float(steps[row] & 0xFFFF), terminated[row] ? 1 : 0,
          ]
        }))
    if let priorities {
      tensors.append(
        .init(
          name: "replay.priorities", shape: [count, 1], values: (0..<count).map { priorities[$0] }))
    }
    return tensors
  }

  /// What a snapshot holds of a buffer, read and checked.
  struct Saved {
    var place: Place
    var values: [String: [Float]]
  }

  /// Reads a snapshot's part without changing anything.
  func read(_ snapshot: AgentSnapshot, place: Place) throws -> Saved {
    guard place.count >= 0, place.count <= capacity, place.count % slots == 0, place.next >= 0,
      place.next < capacity,
      place.next % slots == 0, place.count == capacity || place.next == place.count,
      (place.largestPriority != nil) == (priorities != nil)
    else {
      throw InputError(
        "the snapshot's replay buffer has another form",
        remedy: "it is damaged, or of another agent")
    }
    var widths = [
      ("observations", observationSize), ("actions", actionSize),
      ("nextObservations", observationSize),
      ("rewards", 1), ("ownRewards", 1), ("positions", 5),
    ]
    if steppedActions != actions { widths.append(("steppedActions", actionSize)) }
    if priorities != nil { widths.append(("priorities", 1)) }
    var saved = Saved(place: place, values: [:])
    for (name, width) in widths {
      saved.values[name] = try snapshot.values("replay.\(name)", [place.count, width])
    }
    let inRange = (saved.values["positions"] ?? []).allSatisfy {
      $0 >= 0 && $0 < 65_536 && $0 == $0.rounded()
    }
    guard inRange, (saved.values["priorities"] ?? []).allSatisfy({ $0 >= 0 }) else {
      throw InputError(
        "the snapshot's replay buffer holds an impossible number", remedy: "the file is damaged")
    }
    return saved
  }

  /// Takes over what was read.
  func restore(_ saved: Saved) {
    func copy(_ name: String, to target: UnsafeMutablePointer<Float>) {
      guard let values = saved.values[name] else { return }
      target.update(from: values, count: values.count)
    }
    copy("observations", to: observations)
    copy("actions", to: actions)
    copy("nextObservations", to: nextObservations)
    copy("rewards", to: rewards)
    copy("ownRewards", to: ownRewards)
    copy("steppedActions", to: steppedActions)
    let positions = saved.values["positions"] ?? []
    for row in 0..<saved.place.count {
      let parts = positions[5 * row..<5 * row + 5].map { Int32($0) }
      episodes[row] = parts[0] << 16 | parts[1]
      steps[row] = parts[2] << 16 | parts[3]
      terminated[row] = parts[4] != 0
    }
    priorities?.restore(saved.values["priorities"] ?? [], largest: saved.place.largestPriority ?? 1)
    setPlace(count: saved.place.count, next: saved.place.next)
  }
}
