import Agents
import Compute
import Environments
import Rewards
import Testing
import Theory

/// Worlds that end after some steps. Right values: all 64 policies of three steps in the two-state world, one by one,
/// and a linear program over them (SciPy); for Gymnasium's lake backward induction on Gymnasium's own table (NumPy).
@Suite("Worlds of a finite horizon")
struct UnrolledWorldTests {
  @Test(
    "returns, worst-case regret and the regret of best policies are those of an enumeration of policies",
    arguments: [(1.0, 3.0, 1.5, 5.0 / 6, 1.0 / 3), (0.5, 1.75, 0.875, 5.0 / 7, 3.0 / 7)])
  func enumeration(discount: Double, best: Double, bestOther: Double, worstCase: Double, lucky: Double) throws {
    let base = try FiniteWorld(describing: "two-state")
    let unrolled = try UnrolledWorld(base, horizon: 3, discount: discount)
    let mdp = unrolled.world.mdp
    #expect(mdp.stateCount == 7 && unrolled.world.stateNames[2] == "0 at step 1")
    let truth = try unrolled.reward(RewardTable.named("action-1", in: base))
    let proxy = try unrolled.reward(RewardTable.named("leave-0", in: base))
    for (table, most) in [(truth, best), (proxy, bestOther)] {
      let expected = table.expected(in: mdp)
      let top = PolicyIteration.solve(mdp, rewards: expected)
      let bottom = PolicyIteration.solve(mdp, rewards: expected.map { -$0 })
      #expect(abs(mdp.startMean(top.values) - most) < 1e-12 && abs(mdp.startMean(bottom.values)) < 1e-12)
    }
    let two = try TwoRewards(mdp, ("truth", truth), ("proxy", proxy), random: RandomSource(seed: 0))
    #expect(abs((two.worstCase.forward?.value ?? 0) - worstCase) < 1e-8)
    #expect(abs((two.worstCase.backward?.value ?? 0) - 1) < 1e-8)
    #expect(abs((two.optimal.forward?.worst ?? 0) - 0.5) < 1e-9)
    #expect(abs((two.optimal.forward?.best ?? 0) - lucky) < 1e-9)
  }

  @Test("without discount the lake's best success within its time limit is what Gymnasium says, 0.74")
  func lake() throws {
    let base = try FiniteWorld(describing: "gym:FrozenLake-v1")
    for (horizon, best) in [(20, 0.19913270083486317), (100, 0.7441902878292689)] {
      let unrolled = try UnrolledWorld(base, horizon: horizon, discount: 1)
      let own = try RewardTable.named("own", in: unrolled.world).expected(in: unrolled.world.mdp)
      // Backward in time every state comes after those that it leads to: one sweep is exact.
      let mdp = unrolled.world.mdp
      var values = [Double](repeating: 0, count: mdp.stateCount)
      for state in (0..<mdp.stateCount - 1).reversed() {
        values[state] = (0..<mdp.actionCount).map {
          mdp.lookAhead(state, $0, values, rewards: own, discount: mdp.discount)
        }.max()!
      }
      #expect(abs(mdp.startMean(values) - best) < 1e-12)
    }
  }

  @Test("a policy of the world before earns at every step what it earned: the sum of the first steps")
  func stationary() throws {
    let base = try FiniteWorld(describing: "random:states=5,actions=3,seed=2,discount=0.9")
    let table = try RewardTable.named("reward-0", in: base)
    let expected = table.expected(in: base.mdp)
    let policy = TabularPolicy.uniform(stateCount: 5, actionCount: 3)
    for discount in [0, 0.9, 1] {
      let unrolled = try UnrolledWorld(base, horizon: 4, discount: discount)
      var (share, weight, sum) = (base.mdp.start, 1.0, 0.0)
      for _ in 0..<4 {
        var next = [Double](repeating: 0, count: 5)
        for state in 0..<5 {
          for action in 0..<3 {
            let part = share[state] * policy.probabilities[state * 3 + action]
            sum += weight * part * expected[state * 3 + action]
            for entry in base.mdp.transitions(state, action) {
              next[base.mdp.successors[entry]] += part * base.mdp.probabilities[entry]
            }
          }
        }
        share = next
        weight *= discount
      }
      let mdp = unrolled.world.mdp
      let found = mdp.expectedReturn(
        of: unrolled.policy(policy), rewards: try unrolled.reward(table).expected(in: mdp))
      #expect(abs(found - sum) < 1e-12 * max(1, abs(sum)))
    }
  }

  @Test("a horizon below 1, a discount beyond 1 and worlds that become too large are refused")
  func refusals() throws {
    let base = try FiniteWorld(describing: "grid:rows=20,columns=20")
    #expect(throws: InputError.self) { try UnrolledWorld(base, horizon: 0) }
    #expect(throws: InputError.self) { try UnrolledWorld(base, horizon: 2, discount: 1.01) }
    #expect { try UnrolledWorld(base, horizon: 1000) } throws: { "\($0)".contains("give a smaller horizon") }
  }
}
