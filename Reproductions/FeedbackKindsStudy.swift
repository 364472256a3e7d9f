import Compute
import Feedback
import Foundation

extension Reproduction {
  /// Learning curves of every kind of feedback.
  static let feedbackKinds = Reproduction(
    name: "feedback-kinds", summary: "How fast a reward is learned from each kind of feedback, on two worlds",
    source: "our own study; simulated people by their likelihoods (Jeon, Milli, Drăgan, \"Reward-rational (implicit) "
      + "choice\", NeurIPS 2020)",
    duration: "a few minutes"
  ) { random in
    let worlds = [try FeedbackTestWorld.delivery(), try FeedbackTestWorld.pendulum()]
    return ReproductionResult(
      title: "Learning curves of every kind of feedback: mean of \(FeedbackKindsStudy.seeds) seeds, 95 % intervals",
      numbers: try worlds.flatMap { try FeedbackKindsStudy.curves(in: $0, random: random) },
      remarks: [
        "Delivery: STARC distance from the true reward (0 … 2), and what a planner on the learned reward earns, from 0 "
          + "(acting at random; less is worse) to 1 (the best there is). Pendulum: EPIC distance (0 … 1).",
        "An answer is not the same effort for every kind: see feedback-mixture for equal costs.",
        "The clips are random play of 8 steps; simulated people choose by their likelihood, which the learner "
          + "knows.",
      ])
  }
}

enum FeedbackKindsStudy {
  /// Each option of a state of the world weighs every transition of the table: more such answers would take hours.
  static func answers(_ kind: AnyFeedbackKind) -> [Int] {
    kind.name == "state-of-the-world" ? [30, 100] : [30, 100, 300, 1000]
  }

  static let seeds = 5

  /// A kind in a world: at each number of answers, the measures of all seeds.
  static func curves(in world: FeedbackTestWorld, random: RandomSource) throws -> [ReproducedNumber] {
    let kinds = FeedbackKinds.standard.filter { $0.name != "state-of-the-world" || world.entry.tabular != nil }
    let results = try Parts.run(kinds.count * seeds) { part in
      try curve(kinds[part / seeds], in: world, random: random.child("seed", part % seeds))
    }
    return kinds.indices.flatMap { kind in
      answers(kinds[kind]).enumerated().flatMap { point, count -> [ReproducedNumber] in
        let measured = (0..<seeds).map { results[kind * seeds + $0][point] }
        let label = "\(world.name), \(kinds[kind].name), \(count) answers"
        var numbers = [number("\(label): \(world.distanceName)", measured.map(\.distance))]
        let planned = measured.compactMap(\.planned)
        if !planned.isEmpty { numbers.append(number("\(label): planned return", planned)) }
        return numbers
      }
    }
  }

  private static func curve(
    _ kind: AnyFeedbackKind, in world: FeedbackTestWorld, random: RandomSource
  ) throws -> [FeedbackTestWorld.Measured] {
    var set = try world.emptySet()
    var asked = 0
    return try answers(kind).map { count in
      while asked < count {
        try set.append(world.answered(kind, number: asked, random: random).choices)
        asked += 1
      }
      return try world.learn(set, random: random)
    }
  }

  static func number(_ name: String, _ values: [Double]) -> ReproducedNumber {
    let interval = Statistics.meanInterval(values)
    return ReproducedNumber(
      name, Statistics.mean(values), interval: interval,
      note: interval.map { String(format: "95 %% %.3f … %.3f", $0.lower, $0.upper) } ?? "")
  }
}

/// Independent pieces of a study on all threads; the results in order, for any number of threads.
enum Parts {
  static func run<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> Result) throws -> [Result] {
    try ThreadPool.shared.map(count) { part in Swift.Result { try body(part) } }.map { try $0.get() }
  }
}
