import Compute
import Foundation

/// What makes a question worth asking.
///
/// The members of the ensemble stand for samples of what the reward may be. Δ is a member's difference of logits
/// between the two segments, p its probability that the first is preferred.
///
/// The last three ask by ``RewardUncertainty``, made anew for each round from the answers so far. While it cannot say
/// what they ask by, since fewer than 20 clips were judged (``unfamiliar``) or fewer than 40 pairs (the other two),
/// pairs are taken as they come.
public enum QuestionSelection: String, Codable, Sendable, Hashable, CaseIterable {
  /// Pairs as they come.
  case random
  /// The members differ most in Δ: its variance (`imitation`) …
  case disagreementOnLogit = "disagreement-logit"
  /// … in p …
  case disagreementOnProbability = "disagreement-probability"
  /// … or in which segment they prefer (Christiano et al. 2017).
  case disagreementOnLabel = "disagreement-label"
  /// The answer is least certain, for any reason: the entropy of the mean p, in bits.
  case entropy
  /// The members are least certain by themselves: their mean entropy, in bits (B-Pref's released code).
  case memberEntropy = "member-entropy"
  /// The answer tells most about which member is right: entropy of the mean p less the mean entropy, in bits (Bıyık et
  /// al. 2019). Two equal segments have 1 bit of entropy and no information.
  case informationGain = "information-gain"
  /// The less informative of the two answers still rules most out: min over answers of the mean of 1 − P(answer)
  /// (Sadigh et al. 2017). Two equal segments score as well as any: its known flaw.
  case volumeRemoval = "volume-removal"
  /// Two members would each regret the other's choice most: largest less smallest Δ, where they are of opposite sign,
  /// else 0 (after Wilde, Kulić, Smith 2020).
  case regret
  /// Two members drawn at random for each candidate, the first to name the winner, the second the loser: Δ of the
  /// one less Δ of the other, at least 0 (duelling Thompson sampling).
  case thompson
  /// One of the segments is least like anything that was judged: 1 less the smaller conformal p-value.
  case unfamiliar
  /// The reward of the one less that of the other would move most under other ideas of the people that explain the
  /// answers about as well: its square, less what chance makes of it, at least 0. Pairs with a segment that is unlike
  /// what was judged come last.
  case specification
  /// The members differ most where people are not expected to err: the variance of Δ, times the 1 − H(e) bits that an
  /// answer carries which is wrong with probability e (Shannon 1948), e being the mean of the segments' aleatoric
  /// numbers. Pairs with a segment that is unlike what was judged come last.
  case disagreementWhereClear = "disagreement-clear"

  /// What must be known of the reward for asking so; nil for rules that need the members alone, or nothing.
  package var restsOn: FourUncertainties.Kind? {
    switch self {
    case .unfamiliar: .distributional
    case .specification: .specification
    case .disagreementWhereClear: .aleatoric
    case .random, .disagreementOnLogit, .disagreementOnProbability, .disagreementOnLabel, .entropy, .memberEntropy,
      .informationGain, .volumeRemoval, .regret, .thompson:
      nil
    }
  }

  /// Whether it asks how the members of an ensemble differ, so that one network cannot be asked.
  package var needsEnsemble: Bool {
    switch self {
    case .random, .unfamiliar, .specification: false
    case .disagreementOnLogit, .disagreementOnProbability, .disagreementOnLabel, .entropy, .memberEntropy,
      .informationGain, .volumeRemoval, .regret, .thompson, .disagreementWhereClear:
      true
    }
  }

  /// The score of one pair from the members' Δ and, for rules that rest on them, what is not known of the pair: 0
  /// without that. A pair that has no such number comes after all that have one: −1.
  package func score(
    _ differences: [Double], uncertainty: PairUncertainty? = nil, likelihood: ChoiceLikelihood,
    random: inout RandomStream
  ) -> Double {
    switch self {
    case .random: return 0
    case .disagreementOnLogit: return Self.variance(differences)
    case .disagreementOnProbability: return Self.variance(Self.probabilities(differences, likelihood))
    case .disagreementOnLabel: return Self.variance(differences.map { $0 > 0 ? 1 : 0 })
    case .entropy: return Self.entropy(Self.mean(Self.probabilities(differences, likelihood)))
    case .memberEntropy: return Self.mean(Self.probabilities(differences, likelihood).map(Self.entropy))
    case .informationGain:
      let probabilities = Self.probabilities(differences, likelihood)
      return Self.entropy(Self.mean(probabilities)) - Self.mean(probabilities.map(Self.entropy))
    case .volumeRemoval:
      let first = Self.mean(Self.probabilities(differences, likelihood))
      return min(first, 1 - first)
    case .regret:
      guard let most = differences.max(), let least = differences.min(), most > 0, least < 0 else { return 0 }
      return most - least
    case .thompson:
      let winner = random.below(differences.count)
      let loser = (winner + 1 + random.below(max(1, differences.count - 1))) % differences.count
      return max(0, differences[winner] - differences[loser])
    case .unfamiliar: return uncertainty.map { 1 - $0.pValue } ?? 0
    case .specification:
      guard let uncertainty else { return 0 }
      return uncertainty.specificationSquare.map { max(0, $0) } ?? -1
    case .disagreementWhereClear:
      guard let uncertainty else { return 0 }
      return uncertainty.aleatoric.map { Self.variance(differences) * (1 - Self.entropy($0)) } ?? -1
    }
  }

  private static func probabilities(_ differences: [Double], _ likelihood: ChoiceLikelihood) -> [Double] {
    differences.map { likelihood.probabilities([$0, 0])[0] }
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// The population variance.
  private static func variance(_ values: [Double]) -> Double {
    let mean = mean(values)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }

  /// Of a coin with this probability, in bits.
  private static func entropy(_ p: Double) -> Double {
    func part(_ p: Double) -> Double { p > 0 ? -p * log2(p) : 0 }
    return part(p) + part(1 - p)
  }
}
