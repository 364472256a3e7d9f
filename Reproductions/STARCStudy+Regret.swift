import Compute
import Environments
import Foundation
import Rewards

extension STARCStudy {
  /// How returns and best policies are had.
  enum Returns: Sendable {
    /// Exactly: of the rewards' canonical forms, which tell policies apart in the same way without the large terms that
    /// shaping adds; an action is better if it is so by more than rounding. Nothing is lost under a reward of which
    /// nothing but rounding is left.
    case exact
    /// With two thresholds of the reference's: an action is better by more than 10⁻¹⁰ of the largest reward ÷ (1 − γ),
    /// and nothing is lost where the range of returns is below 10⁻⁸.
    case thresholds
    /// As in the paper: value iteration to 10⁻⁵, and returns by Monte Carlo, from each state as often as there are
    /// actions, over ln 10⁻⁵ ÷ ln γ steps. Nothing is lost where the range is within what being cut short takes off
    /// returns.
    case monteCarlo
  }

  /// The regret of each point between two rewards: the mean of both directions' loss of the other's best policy, each
  /// as a share of the range of returns.
  func regrets(
    _ ends: [RewardTable], _ space: RewardSpace, _ mdp: TabularMDP, _ planner: SmallPlanner, _ random: RandomStream
  ) throws -> [Double] {
    let shares = (1...points).map { Double($0) / Double(points) }
    switch returns {
    case .exact:
      let canonical = try ends.map { try space.canonical($0) }
      let between = Interpolation(space, canonical[0], canonical[1])
      let mixed = [canonical[0]] + shares.map(between.mixed)
      return planned(
        mixed.map(\.values), planner, slack: .rounding,
        isNothing: { index, _ in mixed[index].isTrivial })
    case .thresholds:
      let expected = ends.map { $0.expected(in: mdp) }
      let mixed = [expected[0]] + shares.map { share in zip(expected[0], expected[1]).map { $0 + share * ($1 - $0) } }
      return planned(mixed, planner, slack: .share(1e-10), isNothing: { $1 < 1e-8 })
    case .monteCarlo:
      let dense = ends.map { $0.dense.values }
      let mixed = [dense[0]] + shares.map { share in zip(dense[0], dense[1]).map { $0 + share * ($1 - $0) } }
      return rolledOut(mixed, mdp, planner, random)
    }
  }

  /// Regrets of rewards 1 … n against reward 0, by exact returns.
  private func planned(
    _ rewards: [[Double]], _ planner: SmallPlanner, slack: SmallPlanner.Slack,
    isNothing: (Int, Double) -> Bool
  ) -> [Double] {
    let first = rewards[0]
    let bestOfFirst = planner.best(first, slack: slack)
    let rangeOfFirst =
      bestOfFirst.expectedReturn + planner.best(first.map { -$0 }, slack: slack).expectedReturn
    var best = bestOfFirst.actions
    var worst: [Int]?
    return rewards.indices.dropFirst().map { index in
      let mixed = rewards[index]
      // Neighbouring points have similar policies, from which the search starts.
      let bestOfMixed = planner.best(mixed, slack: slack, from: best)
      let worstOfMixed = planner.best(mixed.map { -$0 }, slack: slack, from: worst)
      (best, worst) = (bestOfMixed.actions, worstOfMixed.actions)
      let rangeOfMixed = bestOfMixed.expectedReturn + worstOfMixed.expectedReturn
      let lostOfFirst = bestOfFirst.expectedReturn - planner.expectedReturn(bestOfMixed.actions, first)
      let lostOfMixed = bestOfMixed.expectedReturn - planner.expectedReturn(bestOfFirst.actions, mixed)
      func part(_ loss: Double, _ range: Double, _ index: Int) -> Double {
        range <= 0 || isNothing(index, range) ? 0 : loss / range
      }
      return (part(lostOfFirst, rangeOfFirst, 0) + part(lostOfMixed, rangeOfMixed, index)) / 2
    }
  }

  /// The same by Monte Carlo; rewards on [state × action × state].
  private func rolledOut(
    _ rewards: [[Double]], _ mdp: TabularMDP, _ planner: SmallPlanner, _ random: RandomStream
  ) -> [Double] {
    var random = random
    let rollouts = Rollouts(planner)
    func expected(_ reward: [Double]) -> [Double] {
      (0..<planner.states * planner.actions).map { row in
        (row * planner.states..<(row + 1) * planner.states).reduce(0) { $0 + planner.transitions[$1] * reward[$1] }
      }
    }
    func plan(_ reward: [Double], _ sign: Double) -> [Int] {
      planner.greedy(expected(reward).map { sign * $0 }, tolerance: 1e-5)
    }
    let first = rewards[0]
    let bestOfFirst = plan(first, 1)
    let worstOfFirst = plan(first, -1)
    return rewards.dropFirst().map { mixed in
      let (best, worst) = (plan(mixed, 1), plan(mixed, -1))
      func part(_ reward: [Double], _ best: [Int], _ taken: [Int], _ worst: [Int]) -> Double {
        let top = rollouts.mean(best, reward, &random)
        let (loss, range) = (top - rollouts.mean(taken, reward, &random), top - rollouts.mean(worst, reward, &random))
        // What returns lose by being cut short: of a range within that nothing is measured, and a few quotients of
        // noise would drown all the rest.
        return abs(range) <= 1e-5 * Vectors.largest(reward) / (1 - discount) ? 0 : loss / range
      }
      return (part(first, bestOfFirst, best, worstOfFirst) + part(mixed, best, bestOfFirst, worst)) / 2
    }
  }
}

/// Mean returns by playing.
private struct Rollouts {
  private let planner: SmallPlanner
  /// [state × action × state], summed up along each row.
  private let cumulative: [Double]
  private let steps: Int

  init(_ planner: SmallPlanner) {
    self.planner = planner
    var cumulative = planner.transitions
    for index in cumulative.indices where index % planner.states != 0 { cumulative[index] += cumulative[index - 1] }
    self.cumulative = cumulative
    steps = Int((log(1e-5) / log(planner.discount)).rounded())
  }

  func mean(_ policy: [Int], _ rewards: [Double], _ random: inout RandomStream) -> Double {
    let (states, actions) = (planner.states, planner.actions)
    var total = 0.0
    for start in 0..<states {
      for _ in 0..<actions {
        var state = start
        var weight = 1.0
        for _ in 0..<steps {
          let row = (state * actions + policy[state]) * states
          let draw = random.uniform() * cumulative[row + states - 1]
          var (low, high) = (0, states - 1)
          while low < high {
            let middle = (low + high) / 2
            if cumulative[row + middle] > draw { high = middle } else { low = middle + 1 }
          }
          total += weight * rewards[row + low]
          weight *= planner.discount
          state = low
        }
      }
    }
    return total / Double(states * actions)
  }
}
