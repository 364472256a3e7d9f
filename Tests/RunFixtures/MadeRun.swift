import Compute
import Environments
import Feedback
import Foundation
import Runs

/// A run that never was, event by event: for numbers that are right by hand.
package enum MadeRun {
  /// Writes the ledger of a run with these events after its start, and reads it.
  ///
  /// - Parameter segments: the true return of each stored segment.
  package static func record(
    _ events: [LedgerEvent], segments: [Float] = [], in directory: String
  ) throws -> RunRecord {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    do {
      let ledger = try Ledger(path: RunLayout(directory).ledger, clock: { 0 })
      let start = LedgerEvent.runStarted(
        RunStarted(settings: ["run.environment": "made/Up-v0", "run.seed": "1"], arithmetic: "none", format: 1))
      try ledger.append(
        [LedgerEntry(start, step: 0, segments: segments.map(segment))] + events.map { LedgerEntry($0, step: 0) })
    }
    return try RunRecord(directory: directory)
  }

  /// One step that pays this.
  private static func segment(_ reward: Float) -> StoredSegment {
    StoredSegment(
      Trajectory(
        observationSize: 1, actionRowSize: 1, observations: [0, 0], actions: [0], rewards: [reward], terminated: false,
        truncated: false, start: nil),
      leadingActions: [], source: "", sourceIndex: 0)
  }

  /// A comparison of two segments and its answer.
  package static func compared(
    _ query: Int, in iteration: Int, predicted: Double?, answer: String, first: Int = 0, second: Int = 1
  ) -> [LedgerEvent] {
    [
      .comparisonAsked(
        ComparisonAsked(
          iteration: iteration, query: query, first: first, second: second, predicted: predicted, disagreement: nil)),
      .comparisonAnswered(ComparisonAnswered(query: query, answer: answer, person: "Ada")),
    ]
  }

  /// The training after a round's answers, and what the agent then did.
  package static func trained(_ iteration: Int, agentSteps: Int? = nil, returns: [Double] = []) -> [LedgerEvent] {
    let reward = LedgerEvent.rewardTrained(
      RewardTrained(
        iteration: iteration, comparisons: 1, epochs: 1, loss: 0.5, accuracy: nil, heldOutLoss: nil,
        heldOutAccuracy: nil))
    guard let agentSteps else { return [reward] }
    return [
      reward,
      .agentTrained(
        AgentTrained(
          iteration: iteration, agentSteps: agentSteps, allSteps: agentSteps, trueReturns: returns,
          meanPredictedReward: 0.5, statistics: [:])),
    ]
  }
}
