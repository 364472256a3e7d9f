import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("What is not known of a run's reward where its agent goes", .serialized)
struct UncertaintyEvaluationTests {
  private static let asked = ["feedback.comparisons": "60", "person.kind": "oracle", "feedback.selection": "random"]

  /// Episodes of 200 steps in clips of 10.
  @Test("every clip of the episodes is looked at; means, shares and the most of each follow from the library's numbers")
  func numbers() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run", Self.asked).run()
      let plain = try RunEvaluation(directory: parent + "/run", episodes: 4, seed: 2)
      let evaluation = try RunEvaluation(directory: parent + "/run", episodes: 4, seed: 2, uncertainty: true)
      #expect(plain.uncertainty == nil && evaluation.trueReturns == plain.trueReturns)
      let uncertainty = try #require(evaluation.uncertainty)
      #expect(uncertainty.clips == 4 * 20 && uncertainty.answers == 60 && uncertainty.hypotheses.count == 5)
      let again = try RunEvaluation(directory: parent + "/run", episodes: 4, seed: 2, uncertainty: true)
      #expect(again.uncertainty == uncertainty)

      // Only the distributional number is stated everywhere; the others where its p-value is above the level.
      #expect(uncertainty.distributional.unknownShare == 0)
      let share = uncertainty.model.unknownShare
      #expect(uncertainty.aleatoric.unknownShare == share && uncertainty.specification.unknownShare == share)
      #expect((share * 80 - (share * 80).rounded()).magnitude < 1e-9)
      let least = try #require(uncertainty.distributional.largest.first)
      #expect(uncertainty.distributional.largest.allSatisfy { $0.value >= least.value && $0.steps == 10 })
      #expect((least.value <= uncertainty.level) == (share > 0))
      for kind in FourUncertainties.Kind.allCases {
        let summary = uncertainty[kind]
        guard let mean = summary.mean else {
          #expect(summary.unknown != nil && summary.unknownShare == 1 && summary.largest.isEmpty)
          continue
        }
        #expect(summary.unknown == nil && mean >= 0)
        #expect(summary.largest.allSatisfy { (0..<4).contains($0.episode) && $0.start.isMultiple(of: 10) })
        let values = summary.largest.map(\.value)
        #expect(values == (kind == .distributional ? values.sorted() : values.sorted(by: >)))
      }
    }
  }

  @Test("one network, too few answers: unknown, with the reason; no answer at all: refused")
  func unknown() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(
        parent + "/one", Self.asked.merging(["reward.members": "1"]) { $1 }
      ).run()
      let one = try #require(try RunEvaluation(directory: parent + "/one", episodes: 2, uncertainty: true).uncertainty)
      #expect(one.model.mean == nil && one.model.unknown?.contains("one network") == true)
      #expect(one.distributional.mean != nil)

      try TinyRun.create(parent + "/few").run()
      let few = try #require(try RunEvaluation(directory: parent + "/few", episodes: 2, uncertainty: true).uncertainty)
      #expect(few.aleatoric.unknown?.contains("40 are needed") == true && few.specification.mean == nil)

      try TinyRun.create(parent + "/none", ["person.skips": "1"]).run()
      let error = #expect(throws: InputError.self) {
        try RunEvaluation(directory: parent + "/none", episodes: 2, uncertainty: true)
      }
      #expect(error?.problem.contains("no answers yet") == true)
    }
  }
}
