/// The derivative of what networks say along one of their inputs, as a function of all of them: whether the one rises with
/// the other.
///
/// Bounds are those of exact arithmetic; the values of single precision may fall by twice the slack of ``BoxBounds`` where
/// the slope is almost 0. At a kink the value is one of the derivatives of its sides.
package struct NetworkSlope: BoundedFunction {
  package let network: BoundedNetwork
  /// Along which.
  package let column: Int

  /// The derivative of `network` along number `column`.
  package init(_ network: BoundedNetwork, along column: Int) {
    precondition((0..<network.inputs).contains(column), "a number that there is")
    (self.network, self.column) = (network, column)
  }

  package var inputs: Int { network.inputs }
  package var weights: [Double] { network.weights }

  package func bounds(over box: InputBox) -> BoxBounds {
    let slopes = network.slopeBounds(over: box)
    return BoxBounds(lower: slopes.lower[column], upper: slopes.upper[column], inputs: inputs)
  }

  package func values(at rows: [Float], count: Int) -> [Double] {
    guard let slopes = network.gradients(at: rows, count: count) else { return [] }
    return (0..<count).map { Double(slopes[$0 * inputs + column]) }
  }
}
