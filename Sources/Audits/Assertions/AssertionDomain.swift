import Compute

/// Where assertions are looked at beyond what was seen: every number between its bounds.
///
/// A number that the world does not bound is taken as far as it was seen, and said so.
package struct AssertionDomain: Sendable {
  package let features: ReadFeatures
  /// One for each column.
  package let lower: [Float]
  package let upper: [Float]
  /// Names of the numbers whose bounds are those that were seen.
  package let seen: [String]
  /// How far each column moved from one transition to the next, at most, where that was seen.
  package let steps: [Float]

  /// Bounds beyond these are none.
  private static let bounded: ClosedRange<Float> = -1e6...1e6

  /// - Parameters:
  ///   - features: what a row is made of.
  ///   - sets: rows that were seen.
  package init(_ features: ReadFeatures, seen sets: [AssertionRows]) {
    self.features = features
    var lower = [Float](repeating: 0, count: features.width)
    var upper = [Float](repeating: 1, count: features.width)
    var seen: [String] = []
    for number in features.numbers {
      let column = number.column
      let values = sets.flatMap { set in
        stride(from: column, to: set.rows.count, by: features.width).map { set.rows[$0] }
      }
      let own = (low: values.min() ?? 0, high: values.max() ?? 0)
      let isBounded = Self.bounded.contains(number.range.lowerBound) && Self.bounded.contains(number.range.upperBound)
      // What was seen beyond the bounds that a world states is part of it all the same.
      lower[column] = isBounded ? min(number.range.lowerBound, values.min() ?? .infinity) : own.low
      upper[column] = isBounded ? max(number.range.upperBound, values.max() ?? -.infinity) : own.high
      if !isBounded { seen.append(number.name) }
    }
    (self.lower, self.upper, self.seen) = (lower, upper, seen)
    var steps = [Float](repeating: 0, count: features.width)
    for set in sets {
      for (row, next) in set.neighbours {
        for number in features.numbers {
          let move = abs(
            set.rows[next * features.width + number.column] - set.rows[row * features.width + number.column])
          steps[number.column] = max(steps[number.column], move)
        }
      }
    }
    self.steps = steps
  }

  /// The boxes that an assertion is about, one for each action and for each way that a step can end.
  ///
  /// - Parameter free: columns that the assertion itself sets, which no condition limits.
  package func regions(of assertion: ModelAssertion, free: Set<Int> = []) -> [InputBox] {
    var (low, high) = (lower, upper)
    for condition in assertion.conditions where !free.contains(condition.column) {
      low[condition.column] = max(low[condition.column], condition.low)
      high[condition.column] = min(high[condition.column], condition.high)
    }
    var regions: [InputBox] = []
    let ends = features.number("terminated")
    let actions: [Int?] =
      features.actions.map { actions in actions.names.indices.filter { assertion.actions?.contains($0) ?? true } } ?? [
        nil
      ]
    for action in actions {
      for end in ends == nil ? [nil] : [Float(0), 1] as [Float?] {
        var (low, high) = (low, high)
        if let start = features.actions?.start, let action {
          for place in features.actions!.names.indices {
            (low[start + place], high[start + place]) = place == action ? (1, 1) : (0, 0)
          }
        }
        if let ends, let end {
          guard low[ends.column] <= end, end <= high[ends.column] else { continue }
          (low[ends.column], high[ends.column]) = (end, end)
        }
        guard zip(low, high).allSatisfy({ $0 <= $1 }) else { continue }
        regions.append(InputBox(lower: low, upper: high))
      }
    }
    return regions
  }

  /// Whether a row meets an assertion's conditions.
  package func admits(_ row: ArraySlice<Float>, _ assertion: ModelAssertion, free: Set<Int> = []) -> Bool {
    let first = row.startIndex
    if let actions = assertion.actions, let own = features.actions {
      guard actions.contains(where: { row[first + own.start + $0] == 1 }) else { return false }
    }
    return assertion.conditions.allSatisfy { condition in
      free.contains(condition.column)
        || (condition.low <= row[first + condition.column] && row[first + condition.column] <= condition.high)
    }
  }
}

/// Encoded transitions that were seen, episode after episode (or clip after clip).
package struct AssertionRows: Sendable {
  /// What they are called: "judged", "visited".
  package let name: String
  /// [count × width]
  package let rows: [Float]
  package let width: Int
  /// The first row of each episode, rising.
  package let starts: [Int]

  package init(_ name: String, rows: [Float], width: Int, starts: [Int]) {
    precondition(width > 0 && rows.count % width == 0, "whole rows")
    (self.name, self.rows, self.width, self.starts) = (name, rows, width, starts)
  }

  package var count: Int { rows.count / width }
  package func row(_ index: Int) -> ArraySlice<Float> { rows[index * width..<(index + 1) * width] }

  /// Which episode each row belongs to.
  package var episodes: [Int] {
    var episodes = [Int](repeating: 0, count: count)
    for (index, start) in starts.enumerated() {
      for row in start..<(index + 1 < starts.count ? starts[index + 1] : count) { episodes[row] = index }
    }
    return episodes
  }

  /// Rows that follow each other in an episode.
  package var neighbours: [(Int, Int)] {
    let breaks = Set(starts)
    return count < 2 ? [] : (1..<count).filter { !breaks.contains($0) }.map { ($0 - 1, $0) }
  }
}
