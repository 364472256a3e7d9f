/// The derivatives of a function by central differences: (f(x + h) − f(x − h)) / 2h in each direction.
///
/// - Parameters:
///   - function: of a vector as long as `point`. Written in double precision, and apart from the code whose gradient is
///     checked; a function in single precision needs a larger step (about 0.01).
///   - point: where. Not on a kink: there the two sides' slopes are averaged.
///   - step: h, relative to components larger than 1 in size. The error is O(h²) plus rounding over h.
/// - Complexity: two evaluations for each component.
public func centralDifferences(
  of function: ([Double]) throws -> Double, at point: [Double], step: Double = 1e-6
) rethrows -> [Double] {
  precondition(step > 0, "a step is positive")
  var moved = point
  return try point.indices.map { index in
    let step = step * max(1, abs(point[index]))
    defer { moved[index] = point[index] }
    moved[index] = point[index] + step
    let above = try function(moved)
    moved[index] = point[index] - step
    let below = try function(moved)
    return (above - below) / (2 * step)
  }
}

/// Checks a gradient against central differences of its function.
///
/// ```swift
/// try expectGradient(of: { x in x[0] * x[0] + 3 * x[1] }, at: [2, 5], is: [4, 3])
/// ```
///
/// - Parameters:
///   - function: what is differentiated; see ``centralDifferences(of:at:step:)``.
///   - point: where.
///   - gradient: what is claimed to be the gradient there.
///   - step: of the differences.
///   - tolerance: see ``expectGradient(_:agreesWith:tolerance:_:)``.
///   - comment: said with a failure.
/// - Throws: ``BrokenContract`` if they disagree; what `function` throws.
public func expectGradient(
  of function: ([Double]) throws -> Double, at point: [Double], is gradient: [Double], step: Double = 1e-6,
  tolerance: Double = 1e-4, _ comment: @autoclosure () -> String = ""
) throws {
  try expectGradient(
    gradient, agreesWith: centralDifferences(of: function, at: point, step: step), tolerance: tolerance, comment())
}

/// Checks a function that returns its value and its gradient: the gradient must be the value's slope.
///
/// ```swift
/// try expectGradient(of: { (value: $0[0] * $0[0], gradient: [2 * $0[0]]) }, at: [3])
/// ```
///
/// - Throws: ``BrokenContract`` if they disagree; what `function` throws.
public func expectGradient(
  of function: ([Double]) throws -> (value: Double, gradient: [Double]), at point: [Double], step: Double = 1e-6,
  tolerance: Double = 1e-4, _ comment: @autoclosure () -> String = ""
) throws {
  try expectGradient(
    of: { try function($0).value }, at: point, is: function(point).gradient, step: step, tolerance: tolerance,
    comment())
}

/// Checks a gradient against slopes that are known already, as when one set of differences serves several
/// implementations.
///
/// - Parameters:
///   - gradient: what is checked.
///   - slopes: what it should be, from ``centralDifferences(of:at:step:)`` or from a closed form.
///   - tolerance: the largest difference in any component, as a share of the largest slope: what rounding leaves of a
///     component depends on the size of the terms that it is a sum of, not on its own.
///   - comment: said with a failure.
/// - Throws: ``BrokenContract`` if they disagree, or if all slopes are zero: then every gradient that vanishes would
///   pass, and the point is a bad one to check at.
public func expectGradient(
  _ gradient: [Double], agreesWith slopes: [Double], tolerance: Double = 1e-4,
  _ comment: @autoclosure () -> String = ""
) throws {
  var list = ViolationList()
  let comment = comment()
  func said(_ text: String) -> String { text + (comment.isEmpty ? "" : "; \(comment)") }
  list.check(
    gradient.count == slopes.count, "a gradient has one derivative for each component of the point",
    said("\(gradient.count) for \(slopes.count)"))
  let scale = slopes.reduce(0) { max($0, abs($1)) }
  list.check(
    scale > 0 && scale.isFinite, "the point of a gradient check has a finite slope in some direction",
    said("largest \(scale)"))
  for (index, (derivative, slope)) in zip(gradient, slopes).enumerated() {
    list.check(
      abs(derivative - slope) <= tolerance * scale, "a gradient is the slope of its function",
      said("derivative \(index) is \(derivative), differences give \(slope)"))
  }
  try BrokenContract.throwIfBroken(list.violations, subject: "gradient")
}
