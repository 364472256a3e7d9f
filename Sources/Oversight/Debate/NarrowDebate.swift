/// The hardest debate of its size for the side that is right: at each of its turns only one reply is good, at each of the
/// other's turns every reply has to be answered.
///
/// Debaters speak in turn. Since all its subtrees of one depth are alike, what becomes of foreseen errors follows from a
/// recursion over the turns left, without the tree:
///
/// | turn of | a true claim's chance | a false claim's chance |
/// |---|---|---|
/// | the proposer | 1 − (1 − t)(1 − f)ᵇ⁻¹ | 1 − (1 − f)ᵇ |
/// | the opponent | tᵇ | tᵇ⁻¹ f |
///
/// with t and f those of true and false claims one turn later, and b replies at each turn.
package struct NarrowDebate: Sendable, Hashable {
  /// Replies at each turn.
  package let replies: Int
  /// Turns until the judge decides.
  package let turns: Int
  /// Who speaks last.
  package let last: Debater

  package init(replies: Int, turns: Int, last: Debater) {
    precondition(replies > 0 && turns >= 0, "a debate has replies, and turns or none")
    self.replies = replies
    self.turns = turns
    self.last = last
  }

  /// Who speaks with this many turns left.
  private func speaker(_ left: Int) -> Debater {
    (left - 1).isMultiple(of: 2) ? last : last == .proposer ? .opponent : .proposer
  }

  /// The chances that a true and a false claim are accepted, when the judge's errors are foreseen.
  package func chances(_ judge: NoisyJudge) -> (whenTrue: Double, whenFalse: Double) {
    var whenTrue = judge.chanceOfAcceptance(ofEndThatFavours: true)
    var whenFalse = judge.chanceOfAcceptance(ofEndThatFavours: false)
    for left in 1..<(turns + 1) {
      let (t, f) = (whenTrue, whenFalse)
      // The powers b and b − 1 of each.
      let (tOthers, lostOthers) = (power(t, replies - 1), power(1 - f, replies - 1))
      switch speaker(left) {
      case .proposer: (whenTrue, whenFalse) = (1 - (1 - t) * lostOthers, 1 - (1 - f) * lostOthers)
      case .opponent: (whenTrue, whenFalse) = (t * tOthers, f * tOthers)
      }
    }
    return (whenTrue, whenFalse)
  }

  /// The whole tree of a true or a false claim; replies ^ turns ends.
  package func tree(of claim: Bool) -> DebateTree { tree(of: claim, left: turns) }

  private func tree(of claim: Bool, left: Int) -> DebateTree {
    guard left > 0 else { return .end(favours: claim) }
    let debater = speaker(left)
    // A single good reply for the side that is right; the other's replies are all in vain.
    let mover = debater == .proposer
    let good = tree(of: mover, left: left - 1)
    let vain = tree(of: !mover, left: left - 1)
    return .turn(debater, (0..<replies).map { claim == mover && $0 == 0 ? good : vain })
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { value, _ in value * base }
  }
}
