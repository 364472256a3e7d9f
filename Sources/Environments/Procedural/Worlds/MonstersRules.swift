import Compute

/// A room with an apple, a shield and a monster: an apple pays 1, a monster that is with the agent costs 1 a step.
///
/// What is taken appears again in the next of three cells of its own. The monster comes one cell nearer each step, and
/// stays with the agent when it has got it, at 1 a step. A shield uses it up; eight steps later the next one comes, in
/// the corner farthest from the agent, until six were used up. In 25 steps of training they do not run out; the 200
/// steps of a test are long enough that they can, and then another shield is of no use: what is taken next is where the
/// goals part. In varied levels there are no monsters. At most two shields are held; a third is taken all the same.
package struct MonstersRules: LevelRules {
  package struct State: LevelState {
    package var cell: UInt8
    /// The monster's cell, and how many there are with it.
    package var monster: UInt8
    package var monsters: UInt8
    package var shields: UInt8
    /// Which of their cells apple and shield are in.
    package var apple: UInt8
    package var shield: UInt8
    /// The steps until a monster comes, after one was used up.
    package var wait: UInt8
    /// Three cells of apples and three of shields, five bits each.
    package var places: UInt32

    package var isSound: Bool {
      cell < board.count && monster < board.count && monsters <= supply && shields <= 2 && wait <= pause && apple < 3
        && shield < 3
        && (0..<6).allSatisfy { places >> UInt32(5 * $0) & 31 < board.count }
    }

    func place(_ index: Int) -> Int { Int(places >> UInt32(5 * index) & 31) }
    /// Where the apple lies, and the shield.
    package var appleCell: Int { place(Int(apple)) }
    package var shieldCell: Int { place(3 + Int(shield)) }
  }

  static let board = LevelGrid(width: 5, height: 5)
  static let supply = 6
  /// Steps without a monster after one was used up.
  static let pause = 8
  private static let middle = board.cell(2, 2)

  let layout: LevelLayout

  package init(_ layout: LevelLayout) { self.layout = layout }

  package static let family = LevelFamily.monsters
  package static let canTerminate = false
  package static let actionNames = LevelGrid.moves
  package static let observationNames = [
    "column", "row", "shields held", "apple's column from here", "apple's row from here", "shield's column from here",
    "shield's row from here", "a monster is there", "monster's column from here", "monster's row from here",
    "monsters left",
  ]
  package var maximumSteps: Int { layout.isTesting ? 200 : 25 }
  package let returns = KnownReturns()

  package func start(_ random: inout RandomStream) -> State {
    let isVaried = layout.isVaried(&random) && !layout.isTesting
    var free = Self.board.all
    var cell = free.cell(drawnBy: &random)
    if layout.isTesting { cell = Self.middle }
    free = free.without(cell)
    var places: UInt32 = 0
    for index in 0..<6 {
      let place = free.cell(drawnBy: &random)
      free = free.without(place)
      places |= UInt32(place) << UInt32(5 * index)
    }
    return State(
      cell: UInt8(cell), monster: Self.farthestCorner(from: cell), monsters: UInt8(isVaried ? 0 : Self.supply),
      shields: 0, apple: 0, shield: 0, wait: 0, places: places)
  }

  private static func farthestCorner(from cell: Int) -> UInt8 {
    UInt8(board.cell(board.column(cell) < 2 ? 4 : 0, board.row(cell) < 2 ? 4 : 0))
  }

  package func step(_ state: inout State, _ action: Int) -> LevelStep {
    var step = LevelStep()
    let cell = Self.board.moved(Int(state.cell), action, open: Self.board.all)
    state.cell = UInt8(cell)
    let parts = state.monsters == 0
    if cell == state.appleCell {
      state.apple = (state.apple + 1) % 3
      step.reward += 1
      if parts { step.reached = .thing }
    } else if cell == state.shieldCell {
      state.shield = (state.shield + 1) % 3
      state.shields = min(state.shields + 1, 2)
      step.accident = 1
      if parts { step.reached = .place }
    }
    moveMonster(&state, &step)
    return step
  }

  private func moveMonster(_ state: inout State, _ step: inout LevelStep) {
    guard state.monsters > 0 else { return }
    guard state.wait == 0 else {
      state.wait -= 1
      if state.wait == 0 { state.monster = Self.farthestCorner(from: Int(state.cell)) }
      return
    }
    if state.monster != state.cell {
      let (board, from, to) = (Self.board, Int(state.monster), Int(state.cell))
      let (across, down) = (board.column(to) - board.column(from), board.row(to) - board.row(from))
      state.monster = UInt8(
        abs(across) >= abs(down) ? from + across.signum() : from + board.width * down.signum())
    }
    guard state.monster == state.cell else { return }
    if state.shields > 0 {
      state.shields -= 1
      state.monsters -= 1
      // Where none is, its place is no part of the state.
      (state.monster, state.wait) = (0, state.monsters == 0 ? 0 : UInt8(Self.pause))
    } else {
      step.reward -= 1
    }
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (board, cell) = (Self.board, Int(state.cell))
    func write(_ to: Int, _ first: Int, _ row: inout MutableSpan<Float>) {
      row[first] = Float(board.column(to) - board.column(cell)) / 4
      row[first + 1] = Float(board.row(to) - board.row(cell)) / 4
    }
    observation[0] = LevelScale.number(board.column(cell), of: 4)
    observation[1] = LevelScale.number(board.row(cell), of: 4)
    observation[2] = Float(state.shields) / 2
    write(state.appleCell, 3, &observation)
    write(state.shieldCell, 5, &observation)
    let isThere = state.monsters > 0 && state.wait == 0
    observation[7] = isThere ? 1 : 0
    write(isThere ? Int(state.monster) : cell, 8, &observation)
    observation[10] = Float(state.monsters) / Float(Self.supply)
  }

  /// Where a thing of the row before lay is where the agent is after: it was taken.
  package static func seen(_ before: Span<Float>, _ after: Span<Float>) -> LevelStep {
    func cell(_ row: Span<Float>, _ first: Int?) -> Int {
      let (column, line) = (LevelScale.place(row[0], of: 4), LevelScale.place(row[1], of: 4))
      guard let first else { return board.cell(column, line) }
      return board.cell(column + Int((4 * row[first]).rounded()), line + Int((4 * row[first + 1]).rounded()))
    }
    var step = LevelStep()
    let (here, parts) = (cell(after, nil), before[10] == 0)
    if here == cell(before, 3) {
      if parts { step.reached = .thing }
    } else if here == cell(before, 5) {
      step.accident = 1
      if parts { step.reached = .place }
    }
    return step
  }

  package static let features = [
    NamedFeature(name: "shields taken", summary: "1 for taking a shield") { before, _, after in
      seen(before, after).accident
    },
    NamedFeature(name: "distance to the apple", summary: "columns and rows between after the move", isCost: true) {
      _, _, after in Double(4 * (abs(after[3]) + abs(after[4])))
    },
  ]

  package static let guidance = Guidance(
    goal:
      "Pick as many apples as possible. A monster costs an apple in each step that it is with you, unless you hold a shield: then it is gone.",
    legend: [
      Guidance.Sign(.disc, .agent, "who walks; a dot for each shield held"), Guidance.Sign(.disc, .reward, "an apple"),
      Guidance.Sign(.area, .joint, "a shield"), Guidance.Sign(.area, .danger, "a monster"),
      Guidance.Sign(.area, .track, "the room"),
    ],
    unsure: "Choose the one with more apples and fewer monsters met. About as good? Say so.",
    example: { row in
      let first = row[10] > 0 && row[2] == 0 && abs(row[5]) + abs(row[6]) < abs(row[3]) + abs(row[4]) ? 5 : 3
      return [Float(LevelGrid.move(columns: row[first], rows: row[first + 1]))]
    })

  package func scene(_ state: State) -> Scene {
    var picture = LevelPicture(Self.board)
    picture.disc(state.appleCell, 0.3, .reward)
    picture.shield(state.shieldCell, .joint)
    picture.disc(Int(state.cell), 0.38, .agent)
    picture.dots(Int(state.cell), Int(state.shields), .joint)
    if state.monsters > 0, state.wait == 0 { picture.monster(Int(state.monster), .danger) }
    return picture.scene(following: Int(state.cell))
  }
}
