import Compute
import Environments
import Testing
import Theory

@Suite("What cannot be hacked")
struct UnhackableTests {
  @Test("the simplification of the worked example merges the two middle policies")
  func workedExample() throws {
    let policies = try PolicySet(everyDeterministicPolicyOf: PaperWorlds.twoStates())
    let reward: [Double] = [0, 1, 0, 2]
    for (value, want) in zip(policies.returns(reward), [0, 2, 1, 3.5]) { #expect(abs(value - want) < 1e-12) }
    let partner = try UnhackablePartner(of: reward, on: policies)
    #expect(partner.dimension == 2 && partner.tiedDimension == 0)
    let simple = try #require(partner.simplification)
    #expect(simple.order.text(policies.names) == "00 < 01 = 10 < 11")
    for (value, want) in zip(simple.reward, [-1, 1.0 / 3, -1.0 / 3, 1]) { #expect(abs(value - want) < 1e-9) }
    let returns = policies.returns(simple.reward)
    for (value, want) in zip(returns, [-5.0 / 3, 0, 0, 5.0 / 3]) { #expect(abs(value - want) < 1e-9) }
  }

  @Test("simplifications and unhackable partners exist exactly where the dimensions say, and are what they claim to be")
  func existence() throws {
    var stream = RandomSource(seed: 12).stream("tests/partners")
    var simplified = 0
    var tieBroken = 0
    for index in 0..<1500 {
      let mdp = try PaperWorlds.random(&stream, index: index)
      let policies = try PolicySet(everyDeterministicPolicyOf: mdp)
      let reward = PaperWorlds.reward(&stream, for: mdp)
      let order = policies.order(reward)
      let partner = try UnhackablePartner(of: reward, on: policies)
      #expect((partner.simplification != nil) == partner.simplificationExists)
      #expect((partner.proxy != nil) == partner.proxyExists)
      if let simple = partner.simplification {
        simplified += 1
        #expect(!simple.order.isTrivial)
        #expect(OrderComparison(order, simple.order).relation == .proxySimplifiesTruth)
      }
      if let proxy = partner.proxy {
        #expect(!proxy.order.isTrivial)
        let comparison = OrderComparison(order, proxy.order)
        #expect(!comparison.isHackable)
        #expect(comparison.relation != .equivalent)
        if partner.simplification == nil, !order.isTrivial { tieBroken += 1 }
      }
    }
    #expect(simplified > 200 && tieBroken > 20)
  }

  @Test("the two-state world has 12 of 24 strict orders, 25 weak ones, 24 simplifications and 36 unhackable pairs")
  func realisableOrders() throws {
    let policies = try PolicySet(everyDeterministicPolicyOf: PaperWorlds.twoStates())
    let orders = try RealisableOrders(of: policies)
    #expect(orders.all.count == 25)
    let strict = Set(orders.strict.map { $0.text(policies.names) })
    let half = [
      "00 < 01 < 10 < 11", "00 < 01 < 11 < 10", "00 < 10 < 01 < 11", "01 < 00 < 11 < 10", "01 < 11 < 00 < 10",
      "10 < 00 < 01 < 11",
    ]
    let reverses = half.map { $0.components(" < ").reversed().joined(separator: " < ") }
    #expect(strict == Set(half + reverses))
    #expect(orders.all.count { $0.levels.count == 3 } == 12)
    #expect(orders.all.count { $0.isTrivial } == 1)
    #expect(orders.pairCounts.simplifications == 24)
    #expect(orders.pairCounts.unhackable == 36)
    #expect(throws: InputError.self) { try RealisableOrders(of: policies, limit: 10) }
  }

  @Test("three policies in general position can be put in every order, and on a line only in one and its reverse")
  func realisableShapes() throws {
    let corner = try PolicySet(names: ["a", "b", "c"], counts: [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    #expect(try RealisableOrders(of: corner).all.count == 13)
    let line = try PolicySet(names: ["a", "b", "c"], counts: [[0, 0], [1, 1], [2, 2]])
    #expect(try RealisableOrders(of: line).all.count == 3)
    // Without negative rewards more rooms are never worse, so that only the equal and the right order are left.
    let rooms = try PolicySet(names: ["0", "1"], counts: [[0], [1]])
    #expect(try RealisableOrders(of: rooms).all.count == 3)
    #expect(try RealisableOrders(of: rooms, isNonNegative: true).all.count == 2)
  }

  @Test("every order that a random reward makes is among the realisable ones, and the other way round")
  func realisableBySampling() throws {
    var stream = RandomSource(seed: 13).stream("tests/realisable")
    let policies = try PolicySet(everyDeterministicPolicyOf: PaperWorlds.twoStates())
    let known = Set(try RealisableOrders(of: policies).strict)
    var seen: Set<ReturnOrder> = []
    for _ in 0..<2000 { seen.insert(policies.order((0..<4).map { _ in stream.normal() })) }
    #expect(seen == known)
  }

  @Test("the share of directions that cannot be hacked: exact in the plane, its interval covers it in space")
  func share() throws {
    let policies = try PolicySet(everyDeterministicPolicyOf: PaperWorlds.twoStates())
    let random = RandomSource(seed: 14)
    var total = 0.0
    // The cones of the twelve strict orders fill the plane.
    for order in try RealisableOrders(of: policies).strict {
      let share = try UnhackableShare(of: order, on: policies, random: random)
      #expect(share.interval == nil && share.share > 0)
      total += share.share
    }
    #expect(abs(total - 1) < 1e-9)
    // A simplex in space: one of 24 chambers.
    let simplex = try PolicySet(
      names: ["a", "b", "c", "d"], counts: (0..<4).map { row in (0..<4).map { $0 == row ? 1 : 0 } })
    let share = try UnhackableShare(of: simplex.order([1, 2, 3, 4]), on: simplex, random: random)
    let interval = try #require(share.interval)
    #expect(share.dimension == 3 && interval.lower < 1.0 / 24 && 1.0 / 24 < interval.upper)
    #expect(try UnhackableShare(of: simplex.order([1, 1, 1, 1]), on: simplex, random: random).share == 1)
  }
}

extension String {
  func components(_ separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
