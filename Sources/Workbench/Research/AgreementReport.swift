import Compute
import Feedback
import GRDB

/// How far people agree on comparisons, how often each of them is right, and whether one has begun to err more.
///
/// Every figure has an interval, or says why it is unknown. Each look costs O(answers · resamples): the latest
/// ``mostAnswers`` are looked at.
struct AgreementReport: Codable, Sendable {
  /// Krippendorff's α of all (second, tie, first; ordinal), the interval by a bootstrap over questions.
  var alpha: Figure
  /// Cohen's κ (three names, unweighted) of each two who have answers to the same questions, most in common first.
  var pairs: [Pair]
  /// How many further pairs there are.
  var pairsLeftOut: Int
  var people: [Person]
  /// How many answers were looked at, and how many there are.
  var answers: Int
  var allAnswers: Int

  static let mostAnswers = 4000
  static let mostPairs = 100
  private static let resamples = 400

  /// A number with its 95 % interval; without a number the reason why.
  struct Figure: Codable, Sendable {
    var value: Double?
    var low: Double?
    var high: Double?
    /// How many questions it is about.
    var count: Int
    var unknown: String?

    init(_ value: Double?, _ interval: Interval?, count: Int, unknown: String) {
      self.count = count
      // Resamples that are all alike are no evidence of certainty.
      guard let value, value.isFinite, let interval, interval.lower < interval.upper else {
        self.unknown = unknown
        return
      }
      (self.value, low, high) = (value, interval.lower, interval.upper)
    }
  }

  struct Pair: Codable, Sendable {
    var first: String
    var second: String
    var kappa: Figure
  }

  struct Person: Codable, Sendable {
    var name: String
    /// The share of right answers by Dawid and Skene's model, gold and decisions being certain.
    var accuracy: Figure
    var drift: Drift
  }

  /// - Parameters:
  ///   - judgments: all that stand, in the order in which they were given.
  ///   - names: everybody, in the order of the report.
  ///   - decided: the side that was decided on, by question.
  init(_ judgments: [Judgment], names: [String], decided: [Int: Double], random: RandomSource) throws {
    let recent = Array(judgments.suffix(Self.mostAnswers))
    (answers, allAnswers) = (recent.count, judgments.count)
    let sides = recent.filter { $0.check == nil && $0.side != nil }
    let shared = Dictionary(grouping: sides, by: \.question).filter { $0.value.count > 1 }
    let questions = shared.keys.sorted()
    let ratings = names.map { name in questions.map { shared[$0]?.last { $0.person == name }?.side } }
    alpha = Self.alpha(ratings, questions: questions.count, random)
    (pairs, pairsLeftOut) = Self.pairs(ratings, names, random)
    let accuracies = try Self.accuracies(recent, names, decided, random)
    people = names.enumerated().map { index, name in
      Person(name: name, accuracy: accuracies[index], drift: Drift(of: name, in: judgments, decided: decided))
    }
  }

  private static func alpha(_ ratings: [[Double?]], questions: Int, _ random: RandomSource) -> Figure {
    let alpha = questions > 0 ? Agreement.alpha(ratings, .ordinal) : nil
    return Figure(
      alpha,
      questions > 1
        ? Agreement.alphaInterval(ratings, .ordinal, resamples: resamples, random: random.child("agreement")) : nil,
      count: questions,
      unknown: questions < 2
        ? "\(questions == 0 ? "no question was" : "one question alone was") answered by two people; two are needed"
        : alpha == nil
          ? "everybody gave one and the same answer, as chance would too"
          : alpha == 1
            ? "all agree on all \(questions) questions, from which no interval can be had"
            : "too few questions for an interval")
  }

  private static func pairs(_ ratings: [[Double?]], _ names: [String], _ random: RandomSource) -> ([Pair], Int) {
    var common: [(first: Int, second: Int, labels: [(Int, Int)])] = []
    for first in names.indices {
      for second in names.indices where second > first {
        let labels = zip(ratings[first], ratings[second]).compactMap { a, b -> (Int, Int)? in
          guard let a, let b else { return nil }
          return (Int(1 - a), Int(1 - b))
        }
        if !labels.isEmpty { common.append((first, second, labels)) }
      }
    }
    // The order of names decides between equals, so that the list does not jump about.
    let sorted = common.enumerated().sorted {
      ($1.element.labels.count, $0.offset) < ($0.element.labels.count, $1.offset)
    }
    .map(\.element)
    let pairs = sorted.prefix(mostPairs).map { pair in
      let (a, b) = (pair.labels.map(\.0), pair.labels.map(\.1))
      let kappa = Agreement.kappa(a, b, labels: 3)
      let interval = Agreement.kappaInterval(
        a, b, labels: 3, resamples: resamples,
        random: random.child("kappa").child(names[pair.first]).child(names[pair.second]))
      return Pair(
        first: names[pair.first], second: names[pair.second],
        kappa: Figure(
          kappa, interval, count: a.count,
          unknown: kappa == nil
            ? "both gave one and the same answer, as chance would too"
            // κ is 0 then, whatever they think.
            : Set(a).count == 1 || Set(b).count == 1
              ? "one of them gave one and the same answer to all"
              : kappa == 1
                ? "both agree on all \(a.count) questions, from which no interval can be had"
                : "too few questions in common for an interval"))
    }
    return (pairs, sorted.count - pairs.count)
  }

  private static func accuracies(
    _ judgments: [Judgment], _ names: [String], _ decided: [Int: Double], _ random: RandomSource
  ) throws -> [Figure] {
    var ratings: [PersonRating] = []
    var items: [Int: Int] = [:]
    var gold: [Int: Int] = [:]
    let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
    for judgment in judgments where judgment.check == nil || judgment.check == .gold {
      guard let side = judgment.side, let person = places[judgment.person] else { continue }
      let question = judgment.source ?? judgment.question
      let item = items[question] ?? items.count
      items[question] = item
      ratings.append(PersonRating(person: person, item: item, label: Int(1 - side)))
      if let truth = decided[question] ?? Judgment.side(judgment.expected) { gold[item] = Int(1 - truth) }
    }
    let rated = Set(ratings.map(\.person))
    guard !rated.isEmpty else { return names.map { _ in Figure(nil, nil, count: 0, unknown: "no answers yet") } }
    let raters = Dictionary(grouping: ratings, by: \.item)
    let overlapping = Set(raters.values.filter { $0.count > 1 }.joined().map(\.person)).count
    let assessed = try PersonReliability.assess(
      ratings, labels: 3, gold: gold, resamples: 200, random: random.child("accuracy"))
    return names.indices.map { person in
      guard rated.contains(person) else { return Figure(nil, nil, count: 0, unknown: "no answers yet") }
      let (one, isIdentified) = (assessed[person], overlapping > 2 || !gold.isEmpty)
      return Figure(
        isIdentified ? one.accuracy : nil,
        one.accuracyInterval.flatMap { Self.widened($0, one.accuracy, of: one.checked) }, count: one.checked,
        unknown: !isIdentified
          ? "that two people differ does not tell which of them errs: a third person, or gold, would"
          : "\(one.checked) answers are to questions that others answered or that are gold; 5 are needed")
    }
  }
}

extension AgreementReport {
  /// The interval of a share of right answers, at least as wide as the exact one would be if it were known which answers
  /// are right: where all answers follow one pattern, so do all resamples, and the bootstrap alone is narrower than that.
  private static func widened(_ interval: Interval, _ share: Double, of count: Int) -> Interval? {
    let right = share * Double(count)
    guard let below = Statistics.proportionInterval(successes: Int(right), of: count),
      let above = Statistics.proportionInterval(successes: min(count, Int(right.rounded(.up))), of: count)
    else { return nil }
    return Interval(
      lower: min(interval.lower, below.lower), upper: max(interval.upper, above.upper), level: interval.level)
  }
}

extension WorkbenchStore {
  /// How far people agree; where that takes long, it may be of a little while ago.
  func agreement() throws -> AgreementReport {
    try reports.agreement.value(at: [changes.value]) {
      let (judgments, decided, names) = try read { db in
        (
          try Self.judgments(db).filter(\.isComparison), try Self.decidedSides(db),
          try String.fetchAll(db, sql: "SELECT name FROM people ORDER BY created, name")
        )
      }
      return try AgreementReport(judgments, names: names, decided: decided, random: random)
    }
  }
}
