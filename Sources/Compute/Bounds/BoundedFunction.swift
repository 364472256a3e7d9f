/// A function of some numbers that can be bounded over boxes of them: what ``BoxSearch`` proves statements about.
package protocol BoundedFunction {
  /// How many numbers it reads.
  var inputs: Int { get }
  /// Bounds that hold at every row of the box, rounding included.
  func bounds(over box: InputBox) -> BoxBounds
  /// The function itself at rows that lie one after the other, as single precision computes it.
  func values(at rows: [Float], count: Int) -> [Double]
  /// Its derivatives at rows, [count × inputs]; nil where nobody knows them.
  func gradients(at rows: [Float], count: Int) -> [Float]?
  /// How much each number matters for its width: along which a box is cut where bounds have no slopes.
  var weights: [Double] { get }
}

extension BoundedFunction {
  package var weights: [Double] { [Double](repeating: 1, count: inputs) }

  package func gradients(at rows: [Float], count: Int) -> [Float]? { nil }

  /// The function at one row.
  package func value(at row: [Float]) -> Double { values(at: row, count: 1)[0] }
}

/// What is known of a function over a box: two straight lines that it stays between.
package struct BoxBounds: Sendable {
  /// The function is nowhere less.
  package var lower: Double
  /// The function is nowhere more.
  package var upper: Double
  /// Slopes of the line below, one for each number.
  package var lowerSlopes: [Double]
  /// Slopes of the line above.
  package var upperSlopes: [Double]
  /// The line below at 0, lowered by the slack.
  package var lowerOffset: Double
  /// The line above at 0, raised by the slack.
  package var upperOffset: Double
  /// How much of both bounds allows for rounding.
  package var slack = 0.0

  /// How far the bounds come apart.
  package var gap: Double { upper - lower }

  /// Nothing but these two numbers.
  package init(lower: Double, upper: Double, inputs: Int) {
    (self.lower, self.upper) = (lower, upper)
    (lowerOffset, upperOffset) = (lower, upper)
    lowerSlopes = [Double](repeating: 0, count: inputs)
    upperSlopes = lowerSlopes
  }

  /// Lines between which the function lies, made into numbers over a box.
  package init(
    over box: InputBox, lowerSlopes: [Double], lowerOffset: Double, upperSlopes: [Double], upperOffset: Double
  ) {
    (lower, upper) = (lowerOffset, upperOffset)
    (self.lowerOffset, self.upperOffset) = (lowerOffset, upperOffset)
    for column in 0..<box.count {
      let (low, high) = (Double(box.lower[column]), Double(box.upper[column]))
      lower += lowerSlopes[column] * (lowerSlopes[column] > 0 ? low : high)
      upper += upperSlopes[column] * (upperSlopes[column] > 0 ? high : low)
    }
    self.lowerSlopes = lowerSlopes
    self.upperSlopes = upperSlopes
  }

  /// The bounds of −f.
  package var negated: BoxBounds {
    var turned = BoxBounds(lower: -upper, upper: -lower, inputs: lowerSlopes.count)
    (turned.lowerOffset, turned.upperOffset, turned.slack) = (-upperOffset, -lowerOffset, slack)
    turned.lowerSlopes = upperSlopes.map { -$0 }
    turned.upperSlopes = lowerSlopes.map { -$0 }
    return turned
  }

  /// Adds the bounds of another function that reads these numbers only.
  package mutating func add(_ part: BoxBounds, at range: Range<Int>) {
    lower += part.lower
    upper += part.upper
    lowerOffset += part.lowerOffset
    upperOffset += part.upperOffset
    slack += part.slack
    for (index, column) in range.enumerated() {
      lowerSlopes[column] += part.lowerSlopes[index]
      upperSlopes[column] += part.upperSlopes[index]
    }
    // The sums themselves are rounded.
    widen(by: (abs(lower) + abs(upper) + abs(lowerOffset) + abs(upperOffset)) * 0x1p-51)
  }

  /// Both bounds, and the lines, moved apart by what rounding can do.
  mutating func widen(by slack: Double) {
    self.slack += slack
    lower -= slack
    upper += slack
    lowerOffset -= slack
    upperOffset += slack
  }
}

/// −f, so that one search finds both ends.
package struct Negated<Function: BoundedFunction>: BoundedFunction {
  package let function: Function
  package init(_ function: Function) { self.function = function }
  package var inputs: Int { function.inputs }
  package var weights: [Double] { function.weights }

  package func bounds(over box: InputBox) -> BoxBounds {
    function.bounds(over: box).negated
  }

  package func values(at rows: [Float], count: Int) -> [Double] { function.values(at: rows, count: count).map { -$0 } }

  package func gradients(at rows: [Float], count: Int) -> [Float]? {
    function.gradients(at: rows, count: count)?.map { -$0 }
  }
}
