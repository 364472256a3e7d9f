import Compute
import Environments
import Findings
import Rewards

/// Whether a task can be said by a reward of some kind, with the reward or the proof that there is none.
public struct ExpressionAudit: Sendable {
  /// What the linear program found.
  public let result: Expressibility
  /// The reward of largest margin, if there is one.
  public let reward: RewardTable?
  /// The fewest wishes to give up, in words, if the task cannot be expressed and few suffice.
  public let toGiveUp: [String]?
  /// How many relations the task asks for.
  public let relationCount: Int
  let task: String
  let domain: RewardDomain

  /// Of the parameters:
  /// - `description`: the task in a few words, for the claim.
  /// - `editLimit`: up to how many wishes to try without.
  public init(
    _ task: ExpressionTask, description: String, in mdp: TabularMDP, domain: RewardDomain = RewardDomain(),
    editLimit: Int = 2
  ) throws {
    let program = try task.program(in: mdp, domain: domain)
    result = try program.solve()
    relationCount = program.relationCount
    self.task = description
    self.domain = domain
    switch result {
    case .expressible(let weights, _):
      reward = try domain.table(weights, in: mdp)
      toGiveUp = nil
    case .impossible:
      reward = nil
      toGiveUp =
        program.relationCount <= 200 ? try program.fewestToDrop(limit: editLimit)?.map { program.text(of: $0) } : nil
    }
  }

  /// The claim that some reward of this kind expresses the task.
  public var finding: Finding {
    let kind = (domain.isNonNegative ? "reward without negative values " : "reward ") + "on " + domain.axes.words
    var evidence = [Evidence("relations that must hold", Double(relationCount))]
    let reason: String
    switch result {
    case .expressible(let weights, let margin):
      if !margin.isFinite {
        reason = "nothing is asked of any two things, so that a reward of 0 everywhere will do"
      } else {
        evidence.append(Evidence("largest margin, with no reward beyond ±1", margin))
        let values =
          weights.count <= 12
          ? "the reward (" + weights.map { Numbers.plain(abs($0) < 1e-12 ? 0 : $0) }.joined(separator: ", ") + ")"
          : "the reward given with the numbers"
        reason = "\(values) does, by a margin of \(Numbers.plain(margin))"
      }
    case .impossible(let proof):
      evidence.append(Evidence("by how much the two sides of the proof differ", proof.residual))
      var text =
        proof.betterSide.isEmpty
        ? "the wishes contradict each other: " + proof.text
        : "to every such reward " + proof.text + ", but the left was to be better"
      if proof.text.count > 400 {
        text = "two mixtures that every such reward values equally were to differ; they are given with the numbers"
      }
      if let toGiveUp, !toGiveUp.isEmpty {
        text += "; it could be expressed without: " + toGiveUp.prefix(4).joined(separator: ", ")
      }
      reason = text
    }
    return Finding(
      id: "expressivity/task", claim: "Some \(kind) expresses the task: \(task)",
      verdict: result.isExpressible ? .holds : .fails, reason: reason, evidence: evidence,
      assumptions: [
        "the world's dynamics, start and discount are as given",
        "policies are judged by their mean return from the start, and margins below 1e-7 of the largest count are none",
      ], errorRate: "none: a linear program and its certificate",
      source: """
        Abel et al., "On the expressivity of Markov reward", NeurIPS 2021; Skalse and Abate, "On the limitations of \
        Markovian rewards to express multi-objective, risk-sensitive, and modal tasks", UAI 2023
        """)
  }

  /// The numbers, for other programs.
  public struct Summary: Codable, Sendable, Hashable {
    /// Whether there is such a reward.
    public var isExpressible: Bool
    /// The reward of largest margin, if there is one.
    public var reward: RewardTable?
    /// By how much the closest relation is fulfilled, with no reward beyond ±1.
    public var margin: Double?
    /// The mixture of the proof that was to be better.
    public var betterSide: [Expressibility.Certificate.Term]?
    /// The mixture of the proof that was to be worse.
    public var worseSide: [Expressibility.Certificate.Term]?
    /// The fewest wishes to give up, in words.
    public var toGiveUp: [String]?
  }

  /// The numbers, for other programs.
  public var summary: Summary {
    switch result {
    case .expressible(_, let margin):
      Summary(isExpressible: true, reward: reward, margin: margin.isFinite ? margin : nil)
    case .impossible(let proof):
      Summary(
        isExpressible: false, betterSide: proof.betterSide, worseSide: proof.worseSide, toGiveUp: toGiveUp)
    }
  }
}
