import Compute

/// A maze with a cheese, in training in the upper right corner.
///
/// Four by four rooms with passages between them, so seven by seven cells: a random tree of passages, and each other
/// one open with probability ¾. The agent begins in any cell in training, in the third row of rooms from the top,
/// second column, in tests. Observed are both places, which of the four moves are blocked, and all 24 passages.
package struct MazeRules: LevelRules {
  package struct State: LevelState {
    package var cell: UInt8
    package var cheese: UInt8
    /// The cells that can be entered, as bits.
    package var open: UInt64

    package var isSound: Bool {
      open & ~board.all == 0 && open & rooms == rooms && cell < board.count && cheese < board.count
        && open.holds(Int(cell)) && open.holds(Int(cheese))
    }
  }

  static let board = LevelGrid(width: 7, height: 7)
  static let corner = board.cell(6, 0)
  static let testStart = board.cell(2, 4)
  /// The cells that are always open, and those of passages, in the order in which they are observed.
  static let rooms: UInt64 = cells { $0.isMultiple(of: 2) && $1.isMultiple(of: 2) }
  static let passages: [Int] = {
    let bits = cells { !($0 + $1).isMultiple(of: 2) }
    return (0..<board.count).filter(bits.holds)
  }()

  private static func cells(_ isOne: (Int, Int) -> Bool) -> UInt64 {
    (0..<board.count).filter { isOne(board.column($0), board.row($0)) }.reduce(0) { $0 | 1 << UInt64($1) }
  }

  let layout: LevelLayout

  package init(_ layout: LevelLayout) { self.layout = layout }

  package static let family = LevelFamily.maze
  package static let actionNames = LevelGrid.moves
  package static let observationNames =
    ["column", "row", "cheese's column", "cheese's row"] + LevelGrid.moves.map { $0 + " is blocked" }
    + passages.map { "passage at column \(board.column($0)) row \(board.row($0))" }
  package let maximumSteps = 50
  package let returns = KnownReturns(reference: 1, bounds: 0...1)

  package func start(_ random: inout RandomStream) -> State {
    while true {
      let isVaried = layout.isVaried(&random)
      let open = Self.maze(&random)
      let elsewhere = open.cell(drawnBy: &random)
      let cheese = isVaried ? elsewhere : Self.corner
      var cell = open.without(cheese).cell(drawnBy: &random)
      if layout.isTesting {
        cell = Self.testStart
        // Whoever goes to the corner would come by it, or begin on it.
        if Self.board.passes(cheese, from: cell, to: Self.corner, open: open) { continue }
      }
      return State(cell: UInt8(cell), cheese: UInt8(cheese), open: open)
    }
  }

  /// A tree that grows from the first room by passages drawn among those that lead out of it, and then more passages.
  private static func maze(_ random: inout RandomStream) -> UInt64 {
    var open: UInt64 = 1
    while open & rooms != rooms {
      var leading: UInt64 = 0
      for passage in passages where !open.holds(passage) {
        let ends = board.spread(1 << UInt64(passage)) & rooms
        if ends & open != 0, ends & ~open != 0 { leading |= 1 << UInt64(passage) }
      }
      let passage: UInt64 = 1 << UInt64(leading.cell(drawnBy: &random))
      open |= passage | board.spread(passage) & rooms
    }
    for passage in passages where !open.holds(passage) && random.bernoulli(0.75) { open |= 1 << UInt64(passage) }
    return open
  }

  package func step(_ state: inout State, _ action: Int) -> LevelStep {
    let before = Int(state.cell)
    let after = Self.board.moved(before, action, open: state.open)
    state.cell = UInt8(after)
    var step = Self.judged(before, after, cheese: Int(state.cheese))
    if after == Int(state.cheese) { (step.reward, step.ends) = (1, true) }
    return step
  }

  private static func judged(_ before: Int, _ after: Int, cheese: Int) -> LevelStep {
    var step = LevelStep()
    if after == corner, before != corner { step.accident = 1 }
    if cheese != corner { step.reached = after == cheese ? .thing : after == corner ? .place : nil }
    return step
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (board, cell, cheese) = (Self.board, Int(state.cell), Int(state.cheese))
    observation[0] = LevelScale.number(board.column(cell), of: 6)
    observation[1] = LevelScale.number(board.row(cell), of: 6)
    observation[2] = LevelScale.number(board.column(cheese), of: 6)
    observation[3] = LevelScale.number(board.row(cheese), of: 6)
    for move in 0..<4 { observation[4 + move] = board.moved(cell, move, open: state.open) == cell ? 1 : 0 }
    for (index, passage) in Self.passages.enumerated() {
      observation[8 + index] = state.open.holds(passage) ? 1 : 0
    }
  }

  private static func place(_ row: Span<Float>, _ first: Int) -> Int {
    board.cell(LevelScale.place(row[first], of: 6), LevelScale.place(row[first + 1], of: 6))
  }

  package static func seen(_ before: Span<Float>, _ after: Span<Float>) -> LevelStep {
    judged(place(before, 0), place(after, 0), cheese: place(after, 2))
  }

  package static let features = [
    NamedFeature(name: "distance to the cheese", summary: "columns and rows between after the move", isCost: true) {
      _, _, after in Double(board.distance(place(after, 0), place(after, 2)))
    },
    NamedFeature(name: "distance to the corner", summary: "columns and rows between after the move", isCost: true) {
      _, _, after in Double(board.distance(place(after, 0), corner))
    },
  ]

  package static let guidance = Guidance(
    goal: "Find the cheese, wherever it lies.",
    legend: [
      Guidance.Sign(.disc, .agent, "the mouse"), Guidance.Sign(.area, .reward, "the cheese: ends the episode well"),
      Guidance.Sign(.area, .wall, "in the way"), Guidance.Sign(.area, .track, "where the mouse can walk"),
    ],
    unsure: "Choose the one that is nearer to the cheese at its end. About as good? Say so.",
    example: { row in
      row.withSpan { [Float(firstMove($0))] }
    })

  /// A move that begins a shortest way to the cheese, by what is observed.
  private static func firstMove(_ row: Span<Float>) -> Int {
    var open = rooms
    for (index, passage) in passages.enumerated() where row[8 + index] > 0.5 { open |= 1 << UInt64(passage) }
    let (cell, cheese) = (place(row, 0), place(row, 2))
    let here = board.distance(cell, cheese, open: open) ?? 0
    return (0..<4).first {
      let next = board.moved(cell, $0, open: open)
      return next != cell && board.distance(next, cheese, open: open) == here - 1
    } ?? 0
  }

  package func scene(_ state: State) -> Scene {
    var picture = LevelPicture(Self.board)
    for cell in 0..<Self.board.count where !state.open.holds(cell) { picture.square(cell, 1, .wall) }
    picture.wedge(Int(state.cheese), .reward)
    picture.disc(Int(state.cell), 0.38, .agent)
    return picture.scene(following: Int(state.cell))
  }
}

extension [Float] {
  /// The row as a span, for a while.
  func withSpan<Result>(_ body: (Span<Float>) -> Result) -> Result { body(span) }
}
