import Compute
import Environments
import Feedback
import Testing

@Suite("Formulas that people write")
struct RewardFormulaTests {
  private static let features = ["speed", "pole angle", "pole", "x-shift"].map { name in
    NamedFeature(name: name, synonyms: name == "speed" ? ["pace"] : [], summary: name) { _, _, _ in 0 }
  }

  @Test(
    "weights by hand",
    arguments: [
      ("speed", [1, 0, 0, 0]), ("-Speed", [-1, 0, 0, 0]), ("  + 2 · speed − 0.5·pole angle ", [2, -0.5, 0, 0]),
      ("pole", [0, 0, 1, 0]), ("3pole-.25 * x-shift", [0, 0, 3, -0.25]), ("pace + 2 speed", [3, 0, 0, 0]),
      ("1000000 × pole – pole angle", [0, -1, 1e6, 0]),
    ])
  func weights(text: String, weights: [Double]) throws {
    #expect(try RewardFormula(text, over: Self.features).weights == weights)
  }

  @Test(
    "what is not understood is refused, with its place",
    arguments: [
      ("", "the formula is empty"), ("   ", "the formula is empty"),
      ("spede", "at character 1: unknown feature 'spede'"),
      ("speed pole", "at character 7: a + or − is missing"), ("speed + ", "at the end: a feature is missing"),
      ("speed + * pole", "at character 9: a feature is missing"),
      ("1.2.3 speed", "at character 1: '1.2.3' is no number"),
      ("2000000 speed", "at character 1: '2000000' is no number"), ("speed - speed", "cancels out"),
      ("poles", "unknown feature 'poles'"), (String(repeating: "speed + ", count: 40), "more than 300 characters"),
    ])
  func refused(text: String, problem: String) {
    #expect {
      _ = try RewardFormula(text, over: Self.features)
    } throws: { error in
      (error as? InputError)?.problem.contains(problem) == true
    }
  }

  @Test("a misspelt feature comes with the nearest one")
  func nearest() {
    #expect {
      _ = try RewardFormula("2 · pole angle + spede", over: Self.features)
    } throws: { error in
      (error as? InputError)?.remedy == "did you mean speed?"
    }
  }
}
