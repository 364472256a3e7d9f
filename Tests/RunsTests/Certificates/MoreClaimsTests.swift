import Compute
import Findings
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Claims of a certificate, each so that it holds and so that it fails")
struct MoreClaimsTests {
  private func verdicts(
    _ directory: String, _ lines: [String], recomputed: String? = nil
  ) throws -> [Finding.Verdict] {
    var settings = CertifiedRun.Settings()
    (settings.episodes, settings.recomputeIn) = (100, recomputed)
    let file = try ClaimsFile(
      text: "budget: 0.4\nclaims:\n" + lines.map { "  - \($0)\n" }.joined(), path: "c.yaml")
    let made = try CertifiedRun(directory: directory, settings: settings).certificate(file, program: "1")
    for claim in made.claims {
      // Every verdict says what it rests on and where it comes from.
      #expect(!claim.finding.claim.isEmpty && !claim.finding.source.isEmpty && !claim.finding.reason.isEmpty)
      let isSettled = claim.finding.verdict == .holds || claim.finding.verdict == .fails
      #expect(
        !isSettled || (claim.finding.errorRate != nil && !claim.finding.assumptions.isEmpty || claim.method == .record),
        "\(claim)")
    }
    return made.claims.map(\.finding.verdict)
  }

  private static let sound = ["person.kind": "rational", "feedback.comparisons": "40", "reward.heldOutShare": "0"]

  @Test("an untouched run's records fit one another, and all that can be had again is as it was")
  func untouched() throws {
    try withTemporaryDirectory { parent in
      for (place, more) in [
        ["person.kind": "rational"], ["person.kind": "boltzmann", "person.count": "3", "person.overlap": "0.3"],
        // Answers that say nothing, and some that are alike.
        ["person.kind": "rational", "person.skips": "0.3", "person.tieBand": "5"],
        // Episodes that end, and clips that go on past their end.
        ["run.environment": "pactolus/CartPole-v1", "person.kind": "rational"],
        ["person.kind": "mistake", "run.keep": "best", "feedback.evaluationShare": "0.3"],
      ]
      .enumerated() {
        let directory = "\(parent)/run-\(place)"
        try TinyRun.create(directory, Self.sound.merging(more) { $1 }).run()
        let again = "\(parent)/again-\(place)"
        let lines = Claim.Process.allCases.map(\.rawValue)
        #expect(try verdicts(directory, lines, recomputed: again) == lines.map { _ in .holds })
      }
    }
  }

  @Test("people whose answers depend on more than the question are not measurable, nor are runs without an end")
  func unmeasurable() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/equal").run()
      #expect(try verdicts(parent + "/equal", ["answers as stated", "not gaming"]) == [.notMeasurable, .unknown])
    }
  }

  @Test(
    "other settings in the file, another checkpoint, and an answer turned round each break the claim that is about them"
  )
  func touched() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.sound).run()
      let layout = RunLayout(directory)
      let yaml = try String(contentsOfFile: layout.settings, encoding: .utf8)
      let lines = ["settings recorded", "weights recorded", "evaluation repeats", "answers as stated"]
      try yaml.replacing("slips: 0", with: "slips: 0.25").write(
        toFile: layout.settings, atomically: true, encoding: .utf8)
      #expect(try verdicts(directory, lines)[0] == .fails)
      try yaml.write(toFile: layout.settings, atomically: true, encoding: .utf8)
      // The round before in the place of the last: whole, and not what the ledger says.
      let place = Checkpoint.path(3, in: layout)
      let (last, before) = try (Checkpoint(directory: place), Checkpoint(directory: Checkpoint.path(2, in: layout)))
      var mixed = last
      mixed.tensors =
        last.tensors.filter { !$0.name.hasPrefix("reward.") } + before.tensors.filter { $0.name.hasPrefix("reward.") }
      for file in try mixed.encoded().files { try file.data.write(to: URL(fileURLWithPath: place + "/" + file.name)) }
      #expect(try verdicts(directory, lines) == [.holds, .fails, .fails, .holds])
    }
  }

  @Test("never entering a region is claimed of a share of episodes that an exact limit lies below")
  func enters() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      #expect(
        try verdicts(
          directory,
          [
            "never enters cosine of angle between 2 and 3 in more than 0.1 of episodes",
            "never enters cosine of angle between -1 and 1 in more than 0.1",
            // No sample of a hundred shows a thousandth.
            "never enters cosine of angle between 2 and 3 in more than 0.001 of episodes",
          ]) == [.holds, .fails, .unknown])
    }
  }

  @Test("statements about the reward are proved or refuted; what is only not refuted is unknown")
  func statements() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.sound).run()
      #expect(
        try verdicts(
          directory,
          [
            "reward stays between -100000 and 100000", "reward stays between 99 and 100",
            "reward ignores angular velocity within 100000", "reward ignores angular velocity within 0",
            "reward rises with angular velocity give or take 100000",
            "reward falls with angular velocity give or take 100000",
            "never paid more when angular velocity = 1 than when angular velocity = 1.5 give or take 100000",
          ]) == [.holds, .fails, .holds, .fails, .holds, .holds, .holds])
      let rises = try verdicts(directory, ["reward rises with angular velocity", "reward falls with angular velocity"])
      #expect(rises.contains(.fails))
      #expect(throws: InputError.self) { try verdicts(directory, ["reward ignores angular volocity within 1"]) }
    }
  }

  @Test("a run is at no distance from itself, and a trained reward is far from that of another seed's two answers")
  func distance() throws {
    try withTemporaryDirectory { parent in
      let (one, other) = (parent + "/one", parent + "/other")
      try TinyRun.create(one, Self.sound).run()
      try TinyRun.create(other, ["run.seed": "77", "feedback.comparisons": "4", "reward.heldOutShare": "0"]).run()
      #expect(
        try verdicts(
          one, ["distance to \(one) below 0.1", "distance to \(one) above 0.1", "distance to \(other) below 0.01"])
          == [.holds, .fails, .fails])
      #expect(throws: InputError.self) { try verdicts(one, ["distance to \(parent)/nothing below 0.1"]) }
    }
  }

  @Test("in a finite world the distance is exact: none from itself, and the limit lies on either side of the one found")
  func exactDistance() throws {
    try withTemporaryDirectory { parent in
      let (one, other) = (parent + "/one", parent + "/other")
      let world = [
        "run.environment": "pactolus/Delivery-v0", "person.kind": "rational", "reward.heldOutShare": "0",
        "ppo.normalizeFeatures": "false",
      ]
      try TinyRun.create(one, world).run()
      try TinyRun.create(other, world.merging(["run.seed": "8"]) { $1 }).run()
      #expect(
        try verdicts(one, ["distance to \(one) below 0.0001", "distance to \(one) above 0.0001"]) == [.holds, .fails])
      #expect(
        try verdicts(one, ["distance to \(other) above 0.0001", "distance to \(other) below 0.0001"])
          == [.holds, .fails])
    }
  }

  @Test("by its own episodes a policy is worth what it is worth, between bounds that hold at any time")
  func offPolicy() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      #expect(
        try verdicts(
          directory,
          ["off-policy return from \(directory) above -1e6", "off-policy return from \(directory) above 0"])
          == [.holds, .fails])
    }
  }

  @Test("people who are careful agree and look; one who always presses the same key neither")
  func people() throws {
    try withTemporaryDirectory { parent in
      let common = [
        "person.kind": "rational", "person.count": "2", "person.overlap": "1", "feedback.comparisons": "160",
        "feedback.segmentLength": "5",
      ]
      let (careful, careless) = (parent + "/careful", parent + "/careless")
      try TinyRun.create(careful, common).run()
      try TinyRun.create(
        careless, common.merging(["person.flawed": "1", "person.lazy": "1", "person.lazyKey": "first"]) { $1 }
      ).run()
      let lines = ["people agree above 0.75", "answers attentive"]
      #expect(try verdicts(careful, lines) == [.holds, .holds])
      #expect(try verdicts(careless, lines) == [.fails, .fails])
    }
  }
}
