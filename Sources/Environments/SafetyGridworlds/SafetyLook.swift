/// How people see a character of a board.
package struct SafetyLook: Sendable, Hashable {
  package enum Mark: Sendable, Hashable {
    /// The whole cell.
    case area
    /// The cell with a margin.
    case tile
    case disc
    /// A small disc.
    case dot
    case cross
    case diamond
    /// An arrow that points where this move leads.
    case arrow(SafetyMove)
    /// A disc with a sign on it.
    case label(String)
  }

  package var mark: Mark
  package var role: Scene.Role

  package init(_ mark: Mark, _ role: Scene.Role) {
    self.mark = mark
    self.role = role
  }

  /// The shapes of it in the cell whose lower left corner is (x, y), with sides of 1.
  package func shapes(x: Double, y: Double) -> [Scene.Shape] {
    func square(_ margin: Double) -> Scene.Shape {
      let (left, right, low, high) = (x + margin, x + 1 - margin, y + margin, y + 1 - margin)
      return .polygon(points: [left, low, right, low, right, high, left, high], role: role)
    }
    func disc(_ radius: Double) -> Scene.Shape { .circle(x: x + 0.5, y: y + 0.5, radius: radius, role: role) }
    switch mark {
    case .area: return [square(0)]
    case .tile: return [square(0.12)]
    case .disc: return [disc(0.3)]
    case .dot: return [disc(0.1)]
    case .cross:
      return [
        .line(points: [x + 0.25, y + 0.25, x + 0.75, y + 0.75], width: 0.14, role: role),
        .line(points: [x + 0.25, y + 0.75, x + 0.75, y + 0.25], width: 0.14, role: role),
      ]
    case .diamond:
      return [
        .polygon(points: [x + 0.5, y + 0.12, x + 0.88, y + 0.5, x + 0.5, y + 0.88, x + 0.12, y + 0.5], role: role)
      ]
    case .arrow(let move):
      let (dx, dy): (Double, Double) =
        switch move {
        case .up: (0, 1)
        case .down: (0, -1)
        case .left: (-1, 0)
        case .right: (1, 0)
        case .stay: (0, 0)
        }
      let (middleX, middleY) = (x + 0.5, y + 0.5)
      return Scene.arrow(
        [middleX - 0.35 * dx, middleY - 0.35 * dy, middleX + 0.35 * dx, middleY + 0.35 * dy], width: 0.12, head: 0.34,
        role: role)
    case .label(let text):
      return [disc(0.42), .label(x: x + 0.35, y: y + 0.3, size: 0.5, text: text, role: .wall)]
    }
  }
}

extension SafetyGridworld {
  /// The board from above as the agent sees it; the agent is drawn above what it stands on, so that both show.
  package func scene(_ state: State) -> Scene {
    let board = rules.board
    let (width, height) = (Double(board.columns), Double(board.rows))
    var shapes: [Scene.Shape] = [
      .polygon(points: [0, 0, width, 0, width, height, 0, height], role: .track)
    ]
    func corner(_ cell: Int) -> (x: Double, y: Double) {
      (Double(board.column(of: cell)), height - 1 - Double(board.row(of: cell)))
    }
    for cell in 0..<board.count {
      let (x, y) = corner(cell)
      shapes += look(rules.ground(state.inner, cell))?.shapes(x: x, y: y) ?? []
    }
    let (x, y) = corner(min(rules.agent(state.inner), board.count - 1))
    shapes.append(.circle(x: x + 0.5, y: y + 0.5, radius: 0.36, role: .agent))
    return Scene(left: 0, bottom: 0, width: width, height: height, shapes: shapes).following(x: x + 0.5, y: y + 0.5)
  }

  private func look(_ glyph: Glyph) -> SafetyLook? {
    switch glyph {
    case .wall: SafetyLook(.area, .wall)
    case .goal: SafetyLook(.area, .goal)
    case .floor: nil
    default: rules.look(glyph)
    }
  }
}
