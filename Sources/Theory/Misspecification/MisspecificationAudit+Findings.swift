import Compute
import Findings

extension MisspecificationAudit {
  static let source = "Skalse & Abate, “Misspecification in Inverse Reinforcement Learning”, AAAI 2023; ranges ours"

  /// A theorem's result, if one applies, and what was measured.
  public func findings() -> [Finding] {
    let judged = outcomes.filter { $0.range != nil }
    guard !judged.isEmpty || theorem == .impossible else {
      return [
        Finding(
          id: "misspecify/trivial", claim: "The learned reward orders policies like the truth", verdict: .notMeasurable,
          reason:
            "Every true reward given is trivial: all policies have the same return, so there is no order to learn.",
          assumptions: assumptions, errorRate: "None: exact, but for rounding.", source: Self.source)
      ]
    }
    return [theoremFinding()] + (judged.isEmpty ? [] : [orderFinding(judged), optimalFinding(judged)])
  }

  private var assumptions: [String] {
    [
      "Behaviour is seen in full, in every state that can be reached; the learner is exact.",
      "The learned reward is on (state, action); on (state, action, next state) wrong dynamics leave more open.",
      "Distances: STARC with value-adjusted levelling under the uniform policy, L2, in the world as given.",
    ]
  }

  private var isTolerated: Bool { theorem == .exact && believed.kind != .optimal || theorem == .tolerated }

  private func theoremFinding() -> Finding {
    let (result, reason): (Finding.Verdict, String) =
      switch theorem {
      case .exact where believed.kind == .optimal:
        (
          .fails,
          "The model is right, but optimal behaviour never shows the order of the policies that are not optimal."
        )
      case .exact: (.holds, "The model is right: what stays open is shaping, which no policy notices.")
      case .tolerated:
        (
          .holds,
          "Only the temperature is wrong, by a factor of \(Numbers.plain(believed.temperature / actual.temperature)), "
            + "which scales the learned reward and nothing else. Harmless for the order of policies; harmful where the scale "
            + "counts: choosing questions, mixing feedback, weighing risks."
        )
      case .measured:
        (
          .fails,
          "No theorem makes \(believed.kind.rawValue) tolerate \(actual.kind.rawValue) behaviour: the two agree only "
            + "up to the temperature within their own kind. A maximum-causal-entropy policy's likeliest action need "
            + "not be optimal."
        )
      case .ambiguous:
        (
          .fails,
          "An optimal policy leaves more open than the order of policies: the believed model cannot recover it from "
            + "any behaviour."
        )
      case .impossible:
        (
          .fails,
          "An optimal policy never takes a worse action; a soft model gives every action a chance, so no reward at "
            + "all fits the behaviour and the inversion is undefined."
        )
      case .notTolerated:
        (
          .fails,
          "Discount or dynamics are wrong. The shaping that the learner cannot see is then not the shaping that no "
            + "policy notices: no standard model tolerates any error in either."
        )
      }
    return Finding(
      id: "misspecify/theorem",
      claim: "By theory, believing \(believed) of people who are \(actual) still learns the order "
        + "of all policies",
      verdict: result, reason: reason, assumptions: assumptions, errorRate: "None: it is a theorem.",
      source: Self.source)
  }

  /// Distances up to this are what is left of computing behaviour, to 1e-11 in each probability, and its logarithms.
  static let resolution = 1e-6

  private func orderFinding(_ judged: [Outcome]) -> Finding {
    let ranges = judged.compactMap(\.range)
    let worst = ranges.map(\.greatest).max() ?? 0
    let least = ranges.map(\.least).min() ?? 0
    let canonical = Statistics.mean(ranges.map(\.canonical))
    let regrets = judged.compactMap(\.worstCaseRegret)
    let same = worst <= Self.resolution
    var evidence = [
      Evidence("least distance of any fitting reward", least, count: ranges.count),
      Evidence("distance of the fitting reward of least norm, mean", canonical, count: ranges.count),
      Evidence("greatest distance of any fitting reward", worst, count: ranges.count),
    ]
    if !regrets.isEmpty {
      evidence.append(
        Evidence("worst-case regret of the least-norm reward, mean", Statistics.mean(regrets), count: regrets.count))
      evidence.append(Evidence("worst-case regret, greatest", regrets.max() ?? 0, count: regrets.count))
    }
    return Finding(
      id: "misspecify/order",
      claim: "In this world, every reward that fits the behaviour orders policies like the truth",
      verdict: same ? .holds : .fails,
      reason: same
        ? "Over \(Numbers.count(ranges.count, "true reward")) the STARC distance is at most \(Numbers.plain(worst)), "
          + "whichever fitting reward is taken: no more than the \(Numbers.plain(Self.resolution)) to which behaviour is "
          + "computed and turned back into rewards."
        : "Over \(Numbers.count(ranges.count, "true reward")) fitting rewards lie at STARC distances from "
          + "\(Numbers.plain(least)) to \(Numbers.plain(worst)) of 2; the one of least norm "
          + "at \(Numbers.plain(canonical)) on average"
          + (regrets.isEmpty ? "." : ", with a worst-case regret of \(Numbers.plain(Statistics.mean(regrets)))."),
      evidence: evidence,
      assumptions: assumptions
        + (believed.kind == .optimal
          ? ["Of the rewards that fit optimal behaviour one is measured: 0 for optimal actions, −1 for others."] : []),
      errorRate: "Exact for these rewards; no claim about others.", source: Self.source)
  }

  private func optimalFinding(_ judged: [Outcome]) -> Finding {
    let kept = judged.compactMap(\.keepsOptimalActions)
    let good = kept.count { $0 }
    let regrets = judged.compactMap(\.regret)
    let mean = regrets.isEmpty ? 0 : Statistics.mean(regrets)
    return Finding(
      id: "misspecify/optimal", claim: "Acting optimally on the learned reward is optimal",
      verdict: good == kept.count ? .holds : .fails,
      reason: good == kept.count
        ? "The best actions are the truth's for all \(Numbers.count(kept.count, "reward"))."
        : "The best actions differ for \(kept.count - good) of \(Numbers.count(kept.count, "reward")); acting on "
          + "them loses \(Numbers.percent(mean)) of the possible return on average.",
      evidence: [
        Evidence("rewards whose best actions are kept", Double(good), count: kept.count),
        Evidence("regret of the least-norm reward's best policy, mean", mean, count: regrets.count),
      ],
      assumptions: assumptions + ["Of the fitting rewards, the one of least Euclidean norm is acted on."],
      errorRate: "Exact for these rewards; no claim about others.", source: Self.source)
  }
}
