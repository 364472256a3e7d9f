import Foundation
import RunFixtures
import Runs
import Testing

@Suite("A run's record as numbers")
struct RunMeasurementTests {
  @Test("a batch of predictions stands at the answers that the model had learned from: none before the first training")
  func batches() throws {
    try withTemporaryDirectory { parent in
      func asked(_ query: Int, _ iteration: Int, _ predicted: Double?, _ answer: String) -> [LedgerEvent] {
        MadeRun.compared(query, in: iteration, predicted: predicted, answer: answer)
      }
      let events = [
        // One right, one wrong.
        asked(0, 0, 0.8, "first"), asked(1, 0, 0.3, "first"), MadeRun.trained(0),
        // A tie has no right side, and a model at one half takes none.
        asked(2, 1, 0.6, "tie"), asked(3, 1, 0.5, "second"), MadeRun.trained(1),
        // What was not predicted is no batch.
        asked(4, 2, nil, "second"), MadeRun.trained(2),
        asked(5, 3, 0.2, "second"), asked(6, 3, 0.4, "second"), asked(7, 3, 0.9, "second"), MadeRun.trained(3),
      ]
      let record = try MadeRun.record(Array(events.joined()), in: parent + "/run")
      #expect(record.iterations.map(\.answers) == [2, 4, 5, 8])
      // Of clear answers about which the model said anything but one half.
      let accuracies: [Double?] = [0.5, nil, nil, 2.0 / 3]
      #expect(record.iterations.map(\.predictionAccuracy) == accuracies)
      let batches = RunMeasurements(record).batches
      #expect(batches.map(\.answersBefore) == [0, 5])
      #expect(batches.map(\.correct) == [1, 2])
      #expect(batches.map(\.count) == [2, 3])
    }
  }

  @Test("the curve is that of the training's episodes where nothing was evaluated, and leaves out what is not finite")
  func curve() throws {
    try withTemporaryDirectory { parent in
      let events = [
        MadeRun.trained(0, agentSteps: 100, returns: [1, 3]), MadeRun.trained(1, agentSteps: 200),
        MadeRun.trained(2, agentSteps: 300, returns: [.infinity]), MadeRun.trained(3, agentSteps: 400, returns: [5]),
      ]
      let record = try MadeRun.record(Array(events.joined()), in: parent + "/run")
      let measured = RunMeasurements(record)
      #expect(!measured.isEvaluated && !measured.isRejudged)
      #expect(measured.curve.steps == [100, 400])
      #expect(measured.curve.actual == [2, 5])
      #expect(measured.curve.predicted == [0.5, 0.5] && measured.batches.isEmpty)
      // Of the two returns 1 and 3 Student's interval reaches 12.706; of one alone nothing is known.
      #expect(measured.actualReach.count == 2 && measured.actualReach[1] == nil)
      let reach: Double = measured.actualReach[0] ?? 0
      #expect(abs(reach - 12.7062) < 1e-3)
    }
  }
}
