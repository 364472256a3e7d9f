import Compute

/// How far one person's judgement can be relied on, from questions that several people answered and from gold questions
/// whose right answer is known.
///
/// ```swift
/// let people = try PersonReliability.assess(ratings, labels: 2, gold: gold, random: source)
/// people[0].isReliable(atLeast: 0.7)      // true, false, or nil: not known
/// ```
public struct PersonReliability: Codable, Sendable, Hashable {
  /// Who, counted from 0.
  public var person: Int
  /// Answers to questions that another person answered too, or that are gold.
  public var checked: Int
  /// Their right answers to gold questions.
  public var goldRight: Int
  /// Their answers to gold questions.
  public var goldAnswers: Int
  /// The share of right answers to gold questions: exact (Clopper–Pearson); nil without gold.
  public var goldInterval: Interval?
  /// The share of right answers by ``DawidSkene`` over all checked questions.
  public var accuracy: Double
  /// A bootstrap percentile interval of that, over items; nil with fewer than 5 checked answers. Too narrow for few
  /// answers: of 95 % intervals 59 to 78 % cover the truth at 30 questions, 80 to 90 % at 100 (`Benchmarks/coverage`).
  public var accuracyInterval: Interval?

  /// Assesses all people: those who answered nothing that can be checked have the prior's accuracy and no interval.
  ///
  /// - Parameters:
  ///   - ratings: labels of 0 ..< `labels`.
  ///   - labels: at least 2.
  ///   - gold: true labels of some items.
  ///   - level: of the intervals.
  ///   - resamples: of the bootstrap; each fits ``DawidSkene`` again.
  ///   - random: for the bootstrap.
  public static func assess(
    _ ratings: [PersonRating], labels: Int, gold: [Int: Int] = [:], level: Double = 0.95, resamples: Int = 200,
    random: RandomSource
  ) throws -> [PersonReliability] {
    let fit = try DawidSkene(ratings, labels: labels, gold: gold, smoothing: smoothing)
    let people = fit.people
    // An item that one person alone answered, without gold, is no evidence about them.
    var raters: [Int: Set<Int>] = [:]
    for rating in ratings { raters[rating.item, default: []].insert(rating.person) }
    let checkable = ratings.filter { gold[$0.item] != nil || raters[$0.item]!.count > 1 }
    let items = Set(checkable.map(\.item)).sorted()
    var byItem: [Int: [PersonRating]] = [:]
    for rating in checkable { byItem[rating.item, default: []].append(rating) }
    var replicates: [[Double]] = []
    if items.count > 1, resamples > 1 {
      let byItem = byItem
      replicates = Statistics.bootstrapReplicates(count: items.count, resamples: resamples, random: random) { counts in
        accuracies(counts, items: items, byItem: byItem, labels: labels, gold: gold, people: people)
      }
    }
    return (0..<people).map { person in
      let own = checkable.filter { $0.person == person }
      let golden = own.filter { gold[$0.item] != nil }
      let right = golden.count { gold[$0.item] == $0.label }
      return PersonReliability(
        person: person, checked: own.count, goldRight: right, goldAnswers: golden.count,
        goldInterval: Statistics.proportionInterval(successes: right, of: golden.count, level: level),
        accuracy: fit.accuracy(of: person),
        accuracyInterval: own.count < 5
          ? nil : Statistics.percentileInterval(replicates, column: person, level: level))
    }
  }

  /// Whether the person is right in at least this share of their answers: nil where the evidence excludes neither.
  ///
  /// The gold interval decides where it can; else that of the overlap.
  public func isReliable(atLeast wanted: Double) -> Bool? {
    for interval in [goldInterval, accuracyInterval] {
      guard let interval else { continue }
      if interval.lower >= wanted { return true }
      if interval.upper < wanted { return false }
    }
    return nil
  }

  private static let smoothing = 0.5

  private static func accuracies(
    _ counts: [Double], items: [Int], byItem: [Int: [PersonRating]], labels: Int, gold: [Int: Int], people: Int
  ) -> [Double] {
    // Each time an item is drawn it counts as an item of its own.
    var drawn: [PersonRating] = []
    var drawnGold: [Int: Int] = [:]
    var number = 0
    for (index, item) in items.enumerated() {
      for _ in 0..<Int(counts[index]) {
        for rating in byItem[item]! {
          drawn.append(PersonRating(person: rating.person, item: number, label: rating.label))
        }
        if let truth = gold[item] { drawnGold[number] = truth }
        number += 1
      }
    }
    // A resample that cannot be fitted makes its intervals nil rather than wrong.
    guard
      let fit = try? DawidSkene(drawn, labels: labels, gold: drawnGold, smoothing: smoothing, tolerance: 1e-5)
    else { return [Double](repeating: .nan, count: people) }
    return (0..<people).map { $0 < fit.people ? fit.accuracy(of: $0) : priorAccuracy(labels) }
  }

  private static func priorAccuracy(_ labels: Int) -> Double { 2 / Double(labels + 1) }
}
