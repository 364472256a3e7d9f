import Compute
import Runs
import Testing

@Suite("A claims file")
struct ClaimsFileTests {
  private func claims(_ lines: String...) throws -> ClaimsFile {
    try ClaimsFile(text: "budget: 0.05\nclaims:\n" + lines.map { "  - \($0)\n" }.joined(), path: "c.yaml")
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
        .ledgerComplete, .runRepeats,
      ])
    #expect(file.claims[2].place == "c.yaml:5")
    #expect(file.budget.shares[8...] == [0, 0] && file.budget.shares[0] > 0)
    #expect(throws: Never.self) { try ClaimsFile(text: ClaimsFile.standard, path: "standard") }
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
      ("ledger clean", "complete"), ("run", "repeats"), ("{error: 0.1}", "claim"),
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
