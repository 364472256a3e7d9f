/// The least-squares curve that first rises and then falls, with no other assumption on its shape.
///
/// Isotonic regression by pooling adjacent violators, for every place where the rise may end. Source: Ayer et al. 1955;
/// Frisén 1986, "Unimodal regression".
package struct UnimodalFit {
  /// Index of the first highest fitted value.
  package let peak: Int
  package let fitted: [Double]
  /// Sums of squared residuals: of this fit, and of the best curve that only rises.
  package let error: Double
  package let risingError: Double

  package init(_ values: [Double]) {
    let count = values.count
    // rising[k]: error of the best rising curve through the first k values; falling[k]: of a falling one from k on.
    let rising = Self.prefixErrors(values)
    let falling = [Double](Self.prefixErrors(values.reversed()).reversed())
    var turn = count
    for k in stride(from: count, through: 1, by: -1) where rising[k] + falling[k] < rising[turn] + falling[turn] {
      turn = k
    }
    fitted = Self.rising(Array(values[..<turn])) + Self.rising(values[turn...].reversed()).reversed()
    var best = 0
    for index in fitted.indices where fitted[index] > fitted[best] { best = index }
    peak = best
    error = max(0, rising[turn] + falling[turn])
    risingError = max(0, rising[count])
  }

  /// The number of different levels in the fit.
  package var levels: Int { 1 + zip(fitted, fitted.dropFirst()).count { $0 != $1 } }

  private struct Block {
    var sum: Double
    var squares: Double
    var count: Double
    var mean: Double { sum / count }
    var error: Double { max(0, squares - sum * sum / count) }
  }

  /// Errors of the best rising curves through the first 0, 1, 2 … values.
  private static func prefixErrors(_ values: some Sequence<Double>) -> [Double] {
    var blocks: [Block] = []
    var total = 0.0
    var errors = [0.0]
    for value in values {
      push(value, onto: &blocks, total: &total)
      errors.append(total)
    }
    return errors
  }

  private static func rising(_ values: [Double]) -> [Double] {
    var blocks: [Block] = []
    var total = 0.0
    for value in values { push(value, onto: &blocks, total: &total) }
    return blocks.flatMap { [Double](repeating: $0.mean, count: Int($0.count)) }
  }

  private static func push(_ value: Double, onto blocks: inout [Block], total: inout Double) {
    var last = Block(sum: value, squares: value * value, count: 1)
    while let before = blocks.last, before.mean >= last.mean {
      blocks.removeLast()
      total -= before.error
      last = Block(sum: before.sum + last.sum, squares: before.squares + last.squares, count: before.count + last.count)
    }
    blocks.append(last)
    total += last.error
  }
}
