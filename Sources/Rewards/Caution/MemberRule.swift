/// What an ensemble's members say of one transition, made into the one number that an agent is paid.
///
/// Each rule is a small type, so that the loop over transitions is compiled for it. A rule depends on the members'
/// numbers alone, and where they are all equal every rule gives that number.
package protocol MemberRule: Sendable {
  /// The reward of a transition.
  ///
  /// - Parameters:
  ///   - rewards: the members' rewards in one unit, in the members' order; the rule may leave them in another.
  ///   - count: how many there are, at least 1.
  func reward(_ rewards: UnsafeMutablePointer<Double>, count: Int) -> Double
}

/// The mean over the members. Complexity: O(members).
package struct MeanMember: MemberRule {
  @inline(__always)
  package func reward(_ rewards: UnsafeMutablePointer<Double>, count: Int) -> Double {
    var sum = 0.0
    for member in 0..<count { sum += rewards[member] }
    return sum / Double(count)
  }
}

/// The smallest of the members' rewards: Coste et al. 2023 (arXiv 2310.02743), worst-case optimisation. Complexity:
/// O(members).
package struct WorstMember: MemberRule {
  @inline(__always)
  package func reward(_ rewards: UnsafeMutablePointer<Double>, count: Int) -> Double {
    var least = rewards[0]
    for member in 1..<max(1, count) { least = min(least, rewards[member]) }
    return least
  }
}

/// The mean less some (population) standard deviations of the members. Complexity: O(members).
package struct MeanLessDeviations: MemberRule {
  /// k, not negative.
  package let deviations: Double

  @inline(__always)
  package func reward(_ rewards: UnsafeMutablePointer<Double>, count: Int) -> Double {
    MeanMember().reward(rewards, count: count) - deviations * Self.deviation(rewards, count: count)
  }

  /// The members' (population) standard deviation, in two passes: a difference of large squares would leave noise where
  /// members agree.
  @inline(__always)
  static func deviation(_ rewards: UnsafeMutablePointer<Double>, count: Int) -> Double {
    let mean = MeanMember().reward(rewards, count: count)
    var squares = 0.0
    for member in 0..<count { squares += (rewards[member] - mean) * (rewards[member] - mean) }
    return (squares / Double(count)).squareRoot()
  }
}

/// The mean of the lowest share of the members (conditional value at risk, Rockafellar and Uryasev 2000), where they
/// count alike; a member at the boundary counts in part. Complexity: O(members · share · members).
package struct WorstShare: MemberRule {
  /// Between 0 and 1; so small that it holds less than a member, it is the worst of them.
  package let share: Double

  @inline(__always)
  package func reward(_ rewards: UnsafeMutablePointer<Double>, count: Int) -> Double {
    let wanted = max(1, share * Double(count))
    let touched = min(count, Int(wanted.rounded(.up)))
    var sum = 0.0
    for place in 0..<touched {
      // The smallest of what is left comes to this place.
      var least = place
      for member in place + 1..<max(place + 1, count) where rewards[member] < rewards[least] { least = member }
      let value = rewards[least]
      rewards[least] = rewards[place]
      rewards[place] = value
      sum += min(1, wanted - Double(place)) * value
    }
    return sum / wanted
  }
}

/// One of the members, as though it were the truth: a draw from what the answers leave open. Complexity: O(1).
package struct OneMember: MemberRule {
  /// Which one.
  package let member: Int

  @inline(__always)
  package func reward(_ rewards: UnsafeMutablePointer<Double>, count: Int) -> Double { rewards[member] }
}
