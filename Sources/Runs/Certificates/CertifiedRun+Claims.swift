import Audits
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
    case .limit(.agreement, let isAbove, let limit): finding = agreement(isAbove, limit, error)
    case .limit(.coverage, let isAbove, let limit): finding = coverage(isAbove, limit)
    case .limit(.return, let isAbove, let limit): finding = meanReturn(isAbove, limit, error)
    case .limit(.improvement, let isAbove, let limit): finding = improvement(isAbove, limit, error)
    case .limit(.unjudged, let isAbove, let limit): finding = unjudged(isAbove, limit)
    case .limit(.answers, let isAbove, let limit): finding = answers(isAbove, limit)
    case .confidence(let reach): finding = confidence(reach, error)
    case .reward(let range): finding = try reward(range)
    case .stays(let component, let range, let share): finding = try stays(component, range, share, error, claim.place)
    case .enters(let component, let range, let share): finding = try enters(component, range, share, error, claim.place)
    case .asserts(let text): finding = try asserts(text, claim.place)
    case .distance(let run, let isAbove, let limit): finding = try distance(to: run, isAbove, limit, claim.place)
    case .offPolicy(let run, let isAbove, let limit):
      finding = try offPolicy(from: run, isAbove, limit, error, claim.place)
    case .finding(let name): finding = try named(name, claim.place)
    case .notGaming: finding = notGaming()
    case .attentive: finding = attentive(error)
    case .process(let process): finding = try settled(process)
    }
    finding.id = id
    if finding.verdict == .holds || finding.verdict == .fails, finding.errorRate == nil {
      finding.errorRate =
        error == 0
        ? "No chance is involved." : "This verdict is wrong in at most \(Numbers.percent(error)) of such cases."
    }
    return finding
  }

  private func settled(_ process: Claim.Process) throws -> Finding {
    switch process {
    case .ledgerComplete: try ledgerComplete()
    case .settingsRecorded: try settingsRecorded()
    case .weightsRecorded: try weightsRecorded()
    case .clipsReplay: try clipsReplay()
    case .evaluationRepeats: try evaluationRepeats()
    case .runRepeats: try runRepeats()
    case .answersAsStated: try answersAsStated()
    }
  }

  /// A number with a two-sided interval of level 1 − 2 × error against a limit.
  func compared(
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

  static func words(_ isAbove: Bool, _ limit: Double) -> String {
    "\(isAbove ? "above" : "below") \(Numbers.plain(limit))"
  }

  private func accuracy(_ isAbove: Bool, _ limit: Double, _ error: Double) -> Finding {
    share(
      of: judged.filter { $0.isDecisive && $0.probabilityFirst != 0.5 }.map(\.isRight), "held-out accuracy",
      "The reward model names the winner in a share of unseen answers \(Self.words(isAbove, limit))", isAbove, limit,
      error,
      without: "No answer was predicted before the model learned from it.",
      assumptions: [
        "The answers are independent given the clips; clips that share an episode make the interval too narrow.",
        "Answers without a winner, and predictions of exactly one half, are left out.",
      ])
  }

  /// The answers that claims about predictions are settled by. Where they are still coming in it is all of them, in their
  /// order: a window that moves along would be another sample each time.
  private var judged: [JudgedComparison] {
    guard isGrowing else { return audited.judged }
    let isFair = trained.settings.feedback.evaluationShare > 0
    return record.iterations.flatMap(\.predictions).filter { $0.isFair == isFair }.map { JudgedComparison($0) }
  }

  /// A share of cases against a limit: exact for these cases, or, where more are coming in, right at all times at once.
  func share(
    of cases: [Bool], _ name: String, _ claim: String, _ isAbove: Bool, _ limit: Double, _ error: Double,
    without problem: String, assumptions: [String]
  ) -> Finding {
    let right = cases.count { $0 }
    let value = cases.isEmpty ? .nan : Double(right) / Double(cases.count)
    guard isGrowing, !cases.isEmpty, limit > 0, limit < 1 else {
      return compared(
        name, claim, value,
        Statistics.proportionInterval(successes: right, of: cases.count, level: 1 - 2 * error), isAbove, limit,
        count: cases.count, without: problem, assumptions: assumptions,
        source: "Clopper & Pearson 1934, exact binomial interval")
    }
    let evidence = GrowingShare(successes: right, of: cases.count, limit: limit)
    var finding = compared(
      name, claim, value, BinomialEvidence.interval(successes: right, of: cases.count, level: 1 - 2 * error), isAbove,
      limit, count: cases.count, without: problem,
      assumptions: assumptions + ["Answers that are still to come are like these: none has a chance beyond the limit."],
      source: "Robbins 1970; Ramdas et al. 2023 (beta–binomial evidence, anytime-valid)")
    finding.verdict = evidence.verdict(isAbove: isAbove, error: error)
    return finding
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

  /// The mirror image of the unjudged share.
  private func coverage(_ isAbove: Bool, _ limit: Double) -> Finding {
    var finding = unjudged(!isAbove, 1 - limit)
    finding.claim = "The share of the agent's visits that are like something judged is \(Self.words(isAbove, limit))"
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
    let gaps = judged.map { $0.confidence - $0.favouredOutcome }
    let bound = MeanBound(gaps, in: -1...1, error: error, isGrowing: isGrowing)
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
    let inside = try episodes(component, place) { $0.allSatisfy(range.contains) }
    return episodeShare(
      inside, "episodes in range",
      "\(component) stays \(Self.words(range)) in a share of episodes above "
        + Numbers.plain(share), true, share, error)
  }

  /// The claim "never", as far as a sample carries it: the exact upper limit of the share of episodes is below one that
  /// was named.
  private func enters(
    _ component: String, _ range: ClosedRange<Double>, _ share: Double, _ error: Double, _ place: String
  ) throws -> Finding {
    let entered = try episodes(component, place) { $0.contains(where: range.contains) }
    return episodeShare(
      entered, "episodes that enter",
      "\(component) is ever \(Self.words(range)) in a share of episodes below "
        + Numbers.plain(share), false, share, error)
  }

  private static func words(_ range: ClosedRange<Double>) -> String {
    "between \(Numbers.plain(range.lowerBound)) and \(Numbers.plain(range.upperBound))"
  }

  /// Of each fresh episode, whether the values of a component are so.
  private func episodes(_ component: String, _ place: String, _ isSo: ([Double]) -> Bool) throws -> [Bool] {
    let names = componentNames
    guard let column = names.firstIndex(of: component) else {
      throw InputError.unknown("component of what is seen", component, among: names, at: place)
    }
    return try episodes().map { episode in
      isSo(
        stride(from: column, to: episode.observations.count, by: names.count).map { Double(episode.observations[$0]) })
    }
  }

  private func episodeShare(
    _ cases: [Bool], _ name: String, _ claim: String, _ isAbove: Bool, _ share: Double, _ error: Double
  ) -> Finding {
    let count = cases.count { $0 }
    return compared(
      name, claim, Double(count) / Double(cases.count),
      Statistics.proportionInterval(successes: count, of: cases.count, level: 1 - 2 * error), isAbove, share,
      count: cases.count, without: "No episode was played.",
      assumptions: ["Later episodes start and go on as these \(cases.count) fresh ones did."],
      source: "Clopper & Pearson 1934, exact binomial interval")
  }
}
