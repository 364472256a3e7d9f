import Compute
import Findings

/// What became of the agents of one run, or of several seeds of one: whether each learned its task.
///
/// No mean over seeds is taken, so that a seed that failed cannot hide among those that did not.
public struct TaskOutcomes: Sendable, Hashable {
  /// One for each seed.
  public let seeds: [TaskOutcome]
  /// Whether people may want something else than what the environment pays, so that its reward proves nothing.
  public let mayDiffer: Bool

  /// - Parameters:
  ///   - seeds: one for each run.
  ///   - mayDiffer: whether people may want something else than what the environment pays.
  public init(_ seeds: [TaskOutcome], mayDiffer: Bool = false) {
    self.seeds = seeds
    self.mayDiffer = mayDiffer
  }

  /// The verdict on all seeds: it fails if one of them does.
  public var verdict: Finding.Verdict { Self.joint(seeds.map(\.verdict)) }

  /// Whether the verdict says what happened, whatever else was found.
  public var decides: Bool { !mayDiffer && verdict.isSettled }

  /// Fails if one fails, holds if all hold, is not measurable if none can be measured.
  static func joint(_ verdicts: [Finding.Verdict]) -> Finding.Verdict {
    if verdicts.contains(.fails) { return .fails }
    if verdicts.isEmpty { return .unknown }
    if verdicts.allSatisfy({ $0 == .holds }) { return .holds }
    return verdicts.allSatisfy { $0 == .notMeasurable } ? .notMeasurable : .unknown
  }

  /// "1", "1 and 2", "1, 2 and 4"
  static func listed(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }
}

// MARK: The claim that the agent does as well as can be expected

extension TaskOutcomes {
  static let scoreID = "agent/score"

  /// The claim that every seed has gone the required share of the way from random play to the reference.
  public func score() -> Finding {
    let required = Numbers.percent(TaskOutcome.required)
    let who = seeds.lazy.compactMap { $0.reference?.source.words }.first ?? "an agent on the true reward"
    let isMeasured = seeds.contains { $0.score != nil }
    return Finding(
      id: Self.scoreID, claim: "The agent gains at least \(required) of what \(who) gains over random play",
      verdict: isMeasured ? verdict : missing.verdict, bearing: isMeasured && !mayDiffer ? .trust : .advice,
      reason: isMeasured ? scoreReason(who) : missing.reason, evidence: scoreEvidence,
      assumptions: [
        "Episodes are independent, and their mean return is nearly normal.",
        "The reference return is known without error.",
      ] + (mayDiffer ? ["People want what the environment pays; here they may want something else."] : []),
      errorRate: "“Holds” and “fails” are each wrong in at most 2.5 % of runs"
        + (seeds.count > 1 ? ", of all seeds together (Bonferroni)." : "."),
      source: "Mnih et al. 2015 (normalised score); Student's t and the delta method; bounded where returns are")
  }

  private var missing: (verdict: Finding.Verdict, reason: String) {
    guard let first = seeds.first(where: { !$0.returns.isEmpty }) else {
      return (.unknown, "The run is not at its end yet.")
    }
    if first.random.isEmpty { return (.unknown, "What random play earns here was not measured.") }
    guard let reference = first.reference else {
      return (
        .unknown,
        "What an agent on the true reward earns in this environment is not known; run it once with "
          + "run.agentReward=true and compare."
      )
    }
    return (
      .notMeasurable,
      "Random play earns \(Numbers.plain(Statistics.mean(first.random))), as much as \(reference.source.words)."
    )
  }

  private func scoreReason(_ who: String) -> String {
    guard seeds.count > 1 else { return alone(seeds[0], who) }
    func shown(_ outcome: TaskOutcome) -> String {
      "seed \(outcome.seed) earns \(Numbers.plain(Statistics.mean(outcome.returns)))"
        + (outcome.score.map { " (\(Numbers.percent($0, outcome.interval)))" } ?? "")
    }
    let failed = seeds.filter { $0.verdict == .fails }
    let open = seeds.filter { !$0.verdict.isSettled }
    let way = "of the way from random play to \(who)"
    if !failed.isEmpty {
      return "Too little \(way) in \(failed.count) of \(seeds.count) seeds: "
        + "\(failed.map(shown).joined(separator: ", "))."
    }
    if !open.isEmpty { return "Not settled, in shares \(way): \(open.map(shown).joined(separator: ", "))." }
    let least = seeds.compactMap(\.score).min() ?? .nan
    return "All \(seeds.count) seeds do: at the least \(Numbers.percent(least)) \(way)."
  }

  private func alone(_ outcome: TaskOutcome, _ who: String) -> String {
    guard let score = outcome.score, let reference = outcome.reference else { return "It was not measured." }
    let earned = Numbers.plain(Statistics.mean(outcome.returns))
    let floor = Numbers.plain(Statistics.mean(outcome.random))
    let shown =
      "\(earned), where random play earns \(floor) and \(who) \(Numbers.plain(reference.value)): "
      + "\(Numbers.percent(score, outcome.interval)) of the way"
    switch outcome.verdict {
    case .holds: return "It earns \(shown)."
    case .fails: return "It earns only \(shown)."
    case .unknown, .notMeasurable: return "It earns \(shown), which settles nothing."
    }
  }

  private var scoreEvidence: [Evidence] {
    var evidence = seeds.compactMap { outcome in
      outcome.score.map {
        Evidence(
          "share of the way" + (seeds.count > 1 ? ", seed \(outcome.seed)" : ""), $0, interval: outcome.interval,
          count: outcome.returns.count)
      }
    }
    for (name, returns) in [
      ("mean true return", seeds.flatMap(\.returns)), ("random play", seeds.flatMap(\.random)),
      ("before training", seeds.flatMap(\.start)),
    ] where !returns.isEmpty {
      evidence.append(Evidence(name, Statistics.mean(returns), count: returns.count))
    }
    if let reference = seeds.lazy.compactMap(\.reference).first {
      evidence.append(Evidence(reference.source.words, reference.value))
    }
    return evidence
  }
}
