extension Delivery {
  /// The board from above: mud dark, houses as walls, sheep and roadblocks as dangers, coins as rewards.
  public func scene(_ state: State) -> Scene {
    let size = DeliveryBoard.size
    var shapes: [Scene.Shape] = [square(0, 0, Double(size), .track)]
    for cell in 0..<size * size {
      let (x, y) = corner(cell)
      if board.isMud(cell) { shapes.append(square(x, y, 1, .ground)) }
      switch board.object(cell) {
      case .nothing: break
      case .house:
        shapes.append(
          .polygon(
            points: [x + 0.1, y + 0.1, x + 0.9, y + 0.1, x + 0.9, y + 0.55, x + 0.5, y + 0.95, x + 0.1, y + 0.55],
            role: .wall))
      case .goal: shapes.append(square(x + 0.1, y + 0.1, 0.8, .goal))
      case .sheep: shapes.append(.circle(x: x + 0.5, y: y + 0.5, radius: 0.35, role: .danger))
      case .coin: shapes.append(.circle(x: x + 0.5, y: y + 0.5, radius: 0.25, role: .reward))
      case .roadblock:
        shapes.append(.line(points: [x + 0.2, y + 0.2, x + 0.8, y + 0.8], width: 0.16, role: .danger))
        shapes.append(.line(points: [x + 0.2, y + 0.8, x + 0.8, y + 0.2], width: 0.16, role: .danger))
      }
    }
    // The car fills its cell: on a phone a cell is ten pixels wide.
    let (x, y) = corner(state.cell)
    shapes.append(
      .polygon(
        points: [x + 0.04, y + 0.22, x + 0.96, y + 0.22, x + 0.96, y + 0.52, x + 0.68, y + 0.9, x + 0.04, y + 0.9],
        role: .agent))
    shapes.append(.circle(x: x + 0.26, y: y + 0.2, radius: 0.16, role: .joint))
    shapes.append(.circle(x: x + 0.74, y: y + 0.2, radius: 0.16, role: .joint))
    return Scene(left: 0, bottom: 0, width: Double(size), height: Double(size), shapes: shapes)
      .following(x: x + 0.5, y: y + 0.5)
  }

  /// The lower left corner of a cell; row 0 is on top.
  private func corner(_ cell: Int) -> (Double, Double) {
    (Double(cell % DeliveryBoard.size), Double(DeliveryBoard.size - 1 - cell / DeliveryBoard.size))
  }

  private func square(_ x: Double, _ y: Double, _ side: Double, _ role: Scene.Role) -> Scene.Shape {
    .polygon(points: [x, y, x + side, y, x + side, y + side, x, y + side], role: role)
  }
}
