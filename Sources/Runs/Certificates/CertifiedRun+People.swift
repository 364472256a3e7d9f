import Audits
import Compute
import Feedback
import Findings

/// What the answers say of the people who gave them.
extension CertifiedRun {
  /// Comparisons that named one of two clips, and count.
  private var decided: [RunRecord.Comparison] {
    record.comparisons.filter { !$0.takenBack && ($0.label == 0 || $0.label == 1) }
  }

  /// Whether two people who answered the same question say the same; each question counts once, by the first two.
  func agreement(_ isAbove: Bool, _ limit: Double, _ error: Double) -> Finding {
    var first: [[Int]: (person: String, label: Double)] = [:]
    var compared: Set<[Int]> = []
    var same: [Bool] = []
    for comparison in decided {
      guard let person = comparison.person, let label = comparison.label else { continue }
      let pair = [comparison.first, comparison.second]
      guard let before = first[pair] else {
        first[pair] = (person, label)
        continue
      }
      guard before.person != person, compared.insert(pair).inserted else { continue }
      same.append(before.label == label)
    }
    return share(
      of: same, "agreement of people",
      "Of two people who are asked the same, the share of questions to which they say the "
        + "same is \(Self.words(isAbove, limit))", isAbove, limit, error,
      without: "No question was answered by two people (person.overlap).",
      assumptions: [
        "The questions are independent draws of those that are asked.", "Answers without a winner are left out.",
      ])
  }

  /// Whether no one presses one side whatever is shown.
  ///
  /// Which clip of two comes first is drawn, so that somebody who looks picks each about as often. The claim is that of
  /// each person's answers at least a quarter go either way: for all of them at once, each at an equal part of the error.
  func attentive(_ error: Double) -> Finding {
    let claim = "Everybody who answers picks the first clip in a quarter to three quarters of comparisons"
    let limits = (0.25, 0.75)
    let people = Dictionary(grouping: decided, by: { $0.person ?? "" }).sorted { $0.key < $1.key }
    var (verdicts, words, evidence) = ([Finding.Verdict](), [String](), [Evidence]())
    for (name, answers) in people {
      let picked = answers.count { $0.label == 1 }
      guard
        let interval = Statistics.proportionInterval(
          successes: picked, of: answers.count, level: 1 - 2 * error / Double(people.count))
      else { continue }
      let (inside, outside) = (
        interval.lower > limits.0 && interval.upper < limits.1, interval.upper < limits.0 || interval.lower > limits.1
      )
      verdicts.append(inside ? .holds : outside ? .fails : .unknown)
      let share = Double(picked) / Double(answers.count)
      evidence.append(Evidence("first clip picked by \(name)", share, interval: interval, count: answers.count))
      if outside { words.append("\(name) picked the first of two clips in \(picked) of \(answers.count) comparisons") }
    }
    let verdict: Finding.Verdict =
      verdicts.contains(.fails) ? .fails : verdicts.isEmpty || verdicts.contains(.unknown) ? .unknown : .holds
    return Finding(
      id: "answers", claim: claim, verdict: verdict,
      reason: verdicts.isEmpty
        ? "Nobody compared anything."
        : verdict == .fails
          ? words.joined(separator: "; ") + "."
          : verdict == .holds
            ? "So do all \(people.count) of them."
            : "\(verdicts.count { $0 == .unknown }) of \(people.count) compared too little to tell.",
      evidence: evidence,
      assumptions: ["Which of two clips is shown first is drawn.", "A person's answers are independent draws."],
      source: "Clopper & Pearson 1934, exact binomial interval; the union bound over people")
  }
}
