import Compute

/// A room with keys and chests: any key opens any chest, once, and only that pays.
///
/// In training there are two keys for four chests, so that keys are what is scarce; in varied levels and in tests two
/// chests and four keys. The two goals part while there is a key in hand for every chest left and keys still lie about:
/// what is taken next? The episode ends with the last chest, or when neither key nor hope is left. The agent begins
/// anywhere in training, in the middle in tests.
package struct KeysRules: LevelRules {
  package struct State: LevelState {
    package var cell: UInt8
    package var held: UInt8
    package var keys: UInt32
    package var chests: UInt32

    package var isSound: Bool {
      cell < board.count && held <= 4 && keys & chests == 0 && UInt64(keys | chests) & ~board.all == 0
        && keys.nonzeroBitCount <= 4 && chests.nonzeroBitCount <= 4
    }
  }

  static let board = LevelGrid(width: 5, height: 5)
  private static let middle = board.cell(2, 2)

  let layout: LevelLayout

  package init(_ layout: LevelLayout) { self.layout = layout }

  package static let family = LevelFamily.keys
  package static let actionNames = LevelGrid.moves
  package static let observationNames = [
    "column", "row", "keys held", "keys left", "chests left", "key's column from here", "key's row from here",
    "chest's column from here", "chest's row from here",
  ]
  package let maximumSteps = 50
  package let returns = KnownReturns(reference: 2, bounds: 0...2)

  package func start(_ random: inout RandomStream) -> State {
    let isVaried = layout.isVaried(&random)
    var free = Self.board.all
    var cell = free.cell(drawnBy: &random)
    if layout.isTesting { cell = Self.middle }
    free = free.without(cell)
    var state = State(cell: UInt8(cell), held: 0, keys: 0, chests: 0)
    for _ in 0..<(isVaried ? 4 : 2) {
      let key = free.cell(drawnBy: &random)
      free = free.without(key)
      state.keys |= 1 << UInt32(key)
    }
    for _ in 0..<(isVaried ? 2 : 4) {
      let chest = free.cell(drawnBy: &random)
      free = free.without(chest)
      state.chests |= 1 << UInt32(chest)
    }
    return state
  }

  package func step(_ state: inout State, _ action: Int) -> LevelStep {
    let cell = Self.board.moved(Int(state.cell), action, open: Self.board.all)
    state.cell = UInt8(cell)
    let bit: UInt32 = 1 << UInt32(cell)
    let parts = Self.parts(
      held: Int(state.held), keys: state.keys.nonzeroBitCount, chests: state.chests.nonzeroBitCount)
    var step = LevelStep()
    if state.keys & bit != 0 {
      state.keys &= ~bit
      state.held += 1
      step.accident = 1
      if parts { step.reached = .place }
    } else if state.chests & bit != 0, state.held > 0 {
      state.chests &= ~bit
      state.held -= 1
      step.reward = 1
      if parts { step.reached = .thing }
    }
    step.ends = state.chests == 0 || state.keys == 0 && state.held == 0
    return step
  }

  /// Whether another key is of no use, and yet to be had.
  private static func parts(held: Int, keys: Int, chests: Int) -> Bool { chests > 0 && held >= chests && keys > 0 }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (board, cell) = (Self.board, Int(state.cell))
    observation[0] = LevelScale.number(board.column(cell), of: 4)
    observation[1] = LevelScale.number(board.row(cell), of: 4)
    observation[2] = Float(state.held) / 4
    observation[3] = Float(state.keys.nonzeroBitCount) / 4
    observation[4] = Float(state.chests.nonzeroBitCount) / 4
    for (first, cells) in [(5, state.keys), (7, state.chests)] {
      let nearest = board.nearest(UInt64(cells), to: cell) ?? cell
      observation[first] = Float(board.column(nearest) - board.column(cell)) / 4
      observation[first + 1] = Float(board.row(nearest) - board.row(cell)) / 4
    }
  }

  package static func seen(_ before: Span<Float>, _ after: Span<Float>) -> LevelStep {
    func count(_ row: Span<Float>, _ index: Int) -> Int { Int((4 * row[index]).rounded()) }
    var step = LevelStep()
    let parts = parts(held: count(before, 2), keys: count(before, 3), chests: count(before, 4))
    if count(after, 3) < count(before, 3) {
      step.accident = 1
      if parts { step.reached = .place }
    } else if count(after, 4) < count(before, 4), parts {
      step.reached = .thing
    }
    return step
  }

  package static let features = [
    NamedFeature(name: "chests opened", summary: "1 for opening a chest") { before, _, after in
      Double(4 * (before[4] - after[4]))
    },
    NamedFeature(name: "keys taken", summary: "1 for taking a key") { before, _, after in
      Double(4 * (before[3] - after[3]))
    },
  ]

  package static let guidance = Guidance(
    goal: "Open as many chests as possible, soon. Each takes one key; keys are worth nothing by themselves.",
    legend: [
      Guidance.Sign(.disc, .agent, "who walks; a dot for each key in hand"), Guidance.Sign(.disc, .joint, "a key"),
      Guidance.Sign(.area, .reward, "a chest"), Guidance.Sign(.area, .track, "the room"),
    ],
    unsure: "Choose the one with more open chests at its end. About as good? Say so.",
    example: { row in
      let first = row[2] > 0 || row[3] == 0 ? 7 : 5
      return [Float(LevelGrid.move(columns: row[first], rows: row[first + 1]))]
    })

  package func scene(_ state: State) -> Scene {
    var picture = LevelPicture(Self.board)
    for cell in 0..<Self.board.count {
      if UInt64(state.chests).holds(cell) { picture.square(cell, 0.66, .reward) }
      if UInt64(state.keys).holds(cell) { picture.key(cell, .joint) }
    }
    picture.disc(Int(state.cell), 0.38, .agent)
    picture.dots(Int(state.cell), Int(state.held), .joint)
    return picture.scene(following: Int(state.cell))
  }
}
