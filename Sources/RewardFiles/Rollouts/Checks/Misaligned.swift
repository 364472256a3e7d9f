import Compute
import Findings

extension RolloutCheck {
  /// Each reward stands beside its own completion.
  public static let misaligned = RolloutCheck(
    id: "misaligned",
    title: "Each reward stands beside its own completion",
    problem: "Rewards stand beside other completions than their own",
    explanation:
      "A part of the reward (or the total) that follows a mark of the text (a box, tags, a code block, length, the answer's value) is recomputed. Where the two "
      + "disagree, does the mark fit the reward some rows later or earlier? With rewards in their places, as often later as earlier; after a lost or doubled "
      + "row every later reward of the batch has moved. Batches are rows of one file and step, in order; moves of up to three rows are tried. Tolerated: 1 % of "
      + "the rows. It does not see moves within rows that are paid alike, nor rewards that no mark explains.",
    advice:
      "Find where the scorer appends a reward twice or drops one (a failed parse, a timeout), and score the file "
      + "again from there: pactolus audit rollouts FILES --second RESCORED",
    assumptions: "Rows stand in the order in which they were scored.",
    source: "our own; NeMo RL issue 3635 (a parse failure that moves all later rewards)",
    needs: [.totals, .completions]
  ) { rollouts throws(AuditGap) in
    try Misaligned.measure(rollouts)
  }
}

private enum Misaligned {
  /// −1 unknown, 0, 1 for each row.
  typealias Bits = [Int8]

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let features = Self.features(rollouts)
    let parts = rollouts.table.components.map { ($0.name, $0.values) } + [("the total", rollouts.table.total)]
    let batch = batches(rollouts.table)
    var outcome = CheckOutcome()
    for (name, values) in parts where values.count == rollouts.count {
      guard let rewards = split(values) else { continue }
      var best: (name: String, bits: Bits, fit: Double)?
      for (feature, bits) in features {
        for shift in -3...3 {
          let fit = phi(bits, rewards, shift, batch)
          if abs(fit) > abs(best?.fit ?? 0) { best = (feature, bits, fit) }
        }
      }
      guard let best, abs(best.fit) >= 0.5 else { continue }
      let bits = best.fit > 0 ? best.bits : best.bits.map { $0 < 0 ? $0 : 1 - $0 }
      outcome.tests.append(test(name, best.name, bits, rewards, batch))
    }
    guard !outcome.tests.isEmpty else { throw .missing("no part of the reward can be recomputed from the texts") }
    return outcome
  }

  /// Numbers that say in which batch a row is: rows of one file and step that follow each other.
  private static func batches(_ table: RolloutTable) -> [Int32] {
    let (hasFiles, hasSteps) = (table.places.file.count == table.count, table.step.count == table.count)
    var (result, number) = ([Int32](), Int32(0))
    for row in 0..<table.count {
      if row > 0,
        (hasFiles && table.places.file[row] != table.places.file[row - 1])
          || (hasSteps && table.step[row] != table.step[row - 1])
      {
        number += 1
      }
      result.append(number)
    }
    return result
  }

  private static func features(_ rollouts: RolloutFacts) -> [(String, Bits)] {
    let texts = rollouts.texts
    func mark(_ phrase: String) -> Bits {
      let bit = CompletionPhrases.bit(phrase)
      return texts.phrases.map { $0 & bit != 0 ? 1 : 0 }
    }
    let middle = Statistics.median(texts.lengths.map(Double.init))
    var result: [(String, Bits)] = [
      ("a box", mark(CompletionPhrases.boxed)), ("an answer tag", mark(CompletionPhrases.answerTag)),
      ("a thinking tag", mark(CompletionPhrases.thinking)), ("a code block", mark(CompletionPhrases.codeFence)),
      ("length", texts.lengths.map { Double($0) > middle ? 1 : 0 }),
    ]
    if !texts.opinions.isEmpty {
      result.append(("the answer's value", texts.opinions.map { $0 == .equal ? 1 : $0 == .different ? 0 : -1 }))
    }
    return result.filter { feature in feature.1.contains(0) && feature.1.contains(1) }
  }

  /// Above and not above the middle; nil without variation.
  private static func split(_ values: [Double]) -> Bits? {
    let threshold = RolloutFacts.threshold(values)
    let isTwo = RolloutFacts.verdicts(values, from: threshold)
    if isTwo.contains(0), isTwo.contains(1), Set(values.lazy.filter(\.isFinite).prefix(2000)).count <= 3 {
      return isTwo
    }
    let middle = Statistics.median(values.filter(\.isFinite))
    let bits = values.map { $0.isNaN ? Int8(-1) : $0 > middle ? 1 : 0 }
    return bits.contains(0) && bits.contains(1) ? bits : nil
  }

  /// Correlation of marks with rewards so many rows later.
  private static func phi(_ bits: Bits, _ rewards: Bits, _ shift: Int, _ batch: [Int32]) -> Double {
    var n = (0.0, 0.0, 0.0, 0.0)
    for row in max(0, -shift)..<(bits.count - max(0, shift)) where batch[row] == batch[row + shift] {
      switch (bits[row], rewards[row + shift]) {
      case (1, 1): n.0 += 1
      case (1, 0): n.1 += 1
      case (0, 1): n.2 += 1
      case (0, 0): n.3 += 1
      default: break
      }
    }
    let scale = ((n.0 + n.1) * (n.2 + n.3) * (n.0 + n.2) * (n.1 + n.3)).squareRoot()
    return scale > 0 ? (n.0 * n.3 - n.1 * n.2) / scale : 0
  }

  /// Among rows that disagree: how many agree with the reward some rows on and not with that as many rows back, less the reverse.
  /// Rows sorted by their reward favour one direction for marks that are there and the other for those that are not, so both
  /// kinds have to speak for the same move.
  private static func test(_ part: String, _ feature: String, _ bits: Bits, _ rewards: Bits, _ batch: [Int32])
    -> EffectTest
  {
    var best = (p: 1.0, share: 0.0, spread: 0.0, shift: 1)
    var compared = 0
    for row in bits.indices where bits[row] >= 0 && rewards[row] >= 0 { compared += 1 }
    for shift in [1, 2, 3] {
      var (later, earlier) = ([0, 0], [0, 0])
      for row in stride(from: shift, to: bits.count - shift, by: 1)
      where bits[row] >= 0 && rewards[row] >= 0 && bits[row] != rewards[row]
        && batch[row - shift] == batch[row + shift]
      {
        let (back, on) = (rewards[row - shift], rewards[row + shift])
        guard back >= 0, on >= 0, back != on else { continue }
        if on == bits[row] { later[Int(bits[row])] += 1 } else { earlier[Int(bits[row])] += 1 }
      }
      for sign in [1, -1] {
        let (with, against) = sign > 0 ? (later, earlier) : (earlier, later)
        let p = [0, 1].map { ExactTests.atLeast(with[$0], of: with[$0] + against[$0], probability: 0.6) }.max() ?? 1
        let share = Double(with[0] + with[1] - against[0] - against[1]) / Double(max(1, compared))
        if p < best.p {
          best = (
            p, share, Double(with[0] + with[1] + against[0] + against[1]).squareRoot() / Double(max(1, compared)),
            sign * shift
          )
        }
      }
    }
    let reach = Statistics.normalReach95 * best.spread
    let interval = Interval(lower: best.share - reach, upper: best.share + reach, level: 0.95)
    let direction = best.shift < 0 ? "earlier" : "later"
    return EffectTest(
      "rows where \(feature) fits \(part) \(Numbers.count(abs(best.shift), "row")) \(direction)", best.share,
      interval: interval,
      count: compared, pValue: interval.lower > 0.01 ? min(1, 6 * best.p) : 1, isHarmless: interval.upper <= 0.01,
      margin: "at most 1 %")
  }
}
