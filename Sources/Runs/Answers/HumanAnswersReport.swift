import Compute
import Feedback
import Findings

/// What was learned from people's answers about segments in a known world: how they judged, what reward follows from
/// that, and what an agent that optimises it does. The same value feeds terminal, report and JSON.
public struct HumanAnswersReport: Codable, Sendable, Hashable {
  /// `pactolus/Delivery-v0`.
  public var environment: String
  /// What was assumed.
  public var settings: HumanAnswersSettings
  /// The true return, averaged over the starts, of the best policy and of the uniformly random one.
  public var optimalReturn: Double
  /// See ``optimalReturn``.
  public var uniformReturn: Double
  /// The number of states in which episodes start.
  public var starts: Int
  /// What the reward is linear in.
  public var featureNames: [String]
  /// The true reward's weight of each feature.
  public var trueWeights: [Double]
  /// One for each group of people or way of asking.
  public var conditions: [Condition]
  /// What follows from it all.
  public var findings: [Finding]

  /// One group of people, or one way of asking them.
  public struct Condition: Codable, Sendable, Hashable {
    /// The word in the files' names.
    public var name: String
    /// How many there are.
    public var answers: Int
    /// How many say that both are equal.
    public var ties: Int
    /// Whether a file of statistics was there and agreed with this replay in every row.
    public var statisticsChecked: Bool
    /// How well each model of the person explains the answers, given the true reward.
    public var fits: [PreferenceModelFit]
    /// A logistic fit to what the segments hold.
    public var parts: PreferencePartsFit
    /// The reward learned under each model of the person.
    public var learned: [Learned]

    /// ``ties`` among ``answers``.
    public var tieShare: Double { Double(ties) / Double(answers) }
  }

  /// A learned reward, and the agent that plans with it.
  public struct Learned: Codable, Sendable, Hashable {
    /// The reward, and the model of the person under which it was learned.
    public var reward: LearnedLinearReward
    /// Of each weight, by the bootstrap; nil without resamples, and for weights that are not identified.
    public var weightIntervals: [Interval?]
    /// Whether the answers say anything about each weight. Where no answer depends on a feature, its weight stays at 0,
    /// which is no estimate.
    public var identified: [Bool]
    /// The planned policy's true return, averaged over the starts, and on the scale where the uniform policy has 0 and
    /// the best has 1.
    public var trueReturn: Double
    /// See ``trueReturn``.
    public var scaledReturn: Double
    /// See ``trueReturn``.
    public var scaledReturnInterval: Interval?
    /// The starts from which the planned policy never finishes.
    public var neverFinishing: Int
    /// The share of bootstrap resamples under whose reward it never finishes from some start; nil without resamples.
    public var neverFinishingShare: Double?
    /// Where it goes instead, from the first such start.
    public var loop: RewardLoop?
  }
}

/// What the study assumes; each has one name here, in files and on the command line.
public struct HumanAnswersSettings: Codable, Sendable, Hashable {
  /// γ of the agent and of the regret; returns are discounted by it too.
  public var discount = 0.999
  /// ℓ2 on the learned weights.
  public var penalty = 1e-4
  /// The level of the intervals.
  public var level = 0.95
  /// Bootstrap resamples of the answers for the fits with the true reward; 0 for none.
  public var resamples = 1000
  /// Bootstrap resamples for the learned rewards, each learned and planned with again; 0 for none.
  public var learningResamples = 200

  /// The settings of the published study.
  public init() {}
}

/// A cycle of states that a policy never leaves.
public struct RewardLoop: Codable, Sendable, Hashable {
  /// The start from which it is reached.
  public var start: Int
  /// The states on the cycle, in order.
  public var states: [Int]
  /// The learned and the true reward of one round of a cycle.
  public var learnedReward: Double
  /// See ``learnedReward``.
  public var trueReward: Double
}
