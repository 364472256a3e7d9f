import Compute
import Environments
import Feedback
import Foundation
import Testing

@Suite("Simulated people")
struct SimulatedPersonTests {
  /// All segments of two steps with these rewards, in pairs.
  func withEveryPair(_ body: (Trajectory, Trajectory) throws -> Void) rethrows {
    let values: [Float] = [-1, 0, 1, 2]
    let segments = values.flatMap { a in values.map { b in rewarded([a, b]) } }
    for first in segments { for second in segments { try body(first, second) } }
  }

  func answer(_ person: some ComparisonRespondent, _ first: Trajectory, _ second: Trajectory, _ index: Int = 0)
    -> ComparisonAnswer
  {
    var random = RandomSource(seed: 1).stream("person", index)
    return person.answer(first: first, second: second, random: &random)
  }

  @Test("a rational person prefers the larger return and ties only where returns are equal, in every small case")
  func rational() {
    withEveryPair { first, second in
      let difference = first.trueReturn - second.trueReturn
      let expected: ComparisonAnswer = difference == 0 ? .tie : (difference > 0 ? .first : .second)
      #expect(answer(SimulatedJudgment.rational(), first, second) == expected)
      #expect(answer(SimulatedJudgment.boltzmann(temperature: 0), first, second) == expected)
      let early = first.rewards[0] - second.rewards[0]
      let short: ComparisonAnswer = early == 0 ? .tie : (early > 0 ? .first : .second)
      #expect(answer(SimulatedJudgment.rational(discount: 0), first, second) == short)
    }
  }

  @Test("without chance, each B-Pref teacher answers every small case as its definition says")
  func exhaustiveTeachers() {
    for (skip, equal, myopia) in [
      (0.0, 0.0, 1.0), (1, 0, 1), (0, 1.5, 1), (2, 1.5, 1), (0, 0, 0.9), (0, 0, 0.25), (1, 1.5, 0.5), (-1, 0, 1),
    ] {
      for mistake in [0.0, 1.0] {
        var teacher = BPrefTeacher(myopia: myopia, mistakeProbability: mistake)
        teacher.skipThreshold = skip
        teacher.equalThreshold = equal
        withEveryPair { first, second in
          // The definition again, read off the text, in the order of the original.
          let (r1, r2) = (first.rewards.map(Double.init), second.rewards.map(Double.init))
          let (sum1, sum2) = (r1[0] + r1[1], r2[0] + r2[1])
          let expected: ComparisonAnswer
          if skip > 0 && max(sum1, sum2) <= skip {
            expected = .skipped
          } else if abs(sum1 - sum2) < equal {
            expected = .tie
          } else {
            let label = myopia * r1[0] + r1[1] < myopia * r2[0] + r2[1]
            expected = (mistake == 1) != label ? .second : .first
          }
          #expect(answer(teacher, first, second) == expected, "\(teacher) on \(r1), \(r2)")
        }
      }
    }
  }

  @Test("ties of an oracle go to the first, as in the original")
  func oracleTie() {
    #expect(answer(BPrefTeacher.oracle(), rewarded([1, 0]), rewarded([0, 1])) == .first)
  }

  @Test("thresholds follow the agent: mean return × share of the episode × share of the teacher")
  func adaptation() {
    let recent = RecentReturns(meanTrueReturn: 600, segmentLength: 50, maximumEpisodeSteps: 1000)
    var person = SimulatedJudgment.bPref(BPrefTeacher(skipShare: 0.1, equalShare: 0.2))
    for _ in 0..<2 {  // the second session has the same thresholds: the share is not squared
      person.adapt(to: recent)
      guard case .bPref(let teacher) = person else {
        Issue.record("the person changed its kind")
        return
      }
      #expect(abs(teacher.skipThreshold - 3) < 1e-12)
      #expect(abs(teacher.equalThreshold - 6) < 1e-12)
    }
    var rational = SimulatedJudgment.rational()
    rational.adapt(to: recent)
    #expect(rational == .rational())
  }

  /// How often each answer comes up in `count` askings.
  func frequencies(
    _ person: some ComparisonRespondent, _ first: Trajectory, _ second: Trajectory, count: Int, seed: UInt64
  ) -> [ComparisonAnswer: Int] {
    var random = RandomSource(seed: seed).stream("frequencies")
    var result: [ComparisonAnswer: Int] = [:]
    for _ in 0..<count { result[person.answer(first: first, second: second, random: &random), default: 0] += 1 }
    return result
  }

  /// A share of `count` lies within 5.6 deviations of its probability but in 2 of 10⁸ cases.
  func expectShare(
    _ hits: Int, of count: Int, _ probability: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let deviation = (Double(count) * probability * (1 - probability)).squareRoot()
    #expect(
      abs(Double(hits) - Double(count) * probability) <= 5.6 * deviation + 1e-9, sourceLocation: sourceLocation)
  }

  @Test("chance comes out as the closed forms say (false alarms: below 1 in 10⁶ seeds over all cases)")
  func closedForms() {
    let count = 20_000
    let (first, second) = (rewarded([0.5, 0.25]), rewarded([0, 1.5]))
    let logistic = { (difference: Double) in 1 / (1 + exp(-difference)) }

    // Boltzmann: R¹ − R² = −.75, discounted by γ: .5 + .25γ − 1.5γ.
    for (temperature, discount) in [(1.0, 1.0), (0.5, 1), (3, 0.9), (1, 0)] {
      let person = SimulatedJudgment.boltzmann(temperature: temperature, discount: discount)
      let found = frequencies(person, first, second, count: count, seed: 2)
      expectShare(found[.first] ?? 0, of: count, logistic((0.5 - 1.25 * discount) / temperature))
      #expect((found[.first] ?? 0) + (found[.second] ?? 0) == count)
    }
    // Stoc with β, its myopic form, and with mistakes.
    for (beta, myopia, mistake) in [(1.0, 1.0, 0.0), (2, 0.5, 0), (1, 1, 0.1), (0.5, 0.9, 0.3), (0, 1, 0)] {
      let teacher = BPrefTeacher(rationality: beta, myopia: myopia, mistakeProbability: mistake)
      let found = frequencies(teacher, first, second, count: count, seed: 3)
      let prefersSecond = logistic(beta * (0 * myopia + 1.5 - 0.5 * myopia - 0.25))
      expectShare(found[.second] ?? 0, of: count, prefersSecond * (1 - mistake) + (1 - prefersSecond) * mistake)
    }
    // Mistake alone.
    let found = frequencies(BPrefTeacher.mistake(), first, second, count: count, seed: 4)
    expectShare(found[.first] ?? 0, of: count, 0.1)
    // Equal overwrites chance; skip precedes it.
    var teacher = BPrefTeacher(rationality: 1, mistakeProbability: 0.5)
    teacher.equalThreshold = 0.8
    #expect(frequencies(teacher, first, second, count: 100, seed: 5) == [.tie: 100])
    teacher.skipThreshold = 2
    #expect(frequencies(teacher, first, second, count: 100, seed: 6) == [.skipped: 100])
  }

  @Test("imitation's threshold keeps a Boltzmann person's chance positive at any difference")
  func threshold() {
    #expect(SimulatedJudgment.preference(0, 1e9, temperature: 1) == 1 / (1 + exp(50)))
    #expect(SimulatedJudgment.preference(-1e300, 1e300, temperature: 1e-300).isFinite)
  }

  @Test("the named teachers are the paper's")
  func names() {
    #expect(BPrefTeacher.oracle() == BPrefTeacher())
    #expect(BPrefTeacher.stochastic() == BPrefTeacher(rationality: 1))
    #expect(BPrefTeacher.mistake() == BPrefTeacher(mistakeProbability: 0.1))
    #expect(BPrefTeacher.skip() == BPrefTeacher(skipShare: 0.1))
    #expect(BPrefTeacher.equal() == BPrefTeacher(equalShare: 0.1))
    #expect(BPrefTeacher.myopic() == BPrefTeacher(myopia: 0.9))
  }

  @Test("people can be kept and read back; impossible ones are refused")
  func codable() throws {
    var skipping = BPrefTeacher.skip()
    skipping.adapt(to: RecentReturns(meanTrueReturn: 1 / 3, segmentLength: 7, maximumEpisodeSteps: 11))
    for person in [
      SimulatedJudgment.rational(discount: 0.3), .boltzmann(temperature: 2, discount: 0.9, threshold: 9),
      .bPref(skipping), .boltzmann(temperature: 0), .rational(discount: 0), .rational(discount: 1),
      .bPref(BPrefTeacher(rationality: 0, myopia: 0, mistakeProbability: 1, skipShare: 0, equalShare: 0)),
    ] {
      try person.validate()
      #expect(try JSONDecoder().decode(SimulatedJudgment.self, from: JSONEncoder().encode(person)) == person)
    }
    for person in [
      SimulatedJudgment.rational(discount: 2), .boltzmann(temperature: -1), .boltzmann(temperature: .nan),
      .boltzmann(discount: -0.1), .boltzmann(threshold: 0), .bPref(BPrefTeacher(rationality: -1)),
      .bPref(BPrefTeacher(myopia: 1.5)), .bPref(.mistake(probability: 2)), .bPref(.skip(share: -1)),
      .bPref(.equal(share: .infinity)), .rational(discount: -0.1), .boltzmann(temperature: .infinity),
      .boltzmann(discount: 1.1), .bPref(BPrefTeacher(rationality: .infinity)), .bPref(BPrefTeacher(myopia: -0.1)),
      .bPref(.mistake(probability: -1)), .bPref(.skip(share: .infinity)), .bPref(.equal(share: -1)),
    ] {
      #expect(throws: InputError.self) { try person.validate() }
    }
  }
}
