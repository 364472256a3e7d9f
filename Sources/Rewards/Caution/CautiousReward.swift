/// Pays an agent by a rule over the members of a learned reward, rather than by their mean.
///
/// ```swift
/// let cautious = CautiousReward(evaluator, .worst)
/// cautious.units = MemberUnits(model, judged: choices)     // after each training; module Feedback
/// learner.iterate(batch, reward: cautious, progress: 0, recorder: nil)
/// ```
///
/// The members are brought to one zero and unit first (``MemberUnits``). Works in the evaluator's blocks, a row's
/// reward depending on that row alone. The model is the evaluator's: whoever trains it sets it there.
public final class CautiousReward: TransitionReward {
  /// Asks the members.
  public let evaluator: RewardEvaluator
  /// What is made of them.
  public var rule: RewardCaution
  /// What the members have in common; nil until something was judged: as the model has them.
  public var units: MemberUnits?

  /// Pays by `rule` over the members of the evaluator's model.
  public init(_ evaluator: RewardEvaluator, _ rule: RewardCaution, units: MemberUnits? = nil) {
    (self.evaluator, self.rule, self.units) = (evaluator, rule, units)
  }

  /// Follows from the model, the rule and the units: a drawn member that changes is another reward.
  public var version: UInt64 {
    var hash: UInt64 = evaluator.version
    func take(_ bits: UInt64) { hash = (hash ^ bits) &* 0x100_0000_01B3 }
    switch rule {
    case .mean: take(0)
    case .worst: take(1)
    case .deviation(let deviations): [2, deviations.bitPattern].forEach(take)
    case .tail(let share): [3, share.bitPattern].forEach(take)
    case .member(let member): [4, UInt64(member)].forEach(take)
    }
    for value in (units?.zeros ?? []) + (units?.scales ?? []) + [units?.level ?? 0] { take(value.bitPattern) }
    return hash
  }

  public func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    precondition(rewards.count == transitions.count, "room for one reward per transition")
    rewards.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { evaluate(transitions, into: start, disagreement: nil) }
    }
  }

  /// The rule's reward, and the members' (population) standard deviation in their common unit.
  public func evaluate(
    _ transitions: TransitionRows, into rewards: inout MutableSpan<Float>, disagreement: inout MutableSpan<Float>
  ) {
    precondition(
      rewards.count == transitions.count && disagreement.count == transitions.count, "room for each transition")
    rewards.withUnsafeMutableBufferPointer { rewards in
      disagreement.withUnsafeMutableBufferPointer { deviations in
        if let start = rewards.baseAddress { evaluate(transitions, into: start, disagreement: deviations.baseAddress) }
      }
    }
  }

  /// The rule is looked at once for each call; the loop over rows is compiled for each.
  private func evaluate(
    _ rows: TransitionRows, into rewards: UnsafeMutablePointer<Float>, disagreement: UnsafeMutablePointer<Float>?
  ) {
    let units = units ?? MemberUnits(of: evaluator.model)
    func pay<Rule: MemberRule>(_ rule: Rule) {
      evaluator.evaluate(rows, by: rule, units: units, into: rewards, disagreement: disagreement)
    }
    switch rule {
    case .mean: pay(MeanMember())
    case .worst: pay(WorstMember())
    case .deviation(let deviations): pay(MeanLessDeviations(deviations: deviations))
    case .tail(let share): pay(WorstShare(share: share))
    case .member(let member):
      precondition((0..<evaluator.model.members).contains(member), "a member that there is")
      pay(OneMember(member: member))
    }
  }
}
