import Compute
import Environments

/// Another rule that keeps to states known to be safe, from which it can always get home.
///
/// Kept is the largest set of known-safe states in which each has an action that surely stays in the set, and from
/// which home can be reached by such actions (Moldovan and Abbeel 2012; Turchetta, Berkenkamp and Krause 2016, with a
/// finite world's exact reachability). Actions that might leave it are forbidden; the other rule chooses among the
/// rest.
///
/// The promise, that with probability 1 no state is entered that is not known to be safe, is as good as the two lists
/// it rests on: which states are safe, and where each action *can* lead. It fails if a transition was left out, and it
/// never learns that a state beyond is safe: somebody has to add it.
public struct SafeExploration<Inner: CautionRule>: CautionRule {
  /// What chooses among the actions that are left.
  public var inner: Inner
  /// By state: known to be safe.
  public var safe: [Bool]
  /// By state: where it is always possible to get back to; nil for no such demand.
  public var home: [Bool]?

  public var name: String { "\(inner.name), in known-safe states" }
  public var assumption: String { "the safe states are safe, and every way an action can go is known" }
  public var failure: String { "a transition that was left out; states beyond are never learned of" }

  /// A rule that keeps to known-safe states.
  public init(_ inner: Inner, safe: [Bool], home: [Bool]? = nil) {
    (self.inner, self.safe, self.home) = (inner, safe, home)
  }

  /// Which actions keep to the largest such set, [states × actions]; none in the states outside it.
  public func allowedActions(in mdp: TabularMDP) throws -> [Bool] {
    guard safe.count == mdp.stateCount, home.map({ $0.count == mdp.stateCount }) ?? true else {
      throw InputError("safe states and home need an entry for each of the \(mdp.stateCount) states")
    }
    var kept = safe
    while true {
      let allowed = stays(in: kept, mdp)
      let home = home.map { reaching($0, allowed, kept, mdp) }
      let next = kept.indices.map { state in
        kept[state] && (0..<mdp.actionCount).contains { allowed[state * mdp.actionCount + $0] } && home?[state] ?? true
      }
      if next == kept { return allowed }
      kept = next
    }
  }

  private func stays(in kept: [Bool], _ mdp: TabularMDP) -> [Bool] {
    (0..<mdp.stateCount * mdp.actionCount).map { row in
      kept[row / mdp.actionCount]
        && (mdp.rowStarts[row]..<mdp.rowStarts[row + 1]).allSatisfy {
          mdp.probabilities[$0] == 0 || kept[mdp.successors[$0]]
        }
    }
  }

  /// From which kept states home is reached by allowed actions with positive probability; as they never leave the set,
  /// it is reached in the end.
  private func reaching(_ home: [Bool], _ allowed: [Bool], _ kept: [Bool], _ mdp: TabularMDP) -> [Bool] {
    var reached = zip(home, kept).map { $0 && $1 }
    var changed = true
    while changed {
      changed = false
      for row in allowed.indices where allowed[row] && !reached[row / mdp.actionCount] {
        let leads = (mdp.rowStarts[row]..<mdp.rowStarts[row + 1]).contains {
          mdp.probabilities[$0] > 0 && reached[mdp.successors[$0]]
        }
        if leads { (reached[row / mdp.actionCount], changed) = (true, true) }
      }
    }
    return reached
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let (mdp, actions) = (problem.mdp, problem.mdp.actionCount)
    let allowed = try allowedActions(in: mdp)
    let first = (0..<mdp.stateCount).map { state in (0..<actions).first { allowed[state * actions + $0] } }
    if let state = mdp.start.indices.first(where: { mdp.start[$0] > 0 && first[$0] == nil }) {
      throw InputError(
        "no way of acting from the start is known to stay safe", at: "state \(state)",
        remedy: "add states to those known to be safe, or drop the demand to get home")
    }
    // A forbidden action does what the first allowed one does; outside the set nothing is ever decided.
    func stand(_ state: Int, _ action: Int) -> Int {
      allowed[state * actions + action] ? action : first[state] ?? action
    }
    let kept = try mdp.rewired { state, action in
      let other = stand(state, action)
      guard other != action else { return nil }
      return mdp.transitions(state, other).map { (mdp.successors[$0], mdp.probabilities[$0]) }
    }
    let rewards = problem.rewards.map { reward in
      reward.indices.map { reward[$0 / actions * actions + stand($0 / actions, $0 % actions)] }
    }
    func folded(_ policy: TabularPolicy) -> TabularPolicy {
      var shares = [Double](repeating: 0, count: policy.probabilities.count)
      for row in shares.indices {
        shares[row / actions * actions + stand(row / actions, row % actions)] += policy.probabilities[row]
      }
      return TabularPolicy(probabilities: shares, actionCount: actions)
    }
    let inside = try CautionProblem(
      kept, rewards: rewards, weights: problem.weights, reference: problem.reference)
    var choice = try inner.choose(in: inside, random: &random)
    choice.policy = folded(choice.policy)
    choice.occupancy = mdp.occupancy(of: choice.policy)
    choice.returns = problem.returns(of: choice.occupancy)
    choice.promise = CautionPromise("the probability of entering a state that is not known to be safe is", 0)
    return choice
  }
}
