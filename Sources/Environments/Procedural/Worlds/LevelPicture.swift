/// A board from above, drawn cell by cell, for people.
struct LevelPicture {
  private let board: LevelGrid
  private var shapes: [Scene.Shape]

  init(_ board: LevelGrid) {
    self.board = board
    shapes = []
    let (width, height) = (Double(board.width), Double(board.height))
    shapes.append(.polygon(points: [0, 0, width, 0, width, height, 0, height], role: .track))
  }

  /// The middle of a cell; row 0 is on top.
  private func middle(_ cell: Int) -> (x: Double, y: Double) {
    (Double(board.column(cell)) + 0.5, Double(board.height - 1 - board.row(cell)) + 0.5)
  }

  mutating func square(_ cell: Int, _ side: Double, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    let half = side / 2
    shapes.append(
      .polygon(points: [x - half, y - half, x + half, y - half, x + half, y + half, x - half, y + half], role: role))
  }

  mutating func disc(_ cell: Int, _ radius: Double, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    shapes.append(.circle(x: x, y: y, radius: radius, role: role))
  }

  /// A piece of cheese.
  mutating func wedge(_ cell: Int, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    shapes.append(.polygon(points: [x - 0.36, y - 0.26, x + 0.36, y - 0.26, x + 0.36, y + 0.3], role: role))
  }

  /// A gem: a square on its corner.
  mutating func diamond(_ cell: Int, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    shapes.append(.polygon(points: [x, y - 0.4, x + 0.4, y, x, y + 0.4, x - 0.4, y], role: role))
  }

  /// A star of five points.
  mutating func star(_ cell: Int, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    // Sines and cosines of the ten corners' angles, which are tenths of a turn, from the top.
    let sines = [0, 0.588, 0.951, 0.951, 0.588, 0, -0.588, -0.951, -0.951, -0.588]
    let cosines = [1, 0.809, 0.309, -0.309, -0.809, -1, -0.809, -0.309, 0.309, 0.809]
    let points = (0..<10).flatMap { corner in
      let radius = corner.isMultiple(of: 2) ? 0.44 : 0.18
      return [x + radius * sines[corner], y + radius * cosines[corner]]
    }
    shapes.append(.polygon(points: points, role: role))
  }

  /// A key: a ring's disc and a bit.
  mutating func key(_ cell: Int, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    shapes.append(.circle(x: x - 0.18, y: y, radius: 0.18, role: role))
    shapes.append(.line(points: [x, y, x + 0.36, y], width: 0.1, role: role))
    shapes.append(.line(points: [x + 0.3, y, x + 0.3, y - 0.18], width: 0.08, role: role))
  }

  /// A shield: flat on top, pointed below.
  mutating func shield(_ cell: Int, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    shapes.append(
      .polygon(
        points: [x - 0.3, y + 0.34, x + 0.3, y + 0.34, x + 0.3, y - 0.04, x, y - 0.4, x - 0.3, y - 0.04], role: role)
    )
  }

  /// A monster: a square with two teeth.
  mutating func monster(_ cell: Int, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    shapes.append(
      .polygon(
        points: [
          x - 0.36, y + 0.36, x + 0.36, y + 0.36, x + 0.36, y - 0.36, x + 0.16, y - 0.1, x, y - 0.36, x - 0.16, y - 0.1,
          x - 0.36, y - 0.36,
        ], role: role))
  }

  /// Up to four dots side by side: what is held.
  mutating func dots(_ cell: Int, _ count: Int, _ role: Scene.Role) {
    let (x, y) = middle(cell)
    for index in 0..<min(count, 4) {
      shapes.append(.circle(x: x - 0.24 + 0.16 * Double(index), y: y, radius: 0.07, role: role))
    }
  }

  func scene(following cell: Int) -> Scene {
    let (x, y) = middle(cell)
    return Scene(left: 0, bottom: 0, width: Double(board.width), height: Double(board.height), shapes: shapes)
      .following(x: x, y: y)
  }
}
