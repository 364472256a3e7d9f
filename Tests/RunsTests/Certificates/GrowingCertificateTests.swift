import Compute
import Findings
import RunFixtures
import Runs
import Testing

@Suite("A run that is certified again while it grows")
struct GrowingCertificateTests {
  private func file(_ lines: [String], growing: Bool = true, budget: Double = 0.1) throws -> ClaimsFile {
    try ClaimsFile(
      text: "budget: \(budget)\ngrowing: \(growing)\nclaims:\n" + lines.map { "  - \($0)\n" }.joined(), path: "c.yaml")
  }

  @Test("what the looks spend adds up to no more than the budget, for claims about answers and for the others")
  func spending() throws {
    let file = try file(["accuracy above 0.6", "return above -300", "ledger complete"])
    let looks = (1...10_000).map { GrowingCertificate.shares(file, look: $0) }
    #expect(looks.allSatisfy { $0[0] == 0.05 && $0[2] == 0 })
    #expect(looks[0][1] == 0.025 && abs(looks[1][1] - 0.05 / 6) < 1e-15)
    let spent = looks.reduce(0) { $0 + $1[1] }
    #expect(spent <= 0.05 && spent > 0.04999)
  }

  @Test(
    "the same run again is the same look; more of it the next; other claims, or another run's certificate, are refused")
  func looks() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, ["run.iterations": "3"]).run()
      let claims = try file(["accuracy above 0.6", "return above -5000"])
      func certify(_ file: ClaimsFile, _ before: Certificate?) throws -> Certificate {
        try CertifiedRun(directory: directory).certificate(file, program: "1", after: before)
      }
      let first = try certify(claims, nil)
      #expect(first.look == 1 && first.claims[1].error == 0.025)
      #expect(try certify(claims, first) == first)
      var older = first
      older.digests["ledger"] = "before"
      let second = try certify(claims, older)
      #expect(second.look == 2 && second.claims[0].error == 0.05 && second.claims[1].error < 0.01)
      // Verified by the rule that it was made by, and the same verdicts.
      let check = try CertificateCheck(second, of: CertifiedRun(directory: directory), program: "1")
      #expect(check.findings.filter { $0.id.hasPrefix("claims") }.allSatisfy { $0.verdict == .holds })
      let once = try file(["accuracy above 0.6"], growing: false)
      #expect(try certify(once, nil).look == nil)
      #expect(throws: InputError.self) { try certify(claims, certify(once, nil)) }
      #expect(throws: InputError.self) { try certify(file(["accuracy above 0.7"]), first) }
      var elsewhere = first
      elsewhere.subject.seed = 99
      #expect(throws: InputError.self) { try certify(claims, elsewhere) }
    }
  }

  @Test("claims whose interval was made for one look are refused in such a file, with their line")
  func fixed() {
    for line in ["finding answers/enough holds", "unjudged below 0.1", "coverage above 0.9", "not gaming"] {
      #expect { try file(["accuracy above 0.6", line]) } throws: { ($0 as? InputError)?.place == "c.yaml:5" }
    }
    #expect { try ClaimsFile(text: "growing: perhaps\nclaims: [run repeats]", path: "c.yaml") } throws: {
      ($0 as? InputError)?.place == "c.yaml:1"
    }
  }

  @Test(
    "gaps between confidence and success, in 2,000 growing runs looked at after every batch: ever wrong in no more than α"
  )
  func gaps() {
    let (runs, batches, size, reach, error) = (2000, 10, 8, 0.1, 0.05)
    var random = RandomSource(seed: 4).stream("gaps")
    var (inside, students) = (0, 0)
    for _ in 0..<runs {
      // As sure as 0.8, and right in 0.7: just not within 0.1.
      var (gaps, wrong, student) = ([Double](), false, false)
      for _ in 0..<batches {
        for _ in 0..<size { gaps.append(0.8 - (random.uniform() < 0.7 ? 1 : 0)) }
        let interval = MeanBound(gaps, in: -1...1, error: error, points: 100, isGrowing: true).interval!
        wrong = wrong || interval.upper < reach
        student = student || MeanBound(gaps, in: nil, error: error).interval!.upper < reach
      }
      if wrong { inside += 1 }
      if student { students += 1 }
    }
    // α and three standard deviations.
    #expect(inside <= 129, "\(inside)")
    // The control: Student's interval, looked at ten times, errs in a fifth.
    #expect(students > 300, "\(students)")
    // It can hold: as sure as it is right, many times.
    let even = (0..<2000).map { 0.75 - ($0 % 4 == 0 ? 0.0 : 1) }
    let found = MeanBound(even, in: -1...1, error: error, points: 400, isGrowing: true).interval!
    #expect(found.lower > -reach && found.upper < reach, "\(found)")
  }
}
