import Compute
import Oversight

/// Five families of questions, taught by taking them apart: what each round masters, what it costs, how mistakes add up
/// and how a vote damps them.
struct AmplificationStudy {
  /// Courses of teaching for each estimated share.
  var courses = 500
  /// How often a fact is read wrongly.
  var error = 0.01
  /// Tables that vote.
  var tables = 5

  func run(_ random: RandomSource) throws -> ReproductionResult {
    let families = random.child("families")
    var numbers = try numbers(of: PermutationPowers(random: families), random) { steps, error in
      PermutationPowers.chance(ofRightAfter: steps, points: 64, error: error)
    }
    numbers += try self.numbers(of: SequentialAssignments(random: families), random)
    numbers += try self.numbers(of: WildcardSums(random: families), random)
    numbers += try self.numbers(of: ShortestPaths(random: families), random)
    numbers += try self.numbers(of: ComponentQuestions(random: families), random)
    numbers += try networks(random)
    return ReproductionResult(
      title: "Taking questions apart, by a table that learns",
      numbers: numbers,
      remarks: [
        "The paper trains a Transformer, in days; here a table learns, which knows what it was taught and nothing else. What it "
          + "shares with the paper: all five families are mastered, the hardest level last, with few calls of the oracle (the "
          + "paper: 6,000 to 24,000, against tens of millions of labels). Demonstrations are few here because a form's plan is "
          + "followed without error; a network has to learn that as well.",
        "“At least” is (1 − ε)ⁿ, for the n facts that an answer rests on, averaged over the hardest level. What lies above it is "
          + "mistakes that cancel or do not matter; for powers the closed form counts those that cancel.",
        "Of \(tables) tables that err in \(error) the majority errs in "
          + "\(try AmplificationSettings(error: error, tables: tables).majorityError), if mistakes are independent from table to "
          + "table and, where made, the same. Mistakes that all tables share are not damped at all.",
        "Direct supervision is told as many right answers as amplification calls its oracle; of a table it is a poor rival, since a "
          + "table does not generalise. And its labels have to be right on the hardest level, which nobody here can judge alone.",
      ])
  }

  /// A small network in the table's place, and one that hardly learns.
  private func networks(_ random: RandomSource) throws -> [ReproducedNumber] {
    func hardest(_ teaching: NetworkTeaching) throws -> [Double] {
      try (0..<5).map { seed in
        let own = random.child("amplification/network", seed)
        let family = try PermutationPowers(points: 16, bits: 4, random: own)
        return Amplification(of: family).run(teaching, random: own).accuracy.last?.last ?? .nan
      }
    }
    return [
      ReproducedNumber(
        "a network, 16 points, 4 bits: hardest level, least of 5 seeds",
        try hardest(NetworkTeaching()).min() ?? .nan,
        reference: 1, tolerance: 0.05, note: "at least .95"),
      ReproducedNumber(
        "control: 5 steps a round, hardest level, mean of 5 seeds",
        Statistics.mean(try hardest(NetworkTeaching(steps: 5))), reference: 1.0 / 16,
        tolerance: 0.15, note: "chance"),
    ]
  }

  private func numbers<Family: QuestionFamily>(
    of family: Family, _ random: RandomSource,
    closedForm: ((_ support: Int, _ error: Double) -> Double)? = nil
  ) throws -> [ReproducedNumber] {
    let amplification = Amplification(of: family)
    let faultless = amplification.run(try AmplificationSettings(), random: random)
    let patient = amplification.run(
      try AmplificationSettings(followsDemonstrations: false), random: random)
    let levels = amplification.levels.count
    let mastered = faultless.accuracy.indices.filter { round in
      faultless.accuracy[round] == (0..<levels).map { $0 <= round ? 1 : 0 }
    }
    func number(_ name: String, _ ours: Double, _ reference: Double? = nil, _ note: String = "")
      -> ReproducedNumber
    {
      ReproducedNumber(
        "\(family.name): \(name)", ours, reference: reference,
        tolerance: reference == nil ? nil : 0, note: note)
    }
    var numbers = [
      number("questions", Double(faultless.questions)),
      number("rounds that master one level more", Double(mastered.count), Double(levels), "levels"),
      number(
        "oracle calls, each question taken apart by the person", Double(patient.oracleCalls),
        Double(patient.questions),
        "questions"),
      number(
        "oracle calls, one demonstration for each form", Double(faultless.oracleCalls),
        Double(Set(amplification.questions.map(family.form)).count), "forms"),
      number(
        "direct supervision by as many labels, hardest level",
        amplification.directSupervision(labels: faultless.oracleCalls, random: random).last ?? .nan,
        nil,
        "amplification: 1"),
    ]
    let supports = amplification.supports(.facts)
    for tables in [1, tables] {
      let settings = try AmplificationSettings(error: error, tables: tables)
      let shares = ThreadPool.shared.map(courses) { course in
        amplification.run(
          settings, random: random.child("amplification/\(family.name)/\(tables)", course)
        )
        .accuracy.last?.last ?? .nan
      }
      let mean = Statistics.mean(shares)
      let slack = 4 * Statistics.standardError(shares)
      let least = amplification.expectedAccuracy(settings, supports: supports).last ?? .nan
      let voters = tables == 1 ? "one table" : "\(tables) tables vote"
      let name = "\(family.name): facts wrong in \(error), \(voters)"
      numbers += [
        ReproducedNumber(
          "\(name), hardest level", mean, interval: Self.interval(shares),
          reference: least, note: "at least"),
        ReproducedNumber(
          "\(name), falls short of that by", max(0, least - mean), reference: 0, tolerance: slack,
          note: "4 standard errors"),
      ]
      if let closedForm, let hardest = amplification.levels.last {
        let expected = hardest.map { closedForm(supports[$0], settings.majorityError) }
        numbers.append(
          ReproducedNumber(
            "\(name), mistakes that cancel counted", mean,
            interval: Self.interval(shares),
            reference: Statistics.mean(expected), tolerance: slack + 0.004, note: "closed form"))
      }
    }
    return numbers
  }

  /// An interval for a mean of shares; no share lies beyond 0 and 1.
  private static func interval(_ shares: [Double]) -> Interval? {
    Statistics.meanInterval(shares).map { found in
      Interval(lower: max(0, found.lower), upper: min(1, found.upper), level: found.level)
    }
  }
}
