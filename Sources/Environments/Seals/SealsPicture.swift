import Foundation

/// How a finite task of seals is drawn: as a board from above, or as places with ways between them. What a place pays is
/// written in it, and the agent is a disc.
struct SealsPicture: Sendable {
  private let background: [Scene.Shape]
  private let places: [SIMD2<Double>]
  private let size: SIMD2<Double>
  private let agentRadius: Double

  /// Places around these points (y upwards, about one apart), with what each pays and the ways from each.
  init(places: [SIMD2<Double>], rewards: [Double], ways: [[Int]]) {
    let low = SIMD2(places.map(\.x).min() ?? 0, places.map(\.y).min() ?? 0) - 0.6
    let high = SIMD2(places.map(\.x).max() ?? 0, places.map(\.y).max() ?? 0) + 0.6
    let moved = places.map { $0 - low }
    var shapes: [Scene.Shape] = []
    for (from, targets) in ways.enumerated() {
      for target in Set(targets).sorted() where target != from {
        let (a, b) = (moved[from], moved[target])
        let along = (b - a) / ((b - a) * (b - a)).sum().squareRoot()
        let (tail, tip) = (a + 0.38 * along, b - 0.38 * along)
        shapes += Scene.arrow([tail.x, tail.y, tip.x, tip.y], width: 0.03, head: 0.14, role: .neutral)
      }
    }
    for (place, reward) in zip(moved, rewards) {
      let role: Scene.Role = reward > 0 ? .goal : reward < 0 ? .danger : .track
      shapes.append(.circle(x: place.x, y: place.y, radius: 0.36, role: role))
    }
    for (place, reward) in zip(moved, rewards) where reward != 0 {
      // Above where the agent's disc goes, and light on what is dark.
      shapes.append(.label(x: place.x, y: place.y + 0.26, size: 0.15, text: Self.text(reward), role: .track))
    }
    (background, self.places, size, agentRadius) = (shapes, moved, high - low, 0.17)
  }

  /// A board of cells, row 0 on top; cells with a role of their own are painted.
  init(rows: Int, columns: Int, painted: [(cell: Int, role: Scene.Role)]) {
    let (width, height) = (Double(columns), Double(rows))
    func square(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ role: Scene.Role) -> Scene.Shape {
      .polygon(points: [x, y, x + width, y, x + width, y + height, x, y + height], role: role)
    }
    var shapes = [square(0, 0, width, height, .track)]
    // On a long board the seams between cells are finer than a pixel: a row of like ones is one shape.
    var next = 0
    while next < painted.count {
      let (cell, role) = painted[next]
      var count = 1
      while columns > 40, next + count < painted.count, painted[next + count].role == role,
        painted[next + count].cell == cell + count, (cell + count) / columns == cell / columns
      { count += 1 }
      let width = Double(count) - 0.08
      shapes.append(square(Double(cell % columns) + 0.04, height - 0.96 - Double(cell / columns), width, 0.92, role))
      next += count
    }
    let centres = (0..<rows * columns).map {
      SIMD2(Double($0 % columns) + 0.5, height - 0.5 - Double($0 / columns))
    }
    // On a long board a cell is few pixels wide, so the disc is larger than its cell.
    let radius = Swift.max(0.36, width / 80)
    (background, places, size, agentRadius) = (shapes, centres, SIMD2(width, height), radius)
  }

  func scene(at state: Int) -> Scene {
    let (x, y) = (places[state].x, places[state].y)
    let (across, up) = (
      Swift.min(Swift.max(x, agentRadius), size.x - agentRadius),
      Swift.min(Swift.max(y, agentRadius), size.y - agentRadius)
    )
    return Scene(
      left: 0, bottom: 0, width: size.x, height: size.y,
      shapes: background + [.circle(x: across, y: up, radius: agentRadius, role: .agent)]
    ).following(x: across, y: up)
  }

  private static func text(_ reward: Double) -> String {
    let size = abs(reward)
    let digits = size == size.rounded() ? String(Int(size)) : String(format: "%.1f", size)
    return (reward < 0 ? "−" : "+") + digits
  }
}
