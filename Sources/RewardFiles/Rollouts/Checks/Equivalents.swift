import Compute
import Findings

extension RolloutCheck {
  /// No answer that equals the reference is rejected for its form.
  public static let equivalents = RolloutCheck(
    id: "equivalents",
    title: "No answer that equals the reference is rejected for its form",
    problem: "Answers that equal the reference are rejected for their form",
    explanation:
      "Our own second implementation reads final answers and references: fractions, decimals, percent, powers of ten, thousands' commas, units, sets and "
      + "lists, letters, LaTeX. Rejected rows that it reads as equal are *candidates* of false negatives. Equal in value is not right where a form was "
      + "asked for (lowest terms, decimals, rounding): prompts that ask for one are counted apart. So the check fails only where gold labels confirm "
      + "candidates; without labels it lists what to look at. Tolerated: confirmed candidates of 0.5 % of the rejections that can be read. An answer that is the reference "
      + "letter by letter, in the box or tag that the prompt asks for, needs no label: at most 1 % of those may be rejected. Where exactly one part of the reward has a word of the answer in its name "
      + "(answer, correct, correctness, accuracy, accurate, success, successful, solved, exact match), and none that speaks of something else (format, length, tag, box, has, "
      + "parsed, extracted, found, penalty) or turns it round (not, no, wrong, in-, un-), that part, if it lies in 0 … 1, is the verdict on the answer; otherwise the total is. It misleads where the verifier asks for more than the answer. Beside it are counted accepted answers "
      + "equal to the reference that are paid less than the most, where the reward has no parts that explain it.",
    advice:
      "Compare values instead of strings (math_verify, or a normal form), score again, and see whether the two "
      + "differ only there: pactolus audit rollouts FILES --second RESCORED",
    assumptions: "Labelled candidates are a random sample of them.",
    source: "our own; Li et al. 2025 (TinyV)",
    needs: [.reward, .completions, .answers],
    stake: 2
  ) { rollouts throws(AuditGap) in
    try Equivalents.measure(rollouts)
  }
}

private enum Equivalents {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let opinions = rollouts.texts.opinions
    let requests = AnswerRequests(table)
    let rejected = (0..<table.count).filter { rollouts.rejectsAnswer($0) }
    let read = rejected.filter { opinions[$0] != .unsure && !requests.form($0) }
    let candidates = read.filter { opinions[$0] == .equal }
    let formal = rejected.count { opinions[$0] == .equal && requests.form($0) }
    var evidence = [
      Evidence("rejected rows that can be read", Double(read.count), count: rejected.count),
      Evidence("of them equal to the reference", Double(candidates.count)),
    ]
    var notes: [String] = []
    if formal > 0 {
      notes.append(
        "\(Numbers.count(formal, "rejected answer")) equal in value answer prompts that ask for a form, and are not counted."
      )
    }
    let less = paidLess(rollouts, requests)
    if !less.isEmpty {
      evidence.append(
        Evidence("accepted answers equal to the reference that are paid less than the most", Double(less.count)))
    }
    var examples = candidates.prefix(8).map { rollouts.example($0, "rejected, equal to the reference by our reading") }
    examples += less.prefix(3).map {
      rollouts.example($0, "paid \(Numbers.plain(table.total[$0])), equal to the reference by our reading")
    }
    let verbatim = Verbatim(rollouts, requests)
    examples =
      verbatim.rejected.prefix(5).map { rollouts.example($0, "rejected, though its answer is the reference") }
      + examples
    guard read.count >= 20 || !candidates.isEmpty || verbatim.all >= 20 else {
      throw .missing("fewer than twenty rejected answers can be read", evidence: evidence, examples: examples)
    }
    let share = Double(candidates.count) / Double(max(1, read.count))
    let interval = Statistics.proportionInterval(successes: candidates.count, of: read.count)
    let labels = table.gold.count == table.count ? candidates.filter { (0...1).contains(table.gold[$0]) } : []
    let right = labels.count { table.gold[$0] == 1 }
    var (p, estimate, shown) = (1.0, share, interval)
    if !labels.isEmpty {
      // The share confirmed is the share of candidates, which is known, times how many of them are right.
      estimate = share * Double(right) / Double(labels.count)
      let bounds = Statistics.proportionInterval(successes: right, of: labels.count)
      shown = bounds.map { Interval(lower: share * $0.lower, upper: share * $0.upper, level: 0.95) }
      p = share > 0.005 ? ExactTests.atLeast(right, of: labels.count, probability: 0.005 / share) : 1
      evidence.append(
        Evidence(
          "candidates that a person found right", Double(right) / Double(labels.count), interval: bounds,
          count: labels.count))
    } else if !candidates.isEmpty {
      notes.append("The \(Numbers.count(candidates.count, "candidate")) are to be confirmed by a person.")
    }
    let name =
      labels.isEmpty
      ? "rejected answers equal to the reference by our reading" : "rejected answers that are equal and right"
    var tests: [EffectTest?] = [verbatim.test]
    if !read.isEmpty {
      tests.append(
        EffectTest(
          name, estimate, interval: shown, count: labels.isEmpty ? read.count : labels.count, pValue: p,
          isHarmless: (interval?.upper ?? 1) <= 0.005 || (shown?.upper ?? 1) <= 0.005, margin: "at most 0.5 %"))
    }
    return CheckOutcome(tests: tests, evidence: evidence, notes: notes, examples: examples)
  }

  /// Answers that are the reference letter by letter, in the mark that the prompt asks for.
  struct Verbatim {
    /// How many such answers there are.
    var all = 0
    /// The rows in which one is rejected.
    var rejected: [Int] = []

    init(_ rollouts: RolloutFacts, _ requests: AnswerRequests) {
      let (table, bytes) = (rollouts.table, rollouts.table.completions.bytes.span)
      for row in 0..<table.count where rollouts.accepted[row] >= 0 && rollouts.texts.opinions[row] == .equal {
        let range = table.completions.range(row)
        guard let (found, mark) = FinalAnswer.find(bytes.extracting(range)), requests.mark(mark, row) else { continue }
        let stated = (range.lowerBound + found.lowerBound)..<(range.lowerBound + found.upperBound)
        guard table.completions.bytes[stated].elementsEqual(table.answers.bytes[table.answers.range(row)]) else {
          continue
        }
        all += 1
        if rollouts.rejectsAnswer(row) { rejected.append(row) }
      }
    }

    var test: EffectTest? {
      all >= 20 || !rejected.isEmpty
        ? .share(
          "answers that are the reference, marked as asked, and are rejected", rejected.count, of: all, atMost: 0.01)
        : nil
    }
  }

  /// Accepted rows equal to the reference whose total is below the highest of such rows; none where parts of the reward, or a
  /// form that was asked for, may explain it.
  private static func paidLess(_ rollouts: RolloutFacts, _ requests: AnswerRequests) -> [Int] {
    let table = rollouts.table
    guard table.components.count < 2 else { return [] }
    let rows = (0..<table.count).filter {
      rollouts.accepted[$0] == 1 && rollouts.texts.opinions[$0] == .equal && !requests.valueForm($0)
    }
    guard let most = rows.map({ table.total[$0] }).max() else { return [] }
    return rows.filter { table.total[$0] < most - 1e-6 * max(1, abs(most)) }
  }
}
