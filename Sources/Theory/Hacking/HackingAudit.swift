import Agents
import Compute
import Environments

/// Can a proxy be hacked with respect to a true reward, by finitely many policies or by all, and is there one that
/// cannot? Everything that findings are made of, with the numbers.
///
/// ```swift
/// let audit = try HackingAudit(truth: r1, proxy: r4, in: mdp, random: RandomSource(seed: 0))
/// audit.findings
/// ```
public struct HackingAudit: Sendable {
  /// Which policies are compared one by one.
  public enum Scope: Sendable {
    /// Every deterministic policy of the world.
    case everyDeterministic
    /// Only these, with their names.
    case these([TabularPolicy], names: [String]?)
    /// Only what is decided for all stochastic policies at once.
    case none
  }

  /// How far policies may go from a reference, and how much may be lost there.
  public struct Neighbourhood: Sendable {
    /// The centre: the policy that is known.
    public var reference: TabularPolicy
    /// What it is called in findings.
    public var name: String
    /// L1 distance of normalised occupancies, 0 … 2; nil: only the largest safe one is sought.
    public var radius: Double?
    /// The share of the range of true returns that may be lost.
    public var mostLoss: Double

    /// The surroundings of a policy: up to `radius`, an L1 distance of normalised occupancies, or as far as at most
    /// `mostLoss` of the true range is lost.
    public init(reference: TabularPolicy, name: String, radius: Double? = nil, mostLoss: Double = 0.1) {
      self.reference = reference
      self.name = name
      self.radius = radius
      self.mostLoss = mostLoss
    }
  }

  /// The policies compared one by one; nil if theorems decide alone.
  public let policies: PolicySet?
  /// How both rewards order them.
  public let comparison: OrderComparison?
  /// What could not be hacked among them.
  public let partner: UnhackablePartner?
  /// How many proxies could not be.
  public let share: UnhackableShare?
  /// Counted where that takes few linear programs.
  public let orders: RealisableOrders?
  /// The angle between both rewards as policies feel them.
  public let angle: RewardAngle
  /// The program behind the worst cases.
  public let loss: WorstLoss
  /// W: the worst change that the proxy does not mind.
  public let worst: WorstLoss.Change
  /// The clearest pair of policies in opposite order; nil if there is none.
  public let inversion: WorstLoss.Change?
  /// The surroundings that were asked about.
  public let neighbourhood: Neighbourhood?
  /// The worst loss within the given radius, and the largest safe radius.
  public let near: (worst: WorstLoss.Change?, radius: Double, loss: Double)?
  let mdp: TabularMDP

  /// Of the parameters:
  /// - `truth`: the true expected reward on (state, action); `proxy` likewise.
  /// - `orderLimit`: how many linear programs may be spent on counting realisable orders.
  /// - Throws: `InputError` for too many policies, or a discount that is not below 1.
  public init(
    truth: [Double], proxy: [Double], in mdp: TabularMDP, scope: Scope = .everyDeterministic,
    near neighbourhood: Neighbourhood? = nil, policyLimit: Int = 4096, orderLimit: Int = 3000, samples: Int = 20_000,
    random: RandomSource
  ) throws {
    self.mdp = mdp
    self.neighbourhood = neighbourhood
    let loss = try WorstLoss(truth: truth, proxy: proxy, in: mdp)
    self.loss = loss
    let set: PolicySet? =
      switch scope {
      case .everyDeterministic: try PolicySet(everyDeterministicPolicyOf: mdp, limit: policyLimit)
      case .these(let given, let names): try PolicySet(given, names: names, in: mdp)
      case .none: nil
      }
    policies = set
    if let set {
      let order = set.order(truth)
      comparison = OrderComparison(order, set.order(proxy))
      partner = try UnhackablePartner(of: truth, on: set)
      share = try UnhackableShare(of: order, on: set, samples: samples, random: random)
      // Nil if counting them takes more programs than allowed: the audit then has no finding about orders.
      orders = set.count <= 6 ? try RealisableOrders(of: set, upTo: orderLimit) : nil
    } else {
      (comparison, partner, share, orders) = (nil, nil, nil, nil)
    }
    angle = try RewardAngle(truth, proxy, in: mdp)
    worst = try loss.betweenAnyTwo()
    inversion = try loss.clearestInversion()
    near = try neighbourhood.map { place in
      let occupancy = mdp.occupancy(of: place.reference)
      let worst = try place.radius.map {
        try loss.against(reference: occupancy, OccupancyRestriction(reference: occupancy, radius: $0))
      }
      let safe = try loss.largestSafeRadius(target: place.mostLoss, reference: occupancy)
      return (worst, safe.radius, safe.loss)
    }
  }

  /// What the two policies of a change do, as policies.
  public func policies(of change: WorstLoss.Change) -> (before: TabularPolicy, after: TabularPolicy) {
    (mdp.policy(fromOccupancy: change.before), mdp.policy(fromOccupancy: change.after))
  }
}
