import Compute
import Findings
import Rewards

/// Whether attributions tell something that was learned: those of networks of the same shape that learned nothing must
/// differ from them.
///
/// Attributions that look the same for a network and for one with random weights show the rows, and not the reward. The
/// correlation is Spearman's over all rows and features, signs kept: by the symmetry of random weights it is 0 in the mean
/// for a method that follows the network, and 1 for one that does not look at it.
///
/// Source: Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018 (the whole-model randomisation).
package struct ModelRandomisation: Sendable, Codable {
  /// With each random network.
  package let correlations: [Double]
  /// Their mean, with Student's interval over networks.
  package let mean: Double
  package let interval: Interval?
  /// The same without signs: what the sizes alone have in common, the rows' spread for one.
  package let meanOfSizes: Double
  /// Mean over pairs of the reward's own members; nil for one member.
  package let ownMembers: Double?

  /// - Parameters:
  ///   - model: what was learned.
  ///   - networks: how many random ones.
  ///   - random: of their weights.
  ///   - attribute: the method: [rows × features] of a score.
  package init(
    _ model: RewardModel, networks: Int = 20, random: RandomSource, attribute: (ExplainedScore) throws -> Matrix
  ) throws {
    let own = try attribute(try ExplainedScore(model)).elements
    var (signed, sizes) = ([Double](), [Double]())
    for number in 0..<networks {
      var other = try RewardModel(
        model.settings, encoding: model.encoding, random: random.child("randomised", number))
      other.inputNormalizer = model.inputNormalizer
      let found = try attribute(try ExplainedScore(other)).elements
      signed.append(Statistics.spearman(own, found))
      sizes.append(Statistics.spearman(own.map(abs), found.map(abs)))
    }
    let members = try (0..<(model.members > 1 ? model.members : 0)).map {
      try attribute(try ExplainedScore(model, member: $0)).elements
    }
    var pairs: [Double] = []
    for a in members.indices {
      for b in members.indices where a < b { pairs.append(Statistics.spearman(members[a], members[b])) }
    }
    correlations = signed
    mean = Statistics.mean(signed)
    interval = signed.allSatisfy(\.isFinite) ? Statistics.meanInterval(signed, level: 0.95) : nil
    meanOfSizes = Statistics.mean(sizes)
    ownMembers = pairs.isEmpty ? nil : Statistics.mean(pairs)
  }

  /// The mean correlation from which on attributions say nothing of what was learned.
  package static let limit = 0.5

  /// The claim that attributions follow what was learned.
  package func finding() -> Finding {
    let claim = "Attributions follow what the reward learned"
    let source = "Adebayo et al. 2018 (model randomisation)"
    guard let interval else {
      return Finding(
        id: "explanation/randomisation", claim: claim, verdict: .notMeasurable, bearing: .advice,
        reason: "The attributions are all alike, so there is no correlation.", source: source)
    }
    let verdict = Finding.Verdict.isBelow(Self.limit, interval)
    let others = ownMembers.map { "; the reward's own members have \(Numbers.plain($0)) among each other" } ?? ""
    return Finding(
      id: "explanation/randomisation", claim: claim, verdict: verdict, bearing: .advice,
      reason: "With those of \(correlations.count) networks of the same shape that learned nothing they have a rank "
        + "correlation of \(Numbers.plain(mean, interval)) in the mean\(others).",
      evidence: [
        Evidence("rank correlation with random networks", mean, interval: interval, count: correlations.count),
        Evidence("the same of sizes, without signs", meanOfSizes, count: correlations.count),
      ] + (ownMembers.map { [Evidence("rank correlation among the reward's members", $0)] } ?? []),
      assumptions: ["Random weights are drawn as those of the reward were at its start."],
      errorRate: "2.5 % where the mean correlation is exactly \(Numbers.plain(Self.limit)).", source: source,
      problem: "Attributions look the same whatever was learned")
  }
}
