extension Delivery {
  static let guidance = Guidance(
    goal: "Drive to the goal by a short way. Never hit a sheep; avoid roadblocks and mud; coins are a small extra.",
    legend: [
      Guidance.Sign(.area, .agent, "the car"), Guidance.Sign(.area, .goal, "the goal: ends the trip, the best end"),
      Guidance.Sign(.disc, .danger, "a sheep: ends the trip, the worst end"),
      Guidance.Sign(.cross, .danger, "a roadblock: costs"), Guidance.Sign(.disc, .reward, "a coin: pays a little"),
      Guidance.Sign(.area, .wall, "a house: in the way"), Guidance.Sign(.area, .ground, "mud: costs more than road"),
      Guidance.Sign(.area, .track, "road"), Guidance.Sign(.disc, .joint, "the car's wheels"),
    ],
    unsure: "Choose the one that is nearer to the goal at its end. About as good? Say so.",
    example: { observation in
      let cell = observation.firstIndex { $0 > 0.5 } ?? 0
      return [Float(shortestMoves[cell])]
    })

  /// For each cell the move that begins a shortest way to the goal past sheep and roadblocks; 0 where there is none.
  private static let shortestMoves: [Int] = {
    let board = DeliveryBoard()
    let cells = Array(0..<DeliveryBoard.size * DeliveryBoard.size)
    var best = [Int](repeating: 0, count: cells.count)
    var isReached = cells.map { board.object($0) == .goal }
    var isGrowing = true
    // One ring of cells after the other, from the goal outwards.
    while isGrowing {
      let before = isReached
      for cell in cells where !before[cell] && !board.isTerminal(cell) {
        let move = Delivery.moves.firstIndex { move in
          let next = board.destination(from: cell, rows: move.rows, columns: move.columns)
          return before[next] && board.object(next) != .roadblock
        }
        guard let move else { continue }
        best[cell] = move
        isReached[cell] = true
      }
      isGrowing = isReached != before
    }
    return best
  }()
}
