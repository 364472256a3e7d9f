import Agents
import Compute
import Environments
import Rewards

/// How badly a proxy can be hacked by stochastic policies, exactly: linear programs over occupancies.
///
/// ```swift
/// let loss = try WorstLoss(truth: r1, proxy: r4, in: mdp)
/// try loss.betweenAnyTwo().normalised            // W: 0.75 in the two-state world
/// try loss.largestSafeRadius(target: 0.1, reference: mdp.occupancy(of: today))
/// ```
///
/// `truth` and `proxy` are expected rewards on (state, action).
public struct WorstLoss: Sendable {
  /// The world.
  public let mdp: TabularMDP
  /// The true reward, expected, on [states × actions].
  public let truth: [Double]
  /// The proxy, likewise.
  public let proxy: [Double]
  /// The best and the worst true return of all policies; infinite where no double holds it.
  public var trueRange: (worst: Double, best: Double) { unitTruth.range(inUnit: false) }
  /// The returns of the worst and the best policy by the proxy; infinite where no double holds it.
  public var proxyRange: (worst: Double, best: Double) { unitProxy.range(inUnit: false) }
  /// A range of returns that is rounding only.
  public var truthIsTrivial: Bool { unitTruth.isTrivial }
  /// Whether the proxy pays every policy the same, to rounding.
  public var proxyIsTrivial: Bool { unitProxy.isTrivial }
  /// Whether both put all stationary policies in the same order, to rounding; neither is trivial.
  public let ordersAlike: Bool
  let unitTruth: Scaled
  let unitProxy: Scaled
  private var rows: Int { mdp.stateCount * mdp.actionCount }

  /// A reward at size 1 with the range of its returns, so that the solver's tolerances mean the same for every reward.
  struct Scaled: Sendable {
    let values: [Double]
    let exponent: Int
    let worst: Double
    let best: Double
    let isTrivial: Bool

    var size: Double { isTrivial ? 0 : best - worst }

    func range(inUnit: Bool) -> (worst: Double, best: Double) {
      inUnit ? (worst, best) : (worst.timesTwo(to: exponent), best.timesTwo(to: exponent))
    }
  }

  /// - Throws: `InputError` if the discount is not below 1 or the rewards do not fit.
  public init(truth: [Double], proxy: [Double], in mdp: TabularMDP) throws {
    guard mdp.discount < 1 else {
      throw InputError("the discount is \(mdp.discount)", remedy: "occupancies exist for discounts below 1")
    }
    for (name, reward) in [("true reward", truth), ("proxy", proxy)] {
      guard reward.count == mdp.stateCount * mdp.actionCount else {
        throw InputError(
          "the \(name) has \(reward.count) values", remedy: "\(mdp.stateCount * mdp.actionCount) are needed")
      }
      if let row = reward.firstIndex(where: { !$0.isFinite }) {
        throw InputError(
          "the \(name) is \(reward[row])", at: "state \(row / mdp.actionCount), action \(row % mdp.actionCount)",
          remedy: "all rewards must be finite")
      }
    }
    self.mdp = mdp
    self.truth = truth
    self.proxy = proxy
    let space = try RewardSpace(mdp)
    let canonical = try [truth, proxy].map { try space.canonical(RewardTable(expected: $0, in: mdp)) }
    func scaled(_ reward: [Double], _ canonical: CanonicalReward) -> Scaled {
      let (values, exponent) = Vectors.unitScaled(reward)
      let best = mdp.startMean(PolicyIteration.solve(mdp, rewards: values).values)
      let worst = -mdp.startMean(PolicyIteration.solve(mdp, rewards: values.map { -$0 }).values)
      return Scaled(
        values: values, exponent: exponent, worst: min(worst, best), best: best,
        isTrivial: canonical.isTrivial || worst >= best)
    }
    let (first, second) = (scaled(truth, canonical[0]), scaled(proxy, canonical[1]))
    (unitTruth, unitProxy) = (first, second)
    ordersAlike = !first.isTrivial && !second.isTrivial && space.distance(canonical[0], canonical[1]).isZero
  }

  /// What two policies do, and what that is worth.
  public struct Change: Sendable {
    /// Occupancies [states × actions] before and after.
    public var before: [Double]
    /// The occupancy after the change.
    public var after: [Double]
    /// How much true return the change loses.
    public var trueLoss: Double
    /// How much return by the proxy it gains.
    public var proxyGain: Double
    /// The loss as a share of the range of true returns over all policies; 0 if that range is 0.
    public var normalised: Double
    /// The proxy's gain as a share of its own range; 0 if that range is 0.
    public var normalisedGain: Double
  }

  /// The true returns' range; losses are shares of it.
  public var trueReturnRange: Double { unitTruth.size.timesTwo(to: unitTruth.exponent) }
  /// The range of returns by the proxy.
  public var proxyReturnRange: Double { unitProxy.size.timesTwo(to: unitProxy.exponent) }

  /// The greatest loss of true return by any change of policy that the proxy does not think worse, both policies within
  /// the restriction.
  public func betweenAnyTwo(_ restriction: OccupancyRestriction = .none) throws -> Change {
    var (program, second, _) = pair(restriction, extra: 0)
    for row in 0..<rows {
      program.objective[row] = unitTruth.values[row]
      program.objective[second + row] = -unitTruth.values[row]
    }
    program.addConstraint(Self.gain(unitProxy.values, from: 0, to: second), lower: 0)
    return try change(program, second)
  }

  /// The change that is, by the lesser of the two shares of range, both truly worst and best to the proxy: a strict
  /// inversion, exactly if there is one. Nil if not, or if a reward is trivial.
  public func clearestInversion(_ restriction: OccupancyRestriction = .none) throws -> Change? {
    guard !truthIsTrivial, !proxyIsTrivial else { return nil }
    var (program, second, extra) = pair(restriction, extra: 1)
    program.objective[extra] = 1
    var loss = Self.gain(unitTruth.values.map { $0 / unitTruth.size }, from: second, to: 0)
    var gain = Self.gain(unitProxy.values.map { $0 / unitProxy.size }, from: 0, to: second)
    loss.append((extra, -1))
    gain.append((extra, -1))
    program.addConstraint(loss, lower: 0)
    program.addConstraint(gain, lower: 0)
    let found = try change(program, second)
    return min(found.normalised, found.normalisedGain) > Self.resolution ? found : nil
  }

  /// The greatest loss of true return against the reference by a policy within the restriction that the proxy thinks at
  /// least as good as the reference.
  public func against(reference: [Double], _ restriction: OccupancyRestriction) throws -> Change {
    let slack = restriction.slackCount(rows)
    var program = LinearProgram(variableCount: rows + slack)
    OccupancyPolytope.constrain(&program, to: mdp)
    constrain(&program, by: restriction, first: 0, slack: rows)
    program.objective.replaceSubrange(0..<rows, with: unitTruth.values.map { -$0 })
    let proxy = unitProxy.values
    let standing = Vectors.dot(reference, proxy)
    let total = proxy.enumerated().map { (variable: $0.offset, coefficient: $0.element) }
    let size = zip(reference, proxy).reduce(0) { $0 + abs($1.0 * $1.1) }
    program.addConstraint(total, lower: standing - 8 * Double(rows) * Double.roundingUnit * size)
    let solution = try Self.solved(program)
    return change(before: reference, after: Array(solution.values.prefix(rows)))
  }

  /// The largest L1 radius around the reference within which the worst loss is at most `target` of the range of true
  /// returns, and the loss there. The loss is concave in the radius, so that chords overestimate and bisection closes
  /// in from below.
  ///
  /// - `betweenAnyTwo`: any two policies of the ball; otherwise the reference against any policy of the ball.
  public func largestSafeRadius(
    target: Double, reference: [Double], betweenAnyTwo: Bool = false, tolerance: Double = 1e-6
  ) throws -> (radius: Double, loss: Double) {
    func loss(_ radius: Double) throws -> Double {
      let ball = OccupancyRestriction(reference: reference, radius: radius)
      return try betweenAnyTwo ? self.betweenAnyTwo(ball).normalised : against(reference: reference, ball).normalised
    }
    var (low, lowLoss) = (0.0, try loss(0))
    var (high, highLoss) = (2.0, try loss(2))
    if highLoss <= target + 1e-9 { return (high, highLoss) }
    while high - low > tolerance {
      let chord = low + (high - low) * max(0, target - lowLoss) / (highLoss - lowLoss)
      let tries = [min(chord + tolerance / 4, high), (low + min(chord, high)) / 2]
      for radius in tries where radius > low && radius < high {
        let there = try loss(radius)
        if there <= target + 1e-9 { (low, lowLoss) = (radius, there) } else { (high, highLoss) = (radius, there) }
      }
      if chord <= low { break }
    }
    return (low, lowLoss)
  }

  /// By how much a reward's return rises from the occupancy of these variables to that of those.
  private static func gain(_ reward: [Double], from: Int, to: Int) -> [(variable: Int, coefficient: Double)] {
    var terms: [(variable: Int, coefficient: Double)] = []
    for (row, value) in reward.enumerated() {
      terms.append((to + row, value))
      terms.append((from + row, -value))
    }
    return terms
  }

  /// Two occupancies in one program, and as many variables more.
  private func pair(_ restriction: OccupancyRestriction, extra: Int) -> (LinearProgram, second: Int, extra: Int) {
    let slack = restriction.slackCount(rows)
    let second = rows + slack
    var program = LinearProgram(variableCount: 2 * second + extra)
    for first in [0, second] {
      OccupancyPolytope.constrain(&program, to: mdp, offset: first)
      constrain(&program, by: restriction, first: first, slack: first + rows)
    }
    return (program, second, 2 * second)
  }

  /// What the restriction asks, its returns in the rewards' units of size 1.
  private func constrain(
    _ program: inout LinearProgram, by restriction: OccupancyRestriction, first: Int, slack: Int
  ) {
    var restriction = restriction
    restriction.leastTrueReturn = restriction.leastTrueReturn?.timesTwo(to: -unitTruth.exponent)
    restriction.greatestProxyReturn = restriction.greatestProxyReturn?.timesTwo(to: -unitProxy.exponent)
    restriction.constrain(
      &program, first: first, slack: slack, rows: rows, truth: unitTruth.values, proxy: unitProxy.values)
  }

  private func change(_ program: LinearProgram, _ second: Int) throws -> Change {
    let solution = try Self.solved(program)
    return change(
      before: Array(solution.values.prefix(rows)), after: Array(solution.values[second..<second + rows]))
  }

  private func change(before: [Double], after: [Double]) -> Change {
    let loss = Vectors.dot(unitTruth.values, Vectors.difference(before, after))
    let gain = Vectors.dot(unitProxy.values, Vectors.difference(after, before))
    // What the program's tolerance explains is no loss.
    func share(_ value: Double, _ reward: Scaled) -> Double {
      guard !reward.isTrivial else { return 0 }
      let share = value / reward.size
      return abs(share) <= Self.tolerance || ordersAlike && abs(share) <= Self.resolution ? 0 : share
    }
    return Change(
      before: before, after: after, trueLoss: loss.timesTwo(to: unitTruth.exponent),
      proxyGain: gain.timesTwo(to: unitProxy.exponent), normalised: share(loss, unitTruth),
      normalisedGain: share(gain, unitProxy))
  }

  /// Shares of a range below this are the solver's tolerance.
  private static let tolerance = 1e-9
  /// An inversion must be clearer than this to be shown, which is far above the solver's tolerance.
  static let resolution = 1e-7

  private static func solved(_ program: LinearProgram) throws -> LinearProgramSolution {
    let solution = try program.solve()
    guard solution.status == .optimal else {
      throw InputError(
        "no policy meets the restriction", at: "restricted policies",
        remedy: "the reference must be an occupancy of this world, and caps must leave some policy")
    }
    return solution
  }
}
