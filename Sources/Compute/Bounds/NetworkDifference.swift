/// What networks say of one input less what they say of another, where both are made of the same free numbers.
///
/// ```swift
/// // The same row twice, but for number 2, which is 1 on the first side and 0 on the second:
/// let difference = NetworkDifference(
///   reward, first: row.with(2, .fixed(1)), second: row.with(2, .fixed(0)), inputs: reward.inputs)
/// ```
///
/// Two bounds are taken, and the tighter one holds: that of the one side less that of the other, and by the mean value
/// theorem the slopes between the sides times the steps from one to the other, which is tight where steps are small.
package struct NetworkDifference: BoundedFunction {
  /// Where a number of a side comes from.
  package enum Source: Sendable, Hashable {
    /// One of the free numbers.
    case free(Int)
    /// A constant.
    case fixed(Float)
    /// The sum of two free numbers.
    case sum(Int, Int)
  }

  package let network: BoundedNetwork
  package let first: [Source]
  package let second: [Source]
  package let inputs: Int

  /// - Parameters:
  ///   - network: what is asked.
  ///   - first: where each number of the first side comes from.
  ///   - second: of the second side, which is taken off.
  ///   - inputs: how many free numbers there are.
  package init(_ network: BoundedNetwork, first: [Source], second: [Source], inputs: Int) {
    precondition(first.count == network.inputs && second.count == network.inputs, "a source for each number")
    (self.network, self.first, self.second, self.inputs) = (network, first, second, inputs)
  }

  package func bounds(over box: InputBox) -> BoxBounds {
    let (one, other) = (Self.box(first, box), Self.box(second, box))
    let (minuend, subtrahend) = (network.bounds(over: one), network.bounds(over: other))
    var joint = JointLines(inputs: inputs)
    joint.add(minuend.lowerSlopes, minuend.lowerOffset, first, one, 1)
    joint.add(subtrahend.upperSlopes, subtrahend.upperOffset, second, other, -1)
    let (lowerSlopes, lowerOffset) = (joint.slopes, joint.offset - joint.rounding)
    joint = JointLines(inputs: inputs)
    joint.add(minuend.upperSlopes, minuend.upperOffset, first, one, 1)
    joint.add(subtrahend.lowerSlopes, subtrahend.lowerOffset, second, other, -1)
    var bounds = BoxBounds(
      over: box, lowerSlopes: lowerSlopes, lowerOffset: lowerOffset, upperSlopes: joint.slopes,
      upperOffset: joint.offset + joint.rounding)
    bounds.slack = minuend.slack + subtrahend.slack
    bounds.lower = max(bounds.lower, minuend.lower - subtrahend.upper)
    bounds.upper = min(bounds.upper, minuend.upper - subtrahend.lower)
    return steps(one, other, box, bounds)
  }

  /// Lines of both sides as one of the free numbers: slopes cancel where a number stands on both.
  private struct JointLines {
    var slopes: [Double]
    var offset = 0.0
    /// What rounding may have moved.
    var rounding = 0.0

    init(inputs: Int) { slopes = [Double](repeating: 0, count: inputs) }

    mutating func add(_ line: [Double], _ at0: Double, _ sources: [Source], _ side: InputBox, _ sign: Double) {
      offset += sign * at0
      for (column, source) in sources.enumerated() {
        let slope = sign * line[column]
        let size = abs(slope) * Double(max(abs(side.lower[column]), abs(side.upper[column])))
        rounding += size * Double(slopes.count + sources.count + 8) * 0x1p-51
        switch source {
        case .free(let index): slopes[index] += slope
        case .fixed(let value): offset += slope * Double(value)
        case .sum(let a, let b):
          slopes[a] += slope
          slopes[b] += slope
          // The sum itself is rounded to single precision.
          rounding += size * 0x1p-23
        }
      }
    }
  }

  /// The tighter of these bounds and those by slopes and steps.
  private func steps(_ one: InputBox, _ other: InputBox, _ box: InputBox, _ bounds: BoxBounds) -> BoxBounds {
    var bounds = bounds
    let hull = InputBox(
      lower: zip(one.lower, other.lower).map { min($0, $1) }, upper: zip(one.upper, other.upper).map { max($0, $1) })
    let slopes = network.slopeBounds(over: hull)
    var (low, high, size) = (0.0, 0.0, 0.0)
    for column in 0..<network.inputs {
      let step = Self.step(first[column], second[column], box)
      if step.low == 0 && step.high == 0 { continue }
      let products = [
        step.low * slopes.lower[column], step.low * slopes.upper[column], step.high * slopes.lower[column],
        step.high * slopes.upper[column],
      ]
      low += products.min()!
      high += products.max()!
      size += max(abs(products.min()!), abs(products.max()!))
    }
    // Slopes are those of exact arithmetic: each side's value may stray from it by what a point's bounds allow.
    let slack = bounds.slack + size * Double(network.inputs + 8) * 0x1p-52
    bounds.lower = max(bounds.lower, low - slack)
    bounds.upper = min(bounds.upper, high + slack)
    return bounds
  }

  /// Between which numbers a column of the first side less that of the second lies.
  private static func step(_ first: Source, _ second: Source, _ box: InputBox) -> (low: Double, high: Double) {
    func range(_ index: Int) -> (Double, Double) { (Double(box.lower[index]), Double(box.upper[index])) }
    /// A step that was added to a number, as far as the rounded sum has it.
    func added(_ a: Int, _ b: Int) -> (Double, Double) {
      let size = max(abs(range(a).0), abs(range(a).1)) + max(abs(range(b).0), abs(range(b).1))
      return (range(b).0 - size * 0x1p-23, range(b).1 + size * 0x1p-23)
    }
    switch (first, second) {
    case (.free(let a), .free(let b)) where a == b: return (0, 0)
    case (.sum(let a, let b), .free(let c)) where a == c: return added(a, b)
    case (.free(let c), .sum(let a, let b)) where a == c: return (-added(a, b).1, -added(a, b).0)
    default:
      let (x, y) = (ends(first, box), ends(second, box))
      return (x.0 - y.1, x.1 - y.0)
    }
  }

  private static func ends(_ source: Source, _ box: InputBox) -> (Double, Double) {
    switch source {
    case .free(let index): (Double(box.lower[index]), Double(box.upper[index]))
    case .fixed(let value): (Double(value), Double(value))
    case .sum(let a, let b):
      (Double(box.lower[a]) + Double(box.lower[b]), Double(box.upper[a]) + Double(box.upper[b]))
    }
  }

  /// The box of one side; a sum's ends are rounded outwards.
  private static func box(_ sources: [Source], _ box: InputBox) -> InputBox {
    let ends = sources.map { Self.ends($0, box) }
    return InputBox(
      lower: ends.map { Double(Float($0.0)) <= $0.0 ? Float($0.0) : Float($0.0).nextDown },
      upper: ends.map { Double(Float($0.1)) >= $0.1 ? Float($0.1) : Float($0.1).nextUp })
  }

  /// Both sides at a row of free numbers.
  package func sides(_ row: some Collection<Float>) -> (first: [Float], second: [Float]) {
    let row = Array(row)
    func side(_ sources: [Source]) -> [Float] {
      sources.map { source in
        switch source {
        case .free(let index): row[index]
        case .fixed(let value): value
        case .sum(let a, let b): row[a] + row[b]
        }
      }
    }
    return (side(first), side(second))
  }

  package func values(at rows: [Float], count: Int) -> [Double] {
    var (one, other) = ([Float](), [Float]())
    for row in 0..<count {
      let sides = sides(rows[row * inputs..<(row + 1) * inputs])
      one += sides.first
      other += sides.second
    }
    return zip(network.values(at: one, count: count), network.values(at: other, count: count)).map { $0 - $1 }
  }

  package func gradients(at rows: [Float], count: Int) -> [Float]? {
    var (one, other) = ([Float](), [Float]())
    for row in 0..<count {
      let sides = sides(rows[row * inputs..<(row + 1) * inputs])
      one += sides.first
      other += sides.second
    }
    guard let up = network.gradients(at: one, count: count), let down = network.gradients(at: other, count: count)
    else {
      return nil
    }
    var gradients = [Float](repeating: 0, count: count * inputs)
    for row in 0..<count {
      for (slopes, sources, sign) in [(up, first, Float(1)), (down, second, -1)] {
        for (column, source) in sources.enumerated() {
          let slope = sign * slopes[row * network.inputs + column]
          switch source {
          case .free(let index): gradients[row * inputs + index] += slope
          case .fixed: break
          case .sum(let a, let b):
            gradients[row * inputs + a] += slope
            gradients[row * inputs + b] += slope
          }
        }
      }
    }
    return gradients
  }
}
