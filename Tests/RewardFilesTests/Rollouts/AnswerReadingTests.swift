import RewardFiles
import Testing

@Suite("Answers, read a second time")
struct AnswerReadingTests {
  static func opinion(_ answer: String, _ reference: String) -> AnswerOpinion {
    AnswerOpinion.of(answer.utf8, reference.utf8)
  }

  @Test(
    "forms of one value are equal",
    arguments: [
      ("1/2", "0.5"), ("\\frac{1}{2}", "0.5"), ("\\dfrac12", "1/2"), ("2/4", "1/2"), ("1 1/2", "3/2"),
      ("1\\frac{1}{2}", "1.5"),
      ("1,234", "1234"), ("1{,}234.50", "1234.5"), ("$12$", "12"), ("12.", "12"), ("12.0", "12"), ("1.2e3", "1200"),
      ("1.2\\times10^{3}", "1200"), ("50\\%", "0.5"), ("x = 5", "5"), ("\\text{12 cm}", "12 cm"), ("5 cm", "0.05 m"),
      ("5\\text{ cm}", "5"),
      ("90^\\circ", "90"), ("\\{1, 2\\}", "{2,1}"), ("(1, 2)", "(1,2.0)"), ("\\left(1,\\frac12\\right)", "(1,0.5)"),
      ("(B)", "B"), ("B.", "B"),
      ("Paris", "paris"), ("\\boxed{7}", "7"), ("−3", "-3"), ("-\\frac{3}{4}", "-0.75"), ("x^2 + 1", "x^2+1"),
      ("yes", "Yes"), ("1, 2", "\\{2,1\\}"), ("C: the third of them", "C"), ("1.2e-3", "0.0012"),
    ])
  func equal(answer: String, reference: String) {
    #expect(Self.opinion(answer, reference) == .equal)
    #expect(Self.opinion(reference, answer) == .equal)
  }

  @Test(
    "other values are different",
    arguments: [
      ("3", "4"), ("1/2", "1/3"), ("0.5", "0.7"), ("A", "B"), ("yes", "no"), ("(1,2)", "(2,1)"), ("{1,2}", "{1,3}"),
      ("-3", "3"), ("50%", "0.6"),
      ("1000", "1001"),
    ])
  func different(answer: String, reference: String) {
    #expect(Self.opinion(answer, reference) == .different)
    #expect(Self.opinion(reference, answer) == .different)
  }

  @Test(
    "what depends on rounding, on the form, on percent signs or on words is left to people",
    arguments: [
      ("0.33", "1/3"), ("3.14", "\\pi"), ("3.14", "3.1416"), ("50%", "50"), ("1, 2", "2, 1"), ("5 apples", "5 pears"),
      ("x^2+1", "1+x^2"), ("", "3"),
      ("[1,2)", "(1,2)"), ("99999999999999999999", "1"), ("two", "2"),
      // A value beyond what is exact is not read without its power of ten.
      ("1.46e-6", "1.4611296547206773e-06"), ("9.878832144809999e+08", "987883214.481"), ("A: the first", "B"),
    ])
  func unsure(answer: String, reference: String) {
    #expect(Self.opinion(answer, reference) == .unsure)
    #expect(Self.opinion(reference, answer) == .unsure)
  }

  @Test(
    "the final answer is the last box, else the last tag, else after four hashes, else after the words, else a short whole",
    arguments: [
      ("first \\boxed{1}, no: \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}"),
      ("<answer>1</answer> <answer> 2 </answer>", "2"), ("so\n#### 42\n", "42"),
      ("Thus the answer is 3.5. Good.", "3.5"), ("Answer: B\nbecause", "B"), (" 17 ", "17"),
      ("### Final answer:\n\n**Blue**.", "Blue**"), ("<guess>[THING]</guess> you have 3 left", "THING"),
      ("<answer>[1]</answer>", "[1]"),
    ])
  func final(text: String, answer: String) throws {
    let bytes = Array(text.utf8)
    let found = FinalAnswer.find(bytes.span)
    let range = try #require(found).range
    #expect(String(decoding: bytes[range], as: UTF8.self) == answer)
  }

  @Test("a box that never closes, and a long text without a mark, have no final answer")
  func none() {
    for text in ["\\boxed{1", String(repeating: "word ", count: 30)] {
      let bytes = Array(text.utf8)
      let isFound = FinalAnswer.find(bytes.span) != nil
      #expect(!isFound)
    }
  }

  @Test("every phrase is found where a plain search finds it, in any case")
  func phrases() {
    let finder = PhraseFinder(["he", "she", "his", "hers", "a b"])
    for text in ["ushers", "HIS A  B a b", "", "hhe", "sshe", "xyz"] {
      var wanted: UInt64 = 0
      for (number, phrase) in finder.phrases.enumerated() where text.lowercased().contains(phrase) {
        wanted |= 1 << UInt64(number)
      }
      let bytes = Array(text.utf8)
      let found = finder.find(bytes.span)
      #expect(found == wanted, "\(text)")
    }
  }
}
