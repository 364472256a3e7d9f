import Agents
import Compute
import Environments
import Feedback
import Files
import Foundation
import Rewards

extension LearnRun {
  /// Records the state, and writes it if a checkpoint is due.
  func checkpoint(_ iteration: Int) throws {
    unwritten = try snapshot(iteration)
    guard isPlanned(iteration) else { return }
    try write(iteration)
  }

  /// A run that was killed between writing a checkpoint and recording it records it now.
  func finishWritingCheckpoint() throws {
    guard nextIteration > 0, isPlanned(nextIteration - 1) else { return }
    let checkpoint = try Checkpoint(directory: Checkpoint.path(nextIteration - 1, in: layout))
    guard checkpoint.ledgerPosition == ledger.position else { return }
    try announce(nextIteration - 1, weights: try checkpoint.encoded().checksum)
  }

  private func isPlanned(_ iteration: Int) -> Bool {
    (iteration + 1) % settings.run.checkpointEvery == 0 || isLast(iteration)
  }

  private func write(_ iteration: Int) throws {
    guard let checkpoint = unwritten else { return }
    try beforeCheckpoint?()
    try lock.checkPlace(layout)
    try ledger.flush()
    try metrics.synchronize()
    let checksum = try checkpoint.write(into: layout, keeping: settings.run.checkpointsKept)
    unwritten = nil
    try announce(iteration, weights: checksum)
  }

  private func announce(_ iteration: Int, weights: String) throws {
    let written = CheckpointWritten(iteration: iteration, weights: weights)
    try ledger.append([LedgerEntry(.checkpointWritten(written), step: counters.allSteps)], durable: false)
  }

  private func snapshot(_ iteration: Int) throws -> Checkpoint {
    let agent = try learner.snapshot()
    let reward = try model.snapshot()
    let training = try trainer.snapshot()
    var tensors = agent.tensors.map { NamedTensor("agent." + $0.name, shape: $0.shape, values: $0.values) }
    tensors += reward.tensors.map { NamedTensor("reward." + $0.name, shape: $0.shape, values: $0.values) }
    tensors += training.tensors.map { NamedTensor("trainer." + $0.name, shape: $0.shape, values: $0.values) }
    var blobs = ["experience": experience.encoded()]
    var texts = [
      "agent": String(decoding: agent.state, as: UTF8.self), "reward": String(decoding: reward.json, as: UTF8.self),
      "trainer": String(decoding: training.json, as: UTF8.self),
      "batch": String(decoding: try batch.snapshot(), as: UTF8.self),
    ]
    texts.merge(try answering.state()) { $1 }
    if !takenQueries.isEmpty { texts["live"] = try CanonicalJSON.encode(takenQueries) }
    if !surroundings.isEmpty {
      tensors.append(surroundings.tensor)
      texts["surroundings"] = try CanonicalJSON.encode(surroundings.index)
    }
    if let normalized { texts["normalized"] = try CanonicalJSON.encode(normalized.statistics) }
    if let kept {
      tensors += kept.agent.tensors.map { NamedTensor("kept." + $0.name, shape: $0.shape, values: $0.values) }
      texts["kept"] = String(decoding: kept.agent.state, as: UTF8.self)
      texts["keptAt"] = try CanonicalJSON.encode(kept.moment)
      blobs["keptEpisodes"] = kept.episodes.encoded()
    }
    if let units = cautious?.units { texts["cautionUnits"] = try CanonicalJSON.encode(units) }
    if let cautionReference { texts["cautionReference"] = cautionReference.fingerprint }
    if let fallback { texts["cautionFallback"] = fallback.fingerprint }
    try compared?.store(&tensors, &texts)
    if let angled { texts["angled"] = try CanonicalJSON.encode(angled) }
    return Checkpoint(
      iteration: iteration, ledgerPosition: ledger.position, metricsBytes: metrics.byteCount, counters: counters,
      tensors: tensors, texts: texts, blobs: blobs)
  }

  /// Puts everything back as it was at the end of the checkpoint's iteration.
  func restore(_ checkpoint: Checkpoint) throws {
    let place = Checkpoint.path(checkpoint.iteration, in: layout)
    try checkReferences(checkpoint)
    do {
      try learner.restore(checkpoint.agent)
      model = try RewardModel(checkpoint.reward)
      evaluator.model = model
      try trainer.restore(
        TensorSnapshot(tensors: checkpoint.tensors(of: "trainer"), json: try checkpoint.part("trainer")))
      try batch.restore(try checkpoint.part("batch"))
      experience = try AgentExperience(
        decoding: try checkpoint.part("experience"), episodes: settings.feedback.episodes)
      if checkpoint.texts["surroundings"] != nil {
        surroundings = try SegmentSurroundings(
          width: model.encoding.width,
          index: try decode(SegmentSurroundings.Index.self, checkpoint, "surroundings"),
          tensors: checkpoint.tensors(of: "surroundings"))
      }
      kept = try checkpoint.kept()
      compared = try ComparedPolicies(checkpoint)
      if checkpoint.texts["angled"] != nil { angled = try decode(AngleStopping.self, checkpoint, "angled") }
      if checkpoint.texts["cautionUnits"] != nil {
        cautious?.units = try decode(MemberUnits.self, checkpoint, "cautionUnits")
      }
      try answering.restore(checkpoint.texts)
      if checkpoint.texts["live"] != nil { takenQueries = try decode([Int: Int].self, checkpoint, "live") }
      if let normalized { normalized.statistics = try decode(RunningNormalizer.self, checkpoint, "normalized") }
    } catch var error as InputError {
      error.problem = "the checkpoint does not fit this run: \(error.problem)"
      error.place = place
      error.remedy = "remove this checkpoint's directory to go on from the one before"
      throw error
    }
    counters = checkpoint.counters
    try readAnswers(before: checkpoint.ledgerPosition)
    forgetWithdrawn()
    try ledger.rewind(to: checkpoint.ledgerPosition)
    try metrics.truncate(to: checkpoint.metricsBytes)
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ checkpoint: Checkpoint, _ name: String) throws -> Value {
    let text = String(decoding: try checkpoint.part(name), as: UTF8.self)
    do {
      return try CanonicalJSON.decode(type, from: text)
    } catch {
      throw InputError("its part '\(name)' cannot be read")
    }
  }

  /// The answers are not in the checkpoint: the ledger has them.
  private func readAnswers(before position: Int) throws {
    for answer in try ledger.answers(before: position) where !answer.forEvaluation {
      let query = answer.record.number
      try answered.append(
        query, answer.record.choices(in: world, kinds: feedback),
        surroundings: surroundings.of(answer.record.question.clips, query: query))
    }
    for row in try ledger.entries(before: position) {
      if case .answerTakenBack(let taken) = row.event { answered.withdraw(taken.query) }
    }
  }
}

extension Checkpoint {
  var agent: AgentSnapshot {
    get throws {
      AgentSnapshot(
        tensors: tensors(of: "agent").map { .init(name: $0.name, shape: $0.shape, values: $0.values) },
        state: try part("agent"))
    }
  }

  var reward: TensorSnapshot {
    get throws { TensorSnapshot(tensors: tensors(of: "reward"), json: try part("reward")) }
  }
}
