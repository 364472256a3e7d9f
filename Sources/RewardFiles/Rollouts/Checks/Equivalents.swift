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
      + "candidates; without labels it lists what to look at. Tolerated: confirmed candidates of 0.5 % of the rejections that can be read.",
    advice:
      "Compare values instead of strings (math_verify, or a normal form), score again, and see whether the two "
      + "differ only there: pactolus audit rollouts FILES --second RESCORED",
    assumptions: "Labelled candidates are a random sample of them.",
    source: "our own; Li et al. 2025 (TinyV)",
    needs: [.totals, .completions, .answers],
    stake: 2
  ) { rollouts throws(AuditGap) in
    try Equivalents.measure(rollouts)
  }
}

private enum Equivalents {
  /// Words with which a prompt asks for a form.
  static let forms = PhraseFinder([
    "simplest form", "lowest terms", "simplified", "simplify", "as a fraction", "as a decimal", "decimal place",
    "as a percent", "rounded", "round to",
    "round your", "significant figure", "significant digit", "in the form", "mixed number", "standard form",
    "scientific notation", "common fraction",
    "exactly as", "format", "reduced fraction", "in terms of", "factored",
  ])

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let opinions = rollouts.texts.opinions
    let asks: [Bool] =
      table.prompt.count == table.count
      ? (0..<table.prompts.count).map {
        forms.find(table.prompts.bytes.span.extracting(table.prompts.range($0))) != 0
      } : []
    func asksForForm(_ row: Int) -> Bool { !asks.isEmpty && table.prompt[row] >= 0 && asks[Int(table.prompt[row])] }
    let rejected = (0..<table.count).filter { rollouts.accepted[$0] == 0 }
    let read = rejected.filter { opinions[$0] != .unsure && !asksForForm($0) }
    let candidates = read.filter { opinions[$0] == .equal }
    let formal = rejected.count { opinions[$0] == .equal && asksForForm($0) }
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
    guard read.count >= 20 else {
      throw .missing("fewer than twenty rejected answers can be read", evidence: evidence)
    }
    let share = Double(candidates.count) / Double(read.count)
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
    return CheckOutcome(
      tests: [
        EffectTest(
          name, estimate, interval: shown, count: labels.isEmpty ? read.count : labels.count, pValue: p,
          isHarmless: (interval?.upper ?? 1) <= 0.005 || (shown?.upper ?? 1) <= 0.005, margin: "at most 0.5 %")
      ], evidence: evidence, notes: notes,
      examples: candidates.prefix(8).map { rollouts.example($0, "rejected, equal to the reference by our reading") })
  }
}
