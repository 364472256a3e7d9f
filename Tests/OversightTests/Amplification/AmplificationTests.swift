import Compute
import Oversight
import Testing

/// Right values: closed forms, binomial tails by hand, and counts of forms and questions.
struct AmplificationTests {
  private let random = RandomSource(seed: 0)

  private func expectMastery<Family: QuestionFamily>(_ family: Family, forms: Int) throws {
    let amplification = Amplification(of: family)
    let record = amplification.run(try AmplificationSettings(), random: random)
    let levels = family.questions.count
    #expect(record.accuracy.count == levels)
    for (round, accuracy) in record.accuracy.enumerated() {
      #expect(
        accuracy == (0..<levels).map { $0 <= round ? 1 : 0 }, "\(family.name), round \(round)")
    }
    #expect(record.oracleCalls == forms && record.questions == family.questions.joined().count)
    let patient = amplification.run(
      try AmplificationSettings(followsDemonstrations: false), random: random)
    #expect(patient.oracleCalls == record.questions && patient.accuracy == record.accuracy)
  }

  @Test("each round masters one level more, and a demonstration for each form is enough")
  func mastery() throws {
    try expectMastery(PermutationPowers(random: random), forms: 3)
    try expectMastery(SequentialAssignments(random: random), forms: 2)
    try expectMastery(WildcardSums(random: random), forms: 7)
    try expectMastery(ShortestPaths(vertices: 24, steps: 6, random: random), forms: 3)
    try expectMastery(ComponentQuestions(random: random), forms: 3)
  }

  /// The share of right answers on the hardest level, of each of several courses.
  private func shares<Family: QuestionFamily>(
    _ amplification: Amplification<Family>, _ settings: AmplificationSettings, courses: Int
  ) -> [Double] {
    (0..<courses).map {
      amplification.run(settings, random: random.child("course", $0)).accuracy.last?.last ?? .nan
    }
  }

  @Test("mistakes add up over a power's steps as the closed form says", arguments: [0.005, 0.02])
  func accumulation(error: Double) throws {
    let amplification = Amplification(of: try PermutationPowers(random: random))
    let shares = shares(amplification, try AmplificationSettings(error: error), courses: 600)
    let expected = Statistics.mean(
      (32..<64).map { PermutationPowers.chance(ofRightAfter: $0, points: 64, error: error) })
    // Walks that cross themselves after going astray are beyond the closed form.
    #expect(abs(Statistics.mean(shares) - expected) < 4 * Statistics.standardError(shares) + 0.004)
    let least = Statistics.mean(
      (32..<64).map { Amplification<PermutationPowers>.power(1 - error, $0) })
    #expect(
      abs(try amplification.expectedAccuracy(AmplificationSettings(error: error)).last! - least)
        < 1e-12)
  }

  @Test("by hand: of three tables that err in a tenth the majority errs in .028, of five in .00856")
  func majority() throws {
    #expect(abs(try AmplificationSettings(error: 0.1, tables: 3).majorityError - 0.028) < 1e-12)
    #expect(abs(try AmplificationSettings(error: 0.1, tables: 5).majorityError - 0.00856) < 1e-12)
    #expect(try AmplificationSettings(error: 0.5, tables: 7).majorityError.isNearly(0.5))
    #expect(try AmplificationSettings(error: 1, tables: 3).majorityError == 1)
    #expect(try AmplificationSettings(error: 0.3).majorityError == 0.3)
  }

  @Test("a vote of five tables damps mistakes to what the binomial tail leaves")
  func damping() throws {
    let amplification = Amplification(of: try PermutationPowers(random: random))
    let settings = try AmplificationSettings(error: 0.1, tables: 5)
    let shares = shares(amplification, settings, courses: 600)
    let expected = Statistics.mean(
      (32..<64).map {
        PermutationPowers.chance(ofRightAfter: $0, points: 64, error: settings.majorityError)
      })
    #expect(abs(Statistics.mean(shares) - expected) < 4 * Statistics.standardError(shares) + 0.004)
    #expect(Statistics.mean(shares) > 0.6, "without a vote next to nothing would be right")
    let alone = self.shares(amplification, try AmplificationSettings(error: 0.1), courses: 50)
    #expect(Statistics.mean(alone) < 0.1)
  }

  @Test("sums forgive mistakes that cancel: as many of the positive as of the negative values")
  func cancelling() throws {
    let family = try WildcardSums(random: random)
    let amplification = Amplification(of: family)
    let everything = family.truth(of: try #require(family.questions.last?.first))
    let (plus, minus) = ((64 + everything) / 2, (64 - everything) / 2)
    let error = 0.02
    func choose(_ n: Int, _ k: Int) -> Double {
      (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }
    }
    func power(_ k: Int) -> Double { Amplification<WildcardSums>.power(error, k) }
    func rest(_ k: Int) -> Double { Amplification<WildcardSums>.power(1 - error, k) }
    let expected = (0...min(plus, minus)).reduce(0) {
      $0 + choose(plus, $1) * choose(minus, $1) * power(2 * $1) * rest(64 - 2 * $1)
    }
    let courses = 2_000
    let right = Int(
      shares(amplification, try AmplificationSettings(error: error), courses: courses).reduce(0, +))
    let interval = try #require(
      Statistics.proportionInterval(successes: right, of: courses, level: 0.999))
    #expect(interval.lower <= expected && expected <= interval.upper)
    #expect(expected > 1.1 * rest(64), "the lower bound is not all")
  }

  private func expectBound<Family: QuestionFamily>(
    _ family: Family, _ mistakes: AmplificationSettings.MistakePlace
  ) throws {
    let amplification = Amplification(of: family)
    let settings = try AmplificationSettings(error: 0.02, mistakes: mistakes)
    let least = amplification.expectedAccuracy(settings)
    let courses = (0..<60).map {
      amplification.run(settings, random: random.child("course", $0)).accuracy.last ?? []
    }
    for level in least.indices {
      let shares = courses.map { $0[level] }
      #expect(
        Statistics.mean(shares) > least[level] - 4 * Statistics.standardError(shares) - 1e-9,
        "\(family.name), level \(level), \(mistakes)")
    }
    #expect(least.last! < 0.99, "mistakes matter")
  }

  @Test(
    "no family does worse than (1 − ε)ⁿ for the n answers that an answer rests on",
    arguments: AmplificationSettings.MistakePlace.allCases)
  func bounds(mistakes: AmplificationSettings.MistakePlace) throws {
    try expectBound(PermutationPowers(points: 32, bits: 5, random: random), mistakes)
    try expectBound(SequentialAssignments(random: random), mistakes)
    try expectBound(WildcardSums(random: random), mistakes)
    try expectBound(ShortestPaths(vertices: 16, steps: 5, random: random), mistakes)
    try expectBound(ComponentQuestions(random: random), mistakes)
  }

  @Test("control: with facts that are always wrong, powers are right as often as by chance")
  func chance() throws {
    let amplification = Amplification(of: try PermutationPowers(random: random))
    let shares = shares(amplification, try AmplificationSettings(error: 1), courses: 100)
    #expect(abs(Statistics.mean(shares) - 1.0 / 64) < 4 * Statistics.standardError(shares) + 0.004)
    #expect(Statistics.mean(shares) < 0.05)
  }

  @Test("a table that is told answers knows what it was told, and guesses the rest")
  func direct() throws {
    let amplification = Amplification(of: try PermutationPowers(random: random))
    let all = amplification.directSupervision(labels: .max, random: random)
    #expect(all.allSatisfy { $0 == 1 })
    #expect(amplification.directSupervision(labels: 0, random: random).allSatisfy { $0 == 0 })
    // A tenth of 4,032 told, and one of 64 guessed.
    let tenth = amplification.directSupervision(labels: 403, random: random)
    #expect(abs(tenth.last! - (0.1 + 0.9 / 64)) < 0.03)
  }

  @Test("equal seeds give equal courses, another seed others")
  func repeatable() throws {
    let amplification = Amplification(of: try WildcardSums(random: random))
    let settings = try AmplificationSettings(error: 0.1, mistakes: .everyAnswer, tables: 3)
    #expect(
      amplification.run(settings, random: random) == amplification.run(settings, random: random))
    #expect(
      amplification.run(settings, random: random)
        != amplification.run(settings, random: random.child("x")))
  }

  @Test("settings that make no sense are refused")
  func refused() {
    #expect(throws: InputError.self) { try AmplificationSettings(error: 1.5) }
    #expect(throws: InputError.self) { try AmplificationSettings(error: .nan) }
    #expect(throws: InputError.self) { try AmplificationSettings(tables: 4) }
    #expect(throws: InputError.self) { try AmplificationSettings(tables: -1) }
  }
}

extension Double {
  fileprivate func isNearly(_ other: Double) -> Bool { abs(self - other) < 1e-12 }
}
