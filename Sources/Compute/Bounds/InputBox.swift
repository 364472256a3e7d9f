/// All inputs between two rows of numbers, ends included.
package struct InputBox: Sendable, Hashable {
  /// The lower end of each number.
  package private(set) var lower: [Float]
  /// The upper end of each number, not below the lower one.
  package private(set) var upper: [Float]

  /// The box between these ends.
  package init(lower: [Float], upper: [Float]) {
    precondition(
      lower.count == upper.count && zip(lower, upper).allSatisfy { $0 <= $1 && $0.isFinite && $1.isFinite },
      "a box has finite ends, the lower ones not above the upper ones")
    self.lower = lower
    self.upper = upper
  }

  /// All that lies within `reach` of a row, number by number.
  package init(around centre: [Float], reach: [Float]) {
    self.init(lower: zip(centre, reach).map { $0 - $1 }, upper: zip(centre, reach).map { $0 + $1 })
  }

  /// How many numbers an input has.
  package var count: Int { lower.count }

  /// The row in the middle.
  package var centre: [Float] { zip(lower, upper).map { Self.middle($0, $1) } }

  /// How far it reaches along one number.
  package func width(_ column: Int) -> Double { Double(upper[column]) - Double(lower[column]) }

  /// Whether a row lies in it.
  package func contains(_ row: [Float]) -> Bool {
    row.count == count && row.indices.allSatisfy { lower[$0] <= row[$0] && row[$0] <= upper[$0] }
  }

  /// The nearest row that lies in it.
  package func clamped(_ row: [Float]) -> [Float] {
    row.indices.map { min(upper[$0], max(lower[$0], row[$0])) }
  }

  /// The same box with one number held fast.
  package func fixing(_ column: Int, at value: Float) -> InputBox {
    var box = self
    (box.lower[column], box.upper[column]) = (value, value)
    return box
  }

  /// The same box, but for one number.
  package func limiting(_ column: Int, to range: ClosedRange<Float>) -> InputBox {
    var box = self
    (box.lower[column], box.upper[column]) = (range.lowerBound, range.upperBound)
    return box
  }

  /// Both halves along one number; nil if no number lies between its ends.
  package func halves(along column: Int) -> (InputBox, InputBox)? {
    let middle = Self.middle(lower[column], upper[column])
    guard lower[column] < middle, middle < upper[column] else { return nil }
    var (first, second) = (self, self)
    first.upper[column] = middle
    second.lower[column] = middle
    return (first, second)
  }

  private static func middle(_ a: Float, _ b: Float) -> Float { Float((Double(a) + Double(b)) / 2) }
}
