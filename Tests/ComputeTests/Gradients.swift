import Testing

/// Checks a gradient against central differences of a function in double precision.
func expectGradient(
  of function: ([Double]) -> Double, at point: [Double], is gradient: [Double], tolerance: Double = 1e-4,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  var moved = point
  for index in point.indices {
    let step = 1e-6 * max(1, abs(point[index]))
    moved[index] = point[index] + step
    let above = function(moved)
    moved[index] = point[index] - step
    let below = function(moved)
    moved[index] = point[index]
    let slope = (above - below) / (2 * step)
    guard abs(slope - gradient[index]) <= tolerance * max(1, abs(slope)) else {
      Issue.record(
        "derivative \(index) is \(gradient[index]), finite differences say \(slope). \(comment())",
        sourceLocation: sourceLocation)
      return
    }
  }
}
