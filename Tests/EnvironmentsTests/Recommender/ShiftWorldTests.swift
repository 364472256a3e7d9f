import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

@Suite("Worlds that follow the agent's outputs")
struct ShiftWorldTests {
  @Test(
    "keep the contract", arguments: SelfInducedShiftSource().listing.map(\.id) + ContentWorldSource().listing.map(\.id))
  func contract(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    #expect(entry.specification.id == id)
    try expectContract(of: entry)
  }

  @Test("with a benefit of 1 payoffs are ½, 1, −½ and 0, and what is seen is what was done")
  func payoffs() {
    var random = RandomSource(seed: 0).stream("unused")
    for (cooperated, action, reward) in [
      (true, SelfInducedShift.cooperate, 0.5), (true, SelfInducedShift.defect, 1),
      (false, SelfInducedShift.cooperate, -0.5), (false, SelfInducedShift.defect, 0),
    ] {
      for sight in SelfInducedShift.Sight.allCases {
        let world = SelfInducedShift(sight: sight)
        var state = SelfInducedShift.State(hasCooperated: cooperated)
        let outcome = world.step(&state, action, random: &random)
        #expect(outcome == Outcome(reward: reward, terminated: false))
        #expect(state.hasCooperated == (action == SelfInducedShift.cooperate))
        #expect(world.observation(of: state) == [sight == .last && state.hasCooperated ? 1 : 0])
      }
    }
  }

  @Test(
    "the table pays what the world does, and cooperating is optimal exactly above benefit · γ = ½: 2 × 4 policies by their geometric sums"
  )
  func threshold() throws {
    for benefit in [0.4, 0.6, 1.0] {
      for discount in [0.2, 0.45, 0.55, 0.8, 0.9] {
        let world = SelfInducedShift(benefit: benefit)
        let mdp = try world.tabular(discount: discount)
        for state in 0..<2 {
          for action in 0..<2 {
            #expect(
              mdp.rewards[2 * state + action]
                == world.pay(SelfInducedShift.State(hasCooperated: state == 0), action))
          }
        }
        // Stationary policies: always, never, as before, the other way round; from having cooperated and defected.
        let forever = 1 / (1 - discount)
        func value(_ first: [Double], then rest: [Double]) -> Double {
          // Alternating rests: the two values of a cycle.
          first[0] + discount * (rest[0] + discount * rest[1]) / (1 - discount * discount)
        }
        let always = [
          benefit - 0.5 + discount * (benefit - 0.5) * forever, -0.5 + discount * (benefit - 0.5) * forever,
        ]
        let never = [benefit, 0.0]
        let contrary = [
          value([benefit], then: [-0.5, benefit]), value([-0.5], then: [benefit, -0.5]),
        ]
        let same = [always[0], never[1]]
        let best = (0..<2).map { max(always[$0], never[$0], contrary[$0], same[$0]) }
        #expect(world.cooperates(discount: discount) == (benefit * discount > 0.5))
        for state in 0..<2 {
          let wanted = world.cooperates(discount: discount) ? always[state] : never[state]
          #expect(abs(best[state] - wanted) < 1e-12, "benefit \(benefit), γ \(discount), state \(state)")
        }
      }
    }
  }

  @Test("episodes earn what the entry says that they can at best, played out for every habit")
  func reference() throws {
    for id in ["pactolus/SelfInducedShift-v0", "pactolus/SelfInducedShift-v0:benefit=0.4"] {
      let entry = try EnvironmentRegistry.standard.entry(id)
      let mdp = try #require(entry.tabular?.mdp)
      let returns = mdp.episodeReturns(steps: 64)
      #expect(abs(returns.optimum - (entry.returns.reference ?? .nan)) < 1e-12)
      let bounds = try #require(entry.returns.bounds)
      #expect(abs(returns.bounds.lowerBound - bounds.lowerBound) < 1e-12)
      #expect(abs(returns.bounds.upperBound - bounds.upperBound) < 1e-12)
      let tabular = try #require(entry.tabular)
      #expect(zip(tabular.rewards(weights: tabular.trueWeights), mdp.rewards).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  @Test("options that do not exist are refused with near misses")
  func refusals() {
    for (id, words) in [
      ("pactolus/SelfInducedShift-v0:benefit=much", "the benefit is 'much'"),
      ("pactolus/SelfInducedShift-v0:sigth=last", "sight"), ("pactolus/SelfInducedShift-v0:sight=none", "nothing"),
      ("pactolus/ContentDrift-v0:kinds=3", "no options"), ("pactolus/ContentDrift-v1", "pactolus/ContentDrift-v0"),
    ] {
      #expect {
        try EnvironmentRegistry.standard.entry(id)
      } throws: { ($0 as? InputError)?.description.contains(words) == true }
    }
  }

  @Test("visitors answer as the formulas say: loyalty by what was given to the click, interests by what was shown")
  func respond() {
    let world = ContentWorld(kinds: 2, topics: 3, loyaltyGain: 0.5, interestGain: 0.25)
    var random = RandomSource(seed: 3).stream("reset")
    let before = world.reset(random: &random)
    for kind in 0..<2 { #expect(abs(before.interests[3 * kind..<3 * kind + 3].reduce(0, +) - 1) < 1e-12) }
    #expect(before.loyalty == [0, 0])
    var now = before
    now.visitor = 1
    world.respond(&now, shown: [0.2, 0.5, 0.3], clicked: 1)
    #expect(now.loyalty == [0, 0.25])
    #expect(now.interests[..<3] == before.interests[..<3])
    for (topic, shown) in [0.2, 0.5, 0.3].enumerated() {
      #expect(abs(now.interests[3 + topic] - (before.interests[3 + topic] + 0.25 * shown) / 1.25) < 1e-15)
    }
    // KL of the visitors by hand: shares 1/(1+e^¼) and its complement, from halves.
    let share = 1 / (1 + exp(0.25))
    let drift = world.drift(from: before, to: now)
    #expect(abs(drift.visitors - (share * log(2 * share) + (1 - share) * log(2 * (1 - share)))) < 1e-12)
    #expect(drift.interests > 0 && world.drift(from: before, to: before).interests == 0)
  }

  /// Over 20,000 visits each share is within 4 standard errors but for one case in 15,000.
  @Test("visitors come by the softmax of loyalty and click by their interests")
  func chances() {
    let world = ContentWorld(kinds: 2, topics: 2)
    var random = RandomSource(seed: 5).stream("visits")
    let state = ContentWorld.State(loyalty: [0, 1], interests: [0.3, 0.7, 0.9, 0.1], visitor: 1)
    let visits = 20_000
    let second = (0..<visits).count { _ in world.visitor(state, &random) == 1 }
    let first = (0..<visits).count { _ in world.click(state, &random) == 0 }
    for (count, p) in [(second, 1 / (1 + exp(-1.0))), (first, 0.9)] {
      #expect(abs(Double(count) / Double(visits) - p) < 4 * (p * (1 - p) / Double(visits)).squareRoot())
    }
  }
}
