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
    let estimates = try ThreadPool.shared.map(200) { seed in
      Result { try Walk().event().estimate(reaching: 16, random: RandomSource(seed: UInt64(seed))) }
    }.map { try $0.get() }
    // Of two hundred intervals of 95 % at most twenty-one miss, but once in a thousand times if their level is true.
    let missed = estimates.count { !$0.interval.contains(truth) }
    #expect(missed <= 21, "\(missed) of 200 intervals miss")
    let all = estimates.map(\.probability)
    // Unbiased: the mean of all leaves the truth by more than four standard errors once in 16,000 times.
    #expect(abs(Statistics.mean(all) - truth) < 4 * Statistics.standardError(all))
    #expect(estimates[0].steps < 2_000_000 && estimates[0].levels.last == 16 && estimates[0].levels.count > 3)
  }

  @Test("where few repetitions see it, the interval still covers it as often as it promises")
  func seldom() throws {
    // 3.0e-6 once more, with so few episodes that most repetitions lose every path.
    let truth = Walk.exact(16)
    let estimates = try ThreadPool.shared.map(200) { seed in
      Result {
        var event = try Walk().event()
        (event.effort, event.repetitions) = (20, 10)
        return try event.estimate(reaching: 16, random: RandomSource(seed: UInt64(1000 + seed)))
      }
    }.map { try $0.get() }
    #expect(Set(estimates.map(\.seen)).count > 3)
    let missed = estimates.count { !$0.interval.contains(truth) }
    #expect(missed <= 21, "\(missed) of 200 intervals miss")
  }

  @Test("a verdict on a chance known exactly is seldom wrong, and both ends can be told")
  func verdicts() throws {
    let truth = Walk.exact(10)
    var wrong = 0
    for seed in 0..<50 {
      let estimate = try Walk().event().estimate(reaching: 10, random: RandomSource(seed: UInt64(seed)))
      if estimate.finding("place >= 10", atMost: truth * 0.99).verdict == .holds { wrong += 1 }
      if estimate.finding("place >= 10", atMost: truth * 1.01).verdict == .fails { wrong += 1 }
      #expect(estimate.finding("place >= 10", atMost: truth * 4).verdict == .holds)
      #expect(estimate.finding("place >= 10", atMost: truth / 4).verdict == .fails)
    }
    // Each of the hundred errs in 2.5 %; more than eight do so once in 900 times.
    #expect(wrong <= 8)
  }

  @Test("a condition is read from a line: above, below, with the limit or without, and the first observation counts")
  func conditions() throws {
    let entry = EnvironmentEntry(Walk())
    func level(_ text: String, _ place: Float) throws -> (Double, Double) {
      let condition = try RareCondition(text, in: entry)
      return (condition.first([place].span), condition.goal)
    }
    #expect(try level("place > 3", 3) == (3, 3.0.nextUp))
    #expect(try level("Place >= 3", 3) == (3, 3))
    #expect(try level("place < 3", 2) == (-2, (-3.0).nextUp))
    #expect(try level("place <= 3", 4) == (-4, -3))
    let condition = try RareCondition("place >= 2", in: entry)
    #expect(condition.level([0 as Float].span, [0 as Float].span, [5 as Float].span) == 5)
    func problem(_ text: String) -> InputError? {
      do {
        _ = try RareCondition(text, in: entry)
        return nil
      } catch { return error as? InputError }
    }
    #expect(problem("plase > 3")?.remedy == "did you mean place?")
    #expect(problem("place")?.problem.contains("ends where <") == true)
    #expect(problem("place = 3") != nil && problem("place > high") != nil && problem("place > 3 now") != nil)
    #expect(problem("") != nil)
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
