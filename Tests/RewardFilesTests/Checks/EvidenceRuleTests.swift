import Compute
import Foundation
import RewardFiles
import Testing

@Suite("What counts as evidence")
struct EvidenceRuleTests {
  @Test(
    "with scores a length check on few unequal pairs is unknown, on none not measurable", arguments: [0, 1, 29, 30])
  func lengthOfChoices(unequal: Int) throws {
    var rows = CheckLimitTests.rows((0..<80).map { $0 % 4 == 0 ? -1 : 1 })
    for index in rows.indices {
      (rows[index].chosen, rows[index].rejected) = (index < unequal ? "a b \(index)" : "a \(index)", "b \(index)")
    }
    let result = try CheckLimitTests.result(.lengthBias, rows)
    switch unequal {
    case 0: #expect(result.verdict == .notMeasurable)
    case 30: #expect(result.tests.first?.count == 30)
    default: #expect(result.verdict == .unknown && result.missing == "fewer than 30 pairs differ in length")
    }
  }

  @Test("identical replies are no errors: they are left out and named")
  func identicalReplies() throws {
    var rows = CheckLimitTests.rows((0..<40).map { $0 < 30 ? 1 : 0 })
    for index in 30..<40 { rows[index].rejected = rows[index].chosen }
    let result = try CheckLimitTests.result(.accuracy, rows)
    #expect(result.tests.first?.estimate == 1 && result.tests.first?.count == 30)
    #expect(result.notes.contains { $0.contains("10 have identical replies") })
  }

  @Test("scores that are not numbers fail a check of their own, and accuracy says of how many it speaks")
  func missingScores() throws {
    var rows = CheckLimitTests.rows(CheckLimitTests.margins(60))
    for index in 0..<20 { rows[index].scoreChosen = .nan }
    let result = try CheckLimitTests.result(.missingScores, rows)
    #expect(result.verdict == .fails && result.tests.first?.estimate == 1.0 / 3 && result.examples.count == 5)
    let accuracy = try CheckLimitTests.result(.accuracy, rows)
    #expect(accuracy.tests.first?.count == 40 && accuracy.notes.contains { $0.contains("20 have no finite score") })
    #expect(
      try CheckLimitTests.result(.missingScores, CheckLimitTests.rows(CheckLimitTests.margins(400))).verdict == .holds)
    #expect(try CheckLimitTests.result(.missingScores, CheckLimitTests.rows([.nan, .nan])).verdict == .unknown)
  }

  @Test("a file scored twice with the same numbers holds, however small it is")
  func identicalScorings() throws {
    let margins = CheckLimitTests.margins(12)
    let same = SecondScoring(name: "again", scoreChosen: margins, scoreRejected: [Double](repeating: 0, count: 12))
    #expect(
      try CheckLimitTests.result(.invariance, CheckLimitTests.rows(margins)) { $0.secondScorings = [same] }.verdict
        == .holds)
    let none = SecondScoring(
      name: "none", scoreChosen: [Double](repeating: .nan, count: 12), scoreRejected: [Double](repeating: 0, count: 12))
    #expect(
      try CheckLimitTests.result(.invariance, CheckLimitTests.rows(margins)) { $0.secondScorings = [none] }.verdict
        == .unknown)
  }

  @Test("the spread of groups' accuracies has the interval and p-value of SciPy's noncentral χ²")
  func spreadOfGroups() throws {
    // 30 of 40 and 51 of 60 right; scipy.stats.ncx2 with one degree of freedom, solved with brentq.
    var rows = CheckLimitTests.rows((0..<100).map { $0 < 40 ? ($0 < 30 ? 1 : -1) : ($0 < 91 ? 1 : -1) })
    for index in rows.indices { rows[index].attributes = ["k": index < 40 ? "a" : "b"] }
    let test = try #require(try CheckLimitTests.result(.slices, rows).tests.first)
    #expect(abs(test.estimate - 0.02869988151142271) < 1e-9)
    #expect(abs((test.interval?.upper ?? 0) - 0.12680272865800812) < 1e-7 && test.interval?.lower == 0)
    #expect(abs(test.pValue - 0.5164783424687223) < 1e-9)
  }

  @Test("small groups are pooled where they are thirty together, and named either way")
  func smallGroups() throws {
    var rows = CheckLimitTests.rows(CheckLimitTests.margins(120))
    for index in rows.indices { rows[index].domain = index < 60 ? "big" : "small-\(index % 3)" }
    let pooled = try CheckLimitTests.result(.accuracy, rows)
    #expect(pooled.tests.map(\.name).contains("accuracy in one of 3 small groups"))
    #expect(pooled.notes.contains { $0.contains("3 groups of domain") && $0.contains("pooled") })
    for index in 60..<120 { rows[index].domain = index < 80 ? "tiny" : "big" }
    let left = try CheckLimitTests.result(.accuracy, rows)
    #expect(
      left.tests.count == 2 && left.notes.contains { $0.contains("1 group of domain") && $0.contains("not judged") })
  }

  @Test(
    "two people's judgements of one pair are neither repetitions nor contradictions; without scores people are compared"
  )
  func twoPeople() throws {
    func rows(_ people: [String?]) -> [PreferenceRow] {
      (0..<60).flatMap { pair in
        people.enumerated().map { person, name in
          let turned = person == 1 && pair % 4 == 0
          var row = PreferenceRow(prompt: "p\(pair)", chosen: turned ? "b" : "a", rejected: turned ? "a" : "b")
          row.annotator = name
          return row
        }
      }
    }
    let two = try CheckLimitTests.result(.leakage, rows(["ann", "ben"]))
    #expect(two.tests.first?.estimate == 0 && two.claim == "No row repeats another")
    #expect(try CheckLimitTests.result(.contradictions, rows(["ann", "ben"])).tests.first?.estimate == 0)
    let ceiling = try CheckLimitTests.result(.humanCeiling, rows(["ann", "ben"]))
    #expect(ceiling.tests.first?.estimate == 0.75 && ceiling.examples.count == 5 && ceiling.bearing == .advice)
    // One person who says both: a contradiction. Who is not named may be one.
    for people in [["ann", "ann"], [nil, nil]] {
      #expect(try CheckLimitTests.result(.contradictions, rows(people)).tests.first?.estimate == 0.25)
      #expect(try CheckLimitTests.result(.leakage, rows(people)).tests.first?.estimate == 0.5)
    }
  }

  @Test("absent prompts are not the same prompt: leakage and contradictions are unknown")
  func absentPrompts() throws {
    var rows = CheckLimitTests.rows(CheckLimitTests.margins(80))
    for index in rows.indices {
      rows[index].prompt = ""
      rows[index].split = index < 40 ? "train" : "test"
    }
    for check in [AuditCheck.leakage, .contradictions] {
      #expect(try CheckLimitTests.result(check, rows).verdict == .unknown, "\(check.id)")
    }
  }

  @Test("prompts of which three words in forty are changed are found in training; prompts of one template are not")
  func editedPrompts() throws {
    func prompt(_ index: Int, edited: Bool) -> String {
      (0..<40).map { edited && [7, 19, 31].contains($0) ? "changed\(index)x\($0)" : "p\(index)w\($0)" }
        .joined(separator: " ")
    }
    var rows = CheckLimitTests.rows(CheckLimitTests.margins(400))
    for index in rows.indices {
      rows[index].split = index < 200 ? "train" : "test"
      rows[index].prompt = index < 380 ? prompt(index, edited: false) : prompt(index - 300, edited: true)
    }
    func texts(_ rows: [PreferenceRow]) -> (inout AuditInput) -> Void {
      { input in
        input.texts = { wanted in
          wanted.reduce(into: [:]) { $0[$1] = ExampleTexts(prompt: rows[$1].prompt, chosen: "", rejected: "") }
        }
      }
    }
    let edited = try CheckLimitTests.result(.leakage, rows, texts(rows))
    #expect((edited.tests.first?.estimate ?? 0) >= 19.0 / 200 && edited.verdict == .fails)
    // Thirty words that ten prompts share, and six of their own.
    for index in rows.indices {
      rows[index].prompt =
        (0..<30).map { "common\(index % 40)x\($0)" }.joined(separator: " ") + " "
        + (0..<6).map { "p\(index)w\($0)" }.joined(separator: " ")
    }
    #expect(try CheckLimitTests.result(.leakage, rows, texts(rows)).tests.first?.estimate == 0)
  }

  @Test("rows that repeat another within a split are found, also where only spaces and case differ")
  func repeatedRows() throws {
    var rows = CheckLimitTests.rows(CheckLimitTests.margins(100))
    for index in rows.indices { rows[index].split = index < 50 ? "train" : "test" }
    (rows[60].prompt, rows[60].chosen, rows[60].rejected) =
      (" " + rows[59].prompt + "\n", rows[59].chosen.uppercased(), rows[59].rejected + "  ")
    let result = try CheckLimitTests.result(.leakage, rows)
    #expect(result.tests.last?.name == "rows that repeat an earlier one" && result.tests.last?.estimate == 0.01)
    #expect(result.examples.map(\.row) == [60])
  }

  @Test("best of n names the peak of gold, and tests the fall from there")
  func peakOfGold() throws {
    let files = try TemporaryFiles()
    var lines = ["prompt,proxy,gold"]
    for prompt in 0..<30 {
      for k in 0..<16 { lines.append("\(prompt),\(k),\(-pow(Double(k) - 11, 2) + Double(prompt % 3) * 0.1)") }
    }
    var input = AuditInput()
    input.samples = try SampleFile.read(files.write(lines.joined(separator: "\n"), "s.csv"))
    let result = try #require(FilesAudit(input, checks: [.bestOfN], random: RandomSource(seed: 1))[.bestOfN])
    let peak = Int(try #require(result.evidence.first { $0.name == "n with the highest gold score" }).value)
    #expect(result.tests.first?.name == "fall of gold from its peak at n = \(peak) to n = 16")
    #expect(result.verdict == .fails)
  }

  @Test("members on different scales: no rule is the widest one's")
  func scalesOfMembers() throws {
    var rows = CheckLimitTests.rows(CheckLimitTests.margins(60))
    for index in rows.indices {
      let right = index % 3 == 0 ? -1.0 : 1.0
      rows[index].members = [
        "a": [right, 0], "b": [index % 4 == 0 ? -1 : 1, 0], "c": [index % 5 == 0 ? -0.5 : 1, 0],
      ]
    }
    let before = try CheckLimitTests.result(.ensemble, rows).evidence
    for index in rows.indices { rows[index].members["a"]! = rows[index].members["a"]! * 1000 + 7 }
    let after = try CheckLimitTests.result(.ensemble, rows).evidence
    for (a, b) in zip(before, after) { #expect(abs(a.value - b.value) < 1e-9, "\(a.name)") }
  }
}
