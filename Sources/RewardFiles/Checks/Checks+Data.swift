import Compute
import Findings
import Foundation

/// Checks of the data themselves: leakage, contradictions, wrong labels, spread of scores.
extension FilesAudit {
  static func leakage(_ table: PreferenceTable, _ pairs: AuditPairs?) -> CheckResult {
    let training = Set(table.split.names.indices.filter { table.split.names[$0].lowercased().hasPrefix("train") })
    guard !training.isEmpty, table.split.names.count > 1 else { return repetition(table) }
    var exact: [UInt64: Int] = [:]
    var buckets: [UInt64: [Int32]] = [:]
    let signatures = table.prompt.signatures
    func isTraining(_ row: Int) -> Bool {
      table.split.codes[row] >= 0 && training.contains(Int(table.split.codes[row]))
    }
    for row in 0..<table.count where isTraining(row) {
      if exact[table.prompt.wordHashes[row]] == nil {
        exact[table.prompt.wordHashes[row]] = row
        for band in 0..<16 where signatures.count == table.count {
          let key = signatures.band(row, band, of: 4)
          // A bucket that holds a template shared by thousands is cut: its first rows are enough to find it.
          if buckets[key, default: []].count < 50 { buckets[key, default: []].append(Int32(row)) }
        }
      }
    }
    var evaluated = 0
    var leaked: [(row: Int, from: Int, similarity: Double)] = []
    for row in 0..<table.count where table.split.codes[row] >= 0 && !isTraining(row) {
      evaluated += 1
      if let from = exact[table.prompt.wordHashes[row]] {
        leaked.append((row, from, 1))
      } else if signatures.count == table.count, table.prompt.words[row] >= 8 {
        search: for band in 0..<16 {
          for candidate in buckets[signatures.band(row, band, of: 4)] ?? [] {
            let similarity = signatures.similarity(row, Int(candidate))
            if similarity >= 0.8 {
              leaked.append((row, Int(candidate), similarity))
              break search
            }
          }
        }
      }
    }
    var evidence = [
      Evidence("of them word for word", Double(leaked.count { $0.similarity == 1 }), count: evaluated)
    ]
    if let pairs {
      let rows = Set(leaked.map(\.row))
      for (name, wanted) in [("accuracy on leaked prompts", true), ("accuracy without leaked prompts", false)] {
        let members = pairs.rows.indices.filter {
          let row = pairs.rows[$0]
          return table.split.codes[row] >= 0 && !isTraining(row) && rows.contains(row) == wanted
        }
        guard !members.isEmpty else { continue }
        let right = members.count { pairs.margins[$0] > 0 }
        evidence.append(
          Evidence(
            name, Double(right) / Double(members.count),
            interval: Statistics.proportionInterval(successes: right, of: members.count), count: members.count))
      }
    }
    return CheckResult(
      .leakage, AuditCheck.leakage.title,
      tests: [
        EffectTest.share("evaluation prompts found in training", leaked.count, of: evaluated, atMost: 0.01)
      ], evidence: evidence,
      examples: leaked.prefix(5).map {
        ExampleRow(
          $0.row, table.places.place(of: $0.row),
          "its prompt stands at \(table.places.place(of: $0.from)) too (similarity \(Numbers.plain($0.similarity)))")
      })
  }

  /// Without a training split: rows that repeat an earlier row's prompt and both replies.
  private static func repetition(_ table: PreferenceTable) -> CheckResult {
    var seen: [SIMD2<UInt64>: Int] = [:]
    var repeated: [(row: Int, first: Int)] = []
    var prompts: [UInt64: Int] = [:]
    for row in 0..<table.count {
      prompts[table.prompt.wordHashes[row], default: 0] += 1
      let (a, b) = (table.chosen.hashes[row], table.rejected.hashes[row])
      let key = SIMD2(table.prompt.hashes[row] &+ (min(a, b) &* 0x9E37_79B9_7F4A_7C15), max(a, b))
      if let first = seen[key] { repeated.append((row, first)) } else { seen[key] = row }
    }
    let shared = prompts.values.filter { $0 > 1 }.reduce(0, +)
    return CheckResult(
      .leakage, "No row repeats another",
      tests: [EffectTest.share("rows that repeat an earlier one", repeated.count, of: table.count, atMost: 0.01)],
      evidence: [
        Evidence("rows whose prompt stands in another row, too", Double(shared), count: table.count)
      ], notes: ["No split is named as training: only repetition within the file could be looked for."],
      examples: repeated.prefix(5).map {
        ExampleRow($0.row, table.places.place(of: $0.row), "the same as \(table.places.place(of: $0.first))")
      })
  }

  static func contradictions(_ table: PreferenceTable) -> CheckResult {
    var byPrompt: [UInt64: [Int]] = [:]
    for row in 0..<table.count where table.label[row] != 0 {
      byPrompt[table.prompt.hashes[row], default: []].append(row)
    }
    var bad: [Int] = []
    var both = 0
    for (_, rows) in byPrompt.sorted(by: { $0.key < $1.key }) where rows.count > 1 {
      var numbers: [UInt64: Int] = [:]
      func number(_ hash: UInt64) -> Int {
        if let known = numbers[hash] { return known }
        numbers[hash] = numbers.count
        return numbers.count - 1
      }
      let edges = rows.map { row -> (Int, Int) in
        let (a, b) = (number(table.chosen.hashes[row]), number(table.rejected.hashes[row]))
        return table.label[row] > 0 ? (a, b) : (b, a)
      }
      // Replies to one prompt are few; a very long list would be a template, not a prompt.
      guard numbers.count <= 200 else { continue }
      let size = numbers.count
      var reach = [Bool](repeating: false, count: size * size)
      for (a, b) in edges { reach[a * size + b] = true }
      for k in 0..<size {
        for i in 0..<size where reach[i * size + k] {
          for j in 0..<size where reach[k * size + j] { reach[i * size + j] = true }
        }
      }
      for (index, (a, b)) in edges.enumerated() where a != b && reach[b * size + a] {
        bad.append(rows[index])
        if edges.contains(where: { $0 == (b, a) }) { both += 1 }
      }
    }
    let labelled = table.label.count { $0 != 0 }
    bad.sort()
    return CheckResult(
      .contradictions, AuditCheck.contradictions.title,
      tests: [EffectTest.share("pairs in a contradiction or cycle", bad.count, of: labelled, atMost: 0.02)],
      evidence: [Evidence("of them the same pair labelled both ways", Double(both), count: labelled)],
      examples: bad.prefix(5).map { ExampleRow($0, table.places.place(of: $0), "part of a cycle of preferences") })
  }

  static func labelNoise(_ pairs: AuditPairs) -> CheckResult {
    guard pairs.count >= 100 else { return CheckResult(.labelNoise, missing: "fewer than 100 pairs with scores") }
    let step = max(1, pairs.count / 20_000)
    let used = stride(from: 0, to: pairs.count, by: step).map { pairs.margins[$0] }
    let scale = max(1e-12, Statistics.rootMeanSquare(used))
    func likelihood(_ rate: Double, _ logSlope: Double) -> Double {
      let slope = exp(logSlope) / scale
      return used.reduce(0) { $0 + log(rate + (1 - 2 * rate) / (1 + exp(-slope * $1))) }
    }
    func profile(_ rate: Double) -> Double {
      likelihood(rate, CalibrationFit.maximum(-4, 5) { likelihood(rate, $0) })
    }
    let limit = 0.02
    let best = CalibrationFit.maximum(0, 0.45, profile)
    let top = profile(best)
    let p =
      best <= limit
      ? 1 : SpecialFunctions.normalDistribution(-(max(0, 2 * (top - profile(limit)))).squareRoot())
    let interval = CalibrationFit.drop(
      around: best, within: 0...0.45, by: 1.920729410347062, level: 0.95, profile)
    let suspects = pairs.first(10) { pairs.margins[$0] }.filter { pairs.margins[$0] < 0 }
    return CheckResult(
      .labelNoise, AuditCheck.labelNoise.title,
      tests: [
        EffectTest(
          "rate of turned labels", best, interval: interval, count: used.count, pValue: p,
          isHarmless: interval.upper <= limit, margin: "at most 2 %")
      ],
      examples: suspects.map { pairs.example($0, "suspect; " + pairs.scores($0)) }, bearing: .advice)
  }

  static func promptVariance(_ table: PreferenceTable) -> CheckResult {
    let rows = (0..<table.count).filter { table.margin($0).isFinite }
    guard rows.count >= 10 else { return CheckResult(.promptVariance, missing: "fewer than 10 scored pairs") }
    let n = Double(rows.count)
    let means = rows.map { (table.scoreChosen[$0] + table.scoreRejected[$0]) / 2 }
    let between = 2 * Statistics.variance(means)
    let within = rows.reduce(0) { $0 + table.margin($1) * table.margin($1) / 2 } / n
    guard between > 0, within > 0 else { return CheckResult(.promptVariance, missing: "scores that do not vary") }
    let ratio = between / within
    func quantile(_ p: Double) -> Double {
      let x = SpecialFunctions.incompleteBetaInverse(p, (n - 1) / 2, n / 2)
      return n * x / ((n - 1) * (1 - x))
    }
    // The share of variance within prompts is 1 − ICC = 2/(F + 1) for two replies a prompt.
    func inside(_ f: Double) -> Double { min(1, 2 / (f + 1)) }
    let interval = Interval(
      lower: inside(ratio / quantile(0.025)), upper: inside(ratio / quantile(0.975)), level: 0.95)
    // H0: within share ≥ 5 %, F/(true ratio 39) is F-distributed.
    let f = ratio / 39
    let x = (n - 1) * f / ((n - 1) * f + n)
    let p = 1 - SpecialFunctions.incompleteBeta(x, (n - 1) / 2, n / 2)
    return CheckResult(
      .promptVariance, AuditCheck.promptVariance.title,
      tests: [
        EffectTest(
          "share of the scores' variance within prompts", inside(ratio), interval: interval, count: rows.count,
          pValue: p, isHarmless: interval.lower >= 0.05, margin: "at least 5 %")
      ], evidence: [Evidence("intraclass correlation", (ratio - 1) / (ratio + 1), count: rows.count)])
  }

  static func tails(_ table: PreferenceTable) -> CheckResult {
    var scores: [(score: Double, row: Int)] = []
    for row in 0..<table.count {
      for score in [table.scoreChosen[row], table.scoreRejected[row]] where score.isFinite {
        scores.append((score, row))
      }
    }
    guard scores.count >= 20 else { return CheckResult(.tails, missing: "fewer than 20 scores") }
    let median = Statistics.median(scores.map(\.score))
    let spread = 1.4826 * Statistics.median(scores.map { abs($0.score - median) })
    guard spread > 0 else { return CheckResult(.tails, missing: "more than half of the scores are equal") }
    let far = scores.filter { abs($0.score - median) > 6 * spread }
      .sorted { (-abs($0.score - median), $0.row) < (-abs($1.score - median), $1.row) }
    let sizes = scores.map { abs($0.score - median) }.sorted(by: >)
    let k = max(5, scores.count / 50)
    let hill = (0..<k).reduce(0) { $0 + log(sizes[$1] / sizes[k]) } / Double(k)
    return CheckResult(
      .tails, AuditCheck.tails.title,
      tests: [
        EffectTest.share("scores beyond 6 robust standard deviations", far.count, of: scores.count, atMost: 0.002)
      ],
      evidence: [Evidence("Hill's tail index (above 4: light)", hill > 0 ? 1 / hill : .infinity, count: k)],
      examples: far.prefix(5).map {
        ExampleRow(
          $0.row, table.places.place(of: $0.row),
          "a score of \(Numbers.plain($0.score)), \(Numbers.plain(abs($0.score - median) / spread)) spreads out")
      })
  }

  static func humanCeiling(_ table: PreferenceTable, _ pairs: AuditPairs) -> CheckResult {
    var votes: [SIMD2<UInt64>: [(annotator: Int32, first: Bool)]] = [:]
    guard table.annotator.isPresent else { return CheckResult(.humanCeiling, missing: "no column of annotators") }
    for row in 0..<table.count where table.label[row] != 0 && table.annotator.codes[row] >= 0 {
      let (a, b) = (table.chosen.hashes[row], table.rejected.hashes[row])
      let key = SIMD2(table.prompt.hashes[row] &+ (min(a, b) &* 0x9E37_79B9_7F4A_7C15), max(a, b))
      votes[key, default: []].append((table.annotator.codes[row], (a < b) == (table.label[row] > 0)))
    }
    var agreed = 0
    var asked = 0
    for (_, answers) in votes {
      // The first two people only: pairs of pairs are not independent.
      guard let first = answers.first, let other = answers.first(where: { $0.annotator != first.annotator }) else {
        continue
      }
      asked += 1
      if first.first == other.first { agreed += 1 }
    }
    guard asked >= 30 else { return CheckResult(.humanCeiling, missing: "fewer than 30 pairs have two annotators") }
    let (a, b) = (Double(agreed) / Double(asked), Double(pairs.right) / Double(pairs.count))
    let error = (a * (1 - a) / Double(asked) + b * (1 - b) / Double(pairs.count)).squareRoot()
    return CheckResult(
      .humanCeiling, AuditCheck.humanCeiling.title,
      tests: [
        .normal("headroom: people's agreement less accuracy", a - b, error: error, count: asked, atMost: 0.05)
      ],
      evidence: [
        Evidence(
          "agreement between people", a,
          interval: Statistics.proportionInterval(successes: agreed, of: asked), count: asked)
      ], bearing: .advice)
  }

  /// Without scores: how far length alone predicts the labels, which any reward trained on them will learn.
  static func lengthOfLabels(_ table: PreferenceTable) -> CheckResult {
    let rows = (0..<table.count).filter { table.label[$0] != 0 && table.chosen.words[$0] != table.rejected.words[$0] }
    let longer = rows.count { (table.chosen.words[$0] > table.rejected.words[$0]) == (table.label[$0] > 0) }
    let share = Double(longer) / Double(max(1, rows.count))
    return CheckResult(
      .lengthBias, "Length alone does not predict the labels",
      tests: [
        .normal(
          "share of pairs where the longer reply was preferred, less a half", share - 0.5,
          error: max(1e-9, (share * (1 - share) / Double(max(1, rows.count))).squareRoot()), count: rows.count,
          within: 0.05)
      ], notes: ["There are no scores: this is about the labels, not about a model."], bearing: .advice)
  }

  static func power(_ pairs: AuditPairs) -> CheckResult {
    let p = Double(pairs.right) / Double(max(1, pairs.count))
    let z = Statistics.normalReach95 + Statistics.normalPower80
    let needed = (z * z * p * (1 - p) / 0.0001).rounded(.up)
    return CheckResult(
      .power, AuditCheck.power.title,
      evidence: [
        Evidence("pairs needed to see one point", needed),
        Evidence("pairs still missing", max(0, needed - Double(pairs.count)), count: pairs.count),
      ],
      notes: ["\(Numbers.plain(needed)) pairs show a change of one point; \(pairs.count) are here."], bearing: .advice)
  }
}
