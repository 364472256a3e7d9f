import Compute
import Findings
import Foundation

/// Answers that those who gave them may not have meant: a slip of the hand, a swapped label, a misread question.
///
/// An answer is suspicious where Bayes' rule makes it more likely not meant than meant if one in a hundred is not
/// (``LeftOutAnswer/mislabelled(prevalence:)``). That needs a large surprise: a hard question answered either way is none.
/// By chance a few answers surprise as much although they were meant; how many is computed from the same probabilities, and
/// only more than that speaks against the answers as a whole.
package struct SuspiciousAnswers: Sendable, Hashable, Codable {
  /// An answer, and how likely it was not meant.
  package struct Suspect: Sendable, Hashable, Codable {
    /// Its place among the answers.
    package var answer: Int
    /// Of the answer, by the others.
    package var probability: Double
    /// That it was not meant, at the prevalence.
    package var mislabelled: Double
  }

  /// All answers that were clear, the most suspicious first.
  package let ranked: [Suspect]
  /// Those of them that are rather not meant than meant.
  package let suspects: [Suspect]
  /// How many answers would be suspects by chance, were all meant.
  package let expected: Double
  /// How probable so many suspects are, or more, were all meant.
  package let pValue: Double
  /// The share of answers that is taken not to be meant.
  package let prevalence: Double
  /// What share of the suspects was not meant, if the probabilities are right; nil without suspects.
  package let precision: Double?

  /// - Parameters:
  ///   - answers: every answer, as the others see it.
  ///   - prevalence: what people meet is about one in a hundred.
  package init(_ answers: [LeftOutAnswer], prevalence: Double = 0.01) {
    var (all, expected) = ([Suspect](), [Double]())
    for (place, answer) in answers.enumerated() {
      guard let probability = answer.probability, let chance = answer.mislabelled(prevalence: prevalence) else {
        continue
      }
      all.append(Suspect(answer: place, probability: probability, mislabelled: chance))
      // Whatever was answered: which answers to this question would be suspects, and how probable they are.
      let given = [probability] + answer.others
      var sum = 0.0
      for index in given.indices {
        let others = given.indices.filter { $0 != index }.map { given[$0] }
        let turned = LeftOutAnswer(probability: given[index], others: others)
        if turned.mislabelled(prevalence: prevalence) ?? 0 > 0.5 { sum += given[index] }
      }
      expected.append(sum)
    }
    ranked = all.sorted { ($0.mislabelled, $1.answer) > ($1.mislabelled, $0.answer) }
    suspects = ranked.filter { $0.mislabelled > 0.5 }
    self.expected = expected.reduce(0, +)
    pValue = Self.atLeast(suspects.count, expected)
    self.prevalence = prevalence
    precision = suspects.isEmpty ? nil : Statistics.mean(suspects.map(\.mislabelled))
  }

  /// The probability that at least so many of independent events happen (the Poisson binomial distribution).
  static func atLeast(_ count: Int, _ probabilities: [Double]) -> Double {
    guard count > 0 else { return 1 }
    // Of exactly 0, 1, … below `count`.
    var below = [Double](repeating: 0, count: count)
    below[0] = 1
    for probability in probabilities where probability > 0 {
      for number in (1..<max(2, count)).reversed() where number < count {
        below[number] = below[number] * (1 - probability) + below[number - 1] * probability
      }
      below[0] *= 1 - probability
    }
    return max(0, 1 - below.reduce(0, +))
  }

  /// Answers below which nothing is said.
  package static let fewest = 40

  /// The claim that no more answers than by chance look as if they were not meant.
  ///
  /// - Parameter names: what to call an answer, by its place.
  package func finding(names: (Int) -> String = { "answer \($0 + 1)" }) -> Finding {
    let claim = "No more answers than by chance look as if they were not meant"
    let id = "answers/mislabelled"
    let source = "Koh & Liang 2017; Pregibon 1981 (leaving out by one Newton step); MacKay 1992"
    guard ranked.count >= Self.fewest else {
      return Finding(
        id: id, claim: claim, verdict: .unknown, bearing: .advice,
        reason: "\(Numbers.count(ranked.count, "clear answer")), and \(Self.fewest) are needed.", source: source)
    }
    let shown = suspects.prefix(5).map { names($0.answer) }.joined(separator: ", ")
    let listed = suspects.isEmpty ? "" : ": " + shown + (suspects.count > 5 ? ", …" : "")
    return Finding(
      id: id, claim: claim, verdict: pValue < 0.05 ? .fails : .holds, bearing: .advice,
      reason:
        "\(suspects.count) of \(Numbers.count(ranked.count, "clear answer")) are rather not meant than meant\(listed); "
        + "by chance \(Numbers.plain(expected)) would look so (p = \(Numbers.plain(pValue))).",
      evidence: [
        Evidence("suspicious answers", Double(suspects.count), count: ranked.count),
        Evidence("expected by chance", expected, count: ranked.count),
      ] + (precision.map { [Evidence("precision at the prevalence \(Numbers.percent(prevalence))", $0)] } ?? []),
      assumptions: [
        "Who means an answer picks with the probabilities of the model, which was fitted to the other answers.",
        "Answers that are not meant are few and independent of each other.",
      ],
      errorRate:
        "“Fails” is wrong in at most 5 % of runs whose model is right; slips on hard questions cannot be found.",
      source: source,
      problem: "More answers than by chance look as if they were not meant",
      advice: Finding.Advice(text: "Ask the suspicious questions again, or set the answers aside", command: nil))
  }
}
