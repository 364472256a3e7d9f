/// How well one group of numbers lies above another: the probability that one drawn from it is the larger, ties
/// counting half (AUROC, the area under the ROC curve; Mann and Whitney's statistic).
///
/// An area of one half can mean that the groups are alike or that nearly everything is tied, which says nothing: the
/// share of strictly ordered pairs stands beside it, and where that is so small that no order of the others could be
/// told from chance the area is ``isMeasurable`` no more.
public struct RankedSeparation: Sendable, Hashable, Codable {
  /// 0 to 1; one half for groups that are alike.
  public let area: Double
  /// Of all pairs, those without a tie.
  public let orderedShare: Double
  /// The area's standard error for groups that are alike and have no ties: √((n + m + 1) / 12nm).
  public let nullStandardError: Double
  /// The area's standard error by DeLong's method, for independent numbers; nil where a group has one number.
  public let standardError: Double?
  /// Numbers in the group above and in the one below.
  public let counts: [Int]

  /// - Throws: ``NotMeasurable/tooFew(have:need:)`` where a group is empty, ``NotMeasurable/notFinite(row:column:)``
  ///   for something that is not a number; ties are no error.
  /// - Complexity: O((n + m) log(n + m)).
  public init(_ above: [Double], over below: [Double]) throws(NotMeasurable) {
    let least = min(above.count, below.count)
    guard least > 0 else { throw .tooFew(have: least, need: 1) }
    for (column, group) in [above, below].enumerated() {
      if let row = group.firstIndex(where: \.isNaN) { throw .notFinite(row: row, column: column) }
    }
    let (n, m) = (Double(above.count), Double(below.count))
    let (sortedAbove, sortedBelow) = (above.sorted(), below.sorted())
    let placesAbove = Self.places(of: above, in: sortedBelow)
    let placesBelow = Self.places(of: below, in: sortedAbove).map { 1 - $0 }
    area = Statistics.mean(placesAbove)
    var ties = 0
    var (i, j) = (0, 0)
    while i < sortedAbove.count, j < sortedBelow.count {
      let (a, b) = (sortedAbove[i], sortedBelow[j])
      guard a == b else {
        if a < b { i += 1 } else { j += 1 }
        continue
      }
      let (firstI, firstJ) = (i, j)
      while i < sortedAbove.count, sortedAbove[i] == a { i += 1 }
      while j < sortedBelow.count, sortedBelow[j] == a { j += 1 }
      ties += (i - firstI) * (j - firstJ)
    }
    orderedShare = 1 - Double(ties) / (n * m)
    nullStandardError = ((n + m + 1) / (12 * n * m)).squareRoot()
    standardError =
      least > 1
      ? (Statistics.variance(placesAbove) / n + Statistics.variance(placesBelow) / m).squareRoot() : nil
    counts = [above.count, below.count]
  }

  /// For each number the share of sorted others below it, ties counting half.
  private static func places(of values: [Double], in sorted: [Double]) -> [Double] {
    func count(before value: Double, orEqual: Bool) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if orEqual ? sorted[middle] <= value : sorted[middle] < value { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return values.map {
      Double(count(before: $0, orEqual: false) + count(before: $0, orEqual: true)) / Double(2 * sorted.count)
    }
  }

  /// Whether the area could differ from one half by more than chance: not so if even the strictly ordered pairs, all in
  /// one order, stay within two-sided 95 % of it.
  public var isMeasurable: Bool { orderedShare / 2 >= Statistics.normalReach95 * nullStandardError }

  /// The area's interval by DeLong's standard error, cut to 0 … 1; nil without one, or where the area is not
  /// measurable. All pairs in one order have a standard error of 0 and no information on how far from perfect they are:
  /// then the reach is that of groups that are alike.
  public func interval(level: Double = 0.95) -> Interval? {
    guard isMeasurable, let standardError else { return nil }
    let error = area == 0 || area == 1 ? nullStandardError : standardError
    let reach = SpecialFunctions.normalQuantile((1 + level) / 2) * error
    return Interval(lower: area - reach, upper: area + reach, level: level).within(0...1)
  }
}
