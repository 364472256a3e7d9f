import Compute
import Oversight
import Testing

/// Right values: by hand, and by simulation.
struct ArgumentChainTests {
  @Test("who knows the flaw refutes a wrong argument; who does not finds it as an audit does, once in its length")
  func refuted() throws {
    let chain = try ArgumentChain(steps: 50)
    #expect(chain.chanceOfRefutation(knowsTheFlaw: true) == 1)
    #expect(chain.chanceOfRefutation(knowsTheFlaw: false) == 0.02)
    #expect(chain.chanceOfRefutation(knowsTheFlaw: false, checks: 10) == 0.2)
    #expect(chain.chanceOfRefutation(knowsTheFlaw: false, checks: .max) == 1)
    #expect(chain.chanceOfRefutation(knowsTheFlaw: true, checks: 0) == 0)
  }

  @Test("judged arguments are judged rightly as often as the closed form says", arguments: [false, true])
  func simulated(knowsTheFlaw: Bool) throws {
    let chain = try ArgumentChain(steps: 20)
    for checks in [0, 1, 5, 20] {
      var random = RandomSource(seed: 5).stream("arguments", checks)
      let right = (0..<20_000).count { _ in
        chain.isJudgedRightly(knowsTheFlaw: knowsTheFlaw, checks: checks, random: &random)
      }
      let interval = try #require(Statistics.proportionInterval(successes: right, of: 20_000, level: 0.999))
      let expected = chain.judgeAccuracy(knowsTheFlaw: knowsTheFlaw, checks: checks)
      #expect(interval.lower <= expected && expected <= interval.upper)
    }
  }

  @Test("halving does not help who does not know: the wrong step is reached once in the argument's length")
  func halving() throws {
    for steps in [1, 7, 64] {
      let chain = try ArgumentChain(steps: steps)
      var random = RandomSource(seed: 6).stream("halving", steps)
      #expect((0..<500).allSatisfy { _ in chain.isFoundByHalving(knowsTheFlaw: true, random: &random) })
      let found = (0..<20_000).count { _ in chain.isFoundByHalving(knowsTheFlaw: false, random: &random) }
      let interval = try #require(Statistics.proportionInterval(successes: found, of: 20_000, level: 0.999))
      #expect(interval.lower <= 1 / Double(steps) && 1 / Double(steps) <= interval.upper)
    }
  }

  @Test("attacks in vain make an argument sounder by Bayes's rule: 1 in 2 at first, certain in the end")
  func soundness() throws {
    let chain = try ArgumentChain(steps: 4)
    #expect(chain.soundness(afterVainChecks: 0) == 0.5)
    // Of eight arguments four are sound; of the other four, two survive two checks.
    #expect(abs(chain.soundness(afterVainChecks: 2) - 4.0 / 6) < 1e-15)
    #expect(chain.soundness(afterVainChecks: 4) == 1)
  }

  @Test("an argument without a step is refused")
  func refused() {
    #expect(throws: InputError.self) { try ArgumentChain(steps: 0) }
  }
}
