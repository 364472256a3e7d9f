import Compute
import Runs
import Testing

@Suite("A claims file")
struct ClaimsFileTests {
  private func claims(budget: Double = 0.05, _ lines: String...) throws -> ClaimsFile {
    try ClaimsFile(text: "budget: \(budget)\nclaims:\n" + lines.map { "  - \($0)\n" }.joined(), path: "c.yaml")
  }

  @Test("every form of a claim is read")
  func forms() throws {
    let file = try claims(
      "accuracy above 0.7", "return at least -300", "improvement below 5e1", "answers at most 40",
      "confidence within 0.1", "reward between -5 and 5", "theta between -1 and 1 in 0.95 of episodes",
      "x between 0 and 1 in 0.9", "ledger complete", "run repeats")
    #expect(
      file.claims.map(\.statement) == [
        .limit(.accuracy, isAbove: true, 0.7), .limit(.return, isAbove: true, -300),
        .limit(.improvement, isAbove: false, 50), .limit(.answers, isAbove: false, 40), .confidence(within: 0.1),
        .reward(-5...5), .stays(component: "theta", -1...1, share: 0.95), .stays(component: "x", 0...1, share: 0.9),
        .process(.ledgerComplete), .process(.runRepeats),
      ])
    #expect(file.claims[2].place == "c.yaml:5")
    #expect(file.budget.shares[8...] == [0, 0] && file.budget.shares[0] > 0)
    #expect(throws: Never.self) { try ClaimsFile(text: ClaimsFile.standard, path: "standard") }
  }

  @Test("so are the forms that hold a run against others, against statements, and against its own records")
  func moreForms() throws {
    let file = try claims(
      budget: 0.2, "distance to runs/a b below 0.2", "off-policy return from runs/a at least -3",
      "people agree above 0.8",
      "coverage above 0.9", "not gaming", "answers enough", "answers attentive", "answers as stated",
      "settings recorded", "weights recorded", "clips replay", "evaluation repeats",
      "never enters pole angle between 0.2 and 3 in more than 0.02 of episodes", "reward ignores x y within 0.1",
      "reward rises with x", "never paid more when x = 1 than when x = 0", "no jump above 3 between neighbours")
    #expect(
      file.claims.map(\.statement) == [
        .distance(run: "runs/a b", isAbove: false, 0.2), .offPolicy(run: "runs/a", isAbove: true, -3),
        .limit(.agreement, isAbove: true, 0.8), .limit(.coverage, isAbove: true, 0.9), .notGaming,
        .finding("answers/enough"), .attentive, .process(.answersAsStated), .process(.settingsRecorded),
        .process(.weightsRecorded), .process(.clipsReplay), .process(.evaluationRepeats),
        .enters(component: "pole angle", 0.2...3, share: 0.02),
        .asserts("reward does not depend on x y by more than 0.1"),
        .asserts("reward rises with x"), .asserts("never paid more when x = 1 than when x = 0"),
        .asserts("no jump above 3 between neighbours"),
      ])
  }

  @Test("findings and unjudged visits cost what their interval was made at; other tests what the file says")
  func errors() throws {
    let file = try claims("finding answers/enough holds", "{claim: accuracy above 0.6, error: 0.01}", "return above 0")
    #expect(file.budget.shares[0] == 0.025 && file.budget.shares[1] == 0.01)
    #expect(abs(file.budget.shares[2] - 0.015) < 1e-15)
  }

  @Test(
    "what is wrong is named with its line and what would have been right",
    arguments: [
      ("acuracy above 0.7", "accuracy"), ("accuracy 0.7", "above"), ("accuracy above much", "number"),
      ("accuracy above inf", "number"), ("confidence within 0.6", "0.01"),
      ("reward between 5 and -5", "lower one first"),
      ("x between 0 and 1", "in 0.95"), ("x between 0 and 1 in 1", "always"),
      ("finding answers/enough", "finding NAME holds"),
      ("ledger clean", "complete"), ("run", "repeats"), ("settings", "recorded"), ("clips", "replay"),
      ("distance to below 0.1", "which run"), ("distance to runs/a below 3", "0 to 2"),
      ("off-policy return above 3", "whose episodes"), ("people agree", "above"), ("not good", "gaming"),
      ("never enters x", "enters what"), ("never enters x between 0 and 1", "in more than"),
      ("never enters x between 0 and 1 in more than 0 of episodes", "never"), ("reward ignores x", "within"),
      ("{error: 0.1}", "claim"),
      ("{claim: run repeats, error: 0.1}", "chance"),
      ("{claim: unjudged below 0.1, error: 0.001}", "interval was made before"),
      ("{claim: accuracy above 0.7, eror: 0.1}", "error"),
    ])
  func refused(line: String, word: String) throws {
    do {
      _ = try claims("accuracy above 0.5", line)
      Issue.record("'\(line)' was taken")
    } catch let error as InputError {
      #expect(error.place == "c.yaml:4")
      #expect("\(error)".contains(word), "\(error)")
    }
  }

  @Test("files that are none: empty, without claims, with unknown fields, with a budget over 1")
  func files() {
    for text in ["", "budget: 0.05", "claims: []", "budgett: 1\nclaims: [run repeats]", "claims: [run repeats", "- 1"] {
      #expect(throws: InputError.self) { try ClaimsFile(text: text, path: "c.yaml") }
    }
    #expect { try ClaimsFile(text: "claims: [run repeats]\nbudget: 1.5", path: "c.yaml") } throws: {
      ($0 as? InputError)?.place == "c.yaml:2"
    }
  }
}
