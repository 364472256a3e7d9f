import Compute
import Findings
import Foundation
import GRDB
import RunFixtures
import Runs
import Testing

@Suite("A certificate")
struct CertificateTests {
  private func file(_ lines: [String], budget: Double = 0.1) throws -> ClaimsFile {
    try ClaimsFile(text: "budget: \(budget)\nclaims:\n" + lines.map { "  - \($0)\n" }.joined(), path: "c.yaml")
  }

  private func run(_ directory: String, again: String? = nil) throws -> CertifiedRun {
    var settings = CertifiedRun.Settings()
    (settings.episodes, settings.recomputeIn) = (60, again)
    return try CertifiedRun(directory: directory, settings: settings)
  }

  @Test("every form of a claim is settled, each once so that it holds and once so that it fails")
  func verdicts() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let run = try run(directory, again: parent)
      let lines = [
        "answers at least 13", "return above -5000", "improvement above -5000", "reward between -1000 and 1000",
        "cos_theta between -1.1 and 1.1 in 0.8", "ledger complete", "run repeats",
      ]
      let names = run.componentNames
      let holding = lines.map { $0.replacing("cos_theta", with: names[0]) }
      let made = try run.certificate(file(holding), program: "1")
      #expect(made.claims.map(\.finding.verdict) == holding.map { _ in .holds }, "\(made.claims.map(\.finding.reason))")
      #expect(made.spent <= 0.1 + 1e-12 && made.claims[0].error == 0 && made.claims[1].error > 0)
      let failing = [
        "answers at least 14", "return above 5000", "improvement above 5000", "reward between -1e-9 and 1e-9",
        "\(names[0]) between 5 and 6 in 0.8",
      ]
      let refuted = try run.certificate(file(failing), program: "1")
      #expect(refuted.claims.map(\.finding.verdict) == failing.map { _ in .fails })
      // Thirteen answers settle little, and what was not run again is unknown.
      let open = try self.run(directory).certificate(file(["accuracy above 0.8", "run repeats"]), program: "1")
      #expect(open.claims.map(\.finding.verdict) == [.unknown, .unknown])
      #expect(throws: InputError.self) { try run.certificate(file(["finding answers/enogh holds"]), program: "1") }
      #expect(throws: InputError.self) { try run.certificate(file(["height between 0 and 1 in 0.9"]), program: "1") }
    }
  }

  @Test("without a range the interval is Student's: 4.3027 deviations of the mean of three; with one it holds the mean")
  func student() throws {
    let returns = [-300.0, -250, -170]
    let bound = MeanBound(returns, in: nil, error: 0.025)
    let interval = try #require(bound.interval)
    let mean = returns.reduce(0, +) / 3
    let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let reach = 4.302_652_729_749_464 * (squares / 2 / 3).squareRoot()
    #expect(abs(interval.upper - mean - reach) < 1e-6 * reach && abs(mean - interval.lower - reach) < 1e-6 * reach)
    #expect(!bound.isGuaranteed)
    let ranged = MeanBound(returns, in: -1000...0, error: 0.025)
    #expect(ranged.isGuaranteed && ranged.interval!.contains(mean) && ranged.interval!.lower >= -1000)
    // A number outside of what is known to be possible refutes the range.
    #expect(!MeanBound(returns, in: -200...0, error: 0.025).isGuaranteed)
    let gain = MeanBound.difference(ranged, ranged, error: 0.05).interval!
    #expect(gain.contains(0) && gain.upper == ranged.interval!.upper - ranged.interval!.lower)
  }

  @Test(
    "returns of which one in ten goes badly wrong: an end at 2.5 % errs in at most so many of 1,000 sets, Student's in 8 % and more"
  )
  func rare() {
    var random = RandomSource(seed: 9).stream("returns")
    let (mean, sets) = (475.0, 1000)
    var (wrong, wrongly) = (0, 0)
    for _ in 0..<sets {
      let returns = (0..<20).map { _ in random.uniform() < 0.9 ? 500.0 : random.uniform(0, 500) }
      if MeanBound(returns, in: 0...500, error: 0.025, points: 250).interval!.lower > mean { wrong += 1 }
      if let student = MeanBound(returns, in: nil, error: 0.025).interval, student.lower < student.upper,
        student.lower > mean
      {
        wrongly += 1
      }
    }
    // 2.5 % and three standard deviations; a false alarm in one of 700. NumPy: Student's is wrong in 11 %.
    #expect(wrong <= 40 && wrongly >= 80, "\(wrong) and \(wrongly)")
  }

  @Test("what was certified is found again; an edited answer, other weights and another budget are found out")
  func check() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let made = try run(directory).certificate(file(["return above -5000", "ledger complete"]), program: "1")
      let read = try Certificate(json: made.json(), path: "certificate.json")
      #expect(try read == made && read.json() == made.json())
      func verdicts(_ certificate: Certificate) throws -> [String: Finding.Verdict] {
        let findings = try CertificateCheck(certificate, of: run(directory), program: "1").findings
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.id, $0.verdict) })
      }
      #expect(try Set(verdicts(read).values) == [.holds])
      var greedy = read
      greedy.claims[0].error = 0.3
      #expect(try verdicts(greedy)["budget"] == .fails)
      var boastful = read
      boastful.claims[0].line = "return above 5000"
      #expect(try verdicts(boastful)["claims/1"] == .fails)
      var elsewhere = read
      elsewhere.subject.seed = 6
      #expect(throws: InputError.self) { try verdicts(elsewhere) }

      let weights = RunLayout(directory).checkpoints + "/000003/state.json"
      let state = try #require(FileManager.default.contents(atPath: weights))
      try (state + Data("\n".utf8)).write(to: URL(fileURLWithPath: weights))
      #expect(try verdicts(read)["digest/checkpoint"] == .fails)
      try state.write(to: URL(fileURLWithPath: weights))
      try forge(RunLayout(directory).ledger)
      let forged = try verdicts(read)
      #expect(forged["digest/ledger"] == .fails && forged["digest/checkpoint"] == .holds)
    }
  }

  /// Somebody who knows SQLite gives one answer the other way round.
  private func forge(_ ledger: String) throws {
    try DatabaseQueue(path: ledger).write { db in
      try db.execute(sql: "DROP TRIGGER events_no_update")
      try db.execute(
        sql: """
          UPDATE events SET payload = replace(replace(replace(payload, '"first"', '"#"'), '"second"', '"first"'), '"#"', '"second"')
          WHERE kind = 'answer-given'
          """)
      #expect(db.changesCount > 0)
    }
  }

  @Test("an answer to a question that nobody asked, and one given twice, are found without a certificate")
  func incomplete() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      try DatabaseQueue(path: RunLayout(directory).ledger).write { db in
        try db.execute(sql: "DROP TRIGGER events_no_update")
        try db.execute(
          sql: """
            UPDATE events SET payload = (SELECT payload FROM events WHERE kind = 'answer-given' LIMIT 1)
            WHERE sequence = (SELECT max(sequence) FROM events WHERE kind = 'answer-given')
            """)
      }
      let made = try run(directory).certificate(file(["ledger complete"]), program: "1")
      #expect(made.claims[0].finding.verdict == .fails)
      #expect(made.claims[0].finding.reason.contains("again"))
    }
  }

  @Test("documents that are no certificates are refused: other JSON, another form, a part missing, none at all")
  func documents() throws {
    for text in [
      "", "[]", "{\"form\": \"pactolus certificate 9\"}", "{\"form\": \"pactolus certificate 1\"}", "{\"a\": 1}",
    ] {
      #expect(throws: InputError.self) { try Certificate(json: Data(text.utf8), path: "x.json") }
    }
  }
}
