import Agents
import Compute
import Environments
import Testing
import Theory

@Suite("Factored worlds")
struct FactoredWorldTests {
  private static let coin = FactoredWorld.Variable(
    "coin", values: ["heads", "tails"], start: [0.25, 0.75], reads: ["action"], next: [0.5, 0.5, 1, 0])
  private static let count = FactoredWorld.Variable(
    "count", values: ["0", "1", "2"], startReads: ["coin"], start: [1, 0, 0, 0, 0.5, 0.5], reads: ["count", "coin'"],
    next: FactoredWorld.table([3, 2]) { values in
      // Tails count, up to two.
      (0..<3).map { $0 == min(2, values[0] + values[1]) ? 1 : 0 }
    })

  private func world(
    _ variables: [FactoredWorld.Variable] = [coin, count],
    reward: [FactoredWorld.Term] = [.init("two", reads: ["count'"], values: [0, 0, 1])], horizon: Int? = 3,
    discount: Double = 1
  ) throws -> FactoredWorld {
    try FactoredWorld(
      title: "coins", variables: variables, actions: ["toss", "lay"], reward: reward, horizon: horizon,
      discount: discount)
  }

  @Test("as a table a world has the product's states, starts and steps, by hand")
  func table() throws {
    let world = try world()
    let mdp = try world.tabular()
    #expect(mdp.stateCount == 6 && mdp.actionCount == 2)
    #expect(mdp.start == [0.25, 0, 0, 0, 0.375, 0.375])
    #expect(world.name(of: 4) == "coin tails, count 1" && world.values(of: 4) == [1, 1])
    // From heads and one, tossed: heads and one, or tails and two.
    let row = mdp.transitions(1, 0)
    #expect(row.map { mdp.successors[$0] } == [1, 5] && row.map { mdp.probabilities[$0] } == [0.5, 0.5])
    #expect(mdp.rewards[1 * 2] == 0.5 && mdp.rewards[1 * 2 + 1] == 0 && mdp.rewards[5 * 2] == 1)
    // Starting with tails: at one in half of the cases, which two tosses of three leave with 3/4, 1 after 2.
    let plan = StagedPolicy(optimal: mdp, horizon: 3)
    let paths = try PathSpecificWorld(world, delicate: ["coin"], baseline: FactoredRule(always: "toss", in: world))
    let best = paths.value(of: paths.lift(plan), in: paths.actual)
    // Mean steps at two: from 0: 1/4 + 1/2; from 1: 1/2 + 3/4 + 7/8; from 2: 3.
    #expect(abs(best - (0.25 * 0.75 + 0.375 * 2.125 + 0.375 * 3)) < 1e-12)
  }

  @Test("what is wrong is named with its place")
  func refusals() {
    func expectRefused(_ words: String..., world make: () throws -> FactoredWorld) {
      #expect {
        try make()
      } throws: { error in
        let text = (error as? InputError)?.description ?? ""
        return words.allSatisfy { text.contains($0) }
      }
    }
    var bad = Self.count
    bad.reads = ["count", "con'"]
    expectRefused("coins: variable 'count'", "unknown variable 'con'", "coin") { try world([Self.coin, bad]) }
    bad = Self.coin
    bad.next = [0.5, 0.5, 1, 0.1]
    expectRefused("variable 'coin'", "row 1", "[1.0, 0.1]") { try world([bad, Self.count]) }
    bad.next = [0.5, 0.5]
    expectRefused("variable 'coin'", "2 numbers", "2 × 2 are needed") { try world([bad, Self.count]) }
    bad.next = [0.5, 0.5, .nan, 0]
    expectRefused("variable 'coin'", "not finite") { try world([bad, Self.count]) }
    bad = Self.coin
    bad.reads = ["count'"]
    bad.next = [1, 0, 1, 0, 1, 0]
    expectRefused("variable 'coin'", "decided after it", "list 'count' earlier") { try world([bad, Self.count]) }
    expectRefused("cannot be called 'coin'") { try world([Self.coin, Self.coin]) }
    expectRefused("reward 'r'", "unknown variable 'coins'") {
      try world(reward: [.init("r", reads: ["coins"], values: [0, 0])])
    }
    expectRefused("the discount is 1.0 without a horizon") { try world(horizon: nil) }
    expectRefused("the horizon is 0") { try world(horizon: 0) }
    expectRefused("unknown action 'tos'", "toss") {
      let world = try world()
      _ = try FactoredRule(always: "tos", in: world)
      return world
    }
  }

  @Test("unknown and repeated delicate variables are refused")
  func delicate() throws {
    let world = try world()
    let toss = try FactoredRule(always: "toss", in: world)
    for (names, words) in [
      (["coins"], "unknown variable 'coins'"), ([], "name at least one"), (["coin", "coin"], "each once"),
    ] {
      #expect {
        try PathSpecificWorld(world, delicate: names, baseline: toss)
      } throws: { ($0 as? InputError)?.description.contains(words) == true }
    }
  }
}
