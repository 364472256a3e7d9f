import Compute
import Findings
import Foundation

extension GoodhartAudit {
  /// What stands: the angle, each path, and the early stopping.
  ///
  /// Of the parameters:
  /// - `stateNames`, `actionNames`: what the world calls them; their numbers if empty.
  public func findings(stateNames: [String] = [], actionNames: [String] = []) -> [Finding] {
    if let trivial = trivialFinding() { return [trivial] }
    let names = Names(states: stateNames, actions: actionNames)
    return [angleFinding()] + paths.map(pathFinding) + [ascentFinding(names), stoppingFinding(names)]
  }

  static let source = "Karwowski et al., “Goodhart's Law in Reinforcement Learning”, ICLR 2024"

  private struct Names {
    var states: [String]
    var actions: [String]

    func text(_ pair: (state: Int, action: Int)) -> String {
      let state = states.indices.contains(pair.state) ? states[pair.state] : "\(pair.state)"
      let action = actions.indices.contains(pair.action) ? actions[pair.action] : "\(pair.action)"
      return "action ‘\(action)’ in state ‘\(state)’"
    }
  }

  /// A pair of which one does not order policies cannot part; said once, instead of four times "undefined".
  private func trivialFinding() -> Finding? {
    guard angle == nil else { return nil }
    let claim = "Optimising the proxy harder cannot lose true return"
    if geometry.dimension == 0 {
      return Finding(
        id: "goodhart/trivial", claim: claim, verdict: .holds,
        reason: geometry.states.isEmpty
          ? "Every start is terminal: nothing is ever done in this world."
          : "There is one action in every state: all policies are the same.",
        assumptions: assumptions, errorRate: Self.exact, source: Self.source)
    }
    if truth.range == 0 {
      return Finding(
        id: "goodhart/trivial", claim: claim, verdict: .holds,
        reason: "The true reward is trivial: every policy has the same true return, "
          + "\(Numbers.plain(truthRange.greatest)), so there is nothing to lose.",
        evidence: [Evidence(wide: "true return of every policy", truthRange.greatest)], assumptions: assumptions,
        errorRate: Self.exact, source: Self.source)
    }
    return Finding(
      id: "goodhart/trivial", claim: claim, verdict: .notMeasurable,
      reason: "The proxy is trivial: every policy has the same proxy return, so optimising it leads nowhere in "
        + "particular; an optimiser of it may end at any true return between \(Numbers.plain(truthRange.least)) and "
        + "\(Numbers.plain(truthRange.greatest)).",
      evidence: [Evidence(wide: "proxy return of every policy", proxyRange.greatest)], assumptions: assumptions,
      errorRate: Self.exact, source: Self.source)
  }

  private var assumptions: [String] {
    [
      "The world's transitions, start and discount (\(Numbers.plain(geometry.mdp.discount))) are as given.",
      "Only states that some policy reaches count: \(geometry.states.count) of \(geometry.mdp.stateCount).",
    ]
  }

  private func angleFinding() -> Finding {
    let angle = angle ?? 0
    // By how much the direction of either projection may be off.
    let error: Double = .pi * geometry.noise * Double(geometry.pairCount).squareRoot()
    var rounding = 0.0
    for reward in [truth, proxy] {
      let size = Vectors.norm(geometry.projected(reward.values))
      if size > 0 { rounding += error / size }
    }
    let same = angle <= rounding
    return Finding(
      id: "goodhart/angle", claim: "Proxy and truth order all policies alike", verdict: same ? .holds : .fails,
      reason: same
        ? "Their projections on the directions in which policies differ are parallel."
        : "Their projections on the directions in which policies differ are \(Self.degrees(angle)) apart"
          + (angle > .pi / 2 ? ": on the whole they are opposed." : "."),
      evidence: [
        Evidence("projected angle", angle * 180 / .pi, unit: "°"),
        Evidence("how much of it may be rounding", rounding * 180 / .pi, unit: "°"),
      ], assumptions: assumptions, errorRate: Self.exact, source: Self.source)
  }

  private func pathFinding(_ path: PressurePath) -> Finding {
    let name = path.kind == .boltzmann ? "Boltzmann-rational" : "maximum-causal-entropy"
    let drop = path.dropHeight ?? 0
    let peak = path.peak.truth
    let end = path.points[path.points.count - 1].truth
    let start = path.points[0].truth
    let isSharp = path.hidden <= Self.mostHidden
    let seen =
      path.falls
      ? (path.peak.pressure == 0
        ? "It falls from the start: from \(Numbers.plain(start)) to \(Numbers.plain(end)) of the possible range."
        : "It rises from \(Numbers.plain(start)) to \(Numbers.plain(peak)) at pressure "
          + "\(Self.pressure(path.peak)), then falls to \(Numbers.plain(end)): the proxy Goodharts.")
      : "It ends at its highest, \(Numbers.plain(end)) of the possible range, from \(Numbers.plain(start))."
    let reason =
      seen + " Between the \(path.points.count) pressures looked at, "
      + (path.hidden > 0
        ? "no return higher by more than \(Numbers.percent(path.hidden)) of the range can hide."
        : "no higher return can hide.")
    return Finding(
      id: "goodhart/\(path.kind == .boltzmann ? "boltzmann" : "maximum-causal-entropy")",
      claim: "Along the \(name) path, more pressure on the proxy does not end in less true return",
      verdict: path.falls ? .fails : isSharp ? .holds : .unknown, reason: reason,
      evidence: [
        Evidence("normalised drop height (never positive)", drop),
        Evidence("pressure λ of the highest true return", path.peak.pressure),
        Evidence("highest true return, 0 worst policy, 1 best", peak),
        Evidence("true return at full pressure", end),
        Evidence("a finer look could find a return higher by at most", path.hidden),
      ],
      assumptions: assumptions
        + [
          "A fall that a finer look could find is too small to count if it is at most "
            + "\(Numbers.percent(Self.mostHidden)) of the range."
        ],
      errorRate: "None: policies are exact, and what lies between two of them is bounded.",
      source: Self.source + ", Definition 5; bound between pressures ours")
  }

  /// The largest fall of the true return, as a share of its range, that may hide between two points of a path which is
  /// said not to fall.
  static let mostHidden = 0.02

  private static let exact = "None: exact, but for rounding."

  /// "0.37", and near 1 the distance from it.
  private static func pressure(_ point: PressurePath.Point) -> String {
    guard point.pressure > 0.995, let temperature = point.temperature, temperature > 0 else {
      return Numbers.plain(point.pressure)
    }
    return "1 − \(Numbers.plain(-expm1(-temperature)))"
  }

  private func ascentFinding(_ names: Names) -> Finding {
    let returns = ascentTruth
    let end = returns.last ?? 0
    var evidence = [
      Evidence("θ*: any truth within it gains all the way", safeAngle * 180 / .pi, unit: "°"),
      Evidence("true return at the start", returns.first ?? 0), Evidence("true return at the end", end),
      Evidence("straight pieces of the path", Double(ascent.segments.count)),
    ]
    var reason =
      "The true return rises from \(Numbers.plain(returns.first ?? 0)) to \(Numbers.plain(end)) of its range."
    if let turn {
      evidence.append(Evidence("turns after piece", Double(turn)))
      evidence.append(Evidence("true return where it turns", returns[turn]))
      if turn == 0 {
        reason = "It falls from the first step: the proxy's own direction points away from the truth."
      } else {
        let blocked = blocking(segment: turn - 1).map(names.text)
        let listed =
          blocked.prefix(2).joined(separator: " and ")
          + (blocked.count > 2 ? " and \(blocked.count - 2) more" : "")
        reason =
          "It turns at \(Numbers.plain(returns[turn])) because \(listed) \(blocked.count == 1 ? "is" : "are") "
          + "used up: the path must bend along that face of the occupancy polytope, and in what is left proxy and "
          + "truth pull apart."
      }
    }
    return Finding(
      id: "goodhart/steepest-ascent", claim: "Along the proxy's steepest ascent the true return never falls",
      verdict: turn == nil ? .holds : .fails, reason: reason, evidence: evidence, assumptions: assumptions,
      errorRate: Self.exact, source: Self.source)
  }

  private func stoppingFinding(_ names: Names) -> Finding {
    let returns = ascentTruth
    let proxies = ascentProxy
    let worst = ascent.worstCase(corner: stop, angle: guardedAngle)
    let right = (angle ?? 0) <= guardedAngle + 1e-9
    let all = stop == ascent.segments.count
    let gain = returns[stop] - returns[0]
    var reason =
      all
      ? "Within \(Self.degrees(guardedAngle)) no truth loses all the way to the proxy's optimum"
      : "Stopping after \(Numbers.count(stop, "piece")) of \(ascent.segments.count), before the path turns more than "
        + "\(Self.degrees(.pi / 2 - min(.pi / 2, guardedAngle))) away from the proxy, gains at least "
        + "\(Numbers.plain(max(0, worst))) per unit of the truth's length, whatever the truth within "
        + "\(Self.degrees(guardedAngle))"
    reason += "; this truth goes from \(Numbers.plain(returns[0])) to \(Numbers.plain(returns[stop])) of its range"
    if let best = returns.max(), best > returns[stop] + 1e-9 {
      reason += " (the path's best is \(Numbers.plain(best)))"
    }
    if !right {
      reason += ". But the truth is \(Self.degrees(angle ?? 0)) away, so the promise does not cover it"
    }
    return Finding(
      id: "goodhart/early-stopping", claim: "Stopping early loses no true return against the start",
      verdict: right || gain >= -1e-9 ? (right ? .holds : .unknown) : .fails, reason: reason + ".",
      evidence: [
        Evidence("angle guarded against", guardedAngle * 180 / .pi, unit: "°"),
        Evidence("stops after piece", Double(stop)),
        Evidence("true return gained", gain),
        Evidence("proxy return there", proxies[stop]),
        Evidence("worst change over the cone, per unit of the truth's projection", worst),
      ],
      assumptions: assumptions + ["The truth lies within \(Self.degrees(guardedAngle)) of the proxy."],
      errorRate: "None if the angle is right: the bound is exact, and conservative.", source: Self.source)
  }

  static func degrees(_ radians: Double) -> String { Numbers.plain(radians * 180 / .pi) + "°" }
}
