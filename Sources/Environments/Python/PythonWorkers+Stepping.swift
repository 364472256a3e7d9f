import Compute

extension PythonWorkers {
  /// The seed of an episode, drawn from its stream: 31 bits, which every engine takes.
  static func seed(_ stream: inout RandomStream) -> UInt32 { stream.next32() >> 1 }

  /// A new episode. Of an environment that has failed it shows zeros.
  func begin(seed: UInt32) -> PythonEpisode {
    var episode = blank(seed)
    locked { state in
      guard state.failure == nil else { return }
      do {
        let lease = claim(&state)
        state.frames += 1
        state.instances[lease.instance].lastUse = state.frames
        let answer = try exchange(lease.instance, seed, .reset, [], &state, task: "a reset")
        try expect(1, in: answer)
        answer.withUnsafeBytes { episode.show(record(0, of: $0)) }
        episode.serial = state.instances[lease.instance].serial
        episode.lease = lease
      } catch {
        fail(error, &state)
      }
    }
    return episode
  }

  /// One step. An episode that is over, and one of an environment that has failed, stays as it is and earns nothing.
  func step(_ episode: inout PythonEpisode, _ row: [Float]) -> Outcome {
    locked { state in
      guard state.failure == nil else { return Outcome(reward: 0, terminated: episode.ending == .terminated) }
      do {
        if episode.ending == .none {
          let instance = try stand(at: &episode, &state)
          if episode.ending == .none {
            let answer = try exchange(instance, 0, .step, row, &state, task: "a step")
            try expect(1, in: answer)
            let reward = answer.withUnsafeBytes { bytes in
              let record = record(0, of: bytes)
              episode.show(record)
              return record.reward
            }
            episode.actions += row
            episode.serial = state.instances[instance].serial
            return Outcome(reward: reward, terminated: episode.ending == .terminated)
          }
        }
      } catch {
        fail(error, &state)
      }
      return Outcome(reward: 0, terminated: episode.ending == .terminated)
    }
  }

  private func exchange(
    _ instance: Int, _ seed: UInt32, _ mode: PythonFrame.Mode, _ row: [Float], _ state: inout State, task: String
  ) throws -> [UInt8] {
    var payload: [UInt8] = []
    for number in [1, UInt32(instance), seed, mode.rawValue] { PythonFrame.append(number, to: &payload) }
    PythonFrame.append((row.isEmpty ? [Float](repeating: 0, count: description.rowSize) : row).span, to: &payload)
    state.instances[instance].serial += 1
    return try exchange(
      .step, payload, process: state.instances[instance].worker, &state, task: task, seconds: settings.timeout)
  }

  func blank(_ seed: UInt32) -> PythonEpisode {
    PythonEpisode(seed: seed, observation: [UInt8](repeating: 0, count: description.observationBytes))
  }

  /// One step of all slots in one frame a process, which all work at once; episodes that end begin anew in the same
  /// frame.
  func advance(_ slots: EpisodeSlots<PythonEpisode>, _ actions: UnsafeBufferPointer<Float>) {
    locked { state in
      if state.failure == nil {
        do {
          try ask(slots, actions, &state)
          try awaitAnswers(slots, &state)
          for process in state.slots.indices where !state.slots[process].isEmpty {
            apply(process, slots, actions, &state)
          }
          return
        } catch {
          fail(error, &state)
        }
      }
      standStill(slots)
    }
  }

  private func ask(
    _ slots: EpisodeSlots<PythonEpisode>, _ actions: UnsafeBufferPointer<Float>, _ state: inout State
  ) throws {
    state.mostInstances = max(state.mostInstances, 2 * slots.count)
    state.frames += 1
    if state.seeds.count != slots.count { state.seeds = [UInt32](repeating: 0, count: slots.count) }
    for process in state.slots.indices { state.slots[process].removeAll(keepingCapacity: true) }
    for slot in 0..<slots.count {
      let instance = try stand(at: &slots.states[slot], &state)
      state.instances[instance].lastUse = state.frames
      state.instances[instance].serial += 1
      state.slots[state.instances[instance].worker].append(slot)
      var stream = slots.stream(of: slot, episode: slots.episodes[slot] &+ 1)
      state.seeds[slot] = Self.seed(&stream)
    }
    let rowSize = slots.actionRowSize
    for process in state.slots.indices where !state.slots[process].isEmpty {
      let own = state.slots[process]
      var payload = state.payloads[process]
      state.payloads[process] = []
      payload.removeAll(keepingCapacity: true)
      PythonFrame.append(UInt32(own.count), to: &payload)
      for slot in own { PythonFrame.append(UInt32(slots.states[slot].lease!.instance), to: &payload) }
      for slot in own { PythonFrame.append(state.seeds[slot], to: &payload) }
      for slot in own { PythonFrame.append(mode(of: slot, slots).rawValue, to: &payload) }
      for slot in own {
        PythonFrame.append(actions.span.extracting(slot * rowSize..<(slot + 1) * rowSize), to: &payload)
      }
      let worker = try self.process(process, &state)
      do throws(PythonTrouble) { try worker.send(.step, payload, seconds: settings.timeout) } catch {
        throw PythonFailure(trouble: error, process: process, task: "a step")
      }
      state.payloads[process] = payload
    }
  }

  private func mode(of slot: Int, _ slots: EpisodeSlots<PythonEpisode>) -> PythonFrame.Mode {
    if slots.states[slot].ending != .none { return .reset }
    return slots.steps[slot] &+ 1 >= slots.maximumEpisodeSteps ? .stepToLimit : .stepAndReset
  }

  private func awaitAnswers(_ slots: EpisodeSlots<PythonEpisode>, _ state: inout State) throws {
    for process in state.slots.indices where !state.slots[process].isEmpty {
      guard let worker = state.workers[process] else { continue }
      do throws(PythonTrouble) { try worker.receive(.step, seconds: settings.timeout) } catch {
        throw PythonFailure(trouble: error, process: process, task: "a step")
      }
    }
    for process in state.slots.indices where !state.slots[process].isEmpty {
      guard let answer = state.workers[process]?.answer else { continue }
      let own = state.slots[process]
      try expect(max(answer.count / description.stride, own.count), in: answer)
      // A first record of the episode that follows, for each that ends.
      let ends = answer.withUnsafeBytes { bytes in
        own.indices.count { index in
          guard slots.states[own[index]].ending == .none else { return false }
          let result = record(index, of: bytes)
          return result.terminated || result.truncated || mode(of: own[index], slots) == .stepToLimit
        }
      }
      try expect(own.count + ends, in: answer)
    }
  }

  /// Writes what a process has answered into its slots.
  private func apply(
    _ process: Int, _ slots: EpisodeSlots<PythonEpisode>, _ actions: UnsafeBufferPointer<Float>, _ state: inout State
  ) {
    guard let worker = state.workers[process] else { return }
    let own = state.slots[process]
    let (rowSize, size) = (slots.actionRowSize, slots.observationSize)
    worker.answer.withUnsafeBytes { bytes in
      var next = own.count
      for (index, slot) in own.enumerated() {
        let result = record(index, of: bytes)
        let wasOver = slots.states[slot].ending
        let terminated = wasOver == .none ? result.terminated : wasOver == .terminated
        let broken = wasOver == .none ? result.truncated : wasOver == .truncated
        slots.steps[slot] &+= 1
        let truncated = !terminated && (broken || slots.steps[slot] >= slots.maximumEpisodeSteps)
        slots.rewards[slot] = wasOver == .none ? Float(result.reward) : 0
        slots.terminated[slot] = terminated
        slots.truncated[slot] = truncated
        if wasOver == .none {
          slots.withFinalObservation(of: slot) { _ = description.write(result.observation, into: &$0) }
        }
        if terminated || truncated {
          let first = wasOver == .none ? record(next, of: bytes) : result
          if wasOver == .none { next += 1 }
          begin(first, slot, slots, &state)
        } else {
          let now = slots.observations + slot * size
          let last = slots.finalObservations + slot * size
          for component in 0..<size { now[component] = last[component] }
          slots.states[slot].show(result)
          slots.states[slot].actions.append(contentsOf: actions[slot * rowSize..<(slot + 1) * rowSize])
        }
        slots.states[slot].serial = state.instances[slots.states[slot].lease!.instance].serial
      }
    }
  }

  private func begin(
    _ record: PythonRecord, _ slot: Int, _ slots: EpisodeSlots<PythonEpisode>, _ state: inout State
  ) {
    let lease = slots.states[slot].lease
    slots.episodes[slot] &+= 1
    slots.steps[slot] = 0
    slots.streams[slot] = slots.stream(of: slot, episode: slots.episodes[slot])
    slots.states[slot] = blank(Self.seed(&slots.streams[slot]))
    slots.states[slot].lease = lease
    slots.states[slot].show(record)
    slots.withObservation(of: slot) { _ = description.write(record.observation, into: &$0) }
  }

  /// A step of an environment that has failed: the last observation again, no reward, and time limits as ever.
  private func standStill(_ slots: EpisodeSlots<PythonEpisode>) {
    let size = slots.observationSize
    for slot in 0..<slots.count {
      slots.steps[slot] &+= 1
      slots.rewards[slot] = 0
      slots.terminated[slot] = false
      slots.truncated[slot] = slots.steps[slot] >= slots.maximumEpisodeSteps
      for component in 0..<size {
        slots.finalObservations[slot * size + component] = slots.observations[slot * size + component]
      }
      if slots.truncated[slot] {
        slots.episodes[slot] &+= 1
        slots.steps[slot] = 0
        slots.streams[slot] = slots.stream(of: slot, episode: slots.episodes[slot])
        _ = Self.seed(&slots.streams[slot])
      }
    }
  }
}
