import Agents
import Compute
import Environments
import Rewards

/// What is wanted of a world, to be expressed by a reward: can it be expressed at all?
public enum ExpressionTask: Sendable {
  /// Some deterministic policies are acceptable, all others are not. *Range*: each acceptable policy is better than
  /// each other one. *Equal*: and they are equally good.
  case acceptable([TabularPolicy], areEqual: Bool)
  /// Policies are to satisfy these relations (indices into the policies).
  case policyOrder([NamedPolicy], [Wish])
  /// Trajectories are to be ordered so by their discounted returns; nil: by the world's discount.
  case trajectoryOrder([NamedPath], [Wish], discount: Double?)
  /// Policies are to be ordered by scores that were made in any way at all: lexicographically, by the least of several
  /// returns, by the expected utility of the return.
  case scores([NamedPolicy], [Double])

  /// A policy by what it does, with its name.
  public struct NamedPolicy: Sendable {
    /// What it is called in proofs.
    public var name: String
    /// What it does, [states × actions]: an occupancy, or a mixture of occupancies.
    public var occupancy: [Double]

    /// A policy with this discounted occupancy of [states × actions].
    public init(_ name: String, occupancy: [Double]) {
      self.name = name
      self.occupancy = occupancy
    }

    /// A policy of this world; without a name it is called by its actions.
    public init(_ policy: TabularPolicy, name: String? = nil, in mdp: TabularMDP) {
      self.init(name ?? PolicySet.name(of: policy), occupancy: mdp.occupancy(of: policy))
    }
  }

  /// A trajectory with its name.
  public struct NamedPath: Sendable {
    /// What it is called in proofs.
    public var name: String
    /// The trajectory itself.
    public var path: StateActionPath

    /// A path with its name.
    public init(_ name: String, _ path: StateActionPath) {
      self.name = name
      self.path = path
    }
  }

  /// "This one above that one."
  public struct Wish: Sendable, Hashable {
    /// The number of the thing that is to be better.
    public var high: Int
    /// How the two are to stand to each other.
    public var relation: ExpressibilityProgram.Relation
    /// The number of the thing that is to be worse.
    public var low: Int

    /// Thing `high` is to stand in this relation to thing `low`.
    public init(_ high: Int, _ relation: ExpressibilityProgram.Relation, _ low: Int) {
      self.high = high
      self.relation = relation
      self.low = low
    }
  }
}

extension ExpressionTask {
  /// What has to hold of a reward in this domain.
  public func program(in mdp: TabularMDP, domain: RewardDomain = RewardDomain()) throws -> ExpressibilityProgram {
    guard mdp.discount < 1 else {
      throw InputError("the discount is \(mdp.discount)", remedy: "a discount below 1 is needed")
    }
    var program = ExpressibilityProgram(width: domain.width(in: mdp))
    program.isNonNegative = domain.isNonNegative
    switch self {
    case .acceptable(let policies, let areEqual):
      guard !policies.isEmpty else {
        throw InputError("no policy is acceptable", remedy: "name at least one acceptable policy")
      }
      let fringe = try PolicyFringe(of: policies, in: mdp)
      func add(_ member: (policy: TabularPolicy, occupancy: [Double])) -> Int {
        program.add(
          PolicySet.name(of: member.policy), domain.counts(ofOccupancy: member.occupancy, in: mdp))
      }
      let acceptable = fringe.acceptable.map { add($0) }
      let others = fringe.fringe.map { add($0) }
      program.require(acceptable, above: others)
      if areEqual { for policy in acceptable.dropFirst() { program.require(policy, .equal, acceptable[0]) } }
    case .policyOrder(let policies, let wishes):
      for policy in policies {
        _ = program.add(policy.name, domain.counts(ofOccupancy: policy.occupancy, in: mdp))
      }
      for wish in wishes { program.require(wish.high, wish.relation, wish.low) }
    case .trajectoryOrder(let paths, let wishes, let discount):
      for path in paths {
        try path.path.validate(in: mdp, name: path.name)
        _ = program.add(path.name, domain.counts(of: path.path, discount: discount ?? mdp.discount, in: mdp))
      }
      for wish in wishes { program.require(wish.high, wish.relation, wish.low) }
    case .scores(let policies, let scores):
      for policy in policies {
        _ = program.add(policy.name, domain.counts(ofOccupancy: policy.occupancy, in: mdp))
      }
      program.require(ReturnOrder(scores, absoluteTolerance: 1e-12 * Vectors.largest(scores)))
    }
    return program
  }
}

extension ExpressibilityProgram {
  /// All things in this order: one relation for each thing but the first.
  public mutating func require(_ order: ReturnOrder) {
    for level in order.levels { for thing in level.dropFirst() { require(thing, .equal, level[0]) } }
    for (lower, upper) in zip(order.levels, order.levels.dropFirst()) { require(upper[0], .above, lower[0]) }
  }
}
