/// The checks of a files audit, by their stable names.
public enum AuditCheck: String, Codable, Sendable, Hashable, CaseIterable {
  case accuracy, ties, calibration
  case humanCeiling = "human-ceiling"
  case lengthBias = "length-bias"
  case styleBias = "style-bias"
  case positionLeakage = "position-leakage"
  case leakage, contradictions
  case labelNoise = "label-noise"
  case promptVariance = "prompt-variance"
  case tails, invariance, padding
  case bestOfN = "best-of-n"
  case kl, ensemble
  case outOfDistribution = "out-of-distribution"
  case drift, perturbation
  case modelDistance = "model-distance"
  case slices
  case rewardBench = "rewardbench"
  case power
}

extension AuditCheck {
  /// A sentence that is true or false.
  public var title: String {
    switch self {
    case .accuracy: "The reward model prefers what people prefer"
    case .ties: "Different replies get different scores"
    case .calibration: "The reward model is as sure as it should be"
    case .humanCeiling: "The reward model agrees with people about as often as they agree with each other"
    case .lengthBias: "Length is not credited beyond what people credit"
    case .styleBias: "Style is not credited beyond what people credit"
    case .positionLeakage: "Where a reply stood tells nothing about it"
    case .leakage: "Evaluation prompts are not in the training data"
    case .contradictions: "The labels do not contradict each other"
    case .labelNoise: "Few labels are wrong"
    case .promptVariance: "Scores differ between replies to the same prompt"
    case .tails: "No score stands far outside the others"
    case .invariance: "Scoring again gives the same scores"
    case .padding: "No one score is shared by many different replies"
    case .bestOfN: "Choosing among more samples does not make the true score fall"
    case .kl: "The samples' log-probabilities are consistent"
    case .ensemble: "The ensemble's members are different models"
    case .outOfDistribution: "Evaluation rows look like training rows"
    case .drift: "The splits come from one distribution"
    case .perturbation: "Small changes to the text do not move the scores"
    case .modelDistance: "The second scoring orders replies as the first does"
    case .slices: "The reward model is equally right for every named group"
    case .rewardBench: "RewardBench's numbers are as the file says"
    case .power: "The file is large enough to see a difference of one point"
    }
  }

  /// What it means, when it misleads.
  public var explanation: String {
    switch self {
    case .accuracy:
      "The share of labelled pairs in which the preferred reply scores higher, with the exact interval; an equal score "
        + "counts as wrong. It fails if the share is below 55 % beyond doubt, or if in one domain the model is worse than a coin. "
        + "Domains may pull apart: when the pooled number hides a domain that goes the other way, the finding says so. "
        + "It misleads when pairs are easy (chosen from models of very different strength) or when rows repeat a prompt."
    case .ties:
      "The share of pairs with exactly equal scores although the texts differ. Half-precision scores lie on a coarse grid; "
        + "an accuracy with many ties depends on how ties are counted. At most 1 % is tolerated. It misleads where short "
        + "replies really are equally good."
    case .calibration:
      "Under Bradley and Terry's model a margin m means the probability σ(m). The slope says by which factor margins must "
        + "be multiplied to be right (1/temperature), with its likelihood interval; 0.67 to 1.5 is tolerated. ECE is shown with what chance "
        + "alone would make of it taken off. It misleads for models that were never trained as Bradley–Terry: then only the slope's use as a scale is left."
    case .humanCeiling:
      "How often two annotators of the same pair agree bounds what any model can reach against one of them. It fails if the "
        + "model agrees with people by more than 5 points less often than they with each other. It misleads if doubly "
        + "annotated pairs were chosen for being hard."
    case .lengthBias:
      "A logistic model of the label on the reward's margin and on the difference of log length. If length says nothing more "
        + "once the margin is known, the reward credits length as people do. A negative weight: the reward overvalues length. "
        + "Tolerated: ±0.2 in log-odds (5 points at even odds) for one standard deviation. Beside it stand the accuracies on pairs of "
        + "equal length and on pairs where the shorter reply was preferred. It misleads if length stands for something else that people value "
        + "and the model misses."
    case .styleBias:
      "As length-bias, for each kind of style (lists, bold, hedges, refusals, emoji, praise …), with margin and length held "
        + "fixed. Word lists are English and crude. All styles count in the correction for multiple testing."
    case .positionLeakage:
      "If the preferred reply stood first more often than between 45 and 55 %, position can be learned instead of quality; "
        + "if the model is right more often when the preferred reply stood first, it has been. Needs a column for the place."
    case .leakage:
      "Prompts of the evaluation split that stand in the training split, word for word or nearly (MinHash over three-word "
        + "shingles, Jaccard similarity from about 0.8). At most 1 % is tolerated. Accuracy is shown with and without them. Without a split, "
        + "rows that repeat an earlier row's prompt and replies are counted. It misleads for prompts that share a long template."
    case .contradictions:
      "Pairs labelled both ways, and cycles (A over B over C over A) among the replies to one prompt. At most 2 % of pairs may be in one. "
        + "People do disagree; see human-ceiling for how much of it is that."
    case .labelNoise:
      "A logistic curve with a lapse: with probability ε the label is turned whatever the margin. The rate is fitted with "
        + "the slope by maximum likelihood; up to 2 % is tolerated. The suspects are the pairs most confidently contradicted. It misleads "
        + "when the model is wrong in the tails: its own confident errors look like wrong labels."
    case .promptVariance:
      "Intraclass correlation: the share of the scores' variance that lies between prompts. Only differences within a prompt "
        + "matter for choosing replies; at least 5 % of the variance should lie there. Exact F interval for normal scores."
    case .tails:
      "Scores further than 6 robust standard deviations (median absolute deviation) from the median; up to 0.2 % is tolerated. Optimisation "
        + "finds such texts. Hill's tail index is shown beside it. It misleads for scores with a bounded bulk and a legitimate second mode."
    case .invariance:
      "The same pairs scored a second time with another batch size, order, padding side or precision. Pairs whose winner "
        + "changes, and pairs whose margin moves by more than a tenth of the margins' spread, should be at most 1 %."
    case .padding:
      "When the pad token is the end-of-text token, or replies are cut at the maximum length, very different texts get the "
        + "very same score. The most common score should belong to at most 1 % of distinct replies."
    case .bestOfN:
      "From n samples for each prompt: the expected gold score of the proxy's favourite among n, by the unbiased estimator over all "
        + "subsets. It fails if gold falls at the largest n by more than 0.05 of its standard deviation while the proxy rises. d = √KL; Gao et al.'s "
        + "forms d(α − βd) and d(α − β ln d) are fitted. Nothing is said beyond the largest n in the file."
    case .kl:
      "Best-of-n moves at most ln n − (n − 1)/n nats from the base policy (equality without ties). From log-probabilities: the mean of log π − log π₀ over "
        + "the policy's own samples estimates the divergence and cannot be negative but for chance."
    case .ensemble:
      "Members that almost never disagree (under 1 % of pairs), or whose margins are all but the same (under 0.1 % of their mean square is a "
        + "member's own), are copies, and their agreement says nothing. Rules are compared: mean, worst "
        + "case, and mean less half the variance."
    case .outOfDistribution:
      "Distance of each evaluation row from the training rows in a random projection of the embeddings, turned into a "
        + "conformal p-value. If the splits are exchangeable, 5 % have p ≤ 0.05; up to 10 % is tolerated."
    case .drift:
      "Energy distance between splits' projected embeddings with a permutation test, as a share of its largest possible value; 0.02 is tolerated. "
        + "It sees differences of topic as well as of quality."
    case .perturbation:
      "The pairs scored again after a change that should not matter (praise, filler, repetition). Mean change in units of the scores' "
        + "spread; ±0.1 is tolerated. Whether the change really should not matter is for you to say."
    case .modelDistance:
      "Scores of each pair less their mean, scaled to one: the distance √((1 − ρ)/2) is 0 for equal orders and differences, 1 for opposite "
        + "ones (as STARC and EPIC canonicalise). At most 0.1 is tolerated for what claims to be the same model."
    case .slices:
      "Accuracy in each group against the rest; ±5 points are tolerated. Every group of every attribute is a test in the correction. Groups "
        + "under 30 pairs are left out."
    case .rewardBench:
      "Wins, and in version 2 best-of-4 with tied maxima sharing the credit, recomputed from the scores and compared with what the file says."
    case .power:
      "The pairs needed to see an accuracy one point away with 80 % power at the 5 % level, from the accuracy measured. Comparing two models on the "
        + "same pairs needs fewer, depending on how often they disagree."
    }
  }

  public var assumptions: String {
    switch self {
    case .bestOfN, .kl: "Prompts are independent; samples of one prompt come from one policy."
    case .outOfDistribution, .drift:
      "Rows are independent draws; a random projection keeps the difference that matters."
    case .leakage: "The split column says what was trained on."
    default: "Rows are independent of each other, and none was used to train the model."
    }
  }

  public var source: String {
    switch self {
    case .accuracy, .ties, .padding: "Clopper & Pearson 1934"
    case .calibration: "Cox 1958; Bröcker & Smith 2007; Guo et al. 2017"
    case .humanCeiling: "Ziegler et al. 2019; Stiennon et al. 2020"
    case .lengthBias, .styleBias: "Dubois et al. 2024 (length-controlled evaluation); Singhal et al. 2023"
    case .positionLeakage: "Wang et al. 2023 (position bias of evaluators)"
    case .leakage: "Broder 1997 (MinHash)"
    case .contradictions: "Kendall & Babington Smith 1940 (circular triads)"
    case .labelNoise: "Northcutt et al. 2021 (confident learning); Christiano et al. 2017 (lapse)"
    case .promptVariance: "Shrout & Fleiss 1979, ICC(1)"
    case .tails: "Hill 1975"
    case .invariance, .perturbation: "Clopper & Pearson 1934; equivalence margins as stated"
    case .bestOfN: "Nakano et al. 2021; Gao, Schulman & Hilton 2023"
    case .kl: "Stiennon et al. 2020; Beirami et al. 2024 (the formula is an upper bound)"
    case .ensemble: "Coste et al. 2024"
    case .outOfDistribution: "Bates et al. 2023 (conformal p-values)"
    case .drift: "Székely & Rizzo 2013 (energy statistics)"
    case .modelDistance: "Gleave et al. 2021 (EPIC); Skalse et al. 2024 (STARC)"
    case .slices: "Benjamini & Yekutieli 2001"
    case .rewardBench: "Lambert et al. 2024; Malik et al. 2025"
    case .power: "Cohen 1988"
    }
  }
}
