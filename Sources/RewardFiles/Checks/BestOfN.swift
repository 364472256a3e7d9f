import Compute
import Findings
import Foundation

/// What choosing the proxy's favourite among n samples gives, and what it costs in divergence.
public enum BestOfN {
  /// For each n of `sizes`, the expected value of the proxy's favourite among n of these samples drawn without
  /// replacement: Σᵢ C(i−1, n−1)/C(N, n) · value₍ᵢ₎, samples in ascending order of the proxy (Nakano et al. 2021,
  /// appendix I). Unbiased for best-of-n from the policy. Equal proxies share their weight. NaN for n above N.
  public static func expected(proxy: [Double], value: [Double], sizes: [Int]) -> [Double] {
    precondition(proxy.count == value.count, "one value for each proxy score")
    let count = proxy.count
    let order = proxy.indices.sorted { (proxy[$0], $0) < (proxy[$1], $1) }
    var sorted = order.map { value[$0] }
    // Samples of equal proxy are drawn at random among themselves: each stands for their mean.
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, proxy[order[end]] == proxy[order[start]] { end += 1 }
      let mean = sorted[start..<end].reduce(0, +) / Double(end - start)
      for index in start..<end { sorted[index] = mean }
      start = end
    }
    return sizes.map { n in
      guard n >= 1, n <= count else { return .nan }
      // The weight of rank i, from the top down: w(N) = n/N, w(i − 1) = w(i)·(i − n)/(i − 1).
      var weight = Double(n) / Double(count)
      var sum = 0.0
      for i in stride(from: count, through: n, by: -1) {
        sum += weight * sorted[i - 1]
        if i > 1 { weight *= Double(i - n) / Double(i - 1) }
      }
      return sum
    }
  }

  /// ln n − (n − 1)/n: the divergence of best-of-n from its base, in nats, if no two samples tie; otherwise more than
  /// it.
  public static func divergence(_ n: Int) -> Double { log(Double(n)) - Double(n - 1) / Double(n) }
}

extension FilesAudit {
  static func bestOfN(_ samples: SampleTable, random: RandomSource) -> CheckResult {
    guard !samples.proxy.isEmpty, !samples.gold.isEmpty else {
      return CheckResult(.bestOfN, missing: "the samples have no gold scores")
    }
    var byPrompt = [[Int]](repeating: [], count: samples.promptCount)
    for row in 0..<samples.count where samples.proxy[row].isFinite && samples.gold[row].isFinite {
      byPrompt[Int(samples.prompt[row])].append(row)
    }
    let largest = byPrompt.map(\.count).filter { $0 > 0 }.sorted()
    // The n that nine in ten prompts have samples for.
    guard largest.count >= 5, let top = largest.dropFirst(largest.count / 10).first, top >= 4 else {
      return CheckResult(.bestOfN, missing: "fewer than five prompts with four samples each")
    }
    var sizes = [1]
    while sizes[sizes.count - 1] * 2 < top { sizes.append(sizes[sizes.count - 1] * 2) }
    sizes.append(top)
    let used = byPrompt.filter { $0.count >= top }
    let gold = used.map { rows in
      BestOfN.expected(proxy: rows.map { samples.proxy[$0] }, value: rows.map { samples.gold[$0] }, sizes: sizes)
    }
    let proxy = used.map { rows in
      let scores = rows.map { samples.proxy[$0] }
      return BestOfN.expected(proxy: scores, value: scores, sizes: sizes)
    }
    func means(_ curves: [[Double]], _ picked: [Int]) -> [Double] {
      sizes.indices.map { n in picked.reduce(0) { $0 + curves[$1][n] } / Double(picked.count) }
    }
    let all = Array(used.indices)
    let goldMean = means(gold, all)
    let peak = goldMean.indices.max { goldMean[$0] < goldMean[$1] } ?? 0
    let spread = Statistics.standardDeviation(used.flatMap { $0.map { samples.gold[$0] } })
    var peaks: [Double] = []
    for index in 0..<499 {
      var stream = random.stream("prompts", index)
      let mean = means(gold, all.map { _ in stream.below(used.count) })
      peaks.append(Double(sizes[mean.indices.max { mean[$0] < mean[$1] } ?? 0]))
    }
    peaks.sort()
    let turn = Interval(
      lower: Statistics.quantile(sorted: peaks, 0.025), upper: Statistics.quantile(sorted: peaks, 0.975), level: 0.95)
    let tests = [fall(of: gold, sizes: sizes, spread: spread)]
    let fits = fits(sizes: sizes, gold: goldMean)
    func curve(_ curves: [[Double]]) -> [CheckPicture.Point] {
      sizes.indices.map { n in
        let column = curves.map { $0[n] }
        return .init(
          BestOfN.divergence(sizes[n]).squareRoot(), Statistics.mean(column), Statistics.meanInterval(column))
      }
    }
    return CheckResult(
      .bestOfN, AuditCheck.bestOfN.title, tests: tests,
      evidence: [
        Evidence("n with the highest gold score", Double(sizes[peak]), interval: turn, count: used.count),
        Evidence("gold at n = 1", goldMean[0], count: used.count),
        Evidence("gold at n = \(top)", goldMean[sizes.count - 1], count: used.count),
      ] + fits,
      pictures: [
        CheckPicture(
          form: .line, title: "Best of n", x: "√KL bound, nats^½ (n = 1 … \(top))", y: "score",
          lines: [.init(name: "gold", points: curve(gold)), .init(name: "proxy", points: curve(proxy))],
          mark: BestOfN.divergence(sizes[peak]).squareRoot())
      ])
  }

  /// The worst fall of gold from any smaller n to the largest. The smaller n is chosen by looking, so its p-value and
  /// interval are Bonferroni's over all that could have been chosen: noise alone has a peak somewhere, too.
  private static func fall(of gold: [[Double]], sizes: [Int], spread: Double) -> EffectTest? {
    guard spread > 0, sizes.count > 2 else { return nil }
    let last = sizes.count - 1
    // Not from n = 1: a proxy that is merely useless is another defect.
    let choices = 1..<last
    let falls = choices.map { before -> (before: Int, mean: Double, error: Double) in
      let values = gold.map { ($0[before] - $0[last]) / spread }
      return (before, Statistics.mean(values), max(1e-12, Statistics.standardError(values)))
    }
    guard let worst = falls.max(by: { ($0.mean - 0.05) / $0.error < ($1.mean - 0.05) / $1.error }) else { return nil }
    let reach = SpecialFunctions.normalQuantile(1 - 0.025 / Double(falls.count))
    let p = Double(falls.count) * SpecialFunctions.normalDistribution(-(worst.mean - 0.05) / worst.error)
    return EffectTest(
      "fall of gold from n = \(sizes[worst.before]) to n = \(sizes[last])", worst.mean,
      interval: Interval(lower: worst.mean - reach * worst.error, upper: worst.mean + reach * worst.error, level: 0.95),
      count: gold.count, pValue: p, isHarmless: falls.allSatisfy { $0.mean + reach * $0.error <= 0.05 },
      margin: "at most 0.05", unit: "standard deviations")
  }

  /// Gao et al.'s forms, fitted by least squares to (R − R(1))/d.
  private static func fits(sizes: [Int], gold: [Double]) -> [Evidence] {
    let points = sizes.indices.dropFirst().map { index in
      let d = BestOfN.divergence(sizes[index]).squareRoot()
      return (d: d, y: (gold[index] - gold[0]) / d)
    }
    guard points.count >= 3 else { return [] }
    func line(_ x: [Double], _ y: [Double]) -> (intercept: Double, slope: Double) {
      let (mx, my) = (Statistics.mean(x), Statistics.mean(y))
      let slope = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
      return (my - slope * mx, slope)
    }
    let bon = line(points.map(\.d), points.map(\.y))
    let rl = line(points.map { log($0.d) }, points.map(\.y))
    var result = [
      Evidence("α of d(α − βd)", bon.intercept, count: points.count),
      Evidence("β of d(α − βd)", -bon.slope, count: points.count),
      Evidence("α of d(α − β ln d)", rl.intercept, count: points.count),
      Evidence("β of d(α − β ln d)", -rl.slope, count: points.count),
    ]
    if bon.slope < 0, bon.intercept > 0 {
      result.append(Evidence("√KL at which d(α − βd) turns", bon.intercept / (-2 * bon.slope), count: points.count))
    }
    return result
  }

  static func kl(_ samples: SampleTable) -> CheckResult {
    guard !samples.logProbability.isEmpty, !samples.referenceLogProbability.isEmpty else {
      let largest =
        (0..<samples.promptCount).isEmpty
        ? 0
        : samples.prompt.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }.values.max() ?? 0
      var result = CheckResult(.kl, missing: "no log-probabilities of policy and reference")
      if largest > 0 {
        result.evidence = [Evidence("KL of best of \(largest), at most", BestOfN.divergence(largest), unit: "nats")]
      }
      return result
    }
    var sums = [Int32: (sum: Double, count: Int)]()
    for row in 0..<samples.count {
      let ratio = samples.logProbability[row] - samples.referenceLogProbability[row]
      guard ratio.isFinite else { continue }
      let old = sums[samples.prompt[row]] ?? (0, 0)
      sums[samples.prompt[row]] = (old.sum + ratio, old.count + 1)
    }
    let means = sums.keys.sorted().compactMap { key in sums[key].map { $0.sum / Double($0.count) } }
    guard means.count >= 5 else { return CheckResult(.kl, missing: "fewer than five prompts with log-probabilities") }
    return CheckResult(
      .kl, AuditCheck.kl.title,
      tests: [
        .normal(
          "minus the estimated KL", -Statistics.mean(means), error: max(1e-12, Statistics.standardError(means)),
          count: means.count, atMost: 0.01, unit: "nats")
      ],
      evidence: [
        Evidence(
          "estimated KL of policy from reference", Statistics.mean(means),
          interval: Statistics.meanInterval(means), count: means.count, unit: "nats")
      ])
  }
}
