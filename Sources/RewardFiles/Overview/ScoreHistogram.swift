import Compute

/// How often scores of each size occur. Bins are of a round width and begin at a multiple of it, so that 0 is an edge;
/// few different values have a bin each.
public struct ScoreHistogram: Codable, Sendable, Hashable {
  /// What is counted: "score", "margin: preferred less other".
  public let name: String
  /// The bins' edges in ascending order, one more than there are bins.
  public let edges: [Double]
  /// Each kind of score over the same bins.
  public let lines: [Line]

  /// One kind of score. All that was given is in one of its counts.
  public struct Line: Codable, Sendable, Hashable {
    /// Whose scores: "preferred replies".
    public let name: String
    /// How many lie in each bin.
    public let counts: [Int]
    /// How many lie below the first edge.
    public let below: Int
    /// How many lie at the last edge or above.
    public let above: Int
    /// How many are missing or not finite.
    public let missing: Int
  }

  /// - Parameters:
  ///   - name: what is counted.
  ///   - lines: the values of each kind. From 500 values on the range leaves out the outermost two in a thousand on each side,
  ///     which are counted as below and above.
  /// - Returns: nil if no value is finite.
  /// - Complexity: O(n log n).
  init?(_ name: String, _ lines: [(name: String, values: [Double])]) {
    let sorted = lines.flatMap(\.values).filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    self.name = name
    edges = Self.edges(sorted, first, last)
    let edges = edges
    self.lines = lines.map { line in
      var (counts, below, above, missing) = ([Int](repeating: 0, count: edges.count - 1), 0, 0, 0)
      for value in line.values {
        guard value.isFinite else {
          missing += 1
          continue
        }
        if value < edges[0] {
          below += 1
        } else if value >= edges[edges.count - 1] {
          above += 1
        } else {
          counts[Self.bin(of: value, edges)] += 1
        }
      }
      return Line(name: line.name, counts: counts, below: below, above: above, missing: missing)
    }
  }

  private static func edges(_ sorted: [Double], _ first: Double, _ last: Double) -> [Double] {
    if let few = few(sorted) { return few }
    let tail = sorted.count < 500 ? 0 : sorted.count / 500
    let (low, high) = (sorted[tail], sorted[sorted.count - 1 - tail])
    guard high > low, (high - low).isFinite else { return widened(first, last) }
    let wanted = Double(min(40, max(8, Int(Double(sorted.count).squareRoot()))))
    let step = roundStep((high - low) / wanted)
    let (from, to) = ((low / step).rounded(.down), (high / step).rounded(.down) + 1)
    // Scores that differ in their last digits only have no bins of a round width.
    guard to - from < 200, abs(from) < 1e12, abs(to) < 1e12 else { return widened(low, high) }
    return (Int(from)...Int(to)).map { Double($0) * step }
  }

  /// Edges midway between the values, if there are at most twelve; nil if there are more.
  private static func few(_ sorted: [Double]) -> [Double]? {
    var values: [Double] = []
    for value in sorted where values.last != value {
      values.append(value)
      if values.count > 12 { return nil }
    }
    guard values.count > 1 else { return widened(values[0], values[0]) }
    let middles = zip(values, values.dropFirst()).map { $0 + ($1 - $0) / 2 }
    let (low, high) = (2 * values[0] - middles[0], 2 * values[values.count - 1] - middles[middles.count - 1])
    guard low.isFinite, high.isFinite, low < middles[0], high > middles[middles.count - 1],
      zip(middles, middles.dropFirst()).allSatisfy({ $0 < $1 })
    else { return widened(values[0], values[values.count - 1]) }
    return [low] + middles + [high]
  }

  /// One bin that has both values inside.
  private static func widened(_ low: Double, _ high: Double) -> [Double] {
    [low - max(0.5, abs(low) * 0.5), max(high.nextUp, high + max(0.5, abs(high) * 0.5))]
  }

  private static func bin(of value: Double, _ edges: [Double]) -> Int {
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }

  /// 1, 2 or 5 times a power of ten, at least as wide.
  private static func roundStep(_ rough: Double) -> Double {
    var power = 1.0
    while power > rough { power /= 10 }
    while power * 10 <= rough { power *= 10 }
    return power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10)
  }
}
