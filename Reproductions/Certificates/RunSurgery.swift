import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Runs

/// Changes to a finished run's files by somebody who knows how they hang together, and leaves no seam that he knows of.
struct RunSurgery {
  let directory: String
  private var layout: RunLayout { RunLayout(directory) }

  /// The ledger with other events; what is left out takes no segments with it.
  func rewriteLedger(_ change: (inout [LedgerEntry]) throws -> Void) throws {
    var entries: [LedgerEntry] = []
    do {
      let ledger = try Ledger(reading: layout.ledger)
      var (segment, counts) = (0, try segmentCounts(ledger))
      for row in try ledger.entries() {
        let count = counts.removeValue(forKey: row.sequence) ?? 0
        entries.append(
          LedgerEntry(row.event, step: row.step, segments: try ledger.segments(Array(segment..<segment + count))))
        segment += count
      }
    }
    try change(&entries)
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: layout.ledger + suffix) {
      try FileManager.default.removeItem(atPath: layout.ledger + suffix)
    }
    try Ledger(path: layout.ledger, clock: { 0 }).append(entries)
  }

  /// How many segments each event brought, by its number.
  private func segmentCounts(_ ledger: Ledger) throws -> [Int: Int] {
    struct Line: Decodable { var segment: Int?, sequence: Int }
    var counts: [Int: Int] = [:]
    for line in try ledger.export().split(separator: "\n") where line.hasPrefix("{\"segment\"") {
      counts[try JSONDecoder().decode(Line.self, from: Data(line.utf8)).sequence, default: 0] += 1
    }
    return counts
  }

  /// Each comparison's answer, as somebody else would have it; the rest stays.
  func rewriteAnswers(_ change: (ComparisonAnswered) -> ComparisonAnswered) throws {
    try rewriteLedger { entries in
      for index in entries.indices {
        guard case .comparisonAnswered(let given) = entries[index].event else { continue }
        entries[index].event = .comparisonAnswered(change(given))
      }
    }
  }

  /// File and ledger say that the run was started with these settings.
  func restate(_ settings: ResolvedSettings) throws {
    let yaml = settings.yaml(header: "A run of Pactolus in \(settings.settings.run.environment).")
    try Data(yaml.utf8).write(to: URL(fileURLWithPath: layout.settings))
    try rewriteLedger { entries in
      guard case .runStarted(var started) = entries[0].event else { return }
      started.settings = settings.settings.values
      entries[0].event = .runStarted(started)
    }
  }

  /// The newest checkpoint with another content, its checksum and the ledger's made to fit.
  ///
  /// - Parameter change: of the checkpoint; it is given the one before too.
  func rewriteCheckpoint(_ change: (inout Checkpoint, Checkpoint) throws -> Void) throws {
    let iterations = try Checkpoint.iterations(in: layout)
    guard let last = iterations.last, let before = iterations.dropLast().last else {
      throw InputError("the run has not two checkpoints", at: directory)
    }
    let place = Checkpoint.path(last, in: layout)
    var checkpoint = try Checkpoint(directory: place)
    try change(&checkpoint, try Checkpoint(directory: Checkpoint.path(before, in: layout)))
    let (files, checksum) = try checkpoint.encoded()
    for file in files { try file.data.write(to: URL(fileURLWithPath: place + "/" + file.name)) }
    try rewriteLedger { entries in
      for index in entries.indices {
        guard case .checkpointWritten(var written) = entries[index].event, written.iteration == last else { continue }
        written.weights = checksum
        entries[index].event = .checkpointWritten(written)
      }
    }
  }

  /// The last evaluation as the checkpoint that is there does it, in episodes of this source; and what its reward makes of
  /// all clips.
  func evaluateAgain(_ source: String) throws {
    let run = try TrainedRun(directory: directory)
    let specification = run.entry.specification
    func predicted(_ trajectory: Trajectory) -> Double {
      run.reward.rewards(of: trajectory, specification: specification).reduce(0) { $0 + Double($1) }
    }
    try rewriteLedger { entries in
      let clips = entries.flatMap(\.segments).map { predicted($0.trajectory) }
      for index in entries.indices {
        switch entries[index].event {
        case .evaluated(var evaluated) where evaluated.final:
          let count = evaluated.trueReturns.count
          let player = EpisodePlayer(
            entry: run.entry, policy: run.policy, slots: min(count, 32),
            seed: RandomSource(seed: UInt64(run.settings.run.seed)), source: source,
            sourceIndex: source == AgentExperience.source ? 0 : evaluated.iteration, manner: .deterministic)
          let played = try player.play(.episodes(count)).trajectories.map(\.trajectory)
          evaluated.trueReturns = played.map(\.trueReturn)
          evaluated.predictedReturns = played.map(predicted)
          evaluated.lengths = played.map(\.count)
          entries[index].event = .evaluated(evaluated)
        case .segmentsJudged: entries[index].event = .segmentsJudged(SegmentsJudged(predictedReturns: clips))
        default: break
        }
      }
    }
  }
}

extension Checkpoint {
  /// Changes the parameters of each member of the reward model.
  mutating func changeReward(_ change: (inout ArraySlice<Float>, NetworkShape) -> Void) throws {
    let model = try RewardModel(TensorSnapshot(tensors: tensors(of: "reward"), json: try part("reward")))
    let count = model.network.shape.parameterCount
    for index in tensors.indices where tensors[index].name == "reward.reward/parameters" {
      for member in 0..<model.members {
        var own = tensors[index].values[member * count..<(member + 1) * count]
        change(&own, model.network.shape)
        tensors[index].values.replaceSubrange(member * count..<(member + 1) * count, with: own)
      }
    }
  }
}
