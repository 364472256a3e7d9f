import Compute

/// A failure of one of the processes, with which it was and what it was asked for.
struct PythonFailure: Error {
  var trouble: PythonTrouble
  var process: Int
  var task: String
}

extension PythonWorkers {
  /// The process of this number, started if it was not yet.
  func process(_ number: Int, _ state: inout State) throws -> PythonWorker {
    if let worker = state.workers[number] { return worker }
    let (worker, told) = try Self.start(definition, settings)
    guard told == description else {
      throw InputError(
        "'\(definition.name)' has other spaces each time it is made", remedy: "make the same environment at each call")
    }
    state.workers[number] = worker
    return worker
  }

  /// Sends one frame to one process and waits for the answer.
  func exchange(
    _ operation: PythonFrame.Operation, _ payload: [UInt8], process number: Int, _ state: inout State, task: String,
    seconds: Double
  ) throws -> [UInt8] {
    let worker = try process(number, &state)
    do throws(PythonTrouble) {
      try worker.send(operation, payload, seconds: seconds)
      try worker.receive(operation, seconds: seconds)
    } catch {
      throw PythonFailure(trouble: error, process: number, task: task)
    }
    return worker.answer
  }

  /// A free instance, on the process that has the fewest in use, for a new claim.
  func claim(_ state: inout State) -> PythonLease {
    for (instance, claim) in takeReleased() where state.instances[instance].claim == claim {
      state.instances[instance].claim = 0
    }
    var loads = [Int](repeating: 0, count: state.workers.count)
    for instance in state.instances where instance.claim != 0 { loads[instance.worker] += 1 }
    let worker = loads.indices.min { loads[$0] < loads[$1] } ?? 0
    let chosen: Int
    if let free = state.instances.firstIndex(where: { $0.claim == 0 && $0.worker == worker }) {
      chosen = free
    } else if state.instances.count < state.mostInstances {
      chosen = state.instances.count
      state.instances.append(Instance(worker: worker))
    } else {
      chosen = state.instances.indices.min { state.instances[$0].lastUse < state.instances[$1].lastUse } ?? 0
    }
    state.claims += 1
    state.instances[chosen].claim = state.claims
    return PythonLease(instance: chosen, claim: state.claims, workers: self)
  }

  /// The instance that stands at this state: its own if that went nowhere else, else one that plays the episode again.
  ///
  /// Where the second course differs from the first, that is recorded, and the state ends if the course did.
  func stand(at episode: inout PythonEpisode, _ state: inout State) throws -> Int {
    if let lease = episode.lease {
      let instance = state.instances[lease.instance]
      if instance.claim == lease.claim, instance.serial == episode.serial { return lease.instance }
    }
    let lease = claim(&state)
    var payload: [UInt8] = []
    let steps = episode.actions.count / description.rowSize
    for number in [UInt32(lease.instance), episode.seed, UInt32(steps)] { PythonFrame.append(number, to: &payload) }
    PythonFrame.append(episode.actions.span, to: &payload)
    let answer = try exchange(
      .replay, payload, process: state.instances[lease.instance].worker, &state, task: "playing an episode again",
      seconds: settings.timeout * (1 + Double(steps) / 100))
    try expect(1, in: answer)
    answer.withUnsafeBytes { bytes in
      let record = record(0, of: bytes)
      compare(record, with: episode, steps: steps, &state)
      if record.terminated { episode.ending = .terminated } else if record.truncated { episode.ending = .truncated }
    }
    state.instances[lease.instance].serial += 1
    episode.serial = state.instances[lease.instance].serial
    episode.lease = lease
    return lease.instance
  }

  private func compare(_ record: PythonRecord, with episode: PythonEpisode, steps: Int, _ state: inout State) {
    if case .broken = state.repeatability { return }
    guard record.digest == episode.digest else {
      let differs = record.observation.elementsEqual(episode.observation) ? "on the way" : "at the end"
      state.repeatability = .broken(
        "an episode of \(steps) steps, reset with seed \(episode.seed) and given the same actions, showed something else "
          + differs)
      return
    }
    if case .held(let episodes) = state.repeatability {
      state.repeatability = .held(episodes: episodes + 1)
    } else {
      state.repeatability = .held(episodes: 1)
    }
  }

  /// Record `index` of an answer.
  func record(_ index: Int, of bytes: UnsafeRawBufferPointer) -> PythonRecord {
    PythonRecord(bytes, index: index, stride: description.stride, size: description.observationBytes)
  }

  /// Refuses an answer that has not this many records, or numbers in them that are none.
  func expect(_ count: Int, in answer: [UInt8]) throws {
    guard answer.count == count * description.stride else {
      throw PythonFailure(
        trouble: .confused("\(answer.count) bytes where \(count * description.stride) were due"), process: 0,
        task: "an answer")
    }
    try answer.withUnsafeBytes { bytes in
      for index in 0..<count {
        let record = record(index, of: bytes)
        guard record.reward.isFinite else {
          throw InputError(
            "'\(definition.name)' returned the reward \(record.reward)", remedy: "rewards must be finite numbers")
        }
        if let component = description.fault(in: record.observation) {
          let value = Float(bitPattern: PythonFrame.number(record.observation, at: 4 * component))
          let name = description.names?[component] ?? "component \(component)"
          throw InputError(
            "'\(definition.name)' returned an observation with \(value) as '\(name)'",
            remedy: "observations must be finite numbers")
        }
      }
    }
  }

  /// Keeps what went wrong and ends the processes; from now on nothing moves.
  func fail(_ error: any Error, _ state: inout State) {
    guard state.failure == nil else { return }
    let explain = PythonExplanation(definition: definition, settings: settings)
    switch error {
    case let failure as PythonFailure:
      let lines = state.workers[failure.process]?.lastLines(12) ?? []
      state.failure = explain.error(failure.trouble, lines: lines, during: failure.task)
    case let error as InputError: state.failure = error
    default: state.failure = InputError("'\(definition.name)' has failed: \(error)")
    }
    for worker in state.workers { worker?.end() }
    state.workers = [PythonWorker?](repeating: nil, count: state.workers.count)
  }
}
