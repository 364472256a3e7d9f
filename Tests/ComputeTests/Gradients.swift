import Testing

/// Derivatives by central differences of a function in double precision.
func centralDifferences(of function: ([Double]) -> Double, at point: [Double]) -> [Double] {
  var moved = point
  return point.indices.map { index in
    let step = 1e-6 * max(1, abs(point[index]))
    moved[index] = point[index] + step
    let above = function(moved)
    moved[index] = point[index] - step
    let below = function(moved)
    moved[index] = point[index]
    return (above - below) / (2 * step)
  }
}

/// Checks a gradient against another, usually that of ``centralDifferences(of:at:)``.
func expectGradient(
  _ gradient: [Double], is truth: [Double], tolerance: Double = 1e-4, _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(gradient.count == truth.count, sourceLocation: sourceLocation)
  for (index, (value, slope)) in zip(gradient, truth).enumerated()
  where !(abs(slope - value) <= tolerance * max(1, abs(slope))) {
    Issue.record(
      "derivative \(index) is \(value), finite differences say \(slope). \(comment())", sourceLocation: sourceLocation)
    return
  }
}
