import Compute
import Feedback
import Foundation

/// How often the 95 % intervals of κ, α and the shares of right answers cover what is true, in simulated data sets: a
/// table in Markdown.
///
/// The intervals are made as the workbench makes them: 400 resamples for κ and α, 200 for Dawid and Skene's model. Where
/// an interval cannot be had the workbench shows no figure: those data sets are counted apart.
func measureCoverage(_ options: Options) throws {
  let sets = try options.count("sets", default: 400)
  guard sets > 1 else { throw Complaint(text: "--sets needs at least 2") }
  let crews: [(name: String, crew: SimulatedCrew)] = [
    ("3 people: .9, .8, .7; all answer all", SimulatedCrew(accuracies: [0.9, 0.8, 0.7], answered: 1)),
    (
      "5 people: .95, .9, .8, .7, .5; each answers 70 %",
      SimulatedCrew(accuracies: [0.95, 0.9, 0.8, 0.7, 0.5], answered: 0.7)
    ),
  ]
  print("| people | κ of two, true | α of all, true |\n|---|---|---|")
  for (name, crew) in crews {
    let kappas = crew.pairs.map { String(format: "%.3f", crew.kappa($0, $1)) }.joined(separator: " and ")
    print("| \(name) | \(kappas) | \(String(format: "%.3f", crew.alpha())) |")
  }
  print("")
  print("| people | questions | κ of two | α of all | right (Dawid–Skene) | right, as wide as the workbench shows it |")
  print("|---|---|---|---|---|---|")
  for (name, crew) in crews {
    for questions in [30, 100, 300] {
      var cells = Cells()
      for set in 0..<sets {
        let random = RandomSource(seed: 14).child(name).child("questions \(questions)", set)
        var draws = random.stream("answers")
        try cells.note(crew, crew.answers(questions, &draws), random.child("intervals"))
      }
      print("| \(name) | \(questions) | \(cells.kappa) | \(cells.alpha) | \(cells.accuracy) | \(cells.widened) |")
    }
  }
}

/// How many intervals there were, and how many covered the truth.
private struct Coverage: CustomStringConvertible {
  private var covered = 0
  private var shown = 0
  private var all = 0

  mutating func note(_ interval: Interval?, _ truth: Double) {
    all += 1
    guard let interval, interval.lower < interval.upper else { return }
    shown += 1
    if interval.lower <= truth, truth <= interval.upper { covered += 1 }
  }

  var description: String {
    guard shown > 0, let interval = Statistics.proportionInterval(successes: covered, of: shown) else { return "–" }
    func percent(_ share: Double) -> String { String(format: "%.1f", 100 * share) }
    let missing = all == shown ? "" : ", none in \(all - shown) of \(all)"
    return
      "\(percent(Double(covered) / Double(shown))) % [\(percent(interval.lower)), \(percent(interval.upper))]\(missing)"
  }
}

private struct Cells {
  var (kappa, alpha, accuracy, widened) = (Coverage(), Coverage(), Coverage(), Coverage())

  /// One data set: κ of the first two people and of the last two, α, and everybody's share of right answers.
  mutating func note(_ crew: SimulatedCrew, _ said: [[Int?]], _ random: RandomSource) throws {
    for (one, other) in crew.pairs {
      let both = zip(said[one], said[other]).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
      let interval = Agreement.kappaInterval(
        both.map(\.0), both.map(\.1), labels: SimulatedCrew.labels, resamples: 400,
        random: random.child("kappa", one))
      kappa.note(interval, crew.kappa(one, other))
    }
    let ratings = said.map { $0.map { $0.map(Double.init) } }
    alpha.note(
      Agreement.alphaInterval(ratings, .ordinal, resamples: 400, random: random.child("alpha")), crew.alpha())
    let rated = said.enumerated().flatMap { person, row in
      row.enumerated().compactMap { item, label in label.map { PersonRating(person: person, item: item, label: $0) } }
    }
    let people = try PersonReliability.assess(
      rated, labels: SimulatedCrew.labels, resamples: 200, random: random.child("right"))
    for one in people {
      let truth = crew.accuracy(one.person)
      accuracy.note(one.accuracyInterval, truth)
      widened.note(one.accuracyInterval.flatMap { Self.widened($0, one.accuracy, of: one.checked) }, truth)
    }
  }

  /// What the workbench does with it (`AgreementReport`): at least as wide as the exact interval would be if it were
  /// known which answers are right.
  private static func widened(_ interval: Interval, _ share: Double, of count: Int) -> Interval? {
    let right = share * Double(count)
    guard let below = Statistics.proportionInterval(successes: Int(right), of: count),
      let above = Statistics.proportionInterval(successes: min(count, Int(right.rounded(.up))), of: count)
    else { return nil }
    return Interval(
      lower: min(interval.lower, below.lower), upper: max(interval.upper, above.upper), level: interval.level)
  }
}
