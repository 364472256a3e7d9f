import Compute
import Environments
import Rewards

/// Between which bounds a worst-case regret lies, in worlds that are too large for its linear program.
///
/// By duality the regret times the range is the least, over λ ≥ 0, of the range of returns of truth − λ · proxy: the best
/// and the worst policy of one reward. (Weak duality is two lines: if the proxy ranks π₂ at least as high as π₁, then
/// J_truth(π₁) − J_truth(π₂) ≤ that + λ (J_proxy(π₂) − J_proxy(π₁)), which is the difference of the two returns of
/// truth − λ · proxy, so no more than their range.) Every λ gives an upper bound, from a ceiling that no policy exceeds;
/// every pair of evaluated policies that the proxy ranks as asked, or a mixture of two pairs, a lower one. A cutting-plane
/// search for λ brings them together, at two plans a step. Both bounds hold however far the plans have converged: what
/// is unknown of a return widens the bracket.
public struct WorstCaseBracket: Sendable, Hashable, Codable {
  /// At least so much can be lost, as a share of the range: some pair of policies shows it.
  public let lower: Double
  /// No pair of policies loses more.
  public let upper: Double

  /// How narrow a bracket ends the search.
  public static let resolution = 1e-4

  /// - Throws: `InputError` for a discount of 1 or a reward for another world.
  /// - Returns: nil if the truth makes no difference between policies.
  public init?(_ mdp: TabularMDP, truth: RewardTable, proxy: RewardTable, steps: Int = 40) throws {
    let space = try RewardSpace(mdp, .valueAdjusted)
    self.init(space.world, truth: try space.canonical(truth), proxy: try space.canonical(proxy), steps: steps)
  }

  init?(_ world: ReachableStates, truth: CanonicalReward, proxy: CanonicalReward, steps: Int = 40) {
    guard !truth.isTrivial else { return nil }
    var search = BracketSearch(world, truth: truth, proxy: proxy)
    guard let range = search.range else { return nil }
    // The proxy agrees to leave the best policy for the worst.
    guard !proxy.isTrivial, search.asksForProxy else {
      (lower, upper) = (proxy.isTrivial ? 1 : range.least / range.most, 1)
      return
    }
    search.narrow(to: Self.resolution * range.least, steps: steps)
    lower = min(1, max(0, search.lower / range.most))
    upper = max(lower, min(1, search.upper / range.least))
  }
}

/// The search for λ, and the bounds it has found.
private struct BracketSearch {
  /// Of two policies: how much better the first is, between two numbers, under truth and proxy.
  private struct Pair {
    var least: SIMD2<Double>
    var most: SIMD2<Double>
    /// No pair of policies differs by more under the weights that it was found with.
    var ceiling: Double
  }

  private var high: PairedSweeps
  private var low: PairedSweeps
  /// What rounding can make of one return, under truth and proxy.
  private let rounding: SIMD2<Double>
  private var left: Pair
  private var tolerance: Double
  private(set) var lower = 0.0
  private(set) var upper: Double

  /// Best less worst true return; nil if that may be rounding.
  let range: (least: Double, most: Double)?

  /// Whether the proxy is not known to agree that the best policy is to be left for the worst.
  var asksForProxy: Bool { left.most.y > 0 }

  init(_ world: ReachableStates, truth: CanonicalReward, proxy: CanonicalReward) {
    let (rewards, noise) = truth.direction
    let (limits, proxyNoise) = proxy.direction
    let planner = ExactPlanner(world: world)
    high = PairedSweeps(world, rewards, limits)
    low = PairedSweeps(world, rewards, limits)
    rounding = SIMD2(planner.sweepRounding(noise: noise), planner.sweepRounding(noise: proxyNoise))
    // A share of the range, which a first and rough plan tells well enough.
    var rough = 1e-3 / (1 - world.discount)
    var first = Self.pair(&high, &low, SIMD2(1, 0), tolerance: rough, enough: nil, rounding)
    while first.least.x <= 0, rough > rounding.x {
      rough *= 1e-2
      first = Self.pair(&high, &low, SIMD2(1, 0), tolerance: rough, enough: nil, rounding)
    }
    tolerance = 2e-6 * max(0, first.least.x)
    if first.least.x > 0 { first = Self.pair(&high, &low, SIMD2(1, 0), tolerance: tolerance, enough: nil, rounding) }
    left = first
    upper = max(0, first.ceiling)
    range = first.least.x > 0 ? (first.least.x, max(first.least.x, first.ceiling)) : nil
  }

  /// - Parameter enough: a ceiling as low as that ends the plans before their policies are evaluated to the end.
  private static func pair(
    _ high: inout PairedSweeps, _ low: inout PairedSweeps, _ weights: SIMD2<Double>, tolerance: Double, enough: Double?,
    _ rounding: SIMD2<Double>
  ) -> Pair {
    let off = 2 * (abs(weights.x) * rounding.x + abs(weights.y) * rounding.y)
    let best = high.plan(weights, tolerance: tolerance)
    let worst = low.plan(
      -weights, tolerance: tolerance, enough: enough.map { $0 - off - best.ceiling } ?? -.infinity)
    return Pair(
      least: best.least - worst.most - 2 * rounding, most: best.most - worst.least + 2 * rounding,
      ceiling: best.ceiling + worst.ceiling + off)
  }

  private mutating func pair(_ weights: SIMD2<Double>, enough: Double? = nil) -> Pair {
    // Weights of size 1, so that values stay of the size of the rewards'.
    let size = max(1, abs(weights.y))
    var found = Self.pair(
      &high, &low, weights / size, tolerance: tolerance / size, enough: enough.map { $0 / size }, rounding)
    found.ceiling *= size
    return found
  }

  /// Tries one λ after another until the bounds are so near, or `steps` are used up.
  mutating func narrow(to gap: Double, steps: Int) {
    // The steepest λ of all: only the proxy counts, and its worst policy is left for its best.
    var right = pair(SIMD2(0, -1))
    guard right.most.y < 0 else { return }
    lower = max(lower, mixed(right))
    for _ in 0..<steps where upper - lower > gap {
      // Where the two lines cross.
      let slope = (left.least.x - right.least.x) / (left.least.y - right.least.y)
      guard slope.isFinite, slope >= 0 else { return }
      let next = pair(SIMD2(1, -slope), enough: lower + gap)
      upper = min(upper, max(0, next.ceiling))
      guard upper - lower > gap else { return }
      let isRight = next.most.y < 0
      // What is found again brings nothing new, until it is known better.
      if next.least == (isRight ? right : left).least { tolerance /= 10 }
      if isRight { right = next } else { left = next }
      lower = max(lower, mixed(right))
    }
  }

  /// What a mixture of the two pairs loses that the proxy certainly finds no better.
  private func mixed(_ right: Pair) -> Double {
    guard left.most.y > 0 else { return left.least.x }
    let share = right.most.y / (right.most.y - left.most.y)
    return share * left.least.x + (1 - share) * right.least.x
  }
}
