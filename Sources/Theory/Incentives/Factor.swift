/// A table of numbers over some variables, the last one's outcome changing fastest.
struct Factor: Sendable, Hashable {
  let variables: [Int]
  let sizes: [Int]
  var values: [Double]

  init(variables: [Int], sizes: [Int], values: [Double]) {
    precondition(values.count == sizes.reduce(1, *) && variables.count == sizes.count)
    self.variables = variables
    self.sizes = sizes
    self.values = values
  }

  init(_ constant: Double) { self.init(variables: [], sizes: [], values: [constant]) }

  /// The product of factors, summed over all variables that are not kept, as a factor over these in this order.
  ///
  /// - Parameters:
  ///   - keep: the variables that stay, and their sizes.
  ///   - sum: the other variables of the factors, and their sizes.
  static func product(_ factors: [Factor], keep: [(Int, Int)], sum: [(Int, Int)]) -> Factor {
    let axes = keep + sum
    let kept = keep.reduce(1) { $0 * $1.1 }
    let summed = sum.reduce(1) { $0 * $1.1 }
    // For each factor how far it goes in its values when an axis advances.
    let strides = factors.map { factor in
      var byVariable: [Int: Int] = [:]
      var stride = 1
      for (variable, size) in zip(factor.variables, factor.sizes).reversed() {
        byVariable[variable] = stride
        stride *= size
      }
      return axes.map { byVariable[$0.0] ?? 0 }
    }
    var values = [Double](repeating: 0, count: kept)
    var offsets = [Int](repeating: 0, count: factors.count)
    var digits = [Int](repeating: 0, count: axes.count)
    for entry in 0..<kept {
      var total = 0.0
      for _ in 0..<summed {
        var term = 1.0
        for (index, factor) in factors.enumerated() { term *= factor.values[offsets[index]] }
        total += term
        // One step of the odometer; after the last of the sum it steps the kept axes too.
        var axis = axes.count - 1
        while axis >= 0 {
          digits[axis] += 1
          for index in factors.indices { offsets[index] += strides[index][axis] }
          if digits[axis] < axes[axis].1 { break }
          for index in factors.indices { offsets[index] -= strides[index][axis] * axes[axis].1 }
          digits[axis] = 0
          axis -= 1
        }
      }
      values[entry] = total
    }
    return Factor(variables: keep.map(\.0), sizes: keep.map(\.1), values: values)
  }

  /// The factor with one variable held at an outcome.
  func holding(_ variable: Int, at outcome: Int) -> Factor {
    guard let axis = variables.firstIndex(of: variable) else { return self }
    let inner = sizes[(axis + 1)...].reduce(1, *)
    let block = inner * sizes[axis]
    var kept: [Double] = []
    kept.reserveCapacity(values.count / sizes[axis])
    for start in stride(from: outcome * inner, to: values.count, by: block) {
      kept += values[start..<(start + inner)]
    }
    var variables = variables
    var sizes = sizes
    variables.remove(at: axis)
    sizes.remove(at: axis)
    return Factor(variables: variables, sizes: sizes, values: kept)
  }
}
