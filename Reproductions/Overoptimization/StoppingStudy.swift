import Compute
import Findings
import Foundation

/// How often the sequential test errs, and what it finds with how many answers; and whole runs by the rule.
enum StoppingStudy {
  static let error = 0.05

  private struct Sequence: Sendable {
    var isSettled: Bool
    var answers: Int
  }

  private static func sequences(
    _ test: SequentialPreference, preference: Double, answers: Int, count: Int, random: RandomSource
  ) -> [Sequence] {
    NoiseLawStudy.gathered(count) { index in
      var stream = random.stream("answers", index)
      var test = test
      for answer in 1...answers {
        test.observe(stream.bernoulli(preference))
        if test.isSettled { return Sequence(isSettled: true, answers: answer) }
      }
      return Sequence(isSettled: false, answers: answers)
    }
  }

  /// One sequential test, watched after every answer.
  static func tests(simulations: Int, watched: Int, bound: SimulatedBound, random: RandomSource) -> [ReproducedNumber] {
    guard let once = SequentialPreference.fixedAnswers(error: error, preference: 0.65, power: 0.8) else { return [] }
    let most = Int(1.6 * Double(once))
    let test = SequentialPreference(error: error, planned: most)
    func share(
      _ name: String, _ sequences: [Sequence], reference: Double?, tolerance: Double?, note: String
    ) -> ReproducedNumber {
      let settled = sequences.count(where: \.isSettled)
      return ReproducedNumber(
        name, Double(settled) / Double(sequences.count),
        interval: Statistics.proportionInterval(successes: settled, of: sequences.count), reference: reference,
        tolerance: tolerance, note: note)
    }
    let none = sequences(
      test, preference: 0.5, answers: watched, count: simulations, random: random.child("test/none"))
    let exact = Numbers.percent(test.power(at: 0.5, answers: watched).chance)
    var numbers = [
      share(
        "no preference: found one, looking after each of \(watched) answers", none, reference: 0,
        tolerance: bound.tolerance(error, simulations: simulations),
        note: "at most 0.05; exactly \(exact)"),
      share(
        "the same, with the test that may be looked at once",
        peeking(answers: watched, count: simulations, random: random.child("test/none")), reference: nil,
        tolerance: nil, note: "what looking often costs without this"),
    ]
    for preference in [0.6, 0.65, 0.8] {
      let found = sequences(
        test, preference: preference, answers: most, count: simulations, random: random.child("test/\(preference)"))
      let isJudged = preference == 0.65
      let exact = test.power(at: preference, answers: most)
      numbers.append(
        share(
          "preference \(preference): found within \(most) answers", found, reference: isJudged ? 1 : nil,
          tolerance: isJudged ? bound.tolerance(0.2, simulations: simulations) : nil,
          note: "\(isJudged ? "at least 0.8; " : "")exactly \(Numbers.percent(exact.chance))"))
      let answers = found.map { Double($0.answers) }
      let fixed = SequentialPreference.fixedAnswers(error: error, preference: preference, power: 0.8) ?? 0
      numbers.append(
        ReproducedNumber(
          "preference \(preference): answers used, mean", Statistics.mean(answers),
          interval: Statistics.meanInterval(answers),
          note: "the test that is looked at once needs \(fixed); most \(most)"))
    }
    return numbers
  }

  /// An exact test of 0.05 after every answer: what must not be done.
  private static func peeking(answers: Int, count: Int, random: RandomSource) -> [Sequence] {
    let critical = (1...answers).map { count in
      (0...count).first { SequentialPreference.tail($0, of: count) <= error } ?? count + 1
    }
    return NoiseLawStudy.gathered(count) { index in
      var stream = random.stream("answers", index)
      var wins = 0
      for answer in 1...answers {
        if stream.bernoulli(0.5) { wins += 1 }
        if wins >= critical[answer - 1] { return Sequence(isSettled: true, answers: answer) }
      }
      return Sequence(isSettled: false, answers: answers)
    }
  }
}
