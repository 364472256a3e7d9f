import Compute
import Foundation

/// How good things are and how far each person can be relied on, from who preferred what: Bradley and Terry's model
/// with a rationality, an error rate and a tie threshold of each person.
///
/// ```swift
/// let fit = try RatedPairs([RatedPairs.Answer(person: 0, first: 3, second: 5, preference: 1)])
/// fit.scores[3].value
/// fit.people[0].rationality     // value and interval
/// ```
///
/// Person p compares u = β_p (s_first − s_second); P(first) = σ(u − δ_p), P(second) = σ(−u − δ_p), a tie otherwise;
/// with probability ε_p the answer is blind. All parameters are estimated together, as the mode of their posterior.
/// Priors, weak and stated: s ~ N(0, 2²), ln β ~ N(0, 1), logit ε ~ N(−2.5, 1), ln δ ~ N(−1, 1). Intervals come from
/// the posterior's curvature (a normal approximation). Scores are relative to their mean, rationalities to their
/// geometric mean, because only the product of a rationality and a score can be seen; a single person's is 1.
///
/// A low β and a high ε look much alike in few answers, so that each may be uncertain where their effect is not:
/// ``Rater/accuracy``. Persistently wrong answers (β < 0) do not exist here; see ``DawidSkene``.
///
/// Sources: Bradley, Terry 1952; Rao, Kupper 1967 (ties); Chen et al. 2013 (annotators in Bradley–Terry).
public struct RatedPairs: Codable, Sendable, Hashable {
  /// One answered pair.
  public struct Answer: Codable, Sendable, Hashable {
    /// Who answered, counted from 0.
    public var person: Int
    /// The item shown first, counted from 0.
    public var first: Int
    /// The item shown second: another one.
    public var second: Int
    /// 1: the first is better; −1: the second; 0: a tie.
    public var preference: Int

    /// Takes the parts as they are.
    public init(person: Int = 0, first: Int, second: Int, preference: Int) {
      self.person = person
      self.first = first
      self.second = second
      self.preference = preference
    }
  }

  /// An estimate and its interval.
  public struct Estimate: Codable, Sendable, Hashable {
    /// The mode of the posterior.
    public var value: Double
    /// At the fit's level; nil where nothing is estimated, or the answers leave the quantity open.
    public var interval: Interval?
  }

  /// What was found of one person.
  public struct Rater: Codable, Sendable, Hashable {
    /// How many answers they gave.
    public var answers: Int
    /// β, relative to the geometric mean of all people; 1 without an interval for a single person.
    public var rationality: Estimate
    /// The share of answers given blindly.
    public var lapse: Estimate
    /// Nil if no answer was "equal".
    public var tieThreshold: Estimate?
    /// How often they name the better item, by these scores, when they name one: the mean over the pairs that they saw.
    public var accuracy: Double
  }

  /// One for each item, relative to their mean.
  public let scores: [Estimate]
  /// One for each person.
  public let people: [Rater]
  /// The mean negative log-likelihood of an answer, in nats.
  public let loss: Double
  /// Whether the gradient is nearly zero at the end of the search.
  public let converged: Bool

  /// - Parameters:
  ///   - answers: people and items counted from 0.
  ///   - level: of the intervals.
  /// - Throws: `InputError` for no answers or an invalid one.
  public init(_ answers: [Answer], level: Double = 0.95) throws {
    try Self.check(answers)
    let items = answers.map { max($0.first, $0.second) }.max()! + 1
    let people = answers.map(\.person).max()! + 1
    let ties = answers.contains { $0.preference == 0 }
    let layout = Layout(items: items, people: people, ties: ties)
    let mode = PosteriorMode(from: layout.start) { point, gradient in
      layout.objective(point, answers, &gradient)
    }
    let centre = mode.point[..<items].reduce(0, +) / Double(items)
    func estimate(_ index: Int, _ function: @escaping (Double) -> Double) -> Estimate {
      Estimate(value: function(mode.point[index]), interval: mode.interval(index, level: level, through: function))
    }
    scores = (0..<items).map { item in
      Estimate(
        value: mode.point[item] - centre,
        interval: layout.centred(Array(0..<items), item, mode, level: level))
    }
    self.people = (0..<people).map { person in
      Rater(
        answers: answers.count { $0.person == person },
        rationality: people > 1
          ? Estimate(
            value: layout.rationality(person, mode.point),
            interval: layout.centred(layout.rationalities, layout.rationality(person)!, mode, level: level).map {
              Interval(lower: exp($0.lower), upper: exp($0.upper), level: level)
            }) : Estimate(value: 1, interval: nil),
        lapse: estimate(layout.lapse(person), Self.logistic),
        tieThreshold: layout.threshold(person).map { estimate($0, { exp($0) }) },
        accuracy: layout.accuracy(of: person, mode.point, answers))
    }
    loss = layout.loss(mode.point, answers) / Double(answers.count)
    converged = mode.converged
  }

  static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private static func check(_ answers: [Answer]) throws {
    guard !answers.isEmpty else { throw InputError("there are no answers", remedy: "give at least one") }
    for (index, answer) in answers.enumerated() {
      guard answer.person >= 0, answer.first >= 0, answer.second >= 0, answer.first != answer.second,
        (-1...1).contains(answer.preference)
      else {
        throw InputError(
          "person \(answer.person) compared \(answer.first) with \(answer.second): \(answer.preference)",
          at: "answer \(index)", remedy: "count from 0, compare two different items, and use 1, 0 or −1")
      }
    }
  }

  /// Where each parameter stands: scores, then for each person ln β (if there are several), logit ε, ln δ (if ties).
  struct Layout {
    let items: Int
    let people: Int
    let ties: Bool

    private var width: Int { 1 + (people > 1 ? 1 : 0) + (ties ? 1 : 0) }
    private func base(_ person: Int) -> Int { items + person * width }
    func lapse(_ person: Int) -> Int { base(person) }
    func rationality(_ person: Int) -> Int? { people > 1 ? base(person) + 1 : nil }
    func threshold(_ person: Int) -> Int? { ties ? base(person) + width - 1 : nil }
    var rationalities: [Int] { (0..<people).compactMap { rationality($0) } }

    /// β relative to the geometric mean.
    func rationality(_ person: Int, _ point: [Double]) -> Double {
      guard let index = rationality(person) else { return 1 }
      let places = rationalities
      return exp(point[index] - places.reduce(0) { $0 + point[$1] } / Double(places.count))
    }

    /// How often the better of two items is named, where one is.
    func accuracy(of person: Int, _ point: [Double], _ answers: [Answer]) -> Double {
      let own = answers.filter { $0.person == person }
      let rationality = rationality(person, point)
      let lapse = RatedPairs.logistic(point[lapse(person)])
      let delta = threshold(person).map { exp(point[$0]) } ?? 0
      let share = lapse / (ties ? 3 : 2)
      let sum = own.reduce(0.0) { sum, answer in
        let utility = rationality * abs(point[answer.first] - point[answer.second])
        let better = (1 - lapse) * RatedPairs.logistic(utility - delta) + share
        let worse = (1 - lapse) * RatedPairs.logistic(-utility - delta) + share
        return sum + better / (better + worse)
      }
      return own.isEmpty ? .nan : sum / Double(own.count)
    }

    var start: [Double] {
      var point = [Double](repeating: 0, count: items + people * width)
      for person in 0..<people {
        point[lapse(person)] = -2.5
        if let index = threshold(person) { point[index] = -1 }
      }
      return point
    }

    func loss(_ point: [Double], _ answers: [Answer]) -> Double {
      var unused = [Double](repeating: 0, count: point.count)
      return objective(point, answers, &unused, priors: false)
    }

    func objective(
      _ point: [Double], _ answers: [Answer], _ gradient: inout [Double], priors: Bool = true
    ) -> Double {
      var sum = 0.0
      let relative = (0..<people).map { rationality($0, point) }
      // ∂loss/∂ln β of each person; the geometric mean takes the average off.
      var pulls = [Double](repeating: 0, count: people)
      for answer in answers {
        let rationality = relative[answer.person]
        let lapse = RatedPairs.logistic(point[lapse(answer.person)])
        let threshold = self.threshold(answer.person).map { exp(point[$0]) } ?? 0
        let difference = point[answer.first] - point[answer.second]
        let likelihood = GradedComparison(
          utility: rationality * difference, threshold: threshold, lapse: lapse, answer: answer.preference, ties: ties)
        sum += likelihood.loss
        gradient[answer.first] += rationality * likelihood.byUtility
        gradient[answer.second] -= rationality * likelihood.byUtility
        gradient[self.lapse(answer.person)] += likelihood.byLapse * lapse * (1 - lapse)
        pulls[answer.person] += likelihood.byUtility * rationality * difference
        if let index = self.threshold(answer.person) { gradient[index] += likelihood.byThreshold * threshold }
      }
      let average = pulls.reduce(0, +) / Double(people)
      for person in 0..<people {
        if let index = rationality(person) { gradient[index] += pulls[person] - average }
      }
      guard priors else { return sum }
      func prior(_ index: Int, _ mean: Double, _ deviation: Double) {
        let z = (point[index] - mean) / deviation
        sum += z * z / 2
        gradient[index] += z / deviation
      }
      for item in 0..<items { prior(item, 0, 2) }
      for person in 0..<people {
        prior(lapse(person), -2.5, 1)
        if let index = rationality(person) { prior(index, 0, 1) }
        if let index = threshold(person) { prior(index, -1, 1) }
      }
      return sum
    }

    /// The interval of one parameter less the mean of these parameters.
    func centred(_ places: [Int], _ place: Int, _ mode: PosteriorMode, level: Double) -> Interval? {
      guard let covariance = mode.covariance else { return nil }
      let count = Double(places.count)
      var variance = covariance[place, place]
      for other in places {
        variance -= 2 * covariance[place, other] / count
        for third in places { variance += covariance[other, third] / (count * count) }
      }
      let value = mode.point[place] - places.reduce(0) { $0 + mode.point[$1] } / count
      let reach = SpecialFunctions.normalQuantile((1 + level) / 2) * max(0, variance).squareRoot()
      return Interval(lower: value - reach, upper: value + reach, level: level)
    }
  }
}
