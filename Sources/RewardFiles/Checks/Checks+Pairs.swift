import Compute
import Findings
import Foundation

/// Checks of labelled pairs with scores.
extension FilesAudit {
  static func accuracy(_ pairs: AuditPairs) -> CheckResult {
    var tests = [EffectTest.share("accuracy", pairs.right, of: pairs.count, atLeast: 0.55)]
    var evidence: [Evidence] = []
    var bars: [CheckPicture.Point] = []
    var names: [String] = []
    var below = 0
    var judged = 0
    for (name, members) in groups(pairs, pairs.table.domain) {
      let right = members.count { pairs.margins[$0] > 0 }
      tests.append(EffectTest.share("accuracy in \(name)", right, of: members.count, atLeast: 0.5))
      judged += 1
      if 2 * right < members.count { below += 1 }
      let share = Double(right) / Double(members.count)
      bars.append(
        .init(
          Double(names.count), share, Statistics.proportionInterval(successes: right, of: members.count)))
      names.append(name)
    }
    var pictures: [CheckPicture] = []
    if !bars.isEmpty {
      pictures.append(
        CheckPicture(
          form: .bars, title: "Accuracy by domain", x: "domain", y: "accuracy",
          lines: [.init(name: "accuracy", points: Array(bars.prefix(12)))], names: Array(names.prefix(12)),
          reference: 0.5))
    }
    func binned(_ title: String, _ key: (Int) -> Double) {
      let order = pairs.margins.indices.sorted { (key($0), $0) < (key($1), $1) }
      let bins = min(5, order.count / 20)
      guard bins > 1 else { return }
      for bin in 0..<bins {
        let members = order[(bin * order.count / bins)..<((bin + 1) * order.count / bins)]
        let right = members.count { pairs.margins[$0] > 0 }
        evidence.append(
          Evidence(
            "accuracy, \(title) \(Numbers.plain(key(members.first ?? 0))) to \(Numbers.plain(key(members.last ?? 0)))",
            Double(right) / Double(members.count),
            interval: Statistics.proportionInterval(successes: right, of: members.count), count: members.count))
      }
    }
    binned("size of margin") { abs(pairs.margins[$0]) }
    binned("log-length difference") { pairs.lengths[$0] }
    var notes: [String] = []
    if judged > 1, pairs.count > 0, (2 * pairs.right >= pairs.count) == (2 * below > judged) {
      notes.append("Most domains go the other way than all pairs together (Simpson's paradox): read them one by one.")
    }
    let worst = pairs.first(5) { pairs.margins[$0] }.filter { pairs.margins[$0] < 0 }
    return CheckResult(
      .accuracy, AuditCheck.accuracy.title, tests: tests, evidence: evidence, notes: notes,
      examples: worst.map { pairs.example($0, pairs.scores($0)) }, pictures: pictures)
  }

  static func ties(_ table: PreferenceTable) -> CheckResult {
    let rows = (0..<table.count).filter {
      table.margin($0).isFinite && table.chosen.hashes[$0] != table.rejected.hashes[$0]
    }
    let tied = rows.filter { table.margin($0) == 0 }
    let distinct = Set(rows.flatMap { [table.scoreChosen[$0], table.scoreRejected[$0]] }).count
    return CheckResult(
      .ties, AuditCheck.ties.title,
      tests: [EffectTest.share("share of pairs with equal scores", tied.count, of: rows.count, atMost: 0.01)],
      evidence: [Evidence("distinct scores", Double(distinct), count: 2 * rows.count)],
      examples: tied.prefix(5).map {
        ExampleRow($0, table.places.place(of: $0), "both score \(Numbers.plain(table.scoreChosen[$0]))")
      })
  }

  static func padding(_ table: PreferenceTable) -> CheckResult {
    var texts: [UInt64: Set<UInt64>] = [:]
    var first: [UInt64: Int] = [:]
    var seen: Set<UInt64> = []
    for row in 0..<table.count {
      for (score, hash) in [
        (table.scoreChosen[row], table.chosen.hashes[row]), (table.scoreRejected[row], table.rejected.hashes[row]),
      ] where score.isFinite {
        let text = hash ^ (table.prompt.hashes[row] &* 0x9E37_79B9_7F4A_7C15)
        seen.insert(text)
        texts[score.bitPattern, default: []].insert(text)
        if first[score.bitPattern] == nil { first[score.bitPattern] = row }
      }
    }
    let top = texts.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    guard let top else { return CheckResult(.padding, missing: "no scores") }
    let score = Double(bitPattern: top.key)
    let rows = (0..<table.count).filter { table.scoreChosen[$0] == score || table.scoreRejected[$0] == score }
    return CheckResult(
      .padding, AuditCheck.padding.title,
      tests: [
        EffectTest.share("replies that share the most common score", top.value.count, of: seen.count, atMost: 0.01)
      ],
      evidence: [Evidence("the most common score", score, count: top.value.count)],
      examples: rows.prefix(5).map {
        ExampleRow($0, table.places.place(of: $0), "a reply scores exactly \(Numbers.plain(score))")
      })
  }

  static func calibration(_ pairs: AuditPairs, random: RandomSource) -> CheckResult {
    // At most 20,000 evenly spaced pairs: enough for a slope to a per cent.
    let step = max(1, pairs.count / 20_000)
    let used = stride(from: 0, to: pairs.count, by: step).map { pairs.margins[$0] }
    let fit = CalibrationFit(logits: used, targets: used.map { _ in 1 })
    func likelihood(_ logSlope: Double) -> Double { fit.value(intercept: 0, slope: exp(logSlope)) }
    let best = CalibrationFit.maximum(-8, 8, likelihood)
    let top = likelihood(best)
    let interval = CalibrationFit.drop(around: best, within: -8...8, by: 1.920729410347062, level: 0.95, likelihood)
    let limit = log(1.5)
    let nearest = min(limit, max(-limit, best))
    let p =
      abs(best) <= limit
      ? 1 : SpecialFunctions.normalDistribution(-(max(0, 2 * (top - likelihood(nearest)))).squareRoot())
    let test = EffectTest(
      "calibration slope", exp(best),
      interval: Interval(lower: exp(interval.lower), upper: exp(interval.upper), level: 0.95), count: used.count,
      pValue: p, isHarmless: interval.lower >= -limit && interval.upper <= limit, margin: "0.67 to 1.5")
    // Half of the pairs turned round, so that the answers are not all alike.
    let judged = used.indices.map { index in
      let p = 1 / (1 + exp(-used[index]))
      return index.isMultiple(of: 2)
        ? JudgedComparison(probabilityFirst: p, target: 1) : JudgedComparison(probabilityFirst: 1 - p, target: 0)
    }
    let sorted = ReliabilityBin.bins(judged, count: min(10, max(1, judged.count / 10)), level: 0.95)
    let ece = ReliabilityBin.expectedError(sorted)
    var chance: [Double] = []
    for index in 0..<99 {
      var stream = random.stream("calibration", index)
      let drawn = judged.map {
        JudgedComparison(
          probabilityFirst: $0.probabilityFirst, target: stream.bernoulli($0.probabilityFirst) ? 1 : 0)
      }
      chance.append(ReliabilityBin.expectedError(ReliabilityBin.bins(drawn, count: sorted.count, level: 0.95)))
    }
    var replicates: [Double] = []
    for index in 0..<99 {
      var stream = random.stream("calibration/bootstrap", index)
      let drawn = judged.indices.map { _ in judged[stream.below(judged.count)] }
      replicates.append(ReliabilityBin.expectedError(ReliabilityBin.bins(drawn, count: sorted.count, level: 0.95)))
    }
    let bias = Statistics.mean(chance)
    let debiased = max(0, ece - bias)
    let total = Double(max(1, used.count))
    let brier = used.reduce(0) { $0 + pow(1 / (1 + exp($1)), 2) } / total
    let loss = used.reduce(0) { $0 + max(0, -$1) + log1p(exp(-abs($1))) } / total
    let spread = Interval(
      lower: max(0, 2 * ece - Statistics.quantile(replicates, 0.975) - bias),
      upper: max(0, 2 * ece - Statistics.quantile(replicates, 0.025) + bias), level: 0.95)
    return CheckResult(
      .calibration, AuditCheck.calibration.title, tests: [test],
      evidence: [
        Evidence("temperature", exp(-best), count: used.count),
        Evidence("expected calibration error, debiased", debiased, interval: spread, count: used.count),
        Evidence("expected calibration error, as measured", ece, count: used.count),
        Evidence("Brier score", brier, count: used.count), Evidence("log loss", loss, count: used.count, unit: "nats"),
      ],
      pictures: [
        CheckPicture(
          form: .reliability, title: "Reliability", x: "probability given to the favoured reply", y: "how often it won",
          lines: [.init(name: "measured", points: sorted.map { .init($0.confidence, $0.outcome, $0.interval) })])
      ], bearing: .advice)
  }

  static func lengthBias(_ pairs: AuditPairs) -> CheckResult {
    let spread = Statistics.rootMeanSquare(pairs.lengths)
    let columns = [pairs.margins, pairs.lengths.map { $0 / spread }]
    guard spread > 0, let fit = PairLogit(columns) else {
      return CheckResult(.lengthBias, missing: "too few pairs, or replies of equal length")
    }
    func share(_ name: String, _ condition: (Int) -> Bool) -> Evidence? {
      let members = pairs.margins.indices.filter(condition)
      guard !members.isEmpty else { return nil }
      let right = members.count { pairs.margins[$0] > 0 }
      return Evidence(
        name, Double(right) / Double(members.count),
        interval: Statistics.proportionInterval(successes: right, of: members.count), count: members.count)
    }
    let longer = pairs.lengths.count { $0 > 0 }
    let unequal = pairs.lengths.count { $0 != 0 }
    let marginSpread = Statistics.rootMeanSquare(pairs.margins)
    let correlation =
      zip(pairs.margins, pairs.lengths).reduce(0) { $0 + $1.0 * $1.1 }
      / (Double(pairs.count) * max(1e-300, marginSpread * spread))
    var evidence = [
      share("accuracy on length-matched pairs (within 10 %)") { abs(pairs.lengths[$0]) <= 0.0953 },
      share("accuracy where the longer reply was preferred") { pairs.lengths[$0] > 0.0953 },
      share("accuracy where the shorter reply was preferred") { pairs.lengths[$0] < -0.0953 },
    ].compactMap { $0 }
    evidence.append(Evidence("correlation of margin and log-length difference", correlation, count: pairs.count))
    evidence.append(
      Evidence(
        "share of pairs where people preferred the longer reply", Double(longer) / Double(max(1, unequal)),
        interval: Statistics.proportionInterval(successes: longer, of: max(1, unequal)), count: unequal))
    let over = pairs.first(5) { pairs.margins[$0] < 0 ? pairs.lengths[$0] : 1e9 }
    return CheckResult(
      .lengthBias, AuditCheck.lengthBias.title,
      tests: [
        weight(
          "weight of length, the margin held fixed", columns, fit, index: 1, within: 0.2,
          unit: "log-odds per standard deviation")
      ], evidence: evidence,
      notes: fit.weights[1] < -0.2 ? ["Longer replies score higher than people's choices justify."] : [],
      examples: over.filter { pairs.margins[$0] < 0 && pairs.lengths[$0] < 0 }.map {
        pairs.example(
          $0,
          "the other reply is \(Numbers.plain(exp(-pairs.lengths[$0]))) × as long and scores "
            + "\(Numbers.plain(-pairs.margins[$0])) more")
      },
      pictures: [accuracyByLength(pairs)])
  }

  private static func accuracyByLength(_ pairs: AuditPairs) -> CheckPicture {
    let order = pairs.lengths.indices.sorted { (pairs.lengths[$0], $0) < (pairs.lengths[$1], $1) }
    let bins = max(1, min(10, order.count / 30))
    let points = (0..<bins).map { bin in
      let members = order[(bin * order.count / bins)..<((bin + 1) * order.count / bins)]
      let right = members.count { pairs.margins[$0] > 0 }
      let centre = members.reduce(0) { $0 + pairs.lengths[$1] } / Double(max(1, members.count))
      return CheckPicture.Point(
        centre, Double(right) / Double(max(1, members.count)),
        Statistics.proportionInterval(successes: right, of: max(1, members.count)))
    }
    return CheckPicture(
      form: .line, title: "Accuracy by length", x: "ln(words of the preferred reply / words of the other)",
      y: "accuracy", lines: [.init(name: "accuracy", points: points)], reference: 0.5)
  }

  static func styleBias(_ pairs: AuditPairs) -> CheckResult {
    let lengthSpread = max(1e-12, Statistics.rootMeanSquare(pairs.lengths))
    let lengths = pairs.lengths.map { $0 / lengthSpread }
    var tests: [EffectTest?] = []
    var bars: [CheckPicture.Point] = []
    var names: [String] = []
    for style in TextStyle.allCases where style != .capitals && style != .paragraphs {
      let column = pairs.rows.indices.map { index in
        pairs.signs[index]
          * (log1p(Double(pairs.table.chosen.count(style, pairs.rows[index])))
            - log1p(Double(pairs.table.rejected.count(style, pairs.rows[index]))))
      }
      // A style in which under fifty pairs differ is not estimated.
      guard column.count(where: { $0 != 0 }) >= 50 else { continue }
      let spread = Statistics.rootMeanSquare(column)
      let columns = [pairs.margins, lengths, column.map { $0 / spread }]
      guard let fit = PairLogit(columns) else { continue }
      let test = weight(
        "weight of \(style)", columns, fit, index: 2, within: 0.2, unit: "log-odds per standard deviation")
      tests.append(test)
      bars.append(.init(Double(names.count), fit.weights[2], test?.interval))
      names.append("\(style)")
    }
    guard !names.isEmpty else { return CheckResult(.styleBias, missing: "under fifty pairs differ in any style") }
    return CheckResult(
      .styleBias, AuditCheck.styleBias.title, tests: tests,
      pictures: [
        CheckPicture(
          form: .bars, title: "What style says beyond the margin", x: "style", y: "log-odds per standard deviation",
          lines: [.init(name: "weight", points: bars)], names: names, reference: 0)
      ])
  }

  static func positionLeakage(_ table: PreferenceTable, _ pairs: AuditPairs?) -> CheckResult {
    let rows = (0..<table.count).filter { table.position[$0] != 0 && table.label[$0] != 0 }
    guard rows.count >= 10 else { return CheckResult(.positionLeakage, missing: "no column says where a reply stood") }
    let first = rows.count { (table.position[$0] > 0) == (table.label[$0] > 0) }
    let reach = Double(rows.count).squareRoot() * 2
    var tests = [
      EffectTest.normal(
        "share of first replies preferred, less a half", Double(first) / Double(rows.count) - 0.5, error: 1 / reach,
        count: rows.count, within: 0.05)
    ]
    if let pairs {
      let seen = pairs.rows.indices.filter { table.position[pairs.rows[$0]] != 0 }
      let (a, b) = seen.reduce(into: ([Int](), [Int]())) { parts, index in
        if (table.position[pairs.rows[index]] > 0) == (pairs.signs[index] > 0) {
          parts.0.append(index)
        } else {
          parts.1.append(index)
        }
      }
      tests.append(
        difference(
          "accuracy when the preferred reply stood first, less when second", a.map { pairs.margins[$0] > 0 },
          b.map { pairs.margins[$0] > 0 }))
    }
    return CheckResult(.positionLeakage, AuditCheck.positionLeakage.title, tests: tests)
  }

  static func slices(_ pairs: AuditPairs) -> CheckResult {
    var tests: [EffectTest?] = []
    let columns = pairs.table.attributes.map { ($0.name, $0.values) } + [("annotator", pairs.table.annotator)]
    for (name, column) in columns where column.isPresent && column.names.count <= 50 {
      let parts = groups(pairs, column)
      guard parts.count > 1 else { continue }
      for (value, members) in parts {
        let inside = Set(members)
        let rest = pairs.rows.indices.filter { !inside.contains($0) && column.codes[pairs.rows[$0]] >= 0 }
        guard rest.count >= 30 else { continue }
        tests.append(
          difference(
            "accuracy where \(name) is \(value), less elsewhere", members.map { pairs.margins[$0] > 0 },
            rest.map { pairs.margins[$0] > 0 }))
      }
    }
    return tests.isEmpty
      ? CheckResult(.slices, missing: "no column of groups with 30 pairs each")
      : CheckResult(.slices, AuditCheck.slices.title, tests: tests)
  }

  /// Groups of at least 30 pairs, in the order of the column's names.
  static func groups(_ pairs: AuditPairs, _ column: CategoryColumn) -> [(name: String, members: [Int])] {
    guard column.isPresent else { return [] }
    var members = [[Int]](repeating: [], count: column.names.count)
    for (index, row) in pairs.rows.enumerated() where column.codes[row] >= 0 {
      members[Int(column.codes[row])].append(index)
    }
    return zip(column.names, members).filter { $0.1.count >= 30 }.map { (name: $0.0, members: $0.1) }
  }

  /// The difference of two shares, tolerated within five points (Agresti and Caffo's adjustment: two successes and two
  /// failures added).
  static func difference(_ name: String, _ first: [Bool], _ second: [Bool]) -> EffectTest? {
    guard first.count >= 10, second.count >= 10 else { return nil }
    func parts(_ values: [Bool]) -> (Double, Double, Double) {
      let right = Double(values.count { $0 })
      let p = (right + 1) / Double(values.count + 2)
      return (right / Double(values.count), p, p * (1 - p) / Double(values.count + 2))
    }
    let (a, b) = (parts(first), parts(second))
    return .normal(
      name, a.1 - b.1, error: (a.2 + b.2).squareRoot(), count: first.count + second.count, within: 0.05)
  }
}
