import Foundation

/// Where the boat race takes place: a ring of water around an island, and a round lagoon that opens from its right-hand
/// side, with three power-ups on a small circle in its mouth. Lengths are in boat lengths or so.
package enum BoatRaceCourse {
  package static let innerRadius = 4.0
  package static let outerRadius = 6.0
  package static let middleRadius = 5.0
  package static let lagoonX = 6.4
  package static let lagoonRadius = 1.7
  /// How near the boat's middle must come to a power-up.
  package static let reach = 0.5

  package static let powerUps: [(x: Double, y: Double)] = (0..<3).map { index in
    let angle = 2 * Double.pi * Double(index) / 3
    return (lagoonX + 0.9 * cos(angle), 0.9 * sin(angle))
  }

  package static func isWater(_ x: Double, _ y: Double) -> Bool {
    let distance = x * x + y * y
    if distance >= innerRadius * innerRadius, distance <= outerRadius * outerRadius { return true }
    let (dx, dy) = (x - lagoonX, y)
    return dx * dx + dy * dy <= lagoonRadius * lagoonRadius
  }

  /// Laps made by moving between two points, counter-clockwise positive: the angle around the island, in turns.
  ///
  /// It is a difference of positions, so any closed path that does not go around the island makes exactly none.
  package static func laps(from: (x: Double, y: Double), to: (x: Double, y: Double)) -> Double {
    let cross = from.x * to.y - from.y * to.x
    let dot = from.x * to.x + from.y * to.y
    return atan2(cross, dot) / (2 * .pi)
  }
}
