import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The ensemble's members are different models.
  public static let ensemble = AuditCheck(
    id: "ensemble",
    title: "The ensemble's members are different models",
    problem: "Members of the ensemble are copies of each other",
    explanation:
      "Members that almost never disagree (under 1 % of pairs), or whose margins are all but the same (under 0.1 % of their mean square is a "
      + "member's own), are copies, and their agreement says nothing. Rules are compared: mean, worst "
      + "case, and mean less half the variance, each member's scores first brought to one scale (their mean 0, their margins' root mean square 1).",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Train the members from different seeds or parts of the data; until then take their agreement for that of "
      + "one model: pactolus fit FILES --members 5 --out HEAD",
    source: "Coste et al. 2024",
    needs: [.scoredPairs],
    run: EnsembleMembers.measure)
}

private enum EnsembleMembers {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    let pairs = try files.scoredPairs()
    let members = table.members
    guard members.count >= 2 else { throw AuditGap.missing("no columns of two members or more") }
    let margins = members.map { member in
      pairs.rows.indices.map { pairs.signs[$0] * (member.chosen[pairs.rows[$0]] - member.rejected[pairs.rows[$0]]) }
    }
    let complete = pairs.rows.indices.filter { index in margins.allSatisfy { $0[index].isFinite } }
    guard complete.count >= 30 else { throw AuditGap.missing("fewer than 30 pairs with all members") }
    let split = complete.filter { index in
      let right = margins.count { $0[index] > 0 }
      return right > 0 && right < margins.count
    }
    var evidence: [Evidence] = []
    let scales = margins.map { member in max(1e-300, Statistics.rootMeanSquare(complete.map { member[$0] })) }
    // Members on scales of their own would make the widest one the rule.
    let scaled = zip(members, scales).map { member, scale -> (chosen: [Double], rejected: [Double]) in
      let rows = complete.map { pairs.rows[$0] }
      let centre = Statistics.mean(rows.map { (member.chosen[$0] + member.rejected[$0]) / 2 })
      func own(_ score: Double) -> Double { (score - centre) / scale }
      return (rows.map { own(member.chosen[$0]) }, rows.map { own(member.rejected[$0]) })
    }
    let rules: [(String, ([Double]) -> Double)] = [
      ("mean", { Statistics.mean($0) }), ("worst case", { $0.min() ?? .nan }),
      (
        "mean less half the variance",
        { scores in
          let mean = Statistics.mean(scores)
          return mean - 0.5 * scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)
        }
      ),
    ]
    for (name, rule) in rules {
      let right = complete.indices.count { place in
        let (chosen, rejected) = (rule(scaled.map { $0.chosen[place] }), rule(scaled.map { $0.rejected[place] }))
        return pairs.signs[complete[place]] * (chosen - rejected) > 0
      }
      evidence.append(
        Evidence(
          "accuracy by \(name)", Double(right) / Double(complete.count),
          interval: Statistics.proportionInterval(successes: right, of: complete.count), count: complete.count))
    }
    for (member, values) in zip(members, margins) {
      let right = complete.count { values[$0] > 0 }
      evidence.append(
        Evidence(
          "accuracy of \(member.name)", Double(right) / Double(complete.count), count: complete.count))
    }
    // Whether members err together: the correlation of "wrong", over all pairs of members that are ever wrong.
    let wrong = margins.map { values in complete.map { values[$0] > 0 ? 0.0 : 1.0 } }
    var correlations: [Double] = []
    for a in wrong.indices {
      for b in 0..<a {
        let (ma, mb) = (Statistics.mean(wrong[a]), Statistics.mean(wrong[b]))
        let both = zip(wrong[a], wrong[b]).reduce(0) { $0 + $1.0 * $1.1 } / Double(complete.count)
        let spread = (ma * (1 - ma) * mb * (1 - mb)).squareRoot()
        if spread > 0 { correlations.append((both - ma * mb) / spread) }
      }
    }
    if !correlations.isEmpty {
      evidence.append(
        Evidence("mean correlation of members' errors", Statistics.mean(correlations), count: complete.count))
    }
    return CheckOutcome(
      tests: [
        .share("pairs on which members disagree", split.count, of: complete.count, atLeast: 0.01),
        ownPart(complete.map { index in zip(margins, scales).map { $0[index] / $1 } }),
      ],
      evidence: evidence)
  }

  /// The share of the margins' mean square that lies between members: 0 for copies, about 1 − ρ for members that
  /// correlate by ρ. Sees near-copies that still disagree where the margin is almost nothing.
  private static func ownPart(_ margins: [[Double]]) -> EffectTest? {
    let parts = margins.map { values -> (own: Double, all: Double) in
      (Statistics.variance(values), values.reduce(0) { $0 + $1 * $1 } / Double(values.count))
    }
    let (own, all) = (Statistics.mean(parts.map(\.own)), Statistics.mean(parts.map(\.all)))
    guard all > 0 else { return nil }
    let (share, limit) = (own / all, 0.001)
    let error = Statistics.standardError(parts.map { ($0.own - share * $0.all) / all })
    // On the scale of logarithms, where a share near nothing is nearly normal; copies are certain.
    let relative = share > 0 ? error / share : 0
    let reach = exp(Statistics.normalReach95 * relative)
    let p = share > 0 ? SpecialFunctions.normalDistribution(log(share / limit) / max(relative, 1e-12)) : 0
    return EffectTest(
      "share of the margins' mean square that is a member's own", share,
      interval: Interval(lower: share / reach, upper: share * reach, level: 0.95), count: margins.count, pValue: p,
      isHarmless: share / reach >= limit, margin: "at least 0.1 %")
  }
}
