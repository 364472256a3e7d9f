/// Which agents are held against the devices: how often they slip, how often they change their goal, and what they do
/// where several actions serve the goal equally well.
///
/// An agent that slips with probability ε takes one of the best actions with probability 1 − ε, and one of the others
/// with probability ε. Where every action is among the best, the goal says nothing and each is as probable.
public struct AgentClass: Sendable, Hashable {
  /// Probabilities of slipping, each as probable beforehand; between 0 and 1.
  public var slips: [Double]
  /// How goals change, each as probable beforehand.
  public var changes: [Change]
  /// What is done among equally good actions, each as probable beforehand.
  public var tastes: [Taste]

  /// How an agent changes its goal (fixed share; Herbster & Warmuth 1998, Bousquet & Warmuth 2002).
  public struct Change: Sendable, Hashable, Codable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// The probability of leaving the goal after a step; from 0 to below 1.
    public var rate: Double
    /// Which share of those changes goes to goals by how long each was pursued so far, so that whoever patrols between
    /// two places comes back to them; the rest goes evenly to all other goals. From 0 to 1.
    public var returning: Double

    /// A rate, and how much of it returns to earlier goals.
    public init(_ rate: Double, returning: Double = 0) {
      precondition(rate >= 0 && rate < 1 && (0...1).contains(returning), "rates lie below 1, shares within it")
      (self.rate, self.returning) = (rate, returning)
    }

    /// Changes to any other goal alike.
    public init(floatLiteral value: Double) { self.init(value) }
    /// Changes to any other goal alike.
    public init(integerLiteral value: Int) { self.init(Double(value)) }
  }

  /// How an agent chooses among actions that serve its goal equally well.
  public enum Taste: String, Sendable, Hashable, Codable, CaseIterable {
    /// Evenly.
    case even
    /// By a habit in each state, learned as a device's law is. Without it an agent that goes round a corner always the
    /// same way loses log 2 in every step against a device that has noticed. Goals that leave more than half of the
    /// actions open in most states say too little to be lent habits, lest a device pass for an agent that wants next to
    /// nothing: with them the choice is even.
    case habit
  }

  /// - Parameters:
  ///   - slips: .001 beside the specification's .01, .05, .1 and .2: an agent that never slips would otherwise lose .01
  ///     a step, and in 10⁵ steps the case, against a device that has learned its whole policy.
  ///   - changes: of the goal; none, seldom, often, and such as come back.
  ///   - tastes: among equally good actions.
  public init(
    slips: [Double] = [0.001, 0.01, 0.05, 0.1, 0.2],
    changes: [Change] = [0, 0.001, 0.01, 0.1, Change(0.03, returning: 0.9), Change(0.2, returning: 0.9)],
    tastes: [Taste] = Taste.allCases
  ) {
    precondition(!slips.isEmpty && slips.allSatisfy { $0 > 0 && $0 < 1 }, "slips lie between 0 and 1")
    precondition(!changes.isEmpty, "at least one way to change, which may be never")
    precondition(!tastes.isEmpty, "at least one taste")
    (self.slips, self.changes, self.tastes) = (slips, changes, tastes)
  }
}
