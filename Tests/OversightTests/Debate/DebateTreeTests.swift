import Compute
import Oversight
import Testing

/// Right values: every pattern of mistakes tried and weighed, numbers by hand, and simulation.
struct DebateTreeTests {
  /// Random debates of up to four turns.
  private func draw(_ random: inout RandomStream, turns: Int = 4) -> DebateTree {
    if turns == 0 || random.bernoulli(0.15) { return .end(favours: random.bernoulli(0.5)) }
    return .turn(
      random.bernoulli(0.5) ? .proposer : .opponent,
      (0..<(1 + random.below(2))).map { _ in draw(&random, turns: turns - 1) })
  }

  /// Tries every pattern of mistakes, and plays each out; up to sixteen ends.
  private func bruteForce(_ tree: DebateTree, _ judge: NoisyJudge) -> Double {
    let ends = tree.ends
    return (0..<(1 << ends.count)).reduce(0) { total, mistakes in
      let found = ends.indices.map { ends[$0] != (mistakes >> $0 & 1 == 1) }
      let weight = ends.indices.reduce(1.0) { weight, end in
        let rate = ends[end] ? judge.falseRejection : judge.falseAcceptance
        return weight * (mistakes >> end & 1 == 1 ? rate : 1 - rate)
      }
      return total + (tree.replacingEnds(found).claimIsTrue ? weight : 0)
    }
  }

  @Test("foreseen mistakes: the product formula is what trying every pattern of mistakes gives")
  func foreseen() throws {
    var random = RandomSource(seed: 1).stream("trees")
    var sizes: Set<Int> = []
    for _ in 0..<200 {
      let tree = draw(&random)
      let judge = try NoisyJudge(
        falseAcceptance: random.uniform(), falseRejection: random.uniform(), isForeseen: true)
      if tree.ends.count <= 12 {
        sizes.insert(tree.ends.count)
        #expect(abs(tree.chanceOfAcceptance(judge) - bruteForce(tree, judge)) < 1e-12, "\(tree)")
      }
    }
    #expect(sizes.count > 5, "the trees have many sizes")
  }

  @Test("mistakes that nobody foresees: a debate errs exactly as often as its judge, however long it is")
  func unforeseen() throws {
    var random = RandomSource(seed: 2).stream("trees")
    let judge = try NoisyJudge(falseAcceptance: 0.2, falseRejection: 0.1)
    for _ in 0..<200 {
      let tree = draw(&random)
      #expect(abs(tree.errorRate(judge) - (tree.claimIsTrue ? 0.1 : 0.2)) < 1e-15)
    }
  }

  @Test("by hand: of two replies one is good, and the judge errs in a tenth")
  func byHand() throws {
    let judge = try NoisyJudge(error: 0.1, isForeseen: true)
    let proposes = DebateTree.turn(.proposer, [.end(favours: true), .end(favours: false)])
    let opposes = DebateTree.turn(.opponent, [.end(favours: true), .end(favours: false)])
    #expect(proposes.claimIsTrue && !opposes.claimIsTrue)
    #expect(abs(proposes.errorRate(judge) - 0.1 * 0.9) < 1e-15)
    #expect(abs(opposes.errorRate(judge) - 0.9 * 0.1) < 1e-15)
    // Twice in vain: a false claim is accepted if either end is misjudged.
    let vain = DebateTree.turn(.proposer, [.end(favours: false), .end(favours: false)])
    #expect(abs(vain.errorRate(judge) - 0.19) < 1e-15)
  }

  @Test("the recursion over turns is the whole tree's value", arguments: [1, 2, 3])
  func narrow(replies: Int) throws {
    for turns in 0...4 {
      for last in Debater.allCases {
        let debate = NarrowDebate(replies: replies, turns: turns, last: last)
        let judge = try NoisyJudge(falseAcceptance: 0.15, falseRejection: 0.05, isForeseen: true)
        let (whenTrue, whenFalse) = debate.chances(judge)
        #expect(debate.tree(of: true).claimIsTrue && !debate.tree(of: false).claimIsTrue)
        #expect(abs(debate.tree(of: true).chanceOfAcceptance(judge) - whenTrue) < 1e-12)
        #expect(abs(debate.tree(of: false).chanceOfAcceptance(judge) - whenFalse) < 1e-12)
      }
    }
  }

  @Test("played debates end as the closed form says", arguments: [false, true])
  func played(isForeseen: Bool) throws {
    let judge = try NoisyJudge(falseAcceptance: 0.2, falseRejection: 0.1, isForeseen: isForeseen)
    for claim in [true, false] {
      let tree = NarrowDebate(replies: 2, turns: 4, last: .opponent).tree(of: claim)
      var random = RandomSource(seed: 3).stream("played", claim ? 1 : 0)
      let debates = 20_000
      let accepted = (0..<debates).count { _ in tree.isAccepted(judge, random: &random) }
      let interval = try #require(Statistics.proportionInterval(successes: accepted, of: debates, level: 0.999))
      #expect(interval.lower <= tree.chanceOfAcceptance(judge) && tree.chanceOfAcceptance(judge) <= interval.upper)
    }
  }

  @Test("control: a judge who does not listen is at chance, whatever the debate")
  func coin() {
    var random = RandomSource(seed: 4).stream("trees")
    var right = 0
    for _ in 0..<2_000 {
      let tree = draw(&random)
      #expect(tree.errorRate(.coin) == 0.5)
      right += tree.isAccepted(.coin, random: &random) == tree.claimIsTrue ? 1 : 0
    }
    // 99 % of a fair coin's counts.
    #expect(abs(right - 1_000) <= 58)
  }

  @Test("a rate that is no probability is refused", arguments: [-0.1, 1.1, .nan, .infinity])
  func refused(rate: Double) {
    #expect(throws: InputError.self) { try NoisyJudge(error: rate) }
  }
}
