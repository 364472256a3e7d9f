import Compute
import Findings

extension HackingAudit {
  /// The verdicts, those on the policies at hand first.
  public var findings: [Finding] {
    var findings: [Finding] = []
    if let policies, let comparison {
      findings.append(hackable(policies, comparison))
      if let partner { findings += [simplification(policies, comparison), partnerExists(policies, partner)] }
    }
    findings.append(everyPolicy)
    if let neighbourhood, let near { findings.append(nearReference(neighbourhood, near)) }
    return findings
  }

  static let source = """
    Skalse, Howe, Krasheninnikov, Krueger, "Defining and characterizing reward hacking", NeurIPS 2022
    """

  private static let ties = "returns that differ by no more than rounding can explain are equal"
  private static let world = "the world's dynamics, start and discount are as given"

  private func hackable(_ policies: PolicySet, _ comparison: OrderComparison) -> Finding {
    let (truth, proxy) = (comparison.truth, comparison.proxy)
    let set = Numbers.count(policies.count, "policy", "policies")
    var evidence = [
      Evidence("distinct policies", Double(policies.count), count: policies.givenCount),
      Evidence("pairs in opposite order", Double(comparison.invertedPairs), count: comparison.pairCount),
    ]
    let reason: String
    if let witness = comparison.witness {
      evidence.append(Evidence("true return lost, as a share of its range", witness.trueShare))
      evidence.append(Evidence("proxy return gained, as a share of its range", witness.proxyShare))
      reason =
        """
        going from policy \(policies.names[witness.before]) to \(policies.names[witness.after]) raises the proxy's \
        return from \(Numbers.plain(proxy.wideReturns[witness.before])) to \
        \(Numbers.plain(proxy.wideReturns[witness.after])) and lowers the true return from \
        \(Numbers.plain(truth.wideReturns[witness.before])) to \
        \(Numbers.plain(truth.wideReturns[witness.after])); \(comparison.invertedPairs) of \(comparison.pairCount) pairs \
        of policies are in opposite order
        """
    } else if policies.count < 2 {
      reason = "there is only one policy that matters, and nothing to change to"
    } else if truth.isTrivial {
      reason = "the true reward is trivial: all \(set) have the same true return, so none can be worse"
    } else if proxy.isTrivial {
      reason = "the proxy is trivial: all \(set) have the same return by it, so it never asks for a change"
    } else {
      reason =
        "none of the \(comparison.pairCount) pairs of policies is in opposite order; " + Self.words(comparison.relation)
    }
    for (name, order) in [("true", truth), ("proxy", proxy)] {
      // A gap so small that it may be meant as a tie is worth a look.
      if let gap = order.smallestGap, gap < 1e-6 {
        evidence.append(Evidence("smallest gap between \(name) returns, as a share of their range", gap))
      }
    }
    return Finding(
      id: "hacking/finite", claim: "The proxy cannot be hacked by these \(set)",
      verdict: comparison.isHackable ? .fails : .holds, reason: reason, evidence: evidence,
      assumptions: [
        "no other policy comes about: not those on the way, nor mixtures", Self.world, Self.ties,
      ], errorRate: "none: every pair is compared", source: Self.source)
  }

  private func simplification(_ policies: PolicySet, _ comparison: OrderComparison) -> Finding {
    var reason = Self.words(comparison.relation)
    if policies.count <= 8 {
      reason +=
        "; truly \(comparison.truth.text(policies.names)), by the proxy \(comparison.proxy.text(policies.names))"
    }
    let isSimple = OrderComparison.simplifies(comparison.proxy, comparison.truth)
    return Finding(
      id: "hacking/simplification",
      claim: "The proxy is the true reward, or a simplification of it, as far as these policies go",
      verdict: isSimple || comparison.truth.ranks == comparison.proxy.ranks ? .holds : .fails, bearing: .advice,
      reason: reason,
      evidence: [
        Evidence("levels of true return", Double(comparison.truth.levels.count)),
        Evidence("levels of the proxy's return", Double(comparison.proxy.levels.count)),
      ], assumptions: [Self.world, Self.ties], errorRate: "none: exact", source: Self.source)
  }

  private func partnerExists(_ policies: PolicySet, _ partner: UnhackablePartner) -> Finding {
    var evidence = [
      Evidence("d, the dimension of what the policies do", Double(partner.dimension)),
      Evidence("k, the dimension of the differences between equally good ones", Double(partner.tiedDimension)),
    ]
    if let share {
      evidence.append(
        Evidence(
          "share of all directions of reward that are unhackable", share.share, interval: share.interval,
          count: share.samples))
    }
    if let orders {
      evidence.append(Evidence("strict orders that some reward makes", Double(orders.strict.count)))
      evidence.append(Evidence("orders that some reward makes, ties included", Double(orders.all.count)))
    }
    var reason = "with d = \(partner.dimension) and k = \(partner.tiedDimension), "
    if partner.isTrivial {
      reason +=
        partner.proxyExists
        ? "the true reward is trivial, so that no proxy can be hacked" : "no reward tells these policies apart"
    } else {
      reason +=
        partner.simplificationExists
        ? "k ≤ d − 2 and a simplification exists"
        : "k > d − 2 and no simplification exists"
          + (partner.proxyExists
            ? ", but as d ≥ 2 some proxies only tell equals apart" : "; with d < 2 nothing else does")
    }
    if let proxy = partner.proxy {
      reason += "; one such proxy is \(Self.vector(proxy.reward))"
      if policies.count <= 8 { reason += ", under which \(proxy.order.text(policies.names))" }
    }
    return Finding(
      id: "hacking/partner",
      claim: "Some proxy is neither trivial nor equal to the true reward, and cannot be hacked by these policies",
      verdict: partner.proxyExists ? .holds : .fails, bearing: .advice, reason: reason, evidence: evidence,
      assumptions: ["rewards may be anything on states and actions", Self.world, Self.ties],
      errorRate: share?.interval == nil ? "none: exact" : "none but for the share, which is sampled",
      source: Self.source)
  }

  private var everyPolicy: Finding {
    let isHackable = !loss.truthIsTrivial && !loss.proxyIsTrivial && !loss.ordersAlike
    var evidence = [
      Evidence("W: worst true loss by a change that the proxy does not mind, as a share of the range", worst.normalised)
    ]
    if let degrees = angle.degrees { evidence.insert(Evidence("angle between the rewards", degrees, unit: "°"), at: 0) }
    let reason: String
    if loss.truthIsTrivial {
      reason = "the true reward is trivial: every policy has the same true return"
    } else if loss.proxyIsTrivial {
      reason = "the proxy is trivial: every policy has the same return by it, so it never asks for a change"
    } else if let inversion {
      let (before, after) = policies(of: inversion)
      reason =
        """
        all stationary policies taken together, two rewards that are not trivial are unhackable only if they order all \
        policies alike, which is an angle of 0°; here it is \(Numbers.plain(angle.degrees ?? 0))°. Going from policy \
        \(Self.short(PolicySet.name(of: before))) to \(Self.short(PolicySet.name(of: after))) loses \
        \(Numbers.percent(inversion.normalised)) of the range of true returns and gains \
        \(Numbers.percent(inversion.normalisedGain)) of the proxy's; at the very worst a change that the proxy does \
        not mind loses \(Numbers.percent(worst.normalised))
        """
    } else if isHackable {
      reason =
        """
        all stationary policies taken together, two rewards that are not trivial are unhackable only if they order all \
        policies alike, which is an angle of 0°; here it is \(Numbers.plain(angle.degrees ?? 0))°, which is more than \
        rounding. No pair of policies in opposite order is shown: any loses or gains less than \
        \(Numbers.percent(WorstLoss.resolution)) of a range, the resolution of the linear program
        """
    } else {
      reason =
        """
        the angle between the rewards is \(Numbers.plain(angle.degrees ?? 0))°, which rounding explains: they order all \
        stationary policies alike
        """
    }
    return Finding(
      id: "hacking/all-policies", claim: "The proxy cannot be hacked by any stationary policies at all",
      verdict: isHackable ? .fails : .holds, bearing: policies == nil ? .trust : .advice, reason: reason,
      evidence: evidence,
      assumptions: [Self.world, "policies are stationary; states that cannot be reached do not count"],
      errorRate: "none: a theorem, and two linear programs for the losses, to 1e-7 of the range",
      source: Self.source + ", Theorem 1")
  }

  private func nearReference(
    _ place: Neighbourhood, _ near: (worst: WorstLoss.Change?, radius: Double, loss: Double)
  ) -> Finding {
    var evidence = [
      Evidence("largest safe radius", near.radius),
      Evidence("worst loss within it, as a share of the range", near.loss),
    ]
    let allowed = Numbers.percent(place.mostLoss)
    let safe =
      near.radius >= 2
      ? "no policy at all, however far, loses more than \(allowed)"
      : "up to a radius of \(Numbers.plain(near.radius)), a probability of \(Numbers.percent(near.radius / 2)) "
        + "moved, at most \(allowed) is lost"
    guard let worst = near.worst, let radius = place.radius else {
      return Finding(
        id: "hacking/near-reference",
        claim: "Some way from the policy \(place.name), what the proxy thinks no worse truly loses at most \(allowed)",
        verdict: near.radius > 0 ? .holds : .fails, reason: safe, evidence: evidence,
        assumptions: nearAssumptions, errorRate: "none: linear programs, to 1e-6", source: Self.source)
    }
    evidence.insert(Evidence("worst loss within the radius, as a share of the range", worst.normalised), at: 0)
    return Finding(
      id: "hacking/near-reference",
      claim:
        "Within a radius of \(Numbers.plain(radius)) of the policy \(place.name), what the proxy thinks no worse truly "
        + "loses at most \(allowed)",
      verdict: worst.normalised <= place.mostLoss + 1e-7 ? .holds : .fails,
      reason: "the worst loses \(Numbers.percent(worst.normalised)) of the range of true returns; " + safe,
      evidence: evidence, assumptions: nearAssumptions, errorRate: "none: linear programs, to 1e-6", source: Self.source
    )
  }

  private var nearAssumptions: [String] {
    [
      "the radius is the L1 distance of discounted occupancies, each scaled to sum to 1", Self.world,
      "losses are shares of the best true return less the worst",
    ]
  }

  private static func words(_ relation: OrderComparison.Relation) -> String {
    switch relation {
    case .trivial: "one of the rewards is trivial, which is a simplification of everything"
    case .equivalent: "the proxy orders them exactly as the true reward does"
    case .proxySimplifiesTruth: "the proxy only ties some that truly differ"
    case .truthSimplifiesProxy: "the proxy only tells some apart that are truly equal"
    case .unhackable: "the proxy ties some that truly differ and tells some apart that are truly equal"
    case .hackable: "the proxy contradicts the true reward"
    }
  }

  private static func vector(_ reward: [Double]) -> String {
    // A reward that was constructed, its largest number 1: what the construction's rounding left is 0.
    let shown = reward.map { abs($0) < ReturnOrder.constructionTolerance ? 0 : $0 }
    return shown.count <= 12
      ? "(" + shown.map { Numbers.plain($0) }.joined(separator: ", ") + ")" : "given with the numbers"
  }

  private static func short(_ name: String) -> String { name.count <= 60 ? name : name.prefix(57) + "…" }
}
