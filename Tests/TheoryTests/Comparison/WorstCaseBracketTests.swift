import Compute
import Environments
import Rewards
import Testing
import Theory

@Suite("The worst-case regret where the program is too large")
struct WorstCaseBracketTests {
  @Test("the bracket holds what the linear program finds, and is narrow")
  func holdsTheProgram() throws {
    let source = RandomSource(seed: 21)
    for index in 0..<120 {
      var random = source.stream("pair", index)
      let mdp = try RandomWorlds.sparse(
        states: 2 + index % 7, actions: 2 + index % 2, branching: 2, discount: [0.5, 0.9, 0.99][index % 3],
        random: source.stream("world", index))
      let rewards = try (0..<2).map { _ in
        try RewardTable(expected: (0..<mdp.stateCount * mdp.actionCount).map { _ in random.normal() }, in: mdp)
      }
      let exact = try #require(try WorstCaseRegret(mdp, truth: rewards[0], proxy: rewards[1]).value)
      let bracket = try #require(try WorstCaseBracket(mdp, truth: rewards[0], proxy: rewards[1]))
      #expect(bracket.lower <= exact + 1e-8 && exact <= bracket.upper + 1e-8, "\(index): \(exact) in \(bracket)")
      #expect(bracket.upper - bracket.lower < 2 * WorstCaseBracket.resolution, "\(index): \(bracket)")
    }
  }

  @Test("a shaped reward loses nothing, a slightly perturbed one what the program says")
  func nearlyTheSame() throws {
    let source = RandomSource(seed: 22)
    for index in 0..<40 {
      var random = source.stream("pair", index)
      let mdp = try RandomWorlds.sparse(
        states: 2 + index % 7, actions: 2 + index % 2, branching: 2, discount: [0.5, 0.9, 0.99][index % 3],
        random: source.stream("world", index))
      let rows = mdp.stateCount * mdp.actionCount
      let truth = try RewardTable(expected: (0..<rows).map { _ in random.normal() }, in: mdp)
      let shaped = truth.scaled(by: 3).shaped(
        by: (0..<mdp.stateCount).map { _ in random.normal() }, discount: mdp.discount)
      let none = try #require(try WorstCaseBracket(mdp, truth: truth, proxy: shaped))
      #expect(none.lower == 0 && none.upper <= 2 * WorstCaseBracket.resolution, "\(index): \(none)")
      let perturbed = try RewardTable(expected: truth.values.map { $0 + 0.01 * random.normal() }, in: mdp)
      let exact = try #require(try WorstCaseRegret(mdp, truth: truth, proxy: perturbed).value)
      let bracket = try #require(try WorstCaseBracket(mdp, truth: truth, proxy: perturbed))
      #expect(bracket.lower <= exact + 1e-8 && exact <= bracket.upper + 1e-8, "\(index): \(exact) in \(bracket)")
    }
  }

  @Test("a search cut short leaves a wider bracket, which holds as well")
  func cutShort() throws {
    let mdp = try RandomWorlds.sparse(
      states: 8, actions: 3, branching: 2, discount: 0.9, random: RandomSource(seed: 23).stream("world"))
    var random = RandomSource(seed: 23).stream("pair")
    let rewards = try (0..<2).map { _ in
      try RewardTable(expected: (0..<24).map { _ in random.normal() }, in: mdp)
    }
    let exact = try #require(try WorstCaseRegret(mdp, truth: rewards[0], proxy: rewards[1]).value)
    let brackets = try (0..<6).map { steps in
      try #require(try WorstCaseBracket(mdp, truth: rewards[0], proxy: rewards[1], steps: steps))
    }
    for (narrower, wider) in zip(brackets.dropFirst(), brackets) {
      #expect(narrower.lower >= wider.lower - 1e-12 && narrower.upper <= wider.upper + 1e-12)
    }
    for bracket in brackets { #expect(bracket.lower <= exact + 1e-8 && exact <= bracket.upper + 1e-8) }
    #expect(brackets[0].upper > brackets[5].upper)
  }

  @Test("opposite, equal and trivial rewards")
  func edges() throws {
    let mdp = try SmallWorlds.twoStates()
    func table(_ values: [Double]) throws -> RewardTable { try RewardTable(expected: values, in: mdp) }
    let truth = try table([0, 1, 0, 1])
    let opposite = try #require(try WorstCaseBracket(mdp, truth: truth, proxy: truth.scaled(by: -3)))
    #expect(opposite.lower > 1 - WorstCaseBracket.resolution && opposite.upper == 1)
    let same = try #require(try WorstCaseBracket(mdp, truth: truth, proxy: truth.scaled(by: 5)))
    #expect(same.lower == 0 && same.upper <= WorstCaseBracket.resolution)
    let blind = try #require(try WorstCaseBracket(mdp, truth: truth, proxy: table([2, 2, 2, 2])))
    #expect(blind.lower == 1)
    #expect(try WorstCaseBracket(mdp, truth: table([2, 2, 2, 2]), proxy: truth) == nil)
  }

  /// In a world where a coin decides between a state that hardly ever comes up and one that always does, the ratio of
  /// regret to distance has no bounds: by hand, a distance that lies in the rare state alone costs nothing to speak of,
  /// and one that lies in the common state costs all while the rare state's large numbers make the distance small.
  @Test("no constants relate the regret to the distance in all worlds")
  func noBand() throws {
    for rare in [1e-2, 1e-4, 1e-6] {
      let mdp = try SmallWorlds.world(
        [[[1, 0, 0], [1, 0, 0]], [[0, 1, 0], [0, 1, 0]], [[0, 0, 1], [0, 0, 1]]], start: [1 - rare, rare, 0],
        discount: 0)
      func table(_ values: [Double]) throws -> RewardTable { try RewardTable(expected: values + [0, 0], in: mdp) }
      // Opposite where nobody goes.
      let (a, b) = (try table([1, 0, 1, 0]), try table([1, 0, 0, 1]))
      let small = try #require(try WorstCaseRegret(mdp, truth: a, proxy: b).value)
      let far = try RewardSpace(mdp).distance(a, b).value
      // Of 1 at stake, 2 · rare: leaving "right in both" for "wrong in the rare one".
      #expect(far > 1 && small < 3 * rare, "W \(small), d \(far)")
      // Opposite where everybody goes, and huge where nobody does.
      let huge = 1 / rare.squareRoot()
      let (c, d) = (try table([1, 0, huge, 0]), try table([0, 1, huge, 0]))
      let large = try #require(try WorstCaseRegret(mdp, truth: c, proxy: d).value)
      let near = try RewardSpace(mdp).distance(c, d).value
      #expect(large > 0.8 && near < 3 * rare.squareRoot(), "W \(large), d \(near)")
    }
  }
}
