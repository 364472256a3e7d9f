import Compute
import Feedback
import Foundation
import Runs

/// A run so small that it can be stopped everywhere: four iterations, an ensemble of two, a person who sometimes ties.
package enum TinyRun {
  package static func settings(_ more: [String: String] = [:]) throws -> ResolvedSettings {
    var flags = [
      "run.environment": "pactolus/Pendulum-v1", "run.preset": "none", "run.steps": "240", "run.iterations": "3",
      "run.seed": "5", "ppo.environments": "2", "ppo.stepsPerRollout": "35", "ppo.minibatchSize": "35",
      "ppo.epochs": "2", "ppo.hidden": "[6]", "ppo.normalizeFeatures": "true", "reward.hidden": "[5]",
      "reward.members": "2", "reward.epochs": "2", "reward.initialEpochMultiplier": "3", "reward.batch": "4",
      "reward.heldOutShare": "0.2", "reward.normalizeForAgent": "true", "feedback.comparisons": "13",
      "feedback.initialShare": "0.3", "feedback.segmentLength": "10", "feedback.selection": "disagreement-logit",
      "feedback.candidates": "3", "person.kind": "equal", "person.equalShare": "0.5", "evaluation.episodes": "2",
      "evaluation.finalEpisodes": "3", "evaluation.clips": "1",
    ]
    flags.merge(more) { $1 }
    return try ResolvedSettings(flags: flags)
  }

  package static let clock = RunClock(wallTime: { 7 }, monotonic: { 0 })

  package static func create(
    _ directory: String, _ more: [String: String] = [:], kinds: FeedbackRegistry = .standard
  ) throws -> LearnRun {
    try LearnRun.create(directory: directory, settings: settings(more), kinds: kinds, clock: clock)
  }

  package static func resume(_ directory: String, kinds: FeedbackRegistry = .standard) throws -> LearnRun {
    try LearnRun.resume(directory: directory, kinds: kinds, clock: clock)
  }

  /// Everything that equal runs have in common, byte for byte.
  package struct Remains: Equatable {
    package var ledger: String
    package var files: [String: Data]

    /// The last checkpoint and the metrics.
    package var final: [String: Data] { files.filter { $0.key.contains("000003") || $0.key.contains("metrics") } }

    package init(_ directory: String) throws {
      let layout = RunLayout(directory)
      ledger = try Ledger(path: layout.ledger, clock: { 0 }).export()
      files = [:]
      for folder in [layout.checkpoints, layout.metrics] {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
          guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
          files[(folder as NSString).lastPathComponent + "/" + name] = data
        }
      }
    }
  }

  /// A whole run, undisturbed.
  package static func reference(
    _ more: [String: String] = [:], kinds: FeedbackRegistry = .standard
  ) throws -> Remains {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try create(directory, more, kinds: kinds).run()
      return try Remains(directory)
    }
  }
}

/// What a test throws where kill -9 would strike.
package struct Killed: Error {
  package init() {}
}
