import Compute

/// How far people agree beyond what chance makes.
///
/// ```swift
/// Agreement.kappa([0, 0, 1, 1], [0, 1, 1, 1], labels: 2)                           // 0.5
/// Agreement.alpha([[1, 2, nil], [1, 2, 3], [nil, 2, 3]], .ordinal)                 // rows: people, columns: items
/// ```
///
/// 1 is perfect agreement, 0 what chance gives, below 0 is systematic disagreement.
public enum Agreement {
  /// How unequal two labels are.
  public enum Level: String, Codable, Sendable, Hashable, CaseIterable {
    /// Names: equal or not.
    case nominal
    /// Ranks: what counts is how many ratings lie between.
    case ordinal
    /// Numbers: the square of their difference.
    case interval
  }

  /// Cohen's κ of two people who rated the same items; nil if there are none, or if both use only one and the same
  /// label, in which case chance agreement is perfect too.
  ///
  /// - Parameters:
  ///   - first: labels of 0 ..< `labels`.
  ///   - second: the other person's, item for item.
  ///   - labels: how many labels there are.
  ///   - level: the weight of a disagreement: 1 (nominal), the difference's size (ordinal, "linear weights"), or its
  ///     square (interval, "quadratic weights").
  ///
  /// Source: Cohen 1960; weighted: Cohen 1968.
  public static func kappa(
    _ first: [Int], _ second: [Int], labels: Int, level: Level = .nominal
  ) -> Double? {
    precondition(first.count == second.count, "both rated the same items")
    guard !first.isEmpty else { return nil }
    func weight(_ a: Int, _ b: Int) -> Double {
      switch level {
      case .nominal: a == b ? 0 : 1
      case .ordinal: Double(abs(a - b))
      case .interval: Double((a - b) * (a - b))
      }
    }
    var shares = ([Double](repeating: 0, count: labels), [Double](repeating: 0, count: labels))
    var observed = 0.0
    for (a, b) in zip(first, second) {
      shares.0[a] += 1
      shares.1[b] += 1
      observed += weight(a, b)
    }
    var expected = 0.0
    for a in 0..<labels { for b in 0..<labels { expected += shares.0[a] * shares.1[b] * weight(a, b) } }
    expected /= Double(first.count)
    return expected > 0 ? 1 - observed / expected : nil
  }

  /// Krippendorff's α; nil if no item has two ratings, or all of those are alike.
  ///
  /// - Parameters:
  ///   - ratings: [people][items], nil where a person did not rate.
  ///   - level: what the numbers mean.
  ///
  /// Source: Krippendorff 2011, "Computing Krippendorff's alpha-reliability".
  public static func alpha(_ ratings: [[Double?]], _ level: Level = .nominal) -> Double? {
    let items = ratings.map(\.count).max() ?? 0
    precondition(ratings.allSatisfy { $0.count == items }, "one place for each item, nil where there is no rating")
    return Units(ratings, items: items).alpha(Array(repeating: 1, count: items), level)
  }

  /// The bootstrap percentile interval of ``alpha(_:_:)`` over items; nil with fewer than two, or if in more than one
  /// of a hundred resamples α is undefined.
  public static func alphaInterval(
    _ ratings: [[Double?]], _ level: Level = .nominal, confidence: Double = 0.95, resamples: Int = 1000,
    random: RandomSource
  ) -> Interval? {
    let items = ratings.map(\.count).max() ?? 0
    guard items > 1 else { return nil }
    let units = Units(ratings, items: items)
    let replicates = Statistics.bootstrapReplicates(count: items, resamples: resamples, random: random) { counts in
      [units.alpha(counts, level) ?? .nan]
    }
    return interval(replicates, confidence: confidence)
  }

  /// The bootstrap percentile interval of ``kappa(_:_:labels:level:)`` over items, nil as that of alpha.
  public static func kappaInterval(
    _ first: [Int], _ second: [Int], labels: Int, level: Level = .nominal, confidence: Double = 0.95,
    resamples: Int = 1000, random: RandomSource
  ) -> Interval? {
    guard first.count > 1 else { return nil }
    let replicates = Statistics.bootstrapReplicates(count: first.count, resamples: resamples, random: random) {
      counts in
      let drawn = counts.indices.flatMap { [Int](repeating: $0, count: Int(counts[$0])) }
      return [kappa(drawn.map { first[$0] }, drawn.map { second[$0] }, labels: labels, level: level) ?? .nan]
    }
    return interval(replicates, confidence: confidence)
  }

  private static func interval(_ replicates: [[Double]], confidence: Double) -> Interval? {
    let defined = replicates.filter { !$0[0].isNaN }
    guard defined.count * 100 >= replicates.count * 99 else { return nil }
    return Statistics.percentileInterval(defined, column: 0, level: confidence)
  }

  /// The ratings as counts of values for each item.
  private struct Units: Sendable {
    let values: [Double]
    /// [items][values]
    var counts: [[Double]]

    init(_ ratings: [[Double?]], items: Int) {
      let values = Set(ratings.joined().compactMap { $0 }).sorted()
      self.values = values
      let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
      counts = [[Double]](repeating: [Double](repeating: 0, count: values.count), count: items)
      for row in ratings {
        for (item, value) in row.enumerated() { if let value { counts[item][places[value]!] += 1 } }
      }
    }

    /// α with each item counted so many times.
    func alpha(_ weights: [Double], _ level: Level) -> Double? {
      let count = values.count
      var coincidences = [Double](repeating: 0, count: count * count)
      var totals = [Double](repeating: 0, count: count)
      for (item, row) in counts.enumerated() where weights[item] > 0 {
        let ratings = row.reduce(0, +)
        // An item that one person rated has nothing to coincide with.
        guard ratings > 1 else { continue }
        for a in 0..<count where row[a] > 0 {
          totals[a] += weights[item] * row[a]
          for b in 0..<count {
            coincidences[a * count + b] += weights[item] * row[a] * (row[b] - (a == b ? 1 : 0)) / (ratings - 1)
          }
        }
      }
      var observed = 0.0
      var expected = 0.0
      for a in 0..<count {
        for b in 0..<count where a != b {
          let distance = distance(a, b, totals, level)
          observed += coincidences[a * count + b] * distance
          expected += totals[a] * totals[b] * distance
        }
      }
      guard expected > 0 else { return nil }
      return 1 - (totals.reduce(0, +) - 1) * observed / expected
    }

    private func distance(_ a: Int, _ b: Int, _ totals: [Double], _ level: Level) -> Double {
      switch level {
      case .nominal: return 1
      case .interval: return (values[a] - values[b]) * (values[a] - values[b])
      case .ordinal:
        let between = totals[min(a, b)...max(a, b)].reduce(0, +) - (totals[a] + totals[b]) / 2
        return between * between
      }
    }
  }
}
