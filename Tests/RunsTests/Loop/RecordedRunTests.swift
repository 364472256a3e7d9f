import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation
import Recorded
import RunFixtures
import Runs
import Testing

/// Whole tiny runs of many settings: every byte that they leave, by its checksum, with what they found in words.
///
/// The bytes are those of one arithmetic; on a processor with another one only the counts are compared.
@Suite("Runs of many settings, byte for byte", .serialized)
struct RecordedRunTests {
  private static let arithmetic = "fused-2"

  static let variants: [(name: String, settings: [String: String])] = [
    ("plain", [:]),
    (
      "cart-pole",
      ["run.environment": "pactolus/CartPole-v1", "feedback.segmentLength": "7", "run.checkpointEvery": "2"]
    ),
    (
      "delivery",
      [
        "run.environment": "pactolus/Delivery-v0", "feedback.segmentLength": "3", "person.kind": "rational",
        "person.judgesBy": "regret",
      ]
    ),
    (
      "boat",
      [
        "run.environment": "pactolus/BoatRace-v0", "person.judgesBy": "score", "person.kind": "rational",
        "feedback.segmentLength": "4",
      ]
    ),
    ("own-reward", ["run.agentReward": "true", "evaluation.every": "2", "evaluation.clips": "2"]),
    ("constant", ["feedback.schedule": "constant", "feedback.selection": "random", "evaluation.clips": "0"]),
    (
      "quadratic",
      [
        "feedback.schedule": "inverse-quadratic", "feedback.memory": "6", "feedback.oversampling": "2",
        "feedback.explorationShare": "0.5",
      ]
    ),
    (
      "information",
      ["feedback.selection": "information-gain", "feedback.batch": "medoids", "feedback.candidates": "4"]
    ),
    ("held-out", ["feedback.evaluationShare": "0.4", "reward.heldOutShare": "0", "feedback.comparisons": "20"]),
    ("hypothetical", ["feedback.hypotheticalShare": "0.5", "feedback.comparisons": "8"]),
    (
      "boltzmann",
      [
        "person.kind": "boltzmann", "person.temperature": "3", "person.sideBias": "0.7", "person.slips": "0.1",
        "person.tieBand": "0.5",
      ]
    ),
    (
      "flaws",
      [
        "person.kind": "rational", "person.lazy": "0.3", "person.drift": "5", "person.skips": "0.2",
        "person.adversarial": "0.1",
      ]
    ),
    ("skip", ["person.kind": "skip", "person.skipShare": "1"]),
    ("mistake", ["person.kind": "mistake", "person.mistakes": "0.5"]),
    ("stochastic", ["person.kind": "stochastic", "reward.members": "3", "reward.lapse": "0.1"]),
    ("myopic", ["person.kind": "myopic"]),
    (
      "crowd",
      [
        "person.kind": "rational", "person.count": "3", "person.overlap": "0.6", "person.flawed": "1",
        "person.lazy": "0.8", "feedback.comparisons": "24",
      ]
    ),
    (
      "majority",
      [
        "person.kind": "rational", "person.count": "3", "person.overlap": "0.8", "person.flawed": "3",
        "person.lazy": "1", "person.requiredAccuracy": "0.9", "person.fallback": "majority",
        "feedback.comparisons": "60",
      ]
    ),
    ("kinds", ["feedback.kinds": "comparison,rating,ranking,correction,demonstration", "feedback.comparisons": "20"]),
    (
      "one-member",
      [
        "reward.members": "1", "feedback.selection": "random", "reward.hidden": "[]",
        "reward.normalizeForAgent": "false",
      ]
    ),
    (
      "termination",
      [
        "run.environment": "pactolus/CartPole-v1", "reward.useTermination": "true", "reward.useNextObservation": "true",
        "feedback.segmentLength": "5",
      ]
    ),
    ("one-round", ["run.iterations": "1", "feedback.initialShare": "1"]),
  ]

  @Test("as it was recorded", arguments: variants.map(\.name))
  func bytes(name: String) throws {
    let settings = try #require(Self.variants.first { $0.name == name }).settings
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let outcome = try TinyRun.create(directory, settings).run()
      let record = try RunRecord(directory: directory)
      let remains = try TinyRun.Remains(directory)
      var lines = [
        "\(outcome.iterations) rounds, \(outcome.agentSteps) of \(outcome.allSteps) steps, \(outcome.answers) answers",
        "asked in rounds \(record.comparisons.map(\.iteration))",
        "answered \(record.comparisons.map { $0.answer ?? "–" })",
      ]
      try Recorded.check(lines.joined(separator: "\n"), as: "run-\(name)")
      guard LearnRun.arithmetic == Self.arithmetic else { return }
      // Findings follow in words, so that a better wording changes no checksum; nor do what they rest on and their
      // number.
      let ends = ["finding-made", "references-measured", "run-finished"]
      let ledger = remains.ledger.split(separator: "\n").filter { line in
        !ends.contains { line.contains("\"kind\":\"\($0)\"") }
      }
      lines = ["ledger \(Checkpoint.checksum(Data(ledger.joined(separator: "\n").utf8)))"]
      lines += remains.files.sorted { $0.key < $1.key }.map { "\($0.key) \(Checkpoint.checksum($0.value))" }
      try Recorded.check(lines.joined(separator: "\n") + "\n" + Recorded.text(record.findings), as: "run-\(name)-bytes")
    }
  }
}
