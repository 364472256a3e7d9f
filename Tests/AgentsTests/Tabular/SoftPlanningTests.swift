import Agents
import Compute
import Environments
import Foundation
import Testing

@Suite("Soft planning")
struct SoftPlanningTests {
  @Test("one state, by hand: V = τ · log Σ exp(r ÷ τ) ÷ (1 − γ), and the softmax of the rewards")
  func byHand() throws {
    let mdp = try TabularMDP(states: 1, actions: 3, transitions: [1, 1, 1], discount: 0.5)
    let solution = try SoftValueIteration.solve(mdp, rewards: [1, 0, -1], temperature: 0.5)
    let sum = exp(2.0) + 1 + exp(-2.0)
    #expect(abs(solution.values[0] - 0.5 * log(sum) / 0.5) < 1e-8)
    #expect(abs(solution.policy.probabilities[0] - exp(2.0) / sum) < 1e-9)
  }

  @Test("the soft value is the return plus temperature × entropy of its own policy, and no policy has more")
  func variational() throws {
    for seed in 0..<80 {
      let world = try AssortedWorld.number(seed)
      let mdp = world.mdp
      let temperature = [0.1, 1, 3][seed % 3]
      let solution = try SoftValueIteration.solve(mdp, rewards: world.rewards, temperature: temperature)
      func value(_ policy: TabularPolicy) -> [Double] {
        let rewards = world.rewards.indices.map { row in
          let share = policy.probabilities[row]
          return world.rewards[row] - (share > 0 ? temperature * log(share) : 0)
        }
        return mdp.values(of: policy, rewards: rewards)
      }
      let own = value(solution.policy)
      let scale = own.reduce(1) { max($0, abs($1)) }
      #expect(zip(own, solution.values).allSatisfy { abs($0 - $1) < 1e-7 * scale }, "\(world)")
      let uniform = value(.uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount))
      #expect(zip(uniform, solution.values).allSatisfy { $0 <= $1 + 1e-7 * scale }, "\(world)")
    }
  }

  @Test("as the temperature falls the soft plan becomes the hard one; as it rises, the uniform policy")
  func limits() throws {
    for seed in 0..<40 {
      let world = try AssortedWorld.number(seed)
      let hard = PolicyIteration.solve(world.mdp, rewards: world.rewards)
      let cold = try SoftValueIteration.solve(world.mdp, rewards: world.rewards, temperature: 1e-6)
      let scale = hard.values.reduce(1) { max($0, abs($1)) }
      #expect(zip(cold.values, hard.values).allSatisfy { abs($0 - $1) < 1e-2 * scale }, "\(world)")
      // An end cuts off entropy to come, so where there is one a hot planner stays away from it.
      if world.mdp.isTerminal.contains(true) { continue }
      let hot = try SoftValueIteration.solve(world.mdp, rewards: world.rewards, temperature: 1e9)
      #expect(hot.policy.probabilities.allSatisfy { abs($0 - 1 / Double(world.mdp.actionCount)) < 1e-5 }, "\(world)")
    }
  }

  @Test("a long horizon at a discount is the discounted solution; a horizon of 1 is the softmax of the rewards")
  func horizon() throws {
    let world = try AssortedWorld.number(8)
    let mdp = try world.mdp.with(rewards: world.rewards, discount: 0.5)
    let discounted = try SoftValueIteration.solve(mdp, rewards: world.rewards, temperature: 1)
    let long = try SoftValueIteration.solve(mdp, rewards: world.rewards, temperature: 1, horizon: 80)
    #expect(long.values.count == 81 && long.policies.count == 80)
    #expect(zip(long.values[0], discounted.values).allSatisfy { abs($0 - $1) < 1e-8 })
    #expect(zip(long.policies[0].probabilities, discounted.policy.probabilities).allSatisfy { abs($0 - $1) < 1e-8 })
    #expect(
      long.policies[79] == TabularPolicy.softmax(world.rewards, actionCount: mdp.actionCount, temperature: 1))
  }

  @Test("the Boltzmann-rational policy is the softmax of optimal action values, and a bad temperature is refused")
  func boltzmann() throws {
    let mdp = try ShapedWorlds.twoStates().mdp
    // Q*(s, 1) − Q*(s, 0) = 1 + ½ (V*(1) − V*(0)) = 1.
    let policy = TabularPolicy.boltzmann([0, 1, 0, 1], in: mdp, temperature: 2)
    #expect(abs(policy.probabilities[1] - 1 / (1 + exp(-0.5))) < 1e-12)
    for temperature in [0, -1, .nan, .infinity] {
      #expect(throws: InputError.self) {
        try SoftValueIteration.solve(mdp, rewards: [0, 1, 0, 1], temperature: temperature)
      }
    }
  }
}
