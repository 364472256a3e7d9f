/// Along the top of a board runs a cliff between the start and the goal, and the wind blows towards it.
extension SealsTable {
  /// Every move is diagonal; with probability .3 it goes one row further up than meant. The wind is added before the
  /// board's edges stop the move. Nothing is ever absorbed: the goal pays for each step that begins on it.
  ///
  /// - Parameter seesCoordinates: the observation is (column, row), each scaled to 0 … 1, rather than one-hot.
  static func cliffWorld(width: Int, height: Int, horizon: Int, seesCoordinates: Bool) -> SealsTable {
    let wind = 0.3
    let count = width * height
    func kind(_ cell: Int) -> Int {
      if cell == 0 || cell >= width { return 0 }
      return cell == width - 1 ? 2 : 1
    }
    func cell(_ row: Int, _ column: Int) -> Int {
      let (inRow, inColumn): (Int, Int) = (min(max(row, 0), height - 1), min(max(column, 0), width - 1))
      return inRow * width + inColumn
    }
    let sight: Sight
    if seesCoordinates {
      let rows = (0..<count).flatMap { cell -> [Float] in
        let (across, down) = (Double(cell % width) / Double(width - 1), Double(cell / width) / Double(height - 1))
        return [Float(across), Float(down)]
      }
      sight = .rows(rows, names: ["column", "row"], bound: 0...1)
    } else {
      sight = .oneHot(names: (0..<count).map { "at row \($0 / width) column \($0 % width)" })
    }
    let cliff: [(cell: Int, role: Scene.Role)] = (1..<width - 1).map { (cell: $0, role: .danger) }
    return SealsTable(
      name: "CliffWorld\(width)x\(height)\(seesCoordinates ? "XY" : "")",
      summary: "Reach the corner beyond a cliff by diagonal moves while the wind blows towards it, "
        + "\(width) by \(height) cells" + (seesCoordinates ? ", seen as coordinates" : ""),
      horizon: horizon, start: (0..<count).map { $0 == 0 ? 1 : 0 },
      actions: ["up and left", "up and right", "down and left", "down and right"], sight: sight,
      reward: Reward(names: ["ground", "cliff", "goal"], weights: [-1, -10, 10]) { state in
        let own = kind(state)
        return [0, 1, 2].map { (each: Int) -> Double in each == own ? 1 : 0 }
      }, picture: SealsPicture(rows: height, columns: width, painted: cliff + [(width - 1, .goal)])
    ) { state, action in
      let row: Int = state / width + (action / 2 == 0 ? -1 : 1)
      let column: Int = state % width + (action % 2 == 0 ? -1 : 1)
      let (meant, blown) = (cell(row, column), cell(row - 1, column))
      return meant == blown ? [(meant, 1)] : [(blown, wind), (meant, 1 - wind)]
    }
  }
}
