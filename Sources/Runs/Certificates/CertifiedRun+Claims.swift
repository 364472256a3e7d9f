import Compute
import Environments
import Findings
import Rewards

extension CertifiedRun {
  /// The verdict on a claim that may err in `error` of cases.
  func finding(_ claim: Claim, error: Double, id: String) throws -> Finding {
    var finding: Finding
    switch claim.statement {
    case .limit(.accuracy, let isAbove, let limit): finding = accuracy(isAbove, limit, error)
    case .limit(.return, let isAbove, let limit): finding = meanReturn(isAbove, limit, error)
    case .limit(.improvement, let isAbove, let limit): finding = improvement(isAbove, limit, error)
    case .limit(.unjudged, let isAbove, let limit): finding = unjudged(isAbove, limit)
    case .limit(.answers, let isAbove, let limit): finding = answers(isAbove, limit)
    case .confidence(let reach): finding = confidence(reach, error)
    case .reward(let range): finding = try reward(range)
    case .stays(let component, let range, let share): finding = try stays(component, range, share, error, claim.place)
    case .finding(let name): finding = try named(name, claim.place)
    case .ledgerComplete: finding = try ledgerComplete()
    case .runRepeats: finding = try runRepeats()
    }
    finding.id = id
    if finding.verdict == .holds || finding.verdict == .fails, finding.errorRate == nil {
      finding.errorRate =
        error == 0
        ? "No chance is involved." : "This verdict is wrong in at most \(Numbers.percent(error)) of such cases."
    }
    return finding
  }

  /// A number with a two-sided interval of level 1 − 2 × error against a limit.
  private func compared(
    _ name: String, _ claim: String, _ value: Double, _ interval: Interval?, _ isAbove: Bool, _ limit: Double,
    count: Int, limits: String? = nil, without problem: String, assumptions: [String], source: String
  ) -> Finding {
    let verdict: Finding.Verdict
    let reason: String
    if let interval, interval.lower < interval.upper {
      verdict = isAbove ? .isAbove(limit, interval) : .isBelow(limit, interval)
      let words = "\(Numbers.plain(value)) [\(Numbers.plain(interval.lower)), \(Numbers.plain(interval.upper))]"
      reason =
        "It is \(words), from \(Numbers.count(count, "observation")); "
        + "\(limits ?? "the limit is \(Numbers.plain(limit))")."
    } else {
      verdict = count > 1 ? .notMeasurable : .unknown
      reason =
        count > 1
        ? "All \(count) observations are \(Numbers.plain(value)): how far they spread cannot be measured." : problem
    }
    return Finding(
      id: name, claim: claim, verdict: verdict, reason: reason,
      evidence: count == 0 ? [] : [Evidence(name, value, interval: interval, count: count)], assumptions: assumptions,
      source: source)
  }

  private static func words(_ isAbove: Bool, _ limit: Double) -> String {
    "\(isAbove ? "above" : "below") \(Numbers.plain(limit))"
  }

  private func accuracy(_ isAbove: Bool, _ limit: Double, _ error: Double) -> Finding {
    let decided = audited.judged.filter { $0.isDecisive && $0.probabilityFirst != 0.5 }
    let right = decided.count { $0.isRight }
    let interval = Statistics.proportionInterval(successes: right, of: decided.count, level: 1 - 2 * error)
    return compared(
      "held-out accuracy",
      "The reward model names the winner in a share of unseen answers \(Self.words(isAbove, limit))",
      decided.isEmpty ? .nan : Double(right) / Double(decided.count), interval, isAbove, limit, count: decided.count,
      without: "No answer was predicted before the model learned from it.",
      assumptions: [
        "The answers are independent given the clips; clips that share an episode make the interval too narrow.",
        "Answers without a winner, and predictions of exactly one half, are left out.",
      ], source: "Clopper & Pearson 1934, exact binomial interval")
  }

  private func meanReturn(_ isAbove: Bool, _ limit: Double, _ error: Double) -> Finding {
    let returns = record.finalEvaluation?.trueReturns ?? []
    let bound = MeanBound(returns, in: trained.entry.returns.bounds, error: error)
    var finding = compared(
      "true return", "The final policy's mean true return is \(Self.words(isAbove, limit))", Statistics.mean(returns),
      bound.interval, isAbove, limit, count: returns.count,
      without: "The run has not finished: there is no last evaluation.",
      assumptions: ["The world's own reward is the truth.", bound.assumption], source: bound.source)
    finding.errorRate = bound.errorRate(error)
    return finding
  }

  private func improvement(_ isAbove: Bool, _ limit: Double, _ error: Double) -> Finding {
    let returns = record.finalEvaluation?.trueReturns ?? []
    let random = record.references?[.random]?.trueReturns ?? []
    let count = min(returns.count, random.count)
    func bound(_ values: [Double]) -> MeanBound {
      MeanBound(values, in: trained.entry.returns.bounds, error: error / 2)
    }
    let difference = MeanBound.difference(bound(returns), bound(random), error: error)
    var finding = compared(
      "gain over random actions",
      "The final policy's mean true return exceeds random actions' by a gain " + Self.words(isAbove, limit),
      count == 0 ? .nan : Statistics.mean(returns) - Statistics.mean(random), difference.interval, isAbove, limit,
      count: count, without: "The run has not finished: random actions were not measured.",
      assumptions: ["The world's own reward is the truth.", difference.assumption], source: difference.source)
    finding.errorRate = difference.errorRate(error)
    return finding
  }

  private func unjudged(_ isAbove: Bool, _ limit: Double) -> Finding {
    let visits = record.references?.visits
    return compared(
      "unjudged share",
      "The share of the agent's visits that are unlike everything judged is \(Self.words(isAbove, limit))",
      visits?.share ?? .nan, visits?.interval, isAbove, limit, count: visits?.share == nil ? 0 : visits?.visits ?? 0,
      without: visits?.problem ?? "The run has not finished: its visits were not looked at.",
      assumptions: [
        "What is like a judged clip is judged: nearness in what the reward sees is what counts.",
        "Of familiar visits \(Numbers.percent(visits?.level ?? 0.05)) count as unlike on average.",
      ], source: "split conformal prediction; the interval by drawing episodes and clips anew")
  }

  private func answers(_ isAbove: Bool, _ limit: Double) -> Finding {
    let count = record.iterations.last?.answers ?? 0
    let isTrue = isAbove ? Double(count) >= limit : Double(count) <= limit
    return Finding(
      id: "answers",
      claim: "The reward was learned from at \(isAbove ? "least" : "most") \(Numbers.plain(limit)) answers",
      verdict: isTrue ? .holds : .fails, reason: "\(count) answers counted in the last round.",
      evidence: [Evidence("answers", Double(count))], source: "the run's ledger")
  }

  /// That two numbers are alike takes two one-sided tests: not to find a difference shows nothing.
  private func confidence(_ reach: Double, _ error: Double) -> Finding {
    let gaps = audited.judged.map { $0.confidence - $0.favouredOutcome }
    let bound = MeanBound(gaps, in: -1...1, error: error)
    let interval = bound.interval
    let mean = gaps.isEmpty ? Double.nan : Statistics.mean(gaps)
    var finding = compared(
      "confidence less success", "The reward model is as sure as it is right, to within \(Numbers.plain(reach))", mean,
      interval, true, -reach, count: gaps.count, limits: "the limits are ± \(Numbers.plain(reach))",
      without: "No answer was predicted before the model learned from it.",
      assumptions: ["The answers are independent given the clips.", bound.assumption],
      source: "two one-sided tests (Schuirmann 1987); " + bound.source)
    if let interval, finding.verdict != .notMeasurable {
      let inside = interval.lower > -reach && interval.upper < reach
      let outside = interval.upper < -reach || interval.lower > reach
      finding.verdict = inside ? .holds : outside ? .fails : .unknown
    }
    return finding
  }

  private func named(_ name: String, _ place: String) throws -> Finding {
    guard let found = findings().first(where: { $0.id == name }) else {
      throw InputError.unknown("finding of this run", name, among: findings().map(\.id), at: place)
    }
    return found
  }

  private func stays(
    _ component: String, _ range: ClosedRange<Double>, _ share: Double, _ error: Double, _ place: String
  ) throws -> Finding {
    let names = componentNames
    guard let column = names.firstIndex(of: component) else {
      throw InputError.unknown("component of what is seen", component, among: names, at: place)
    }
    let played = try episodes()
    let inside = played.count { episode in
      stride(from: column, to: episode.observations.count, by: names.count).allSatisfy {
        range.contains(Double(episode.observations[$0]))
      }
    }
    return compared(
      "episodes in range",
      "\(component) stays between \(Numbers.plain(range.lowerBound)) and \(Numbers.plain(range.upperBound)) in a share of "
        + "episodes above \(Numbers.plain(share))", Double(inside) / Double(played.count),
      Statistics.proportionInterval(successes: inside, of: played.count, level: 1 - 2 * error), true, share,
      count: played.count, without: "No episode was played.",
      assumptions: ["Later episodes start and go on as these \(played.count) fresh ones did."],
      source: "Clopper & Pearson 1934, exact binomial interval")
  }
}
