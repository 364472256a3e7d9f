import Compute
import Findings
import Foundation
import RewardFiles
import Testing

@Suite("Files audit")
struct FilesAuditTests {
  /// Pairs whose labels follow the scores as Bradley and Terry say; replies of random length.
  static func rows(
    _ count: Int, seed: UInt64, lengthCredit: Double = 0, turned: Double = 0
  ) -> [PreferenceRow] {
    (0..<count).map { index in
      var stream = RandomSource(seed: seed).stream("row", index)
      func text(_ name: String, _ words: Int) -> String {
        (0..<words).map { "\(name)\(index)w\($0)" }.joined(separator: " ")
      }
      let lengths = (5 + stream.below(60), 5 + stream.below(60))
      let quality = (1.5 * stream.normal(), 1.5 * stream.normal())
      let p = 1 / (1 + exp(quality.1 - quality.0))
      let firstWins = stream.bernoulli(p) != stream.bernoulli(turned)
      func score(_ quality: Double, _ words: Int) -> Double { quality + lengthCredit * log(Double(words)) }
      let replies = [
        (text("a", lengths.0), score(quality.0, lengths.0)), (text("b", lengths.1), score(quality.1, lengths.1)),
      ]
      let (win, lose) = firstWins ? (replies[0], replies[1]) : (replies[1], replies[0])
      return PreferenceRow(
        prompt: text("prompt", 12), chosen: win.0, rejected: lose.0, scoreChosen: win.1, scoreRejected: lose.1)
    }
  }

  static func audit(_ rows: [PreferenceRow]) -> FilesAudit {
    var input = AuditInput()
    input.preferences = PreferenceTable(rows)
    return FilesAudit(input, random: RandomSource(seed: 1))
  }

  @Test("a clean file of 2,000 pairs fails nothing and passes most; ten pairs settle nothing")
  func clean() {
    let audit = Self.audit(Self.rows(2000, seed: 3))
    for result in audit.results { #expect(result.verdict != .fails, "\(result.finding.reason)") }
    #expect(audit[.accuracy]?.verdict == .holds && audit[.lengthBias]?.verdict == .holds)
    #expect(audit[.calibration]?.verdict == .holds)
    let small = Self.audit(Self.rows(12, seed: 4))
    for check in [AuditCheck.lengthBias, .calibration, .accuracy] { #expect(small[check]?.verdict == .unknown) }
  }

  @Test("the slope of calibration has the likelihood interval of a binomial's log-odds, where margins are all 1")
  func slope() throws {
    // Of 100 pairs whose scores differ by 1 the scores agree with 70: σ(slope) is a share, so that the slope's interval is
    // that of a share's likelihood ratio, taken through the logit. SciPy 1.17.1: log-odds of the share at which
    // 2 (l(0.7) − l(p)) = chi2.ppf(0.95, 1), by optimize.brentq.
    let rows = (0..<100).map { (index: Int) -> PreferenceRow in
      let (least, agrees) = (Double(index), index < 70)
      return PreferenceRow(
        prompt: "p\(index)", chosen: "good \(index)", rejected: "bad \(index)", scoreChosen: agrees ? least + 1 : least,
        scoreRejected: agrees ? least : least + 1)
    }
    let test = try #require(Self.audit(rows)[.calibration]?.tests.first)
    let interval = try #require(test.interval)
    #expect(abs(test.estimate - 0.847_30) < 1e-3)
    #expect(abs(interval.lower - 0.430_13) < 1e-3 && abs(interval.upper - 1.288_97) < 1e-3)
  }

  @Test("two to twenty grades are no log-odds, and shared by their nature: not measurable, and no failure")
  func grades() {
    let rows = (0..<200).map { (index: Int) -> PreferenceRow in
      let (chosen, rejected) = (Double(1 + index % 5), Double(index % 3))
      return PreferenceRow(
        prompt: "p\(index)", chosen: "good \(index)", rejected: "bad \(index)", scoreChosen: chosen,
        scoreRejected: rejected)
    }
    let audit = Self.audit(rows)
    for check in [AuditCheck.calibration, .padding] { #expect(audit[check]?.verdict == .notMeasurable) }
    // Of so few pairs nothing is said of a scale.
    #expect(Self.audit(Array(rows.prefix(20)))[.padding]?.verdict != .notMeasurable)
  }

  @Test("credit for length is found, and clears every other check of bias")
  func length() {
    let audit = Self.audit(Self.rows(2000, seed: 5, lengthCredit: 1))
    #expect(audit[.lengthBias]?.verdict == .fails)
    #expect((audit[.lengthBias]?.tests.first?.estimate ?? 0) > 0.05)
    #expect(audit[.lengthBias]?.notes.contains("The model credits length more than people do.") == true)
    #expect(audit[.leakage]?.verdict == .holds && audit[.ties]?.verdict == .holds)
  }

  @Test("a cycle of three and a pair labelled both ways are contradictions; a chain is none")
  func cycles() {
    func row(_ prompt: String, _ win: String, _ lose: String) -> PreferenceRow {
      PreferenceRow(prompt: prompt, chosen: win, rejected: lose, scoreChosen: 1, scoreRejected: 0)
    }
    let rows = [
      row("p", "a", "b"), row("p", "b", "c"), row("p", "c", "a"), row("q", "a", "b"), row("q", "b", "a"),
      row("r", "a", "b"), row("r", "b", "c"), row("r", "a", "c"),
    ]
    let result = Self.audit(rows)[.contradictions]
    #expect(result?.tests.first?.estimate == 5.0 / 8)
    #expect(result?.examples.map(\.row) == [0, 1, 2, 3, 4])
    #expect(result?.examples.first?.place.hasSuffix("rows:1") == true)
  }

  @Test("evaluation prompts that stand in training are counted, with case and punctuation set aside")
  func leakage() {
    var rows = Self.rows(400, seed: 6)
    for index in rows.indices { rows[index].split = index < 200 ? "train" : "test" }
    for index in 0..<20 { rows[200 + index].prompt = rows[index].prompt.uppercased() + "!" }
    let result = Self.audit(rows)[.leakage]
    #expect(result?.tests.first?.estimate == 0.1)
    #expect(result?.verdict == .fails)
  }

  @Test("without a split, prompts that two rows or more share are counted by their rows, and rows that repeat one")
  func repetition() throws {
    func row(_ prompt: String, _ win: String, _ lose: String) -> PreferenceRow {
      PreferenceRow(prompt: prompt, chosen: win, rejected: lose, scoreChosen: 1, scoreRejected: 0)
    }
    // Two rows share one prompt, three another, whose third row repeats the first with its replies exchanged.
    let rows = [
      row("apples", "a", "b"), row("pears", "a", "b"), row("apples", "c", "d"), row("plums", "a", "b"),
      row("pears", "c", "d"), row("pears", "b", "a"),
    ]
    let result = try #require(Self.audit(rows)[.leakage])
    #expect(result.evidence.map(\.value) == [5] && result.evidence.first?.count == 6)
    #expect(result.tests.first?.estimate == 1.0 / 6)
    #expect(result.examples.map(\.row) == [5])
    let apart = try #require(Self.audit(["one", "two", "three", "four"].map { row($0, "a", "b") })[.leakage])
    #expect(apart.evidence.map(\.value) == [0] && apart.tests.first?.estimate == 0)
  }

  @Test("the same file and seed give the same result")
  func same() {
    let rows = Self.rows(300, seed: 8)
    #expect(Self.audit(rows) == Self.audit(rows))
  }

  @Test("every check explains itself, and has a stable name of its own", arguments: AuditCheck.standard)
  func explanations(check: AuditCheck) throws {
    #expect(check.explanation.count > 80 && !check.assumptions.isEmpty && !check.source.isEmpty)
    #expect(!check.needs.isEmpty && check.needs.allSatisfy { !$0.words.isEmpty })
    #expect(AuditCheck.standard.count { $0.id == check.id } == 1)
    #expect(try AuditCheck.named(check.id) == check)
  }

  @Test("without files every check is unknown, and says what it lacks", arguments: AuditCheck.standard)
  func nothing(check: AuditCheck) {
    let audit = FilesAudit(AuditInput(), checks: [check], random: RandomSource(seed: 1))
    #expect(audit[check]?.verdict == .unknown)
    #expect(audit[check]?.missing?.isEmpty == false)
    #expect(audit.findings.isEmpty)
  }

  @Test("files without a score never speak of a reward model that passes")
  func headlines() {
    var rows = Self.rows(400, seed: 11)
    #expect(Self.audit(rows).headline == FilesAudit.headline)
    for index in rows.indices { (rows[index].scoreChosen, rows[index].scoreRejected) = (.nan, .nan) }
    let headline = Self.audit(rows).headline
    #expect(
      headline == FilesAudit.headlineWithoutScores && headline.holds.contains("nothing is said of a reward model"))
  }

  @Test("a clean file with groups, places and styles can pass every check that decides about trust")
  func reachable() {
    var rows = Self.rows(2000, seed: 3)
    var stream = RandomSource(seed: 12).stream("columns")
    // Digits would go with length: every word has some.
    func letters(_ text: String) -> String {
      String(text.map { $0.wholeNumberValue.map { Character(UnicodeScalar(UInt8(103 + $0))) } ?? $0 })
    }
    for index in rows.indices {
      (rows[index].chosen, rows[index].rejected) = (letters(rows[index].chosen), letters(rows[index].rejected))
      rows[index].position = stream.bernoulli(0.5) ? 1 : -1
      rows[index].annotator = "person-\(stream.below(6))"
      rows[index].attributes = ["language": ["de", "en", "fr"][stream.below(3)]]
      if stream.bernoulli(0.3) { rows[index].chosen += " **bold**" }
      if stream.bernoulli(0.3) { rows[index].rejected += " **bold**" }
    }
    let audit = Self.audit(rows)
    for check in [AuditCheck.slices, .positionLeakage, .styleBias, .lengthBias] {
      #expect(audit[check]?.verdict == .holds, "\(audit[check]?.finding.reason ?? "")")
    }
    #expect(TrustSummary(audit.findings, headline: audit.headline).verdict == .holds)
  }

  @Test("a wrong name is refused with the nearest right one")
  func misspelt() {
    let error = #expect(throws: InputError.self) { try AuditCheck.named("lenght-bias") }
    #expect(error.map { "\($0)".contains("length-bias") } == true)
  }

  @Test("a check of a user's own is run, corrected with the others, and judged like them")
  func ownCheck() {
    let own = AuditCheck(
      id: "odd-rows", title: "No row is odd", problem: "Rows are odd", explanation: "Every other row is.",
      assumptions: "None.", advice: "Leave them out: pactolus audit EVEN", source: "ours", needs: [.scoredPairs]
    ) { files throws(AuditGap) in
      let pairs = try files.scoredPairs()
      let odd = pairs.rows.count { !$0.isMultiple(of: 2) }
      return CheckOutcome(tests: [.share("odd rows", odd, of: pairs.count, atMost: 0.1)])
    }
    var input = AuditInput()
    input.preferences = PreferenceTable(Self.rows(400, seed: 9))
    let alone = FilesAudit(input, random: RandomSource(seed: 1))
    let audit = FilesAudit(input, checks: AuditCheck.standard + [own], random: RandomSource(seed: 1))
    #expect(audit[own]?.verdict == .fails)
    #expect(audit.findings.contains { $0.id == "audit/odd-rows" && $0.verdict == .fails })
    // The others measure what they measured without it.
    for (before, now) in zip(alone.results, audit.results) {
      #expect(before.tests.map(\.estimate) == now.tests.map(\.estimate))
    }
  }

  @Test("scores that are all equal are not measurable, with the reason; they neither hold nor are merely unknown")
  func degenerate() {
    var rows = Self.rows(200, seed: 10)
    for index in rows.indices { (rows[index].scoreChosen, rows[index].scoreRejected) = (1, 1) }
    let audit = Self.audit(rows)
    for check in [AuditCheck.tails, .promptVariance] {
      #expect(audit[check]?.verdict == .notMeasurable)
      #expect(audit[check]?.finding.reason.hasPrefix("Not measurable: ") == true)
    }
  }
}
