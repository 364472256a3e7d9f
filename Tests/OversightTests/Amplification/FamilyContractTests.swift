import Compute
import Oversight
import Testing

/// What every family of questions promises.
struct FamilyContractTests {
  private func expectContract<Family: QuestionFamily>(_ family: Family, leastLevels: Int) {
    let levels = family.questions
    let level = Dictionary(
      levels.enumerated().flatMap { level, questions in questions.map { ($0, level) } },
      uniquingKeysWith: { first, _ in first })
    #expect(level.count == levels.reduce(0) { $0 + $1.count }, "no question stands twice")
    #expect(levels.count >= leastLevels && levels.allSatisfy { !$0.isEmpty })
    var random = RandomSource(seed: 9).stream("contract")
    for question in levels.joined() {
      let own = level[question] ?? -1
      var parts = 0
      let plan = family.demonstration(for: family.form(of: question))
      let answer = family.answer(question, following: plan) { part in
        parts += 1
        // Only an easier question, and one that is taught.
        #expect((level[part] ?? .max) < own, "\(question) asks \(part)")
        return family.truth(of: part)
      }
      #expect(answer == family.truth(of: question), "\(question) by its parts")
      #expect(own > 0 || parts == 0, "\(question) is a fact")
      if own > 0, parts > 0 {
        #expect(
          family.answer(question, following: plan) { _ in nil } == nil,
          "\(question) without answers")
      }
      let truth = family.truth(of: question)
      for _ in 0..<3 {
        #expect(family.blunder(on: question, insteadOf: truth, random: &random) != truth)
      }
    }
  }

  private let random = RandomSource(seed: 0)

  @Test("permutation powers, against walking step by step")
  func permutationPowers() throws {
    try expectContract(PermutationPowers(points: 16, bits: 6, random: random), leastLevels: 6)
  }

  @Test("sequential assignments, against computing a list from its beginning")
  func assignments() throws {
    try expectContract(SequentialAssignments(random: random), leastLevels: 5)
  }

  @Test("wildcard sums, against summing over all words")
  func wildcards() throws {
    try expectContract(WildcardSums(random: random), leastLevels: 7)
  }

  @Test("shortest paths, against searching breadth first")
  func paths() throws {
    try expectContract(ShortestPaths(vertices: 24, steps: 7, random: random), leastLevels: 8)
  }

  @Test("union find, against going up to the root")
  func components() throws {
    try expectContract(ComponentQuestions(random: random), leastLevels: 6)
  }

  @Test("sizes that a family cannot have are refused")
  func refused() {
    #expect(throws: InputError.self) { try PermutationPowers(points: 1, random: random) }
    #expect(throws: InputError.self) { try PermutationPowers(bits: 63, random: random) }
    #expect(throws: InputError.self) { try SequentialAssignments(variables: 0, random: random) }
    #expect(throws: InputError.self) { try WildcardSums(letters: -1, random: random) }
    #expect(throws: InputError.self) { try ShortestPaths(vertices: .max, random: random) }
    #expect(throws: InputError.self) {
      try ComponentQuestions(vertices: 8, components: 9, random: random)
    }
  }
}
