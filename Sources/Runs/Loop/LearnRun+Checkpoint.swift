import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

extension LearnRun {
  /// Takes the state down, and writes it if its turn has come.
  func checkpoint(_ iteration: Int) throws {
    unwritten = try snapshot(iteration)
    guard isPlanned(iteration) else { return }
    try write(iteration)
  }

  /// A run that was killed between writing a checkpoint and saying so says so now.
  func finishWritingCheckpoint() throws {
    guard nextIteration > 0, isPlanned(nextIteration - 1) else { return }
    let checkpoint = try Checkpoint(directory: Checkpoint.path(nextIteration - 1, in: layout))
    guard checkpoint.ledgerPosition == ledger.position else { return }
    try announce(nextIteration - 1, weights: try checkpoint.encoded().checksum)
  }

  private func isPlanned(_ iteration: Int) -> Bool {
    (iteration + 1) % settings.run.checkpointEvery == 0 || iteration == settings.run.iterations
  }

  private func write(_ iteration: Int) throws {
    guard let checkpoint = unwritten else { return }
    try beforeCheckpoint?()
    try ledger.flush()
    try metrics.synchronize()
    let checksum = try checkpoint.write(into: layout)
    unwritten = nil
    try announce(iteration, weights: checksum)
  }

  private func announce(_ iteration: Int, weights: String) throws {
    let written = CheckpointWritten(iteration: iteration, weights: weights)
    try ledger.append([LedgerEntry(.checkpointWritten(written), step: counters.allSteps)], durable: false)
  }

  private func snapshot(_ iteration: Int) throws -> Checkpoint {
    let agent = try ppo.snapshot()
    let reward = try model.snapshot()
    let training = try trainer.snapshot()
    var tensors = agent.tensors.map { NamedTensor("agent." + $0.name, shape: $0.shape, values: $0.values) }
    tensors += reward.tensors.map { NamedTensor("reward." + $0.name, shape: $0.shape, values: $0.values) }
    tensors += training.tensors.map { NamedTensor("trainer." + $0.name, shape: $0.shape, values: $0.values) }
    var texts = [
      "agent": String(decoding: agent.state, as: UTF8.self), "reward": String(decoding: reward.json, as: UTF8.self),
      "trainer": String(decoding: training.json, as: UTF8.self),
      "batch": String(decoding: try batch.snapshot(), as: UTF8.self),
      "recentReturns": try CanonicalJSON.encode(recentReturns),
    ]
    if !judge.judgesByTruth { texts["judged"] = try CanonicalJSON.encode(judge.sums) }
    if settings.person.isRemembered { texts["people"] = try CanonicalJSON.encode(people) }
    if live != nil { texts["live"] = try CanonicalJSON.encode(liveQueries) }
    if let normalized { texts["normalized"] = try CanonicalJSON.encode(normalized.statistics) }
    return Checkpoint(
      iteration: iteration, ledgerPosition: ledger.position, metricsBytes: metrics.byteCount, counters: counters,
      tensors: tensors, texts: texts, blobs: ["experience": experience.encoded()])
  }

  /// Puts everything back as it was at the end of the checkpoint's iteration.
  func restore(_ checkpoint: Checkpoint) throws {
    let place = Checkpoint.path(checkpoint.iteration, in: layout)
    do {
      try ppo.restore(checkpoint.agent)
      model = try RewardModel(checkpoint.reward)
      evaluator.model = model
      try trainer.restore(
        TensorSnapshot(tensors: checkpoint.tensors(of: "trainer"), json: try checkpoint.part("trainer")))
      try batch.restore(try checkpoint.part("batch"))
      experience = try AgentExperience(decoding: try checkpoint.part("experience"))
      recentReturns = try decode([Double].self, checkpoint, "recentReturns")
      if !judge.judgesByTruth { judge.restore(sums: try decode([Int: Double].self, checkpoint, "judged")) }
      if settings.person.isRemembered { people = try decode(People.self, checkpoint, "people") }
      if live != nil { liveQueries = try decode([Int: Int].self, checkpoint, "live") }
      if let normalized { normalized.statistics = try decode(RunningNormalizer.self, checkpoint, "normalized") }
    } catch var error as InputError {
      error.problem = "the checkpoint does not fit this run: \(error.problem)"
      error.place = place
      error.remedy = "remove this checkpoint's directory to go on from the one before"
      throw error
    }
    counters = checkpoint.counters
    try readAnswers(before: checkpoint.ledgerPosition)
    forgetDeferred()
    try ledger.rewind(to: checkpoint.ledgerPosition)
    try metrics.truncate(to: checkpoint.metricsBytes)
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ checkpoint: Checkpoint, _ name: String) throws -> Value {
    let text = String(decoding: try checkpoint.part(name), as: UTF8.self)
    guard let value = try? CanonicalJSON.decode(type, from: text) else {
      throw InputError("its part '\(name)' cannot be read")
    }
    return value
  }

  /// The answers are not in the checkpoint: the ledger has them.
  private func readAnswers(before position: Int) throws {
    var asked: [Int: (Int, Int)] = [:]
    var apart: Set<Int> = []
    var questions: [Int: FeedbackAsked] = [:]
    for row in try ledger.entries(before: position) {
      switch row.event {
      case .queryAsked(let query):
        asked[query.query] = (query.first, query.second)
        if query.forEvaluation == true { apart.insert(query.query) }
      case .answerGiven(let given):
        guard let (first, second) = asked[given.query], let answer = ComparisonAnswer(rawValue: given.answer) else {
          throw InputError("event \(row.sequence) answers no known question", at: ledger.path)
        }
        guard !apart.contains(given.query) else { continue }
        let segments = try ledger.segments([first, second]).map(\.trajectory)
        try learn(given.query, Comparison(first: segments[0], second: segments[1]), answer, strongly: given.strongly)
      case .feedbackAsked(let question): questions[question.query] = question
      case .feedbackGiven(let given):
        guard let question = questions[given.query] else {
          throw InputError("event \(row.sequence) answers no known question", at: ledger.path)
        }
        try answered.append(given.query, ledger.record(question, given).choices(in: world))
      case .answerTakenBack(let taken): answered.withdraw(taken.query)
      default: break
      }
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
