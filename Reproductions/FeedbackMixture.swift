import Compute
import Feedback

extension Reproduction {
  /// Kinds of feedback together and each alone, at equal cost.
  static let feedbackMixture = Reproduction(
    name: "feedback-mixture", summary: "Several kinds of feedback together against each alone, at equal cost",
    source: "our own study",
    duration: "two minutes"
  ) { random in
    // Of six mixtures tried with seed 1, the best in each world; so seed 1 is no fair test of them.
    let studies = [
      (try FeedbackTestWorld.delivery(), ["comparison", "rating"]),
      (try FeedbackTestWorld.pendulum(), ["comparison", "credit"]),
    ]
    return ReproductionResult(
      title: "A reward from a mixture and from each kind alone, at a cost of \(FeedbackMixture.budget): mean of "
        + "\(FeedbackMixture.seeds) seeds",
      numbers: try studies.flatMap { try FeedbackMixture.compare($1, in: $0, random: random) },
      remarks: [
        "Cost: 1 for each clip shown (at least 1) and 1 for the reply; an order costs 1 for each clip, a curve or a "
          + "clip of their own 4. Of the mixture, the kind that has cost least so far is asked next.",
        "The mixtures were chosen with seed 1, of six.",
        "\"Gain\": what the mixture has over a kind alone, seed by seed, with a 95 % interval; positive is better.",
      ])
  }
}

enum FeedbackMixture {
  static let budget = 1500
  static let seeds = 20

  static func compare(
    _ mixture: [String], in world: FeedbackTestWorld, random: RandomSource
  ) throws -> [ReproducedNumber] {
    // A state of the world weighs every transition of its table: as many answers as the others give would take hours.
    let alone = FeedbackKinds.standard.map(\.name).filter { $0 != "state-of-the-world" }
    let sources = [mixture] + alone.map { [$0] }
    let results = try Parts.run(sources.count * seeds) { part in
      try learned(sources[part / seeds], in: world, random: random.child("seed", part % seeds))
    }
    func values(_ source: Int, _ value: (FeedbackTestWorld.Measured) -> Double?) -> [Double] {
      (0..<seeds).compactMap { value(results[source * seeds + $0]) }
    }
    return sources.indices.flatMap { source -> [ReproducedNumber] in
      let label = "\(world.name), \(sources[source].joined(separator: " + "))"
      let distances = values(source) { $0.distance }
      var numbers = [FeedbackKindsStudy.number("\(label): \(world.distanceName)", distances)]
      if source > 0 {
        let gains = zip(distances, values(0) { $0.distance }).map { $0 - $1 }
        numbers.append(FeedbackKindsStudy.number("\(label): gain in distance", gains))
      }
      let planned = values(source) { $0.planned }
      guard !planned.isEmpty else { return numbers }
      numbers.append(FeedbackKindsStudy.number("\(label): planned return", planned))
      if source > 0 {
        let gains = zip(planned, values(0) { $0.planned }).map { $1 - $0 }
        numbers.append(FeedbackKindsStudy.number("\(label): gain in planned return", gains))
      }
      return numbers
    }
  }

  private static func learned(
    _ names: [String], in world: FeedbackTestWorld, random: RandomSource
  ) throws -> FeedbackTestWorld.Measured {
    let kinds = try names.map { try FeedbackRegistry.standard.kind($0) }
    var spent = [Int](repeating: 0, count: kinds.count)
    var asked = spent
    var set = try world.emptySet()
    while spent.reduce(0, +) < budget {
      let next = spent.indices.min { spent[$0] < spent[$1] } ?? 0
      let (choices, cost) = try world.answered(kinds[next], number: asked[next], random: random)
      try set.append(choices)
      spent[next] += cost
      asked[next] += 1
    }
    return try world.learn(set, random: random)
  }
}
