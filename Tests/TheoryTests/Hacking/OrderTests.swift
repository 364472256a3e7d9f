import Compute
import Environments
import Testing
import Theory

@Suite("Orders of policies and hackability")
struct OrderTests {
  @Test("the two-state world's returns are those computed by hand")
  func returnsByHand() throws {
    let policies = try PolicySet(everyDeterministicPolicyOf: PaperWorlds.twoStates())
    #expect(policies.names == ["00", "01", "10", "11"])
    func expect(_ reward: [Double], _ wanted: [Double]) {
      for (value, want) in zip(policies.returns(reward), wanted) { #expect(abs(value - want) < 1e-12) }
    }
    expect(PaperWorlds.r1, [0, 1, 1, 2])
    expect(PaperWorlds.r2, [0.5, 1, 1, 1.5])
    expect(PaperWorlds.r4, [0, 0, 1, 0.5])
    #expect(policies.order(PaperWorlds.r1).text(policies.names) == "00 < 01 = 10 < 11")
  }

  @Test("the cleaning robot: proxies that leave rooms out, with all eight subsets and with three")
  func cleaningRobot() throws {
    func relation(_ truth: [Double], _ proxy: [Double], _ names: [String]? = nil) throws -> OrderComparison {
      let policies = try PaperWorlds.cleaning(names)
      return OrderComparison(policies.order(truth), policies.order(proxy))
    }
    #expect(try relation([1, 1, 1], [1, 1, 0]).isHackable == false)
    #expect(try relation([1, 1, 1], [1, 0, 0]).isHackable)
    #expect(try relation([1, 2, 3], [1, 2, 0]).isHackable)
    #expect(try relation([3, 2, 1], [3, 2, 0]).isHackable == false)
    let three = ["001", "110", "111"]
    #expect(try relation([1, 1, 1], [1, 1, 0], three).isHackable == false)
    #expect(try relation([1, 1, 1], [1, 0, 0], three).isHackable == false)
    #expect(try relation([1, 1, 1], [0, 0, 1], three).isHackable)
    let hacked = try relation([1, 1, 1], [1, 0, 0])
    let policies = try PaperWorlds.cleaning()
    let witness = try #require(hacked.witness)
    // Cleaning the first room alone looks better than cleaning the other two.
    #expect(policies.names[witness.before] == "011" && policies.names[witness.after] == "100")
    #expect(witness.trueLoss.double == 1 && witness.proxyGain.double == 1)
    #expect(hacked.invertedPairs == 1 && hacked.pairCount == 28)
  }

  @Test("witness, inversions and simplifications agree with their definitions on every pair of small orders")
  func definitions() {
    for count in 1...4 {
      let orders = Self.weakOrders(count)
      #expect(orders.count == [1, 3, 13, 75][count - 1])
      for first in orders {
        for second in orders {
          let comparison = OrderComparison(first, second)
          var inverted = 0
          for i in 0..<count {
            for j in 0..<count where first.ranks[i] < first.ranks[j] && second.ranks[i] > second.ranks[j] {
              inverted += 1
            }
          }
          #expect(comparison.invertedPairs == inverted)
          #expect(comparison.isHackable == (inverted > 0))
          if let witness = comparison.witness {
            #expect(first.ranks[witness.after] < first.ranks[witness.before])
            #expect(second.ranks[witness.after] > second.ranks[witness.before])
          }
          #expect(OrderComparison.simplifies(second, first) == Self.simplifiesByDefinition(second, first))
        }
      }
    }
  }

  @Test("hackability is symmetric, and blind to scaling and shaping, in thousands of worlds of every awkward kind")
  func metamorphic() throws {
    var stream = RandomSource(seed: 11).stream("tests/hacking")
    var hackable = 0
    for index in 0..<3000 {
      let mdp = try PaperWorlds.random(&stream, index: index)
      let policies = try PolicySet(everyDeterministicPolicyOf: mdp)
      let (truth, proxy) = (PaperWorlds.reward(&stream, for: mdp), PaperWorlds.reward(&stream, for: mdp))
      let (a, b) = (policies.order(truth), policies.order(proxy))
      let comparison = OrderComparison(a, b)
      #expect(comparison.isHackable == OrderComparison(b, a).isHackable)
      #expect(comparison.invertedPairs == OrderComparison(b, a).invertedPairs)
      #expect(!OrderComparison(a, a).isHackable)
      if !a.isTrivial { #expect(OrderComparison(a, a.reversed).isHackable) }
      let disguised = policies.order(PaperWorlds.disguised(truth, mdp, &stream))
      #expect(disguised == a)
      #expect(OrderComparison(disguised, b).relation == comparison.relation)
      if comparison.isHackable { hackable += 1 }
    }
    #expect(hackable > 500)
  }

  @Test("policies that do the same are one policy, and a set without policies is refused")
  func duplicates() throws {
    // State 1 is never reached, so that what is done there makes no policy.
    let mdp = try TabularMDP(
      states: 2, actions: 2, transitions: [1, 0, 1, 0, 0, 1, 0, 1], start: [1, 0], discount: 0.5)
    let four = (0..<4).map { TabularPolicy(actions: [$0 / 2, $0 % 2], actionCount: 2) }
    let policies = try PolicySet(four, in: mdp)
    #expect(policies.names == ["00 = 01", "10 = 11"])
    #expect(policies.givenCount == 4)
    #expect(throws: InputError.self) { try PolicySet([], in: mdp) }
    #expect(throws: InputError.self) { try PolicySet(names: ["a", "b"], counts: [[1], [1, 2]]) }
    #expect(throws: InputError.self) { try PolicySet(names: ["a"], counts: [[.nan]]) }
  }

  @Test("returns that differ by rounding are tied, and a small gap is reported")
  func ties() {
    let order = ReturnOrder([1, 1 + 1e-12, 2, 0], absoluteTolerance: 1e-9)
    #expect(order.levels == [[3], [0, 1], [2]])
    #expect(order.smallestGap.map { abs($0 - 0.5) < 1e-9 } == true)
    #expect(ReturnOrder([3, 3], absoluteTolerance: 0).isTrivial)
  }

  /// All weak orders of so few things, by inserting one after the other.
  static func weakOrders(_ count: Int) -> [ReturnOrder] {
    var orders: [[[Int]]] = [[[0]]]
    for thing in 1..<max(1, count) {
      orders = orders.flatMap { levels in
        (0...levels.count).map { Array(levels[..<$0]) + [[thing]] + Array(levels[$0...]) }
          + levels.indices.map { place in
            var joined = levels
            joined[place].append(thing)
            return joined
          }
      }
    }
    return orders.map(ReturnOrder.init(levels:))
  }

  static func simplifiesByDefinition(_ simple: ReturnOrder, _ full: ReturnOrder) -> Bool {
    var merges = false
    for i in full.ranks.indices {
      for j in full.ranks.indices {
        if full.ranks[i] < full.ranks[j], simple.ranks[i] > simple.ranks[j] { return false }
        if full.ranks[i] == full.ranks[j], simple.ranks[i] != simple.ranks[j] { return false }
        if full.ranks[i] != full.ranks[j], simple.ranks[i] == simple.ranks[j] { merges = true }
      }
    }
    return merges
  }
}
