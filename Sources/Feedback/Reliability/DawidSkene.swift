import Compute
import Foundation

/// Who is how often wrong, found from where people overlap, without knowing the truth: Dawid and Skene's model.
///
/// Each item has one true label z, drawn with probability ``prevalences``; each person k answers l where the truth is z
/// with probability `confusion(k)[z][l]`, independently of the others. Fitted by expectation–maximisation from the
/// labels' shares for each item. Gold items, whose truth is known, stay fixed.
///
/// ```swift
/// let fit = try DawidSkene(ratings, labels: 2, gold: [0: 1, 5: 0])
/// fit.accuracy(of: 3)       // how often person 3 is right, over the items as they are
/// fit.posteriors[17]        // what item 17 truly is
/// ```
///
/// With two people and no gold the model is not identified: any disagreement can be put on either. All people wrong
/// more often than right looks like all people right with the labels' names exchanged; the start decides, which takes
/// the majority's side. Each iteration costs O(ratings · labels).
///
/// Source: Dawid, Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm".
public struct DawidSkene: Codable, Sendable, Hashable {
  /// The number of different labels.
  public let labels: Int
  /// The probability of each true label: [labels].
  public private(set) var prevalences: [Double]
  /// [people × labels × labels]: person, truth, answer.
  public private(set) var confusions: [Double]
  /// The probability of each true label, item by item: [items][labels]. An item without ratings has the prevalences.
  public private(set) var posteriors: [[Double]]
  /// The log-likelihood of the ratings after each iteration; without smoothing it never falls.
  public private(set) var logLikelihoods: [Double] = []
  /// Whether the last iteration changed no probability by more than the tolerance.
  public private(set) var converged = false

  /// The number of people.
  public var people: Int { confusions.count / (labels * labels) }

  /// - Parameters:
  ///   - ratings: labels of 0 ..< `labels`.
  ///   - labels: at least 2.
  ///   - gold: the true label of some items.
  ///   - smoothing: pseudo-answers added to each cell of each confusion matrix, twice as many to those on its
  ///     diagonal, and one-half of it to each prevalence; 0 is maximum likelihood. A little keeps people with few
  ///     answers from looking perfect.
  ///   - iterations: at most.
  ///   - tolerance: the change of a probability at which it stops.
  /// - Throws: `InputError` for no ratings, or a number out of range.
  public init(
    _ ratings: [PersonRating], labels: Int, gold: [Int: Int] = [:], smoothing: Double = 0, iterations: Int = 1000,
    tolerance: Double = 1e-9
  ) throws {
    precondition(labels >= 2 && smoothing >= 0, "two labels or more, and no negative answers")
    try Self.check(ratings, labels: labels, gold: gold)
    self.labels = labels
    let people = ratings.map(\.person).max()! + 1
    let items = max(ratings.map(\.item).max()!, gold.keys.max() ?? 0) + 1
    prevalences = [Double](repeating: 1 / Double(labels), count: labels)
    confusions = [Double](repeating: 0, count: people * labels * labels)
    posteriors = [[Double]](repeating: prevalences, count: items)
    var counts = [[Double]](repeating: [Double](repeating: 0, count: labels), count: items)
    for rating in ratings { counts[rating.item][rating.label] += 1 }
    for item in 0..<items {
      let total = counts[item].reduce(0, +)
      if total > 0 { posteriors[item] = counts[item].map { $0 / total } }
      if let truth = gold[item] { posteriors[item] = (0..<labels).map { $0 == truth ? 1 : 0 } }
    }
    for _ in 0..<iterations where !converged {
      let before = (prevalences, confusions)
      maximize(ratings, smoothing: smoothing)
      expect(ratings, gold: gold)
      let change = zip(before.0 + before.1, prevalences + confusions).reduce(0) { max($0, abs($1.0 - $1.1)) }
      converged = change <= tolerance
    }
  }

  /// P(answer | truth) of one person: [truth][answer].
  public func confusion(of person: Int) -> [[Double]] {
    (0..<labels).map { truth in
      let start = (person * labels + truth) * labels
      return Array(confusions[start..<start + labels])
    }
  }

  /// How often a person is right, over items with these prevalences.
  public func accuracy(of person: Int) -> Double {
    (0..<labels).reduce(0) { $0 + prevalences[$1] * confusions[(person * labels + $1) * labels + $1] }
  }

  /// The most probable label of an item; the lowest where several are.
  public func label(of item: Int) -> Int {
    posteriors[item].indices.max { posteriors[item][$0] < posteriors[item][$1] }!
  }

  private mutating func maximize(_ ratings: [PersonRating], smoothing: Double) {
    for label in 0..<labels {
      prevalences[label] = posteriors.reduce(smoothing / 2) { $0 + $1[label] }
    }
    let total = prevalences.reduce(0, +)
    for label in 0..<labels { prevalences[label] /= total }
    for index in confusions.indices {
      confusions[index] = index / labels % labels == index % labels ? 2 * smoothing : smoothing
    }
    for rating in ratings {
      for truth in 0..<labels {
        confusions[(rating.person * labels + truth) * labels + rating.label] += posteriors[rating.item][truth]
      }
    }
    for row in 0..<confusions.count / labels {
      let range = row * labels..<(row + 1) * labels
      let sum = confusions[range].reduce(0, +)
      // How a person answers is unknown where the truth never was this label.
      for index in range { confusions[index] = sum > 0 ? confusions[index] / sum : 1 / Double(labels) }
    }
  }

  private mutating func expect(_ ratings: [PersonRating], gold: [Int: Int]) {
    let start = prevalences.map { log($0) }
    var logits = [[Double]](repeating: start, count: posteriors.count)
    for rating in ratings {
      for truth in 0..<labels {
        logits[rating.item][truth] += log(confusions[(rating.person * labels + truth) * labels + rating.label])
      }
    }
    var likelihood = 0.0
    for item in logits.indices {
      if let truth = gold[item] {
        likelihood += logits[item][truth]
        continue
      }
      let best = logits[item].max()!
      let weights = logits[item].map { exp($0 - best) }
      let sum = weights.reduce(0, +)
      posteriors[item] = weights.map { $0 / sum }
      likelihood += best + log(sum)
    }
    logLikelihoods.append(likelihood)
  }

  private static func check(_ ratings: [PersonRating], labels: Int, gold: [Int: Int]) throws {
    guard !ratings.isEmpty else { throw InputError("there are no ratings", remedy: "give at least one") }
    for (index, rating) in ratings.enumerated() {
      guard rating.person >= 0, rating.item >= 0, (0..<labels).contains(rating.label) else {
        throw InputError(
          "person \(rating.person), item \(rating.item), label \(rating.label)", at: "rating \(index)",
          remedy: "count from 0; labels are below \(labels)")
      }
    }
    for (item, label) in gold.sorted(by: { $0.key < $1.key }) {
      guard item >= 0, (0..<labels).contains(label) else {
        throw InputError("the true label is \(label)", at: "gold item \(item)", remedy: "use one of 0 ..< \(labels)")
      }
    }
  }
}
