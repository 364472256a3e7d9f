/// How a world is drawn: its bodies as capsules, spheres and cylinders, seen from the side or from above.
struct MuJoCoView: Sendable {
  /// From where: x to the right and z upwards, or x to the right and y upwards.
  enum Side: Sendable { case side, above }

  var side: Side
  /// Size of the picture (m).
  var width: Double, height: Double
  /// The middle of the picture, or what it is moved by from the first body where it follows that; from the side its
  /// height is that of the lower edge.
  var offset: SIMD2<Double> = .zero
  /// Whether the picture moves with the first body.
  var follows: Bool
  /// The height of the ground that is drawn from the side; nil for none.
  var ground: Double?
  /// Roles by the number of the body; `agent` where nothing is said, `wall` for the world's own parts.
  var roles: [Int: Scene.Role] = [:]
  /// The body whose path a viewer may draw.
  var focus = 1

  /// The picture of these shapes at these places.
  ///
  /// What would not lie within the picture is left out: a part of a body that flies higher than the picture follows.
  /// Complexity: O(geoms log geoms).
  func scene(of geoms: [MuJoCoModel.Geom], places: [Double], turns: [Double]) -> Scene {
    func flat(_ x: Double, _ y: Double, _ z: Double) -> SIMD2<Double> { side == .side ? [x, z] : [x, y] }
    func depth(_ geom: Int) -> Double { side == .side ? -places[3 * geom + 1] : places[3 * geom + 2] }
    func middle(_ geom: Int) -> SIMD2<Double> {
      flat(places[3 * geom], places[3 * geom + 1], places[3 * geom + 2])
    }
    let watched = geoms.firstIndex { $0.body == focus }.map(middle) ?? .zero
    let corner = corner(watched)
    var scene = Scene(left: corner.x, bottom: corner.y, width: width, height: height, shapes: backdrop(corner))

    let drawn = geoms.indices.filter { geoms[$0].type != 0 && geoms[$0].isVisible }
    for geom in drawn.sorted(by: { (depth($0), $0) < (depth($1), $1) }) {
      let shape = geoms[geom]
      let role = roles[shape.body] ?? (shape.body == 0 ? .wall : .agent)
      let radius = shape.sizes.x
      var half = SIMD2<Double>.zero
      if shape.type == 3 || shape.type == 5 {
        // The third column of the rotation is where the geom's own axis points.
        let axis = flat(turns[9 * geom + 2], turns[9 * geom + 5], turns[9 * geom + 8])
        half = shape.sizes.y * axis
      }
      let centre = middle(geom)
      let (from, to) = (centre - half, centre + half)
      let reach = SIMD2(repeating: radius)
      guard contains(from - reach, to - reach, corner), contains(from + reach, to + reach, corner) else { continue }
      if (half * half).sum().squareRoot() < 0.05 * radius {
        scene.shapes.append(.circle(x: centre.x, y: centre.y, radius: radius, role: role))
      } else {
        scene.shapes.append(.line(points: [from.x, from.y, to.x, to.y], width: 2 * radius, role: role))
      }
    }
    return scene.following(x: watched.x, y: watched.y)
  }

  /// The lower left corner of the picture. From the side it stays on the ground until the body nears the upper edge.
  private func corner(_ watched: SIMD2<Double>) -> SIMD2<Double> {
    switch (side, follows) {
    case (.side, true):
      let x = watched.x + offset.x - width / 2
      return [x, max(offset.y, watched.y + 0.3 * height - height + offset.y)]
    case (.side, false): return [offset.x - width / 2, offset.y]
    case (.above, true): return watched + offset - SIMD2(width, height) / 2
    case (.above, false): return offset - SIMD2(width, height) / 2
    }
  }

  private func contains(_ a: SIMD2<Double>, _ b: SIMD2<Double>, _ corner: SIMD2<Double>) -> Bool {
    [a, b].allSatisfy {
      $0.x >= corner.x && $0.x <= corner.x + width && $0.y >= corner.y && $0.y <= corner.y + height
    }
  }

  /// The ground with a mark at each metre from the side; a grid of metres from above where the picture moves.
  private func backdrop(_ corner: SIMD2<Double>) -> [Scene.Shape] {
    let (left, bottom, right, top) = (corner.x, corner.y, corner.x + width, corner.y + height)
    func metres(_ low: Double, _ high: Double) -> [Double] {
      stride(from: low.rounded(.up), through: high, by: 1).map { $0 }
    }
    let thin = 0.008 * width
    if side == .side {
      guard let ground, ground > bottom else { return [] }
      var shapes: [Scene.Shape] = [
        .polygon(points: [left, bottom, right, bottom, right, ground, left, ground], role: .ground)
      ]
      let depth = min(0.4 * (ground - bottom), 0.1)
      for x in metres(left + thin, right - thin) where depth > thin {
        shapes.append(.line(points: [x, ground - depth, x, ground - thin / 2], width: thin, role: .wall))
      }
      return shapes
    }
    var shapes: [Scene.Shape] = [
      .polygon(points: [left, bottom, right, bottom, right, top, left, top], role: .track)
    ]
    guard follows else { return shapes }
    for x in metres(left + thin, right - thin) {
      shapes.append(.line(points: [x, bottom + thin, x, top - thin], width: thin / 2, role: .ground))
    }
    for y in metres(bottom + thin, top - thin) {
      shapes.append(.line(points: [left + thin, y, right - thin, y], width: thin / 2, role: .ground))
    }
    return shapes
  }
}
