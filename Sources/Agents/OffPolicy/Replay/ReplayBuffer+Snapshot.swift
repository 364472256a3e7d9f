import Compute

extension ReplayBuffer {
  /// Where in the ring a snapshot was taken.
  struct Place: Codable {
    var count: Int
    var next: Int
    /// Of prioritised replay.
    var largestPriority: Float?
    /// Of observations that are kept as bytes.
    var sharesFrames: Bool?
  }

  var place: Place {
    Place(count: count, next: next, largestPriority: priorities?.largest, sharesFrames: bytes?.sharesFrames)
  }

  /// The tensors that hold observations, with their widths: numbers, or three bytes in each.
  private func observationTensors(sharesFrames: Bool?) -> [(name: String, width: Int)] {
    guard let bytes else { return [("observations", observationSize), ("nextObservations", observationSize)] }
    return [
      ("observationBytes", ByteMemory.packed(bytes.size)),
      ("nextObservationBytes", ByteMemory.packed(sharesFrames == true ? bytes.frame : bytes.size)),
    ]
  }

  /// Everything remembered, in the order of its rows. Numbers of episodes and steps are split so that they are exact.
  var tensors: [AgentSnapshot.Tensor] {
    func tensor(_ name: String, _ width: Int, _ values: UnsafePointer<Float>)
      -> AgentSnapshot.Tensor
    {
      .init(
        name: "replay.\(name)", shape: [count, width],
        values: Array(UnsafeBufferPointer(start: values, count: count * width)))
    }
    let kept = bytes?.packed(count: count)
    func seen(_ index: Int, _ packed: [Float]?, _ values: UnsafePointer<Float>) -> AgentSnapshot.Tensor {
      let (name, width) = observationTensors(sharesFrames: bytes?.sharesFrames)[index]
      guard let packed else { return tensor(name, width, values) }
      return .init(name: "replay.\(name)", shape: [count, width], values: packed)
    }
    var tensors = [
      seen(0, kept?.before, observations), tensor("actions", actionSize, actions),
      seen(1, kept?.after, nextObservations), tensor("rewards", 1, rewards), tensor("ownRewards", 1, ownRewards),
    ]
    if steppedActions != actions {
      tensors.append(tensor("steppedActions", actionSize, steppedActions))
    }
    if let disagreements { tensors.append(tensor("disagreements", 1, disagreements)) }
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
      (place.largestPriority != nil) == (priorities != nil), (place.sharesFrames != nil) == (bytes != nil),
      place.sharesFrames != true || bytes.map({ $0.frame < $0.size }) == true
    else {
      throw InputError(
        "the snapshot's replay buffer has another form",
        remedy: "it is damaged, or of another agent")
    }
    let seen = observationTensors(sharesFrames: place.sharesFrames)
    var widths = seen + [("actions", actionSize), ("rewards", 1), ("ownRewards", 1), ("positions", 5)]
    if steppedActions != actions { widths.append(("steppedActions", actionSize)) }
    if disagreements != nil { widths.append(("disagreements", 1)) }
    if priorities != nil { widths.append(("priorities", 1)) }
    var saved = Saved(place: place, values: [:])
    for (name, width) in widths {
      saved.values[name] = try snapshot.values("replay.\(name)", [place.count, width])
    }
    let inRange = (saved.values["positions"] ?? []).allSatisfy {
      $0 >= 0 && $0 < 65_536 && $0 == $0.rounded()
    }
    let areBytes =
      bytes == nil
      || seen.allSatisfy { name, _ in
        (saved.values[name] ?? []).allSatisfy { $0 >= 0 && $0 < 16_777_216 && $0 == $0.rounded() }
      }
    guard inRange, areBytes, (saved.values["priorities"] ?? []).allSatisfy({ $0 >= 0 }) else {
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
    if let bytes {
      bytes.restore(
        before: saved.values["observationBytes"] ?? [], after: saved.values["nextObservationBytes"] ?? [],
        count: saved.place.count, sharesFrames: saved.place.sharesFrames ?? false)
    } else {
      copy("observations", to: observations)
      copy("nextObservations", to: nextObservations)
    }
    copy("actions", to: actions)
    copy("rewards", to: rewards)
    copy("ownRewards", to: ownRewards)
    if let disagreements { copy("disagreements", to: disagreements) }
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
