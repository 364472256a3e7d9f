import Agents
import Compute
import Environments
import Foundation
import Testing

@Suite("Planners agree")
struct PlannerAgreementTests {
  @Test("value, policy and modified policy iteration and the linear program, on 400 worlds of every awkward kind")
  func agreement() throws {
    for seed in 0..<400 {
      let world = try AssortedWorld.number(seed)
      let (mdp, rewards) = (world.mdp, world.rewards)
      let exact = PolicyIteration.solve(mdp, rewards: rewards)
      let scale = exact.values.reduce(1) { max($0, abs($1)) }
      #expect(exact.residual < 1e-10 * scale, "\(world)")
      let swept = try ValueIteration.solve(mdp.with(rewards: rewards), tolerance: 1e-9)
      let modified = try ModifiedPolicyIteration.solve(mdp, rewards: rewards, tolerance: 1e-9)
      let barely = try ModifiedPolicyIteration.solve(mdp, rewards: rewards, sweepsPerPolicy: 0, tolerance: 1e-9)
      for state in 0..<mdp.stateCount {
        for other in [swept, modified, barely] {
          #expect(abs(other.values[state] - exact.values[state]) < 1e-8 * scale, "\(world)")
        }
      }
      let optimum = try OccupancyPolytope.optimum(mdp, rewards: rewards)
      #expect(abs(optimum.value - mdp.startMean(exact.values)) < 1e-7 * scale, "\(world)")
      let policy = mdp.policy(fromOccupancy: optimum.occupancy)
      #expect(abs(mdp.expectedReturn(of: policy, rewards: rewards) - optimum.value) < 1e-7 * scale, "\(world)")
      // Duals are values where the start or the optimal policy goes, and bounds from above elsewhere.
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        let visited = (0..<mdp.actionCount).contains { optimum.occupancy[state * mdp.actionCount + $0] > 1e-9 }
        #expect(optimum.duals[state] >= exact.values[state] - 1e-6 * scale, "\(world)")
        if visited { #expect(abs(optimum.duals[state] - exact.values[state]) < 1e-6 * scale, "\(world)") }
      }
      let worst = try OccupancyPolytope.optimum(mdp, rewards: rewards, maximize: false)
      let lowest = PolicyIteration.solve(mdp, rewards: rewards.map { -$0 })
      #expect(abs(worst.value + mdp.startMean(lowest.values)) < 1e-7 * scale, "\(world)")
    }
  }

  @Test("no deterministic policy of a small world beats the plan, and one equals it")
  func enumeration() throws {
    for seed in 0..<160 {
      let world = try AssortedWorld.number(seed)
      guard let policies = try? DeterministicPolicies(world.mdp, limit: 3_000) else { continue }
      let best = world.mdp.startMean(PolicyIteration.solve(world.mdp, rewards: world.rewards).values)
      let returns = policies.map { world.mdp.expectedReturn(of: $0, rewards: world.rewards) }
      #expect(returns.count == policies.count)
      #expect(abs(returns.max()! - best) < 1e-9 * max(1, abs(best)), "\(world)")
    }
  }

  @Test("ties: the first action is returned, however the sums round")
  func ties() throws {
    // Every action of every state is worth the same, by sums of thirds and tenths that do not come out even.
    let third = 1.0 / 3
    let rows: [[Double]] = [[third, third, third], [0.1, 0.2, 0.7], [0.7, 0.2, 0.1]]
    let transitions: [Double] = Array([rows, rows, rows].joined().joined())
    let mdp = try TabularMDP(
      states: 3, actions: 3, transitions: transitions, rewards: [Double](repeating: 0.1, count: 9), discount: 0.999)
    let solution = PolicyIteration.solve(mdp)
    #expect(solution.policy.actions == [0, 0, 0] && solution.sweeps == 1)
    for start in [[1, 1, 1], [2, 1, 0], [2, 2, 2]] {
      let again = PolicyIteration.solve(mdp, from: TabularPolicy(actions: start, actionCount: 3))
      #expect(again.policy.actions == [0, 0, 0] && again.sweeps == 1)
    }
  }

  @Test("value iteration is as near as its tolerance says, where mixing is slow and where it is fast")
  func tolerance() throws {
    let fast = try RandomWorlds.sparse(
      states: 300, actions: 3, branching: 4, discount: 0.99, random: RandomSource(seed: 0).stream("w"))
    let slow = try ShapedWorlds.path(length: 200, slip: 0.2, discount: 0.99).mdp
    let still = try ShapedWorlds.grid(rows: 12, columns: 12, discount: 0.99).mdp
    for (mdp, name) in [(fast, "fast"), (slow, "slow"), (still, "still")] {
      var random = RandomSource(seed: 1).stream("rewards")
      let rewards = (0..<mdp.stateCount * mdp.actionCount).map { _ in random.normal() }
      let exact = PolicyIteration.solve(mdp, rewards: rewards).values
      for tolerance in [1e-2, 1e-6] {
        let swept = try ValueIteration.solve(mdp.with(rewards: rewards), tolerance: tolerance).values
        #expect(zip(swept, exact).allSatisfy { abs($0 - $1) <= tolerance }, "\(name)")
        let modified = try ModifiedPolicyIteration.solve(mdp, rewards: rewards, tolerance: tolerance).values
        #expect(zip(modified, exact).allSatisfy { abs($0 - $1) <= tolerance }, "\(name)")
      }
    }
  }

  @Test("deterministic policies: all, each once, and too many are refused with their number")
  func policies() throws {
    let mdp = try ShapedWorlds.twoStates().mdp
    #expect(try DeterministicPolicies(mdp).map(\.actions) == [[0, 0], [0, 1], [1, 0], [1, 1]])
    let corridor = try ShapedWorlds.path(length: 3).mdp
    #expect(Set(try DeterministicPolicies(corridor).map(\.actions)).count == 8)
    // The root's start leaves nothing unreachable; a start at a leaf leaves all else so.
    let tree = try ShapedWorlds.tree(depth: 1, branching: 2).mdp
    let fromLeaf = try TabularMDP(
      stateCount: 3, actionCount: 2, rowStarts: tree.rowStarts, successors: tree.successors,
      probabilities: tree.probabilities, rewards: tree.rewards, start: [0, 1, 0], isTerminal: tree.isTerminal,
      discount: 0.5)
    #expect(try DeterministicPolicies(fromLeaf).count == 2)
    #expect(try DeterministicPolicies(fromLeaf, everyState: true).count == 8)
    #expect { try DeterministicPolicies(ShapedWorlds.grid(rows: 3, columns: 3).mdp) } throws: {
      "\($0)".contains("5^9 deterministic policies")
    }
  }

  @Test("large worlds: values satisfy Bellman's equation to rounding whether the sweeps suffice or not, and signs turn")
  func large() throws {
    let mixing = try RandomWorlds.sparse(
      states: 700, actions: 3, branching: 4, discount: 0.95, random: RandomSource(seed: 8).stream("large"))
    // A ring of 701 states, where sweeps never come to rest: the first pays 1, the way round takes 701 steps or 1 less.
    let states = 701
    let successors: [Int] = (0..<states).flatMap { (state: Int) -> [Int] in
      let shortcut = state == 5 ? 2 : 1
      return [(state + 1) % states, (state + shortcut) % states]
    }
    let ring = try TabularMDP(
      stateCount: states, actionCount: 2, rowStarts: Array(0...2 * states), successors: successors,
      probabilities: [Double](repeating: 1, count: 2 * states),
      rewards: (0..<2 * states).map { $0 < 2 ? 1 : 0 }, start: [1] + [Double](repeating: 0, count: states - 1),
      isTerminal: [Bool](repeating: false, count: states), discount: 0.999)
    for mdp in [mixing, ring] {
      let solution = PolicyIteration.solve(mdp)
      let best = mdp.actionValues(solution.values, rewards: mdp.rewards)
      let scale = solution.values.map(abs).max() ?? 1
      for state in 0..<mdp.stateCount {
        let row = best[state * mdp.actionCount..<(state + 1) * mdp.actionCount]
        #expect(abs((row.max() ?? 0) - solution.values[state]) <= 1e-11 * scale)
      }
      #expect(solution.neverEnding.count == mdp.stateCount)
    }
    // The shortcut is taken, so 1 comes every 700 steps: 1 ÷ (1 − γ⁷⁰⁰).
    let found = PolicyIteration.solve(ring)
    #expect(abs(found.values[0] - 1 / (1 - pow(0.999, 700))) < 1e-8 && found.policy.actions[5] == 1)
    let reversed = PolicyIteration.solve(ring, rewards: ring.rewards.map { -$0 })
    #expect(abs(reversed.values[0] + 1 / (1 - pow(0.999, 701))) < 1e-8 && reversed.policy.actions[5] == 0)
  }
}
