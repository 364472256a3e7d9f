import Findings
import Testing

@Suite("Advice of findings")
struct AdviceTests {
  @Test("a sentence that ends with a command parts there; words in capitals are filled in, others stay")
  func command() {
    let advice = Finding.Advice("Score in float32: then compare: pactolus audit FILES --second RESCORED")
    #expect(advice.text == "Score in float32: then compare")
    #expect(advice.command == "pactolus audit FILES --second RESCORED")
    #expect(
      advice.naming(["FILES": "a.jsonl 'b c.jsonl'"]).command == "pactolus audit a.jsonl 'b c.jsonl' --second RESCORED")
    #expect(Finding.Advice("Read the rows").command == nil)
  }

  @Test(
    "what is wrong and what to do are said of a claim that fails, and of no other", arguments: Finding.Verdict.allCases)
  func failing(verdict: Finding.Verdict) {
    let finding = Finding(
      id: "x", claim: "It works", verdict: verdict, reason: "r", source: "s", problem: "It does not work",
      advice: Finding.Advice("Mend it"))
    #expect((finding.problem != nil) == (verdict == .fails) && (finding.advice != nil) == (verdict == .fails))
    #expect(finding.statement == (verdict == .fails ? "It does not work" : "It works"))
    let plain = Finding(id: "x", claim: "It works", verdict: verdict, reason: "r", source: "s")
    #expect(plain.statement == (verdict == .fails ? "This does not hold: It works" : "It works"))
  }
}
