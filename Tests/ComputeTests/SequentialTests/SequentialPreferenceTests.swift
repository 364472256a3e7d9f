import Compute
import Foundation
import Testing

@Suite("Preferences judged while answers come in")
struct SequentialPreferenceTests {
  @Test("the test that is looked at once needs 69 answers for 0.65, and 18 for 0.8")
  func fixed() {
    // scipy.stats.binom: 42 of 69 are rejected at 0.05, with a power of 0.8 for the first time.
    #expect(SequentialPreference.fixedAnswers(error: 0.05, preference: 0.65, power: 0.8) == 69)
    #expect(SequentialPreference.fixedAnswers(error: 0.05, preference: 0.8, power: 0.8) == 18)
  }

  @Test("exact power is that of an independent program over all sequences")
  func power() {
    // Dynamic programming in NumPy with SciPy's binomial tails and beta functions.
    let planned = SequentialPreference(error: 0.05, planned: 110)
    let found = planned.power(at: 0.65, answers: 110)
    #expect(abs(found.chance - 0.8996851769790182) < 1e-9 && abs(found.meanAnswers - 65.48322854368266) < 1e-7)
    #expect(abs(planned.power(at: 0.5, answers: 110).chance - 0.03633539981824372) < 1e-9)
    let open = SequentialPreference(error: 0.05)
    #expect(abs(open.power(at: 0.65, answers: 110).chance - 0.7670756) < 1e-6)
    let nothing = planned.power(at: 0.65, answers: 0)
    #expect(nothing.chance == 0 && nothing.meanAnswers == 0)
  }

  @Test("at 0.65 four in five are found with 1.6 times the answers, and no look errs more than it may, exactly")
  func promise() {
    let planned = SequentialPreference(error: 0.05, planned: 110)
    #expect(planned.power(at: 0.65, answers: 110).chance >= 0.8)
    #expect(planned.power(at: 0.5, answers: 1500).chance <= 0.05)
    #expect(planned.power(at: 0.4, answers: 1500).chance < 0.001)
  }

  @Test("watched after each answer, errors stay below their bound in simulated sequences too")
  func simulated() {
    func settled(_ preference: Double, answers: Int, count: Int, seed: UInt64) -> Int {
      (0..<count).count { index in
        var stream = RandomSource(seed: seed).stream("answers", index)
        var test = SequentialPreference(error: 0.05, planned: 110)
        return (0..<answers).contains { _ in
          test.observe(stream.bernoulli(preference))
          return test.isSettled
        }
      }
    }
    // 0.0418 exactly, so that of 800 sequences more than 0.063 are settled in 0.3 % of seeds.
    #expect(Double(settled(0.5, answers: 1000, count: 800, seed: 1)) / 800 < 0.063)
    // 0.8997 exactly: less than 0.84 of 400 in 0.01 % of seeds.
    #expect(Double(settled(0.65, answers: 110, count: 400, seed: 2)) / 400 > 0.84)
  }

  @Test("evidence of a plan is fair: its mean over all sequences of any length is 1")
  func fairness() {
    for count in [1, 30, 109, 110] {
      // The chances of all numbers of wins, and the evidence that they make.
      let mean = (0...count).reduce(0.0) { sum, wins in
        var test = SequentialPreference(error: 0.05, planned: 110)
        for index in 0..<count { test.observe(index < wins) }
        let chance = exp(
          SpecialFunctions.logGamma(Double(count) + 1) - SpecialFunctions.logGamma(Double(wins) + 1)
            - SpecialFunctions.logGamma(Double(count - wins) + 1) - Double(count) * log(2))
        return sum + chance * exp(test.logEvidence)
      }
      #expect(abs(mean - 1) < 1e-9)
    }
  }

  @Test("once settled it stays so, and says how sure it is")
  func settled() {
    var test = SequentialPreference(error: 0.05)
    #expect(test.pValue == 1 && !test.isSettled && test.interval == Interval(lower: 0, upper: 1, level: 0.95))
    for _ in 0..<12 { test.observe(true) }
    #expect(test.isSettled && test.pValue < 0.05 && test.interval.lower > 0.5)
    let sure = test.pValue
    for _ in 0..<40 { test.observe(false) }
    #expect(test.isSettled && test.pValue == sure && test.logEvidence < 0)
    #expect(test.wins == 12 && test.losses == 40)
  }

  @Test("a plan too short for any verdict leaves the mixture alone; a stored test goes on")
  func edges() throws {
    var short = SequentialPreference(error: 0.05, planned: 3)
    var open = SequentialPreference(error: 0.05)
    for answer in [true, true, false] {
      short.observe(answer)
      open.observe(answer)
    }
    #expect(short.logEvidence == open.logEvidence)
    var planned = SequentialPreference(error: 0.05, planned: 40)
    for index in 0..<30 { planned.observe(index % 3 != 0) }
    var stored = try JSONDecoder().decode(SequentialPreference.self, from: JSONEncoder().encode(planned))
    for index in 0..<30 {
      planned.observe(index % 3 != 0)
      stored.observe(index % 3 != 0)
    }
    #expect(planned == stored)
  }
}
