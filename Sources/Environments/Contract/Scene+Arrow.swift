import Foundation

extension Scene {
  /// A line through these points (x0, y0, x1, y1, …) that ends in a head, which points along its last stretch and lies
  /// within the line's length. Nothing if its ends are nearer to each other than a quarter of the head.
  package static func arrow(_ points: [Double], width: Double, head: Double, role: Role) -> [Shape] {
    let count = points.count
    let corners = stride(from: 0, to: count - 1, by: 2).map { SIMD2(points[$0], points[$0 + 1]) }
    guard let tip = corners.last, corners.count > 1 else { return [] }
    func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
    let size = min(head, length(tip - corners[0]))
    guard size > head / 4 else { return [] }
    // The head's base is the point of the line that is the head's length away from the tip.
    guard let last = corners.lastIndex(where: { length(tip - $0) >= size }) else { return [] }
    let (near, far) = (corners[last], corners[last + 1])
    var (low, high) = (0.0, 1.0)
    for _ in 0..<24 {
      let middle = (low + high) / 2
      if length(tip - (near + middle * (far - near))) >= size { low = middle } else { high = middle }
    }
    let base = near + low * (far - near)
    let along = (tip - base) / length(tip - base)
    let across = SIMD2(-along.y, along.x) * (0.6 * size)
    let body = corners[...last] + [base + 0.2 * size * along]
    let (left, right) = (base + across, base - across)
    return [
      .line(points: body.flatMap { [$0.x, $0.y] }, width: width, role: role),
      .polygon(points: [tip.x, tip.y, left.x, left.y, right.x, right.y], role: role),
    ]
  }

  /// An arrow along a circle around (x, y), from one angle to another; angles are clockwise from the top (rad).
  package static func arcArrow(
    x: Double, y: Double, radius: Double, from: Double, to: Double, width: Double, role: Role
  ) -> [Shape] {
    let points = (0...16).flatMap { step -> [Double] in
      let angle = from + (to - from) * Double(step) / 16
      return [x + radius * sin(angle), y + radius * cos(angle)]
    }
    return arrow(points, width: width, head: 3.2 * width, role: role)
  }
}
