import Audits
import Compute
import Environments
import Testing

/// A walk from 0 that goes up with a chance of .3, else down, but never below 0.
private struct Walk: Environment {
  var limit: Int? = 40

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Walk-v0", summary: "A walk", observationSpace: Box(low: [0], high: [100]), observationNames: ["place"],
      actionSpace: .discrete(names: ["go"]), maximumEpisodeSteps: limit, canTerminate: false, source: "test")
  }
  func reset(random: inout RandomStream) -> Int { 0 }
  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    state = random.bernoulli(0.3) ? state + 1 : max(0, state - 1)
    return Outcome(reward: 0, terminated: false)
  }
  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) }

  /// The chance to reach a place within the limit, by the distribution after each step.
  static func exact(_ goal: Int, steps: Int = 40) -> Double {
    var chances = [Double](repeating: 0, count: goal + 1)
    chances[0] = 1
    for _ in 0..<steps {
      var next = [Double](repeating: 0, count: goal + 1)
      next[goal] = chances[goal]
      for place in 0..<goal {
        next[place + 1] += 0.3 * chances[place]
        next[max(0, place - 1)] += 0.7 * chances[place]
      }
      chances = next
    }
    return chances[goal]
  }

  func event() throws -> RareEvent<Walk> {
    var event = try RareEvent(self, policy: { _, action, _ in action[0] = 0 }, level: { Double($0[0]) })
    (event.effort, event.repetitions) = (100, 20)
    return event
  }
}

@Suite("Rare events")
struct RareEventTests {
  @Test("the chance is that of an exact computation, and its interval covers it as often as it promises")
  func exact() throws {
    // 3.0e-6: plain episodes would need some hundred thousand to see one.
    let truth = Walk.exact(16)
    #expect(truth > 1e-6 && truth < 1e-5)
    let estimates = try (0..<40).map { try Walk().event().estimate(reaching: 16, random: RandomSource(seed: $0)) }
    // Of forty intervals of 95 % at most seven miss, but once in a thousand times if their level is true.
    #expect(estimates.count { !$0.interval.contains(truth) } <= 7)
    let all = estimates.map(\.probability)
    // Unbiased: the mean of forty leaves the truth by more than four standard errors once in 16,000 times.
    #expect(abs(Statistics.mean(all) - truth) < 4 * Statistics.standardError(all))
    #expect(estimates[0].steps < 2_000_000 && estimates[0].levels.last == 16 && estimates[0].levels.count > 3)
  }

  @Test("what was never seen has a bound, and what is certain is certain")
  func ends() throws {
    let never = try Walk().event().estimate(reaching: 41, random: RandomSource(seed: 1))
    #expect(never.probability == 0 && never.seen == 0 && never.interval.lower == 0)
    // 2,000 plain episodes: 3 ∕ 2,000, nearly.
    #expect(abs(never.interval.upper - 0.0014967) < 1e-6)
    let always = try Walk().event().estimate(reaching: 0, random: RandomSource(seed: 1))
    #expect(always.probability == 1)
    #expect(throws: InputError.self) { try Walk(limit: nil).event() }
  }
}
