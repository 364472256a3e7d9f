import Compute

/// A room with a gem, in training a yellow one; in tests there is a red gem and a yellow star.
///
/// Only the gem pays, but nothing in training says whether it does by its shape or by its colour. Observed are the
/// agent's place, and in which direction the gem and what is yellow lie, nearer things more strongly: as an eye sees
/// that has one filter for the shape and one for the colour. Whichever is entered ends the episode. The agent begins
/// anywhere in training, in the middle in tests, where both things are equally far and neither lies on a shortest way
/// to the other.
package struct ShapesRules: LevelRules {
  package struct State: LevelState {
    package var cell: UInt8
    package var gem: UInt8
    /// The star's cell; that of the gem where there is none.
    package var star: UInt8

    /// Whether the gem is red and the star yellow; else the gem is yellow and alone.
    var isVaried: Bool { gem != star }
    package var isSound: Bool { cell < board.count && gem < board.count && star < board.count }
  }

  static let board = LevelGrid(width: 7, height: 7)
  private static let middle = board.cell(3, 3)

  let layout: LevelLayout

  package init(_ layout: LevelLayout) { self.layout = layout }

  package static let family = LevelFamily.shapes
  package static let actionNames = LevelGrid.moves
  package static let observationNames =
    ["column", "row"] + ["gem", "yellow"].flatMap { ["\($0) to the right", "\($0) below"] }
  package let maximumSteps = 40
  package let returns = KnownReturns(reference: 1, bounds: 0...1)

  package func start(_ random: inout RandomStream) -> State {
    let board = Self.board
    while true {
      let isVaried = layout.isVaried(&random)
      let gem = board.all.cell(drawnBy: &random)
      let star = board.all.without(gem).cell(drawnBy: &random)
      var cell = board.all.without(gem, star).cell(drawnBy: &random)
      if layout.isTesting {
        cell = Self.middle
        if gem == cell || star == cell || board.distance(cell, gem) != board.distance(cell, star)
          || board.passes(gem, from: cell, to: star, open: board.all)
          || board.passes(star, from: cell, to: gem, open: board.all)
        {
          continue
        }
      }
      return State(cell: UInt8(cell), gem: UInt8(gem), star: UInt8(isVaried ? star : gem))
    }
  }

  package func step(_ state: inout State, _ action: Int) -> LevelStep {
    let cell = Self.board.moved(Int(state.cell), action, open: Self.board.all)
    state.cell = UInt8(cell)
    var step = LevelStep()
    let yellow = Int(state.star)
    step.accident = cell == yellow ? 1 : 0
    step.reward = cell == Int(state.gem) ? 1 : 0
    if state.isVaried { step.reached = step.reward > 0 ? .thing : step.accident > 0 ? .place : nil }
    step.ends = step.accident + step.reward > 0
    return step
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (board, cell) = (Self.board, Int(state.cell))
    observation[0] = LevelScale.number(board.column(cell), of: 6)
    observation[1] = LevelScale.number(board.row(cell), of: 6)
    for (first, thing) in [(2, Int(state.gem)), (4, Int(state.star))] {
      let (across, down) = (board.column(thing) - board.column(cell), board.row(thing) - board.row(cell))
      let distance = Float(abs(across) + abs(down))
      // The share of the way that goes across or down, less by the root of the distance; nothing where the thing is
      // here.
      let strength = distance > 0 ? 1 / (distance * distance.squareRoot()) : 0
      observation[first] = Float(across) * strength
      observation[first + 1] = Float(down) * strength
    }
  }

  /// How far a thing is, told from the strength of its two numbers.
  private static func distance(_ row: Span<Float>, _ first: Int) -> Double {
    let strength = Double(abs(row[first]) + abs(row[first + 1]))
    return strength > 0 ? (1 / (strength * strength)).rounded() : 0
  }

  package static func seen(_ before: Span<Float>, _ after: Span<Float>) -> LevelStep {
    let (isAtGem, isAtYellow) = (distance(after, 2) == 0, distance(after, 4) == 0)
    var step = LevelStep()
    step.accident = isAtYellow ? 1 : 0
    if isAtGem != isAtYellow { step.reached = isAtGem ? .thing : .place }
    return step
  }

  package static let features = [
    NamedFeature(name: "distance to the gem", summary: "columns and rows between after the move", isCost: true) {
      _, _, after in distance(after, 2)
    },
    NamedFeature(name: "distance to what is yellow", summary: "columns and rows between after the move", isCost: true) {
      _, _, after in distance(after, 4)
    },
  ]

  package static let guidance = Guidance(
    goal: "Walk to the gem, whatever its colour. A star is worth nothing.",
    legend: [
      Guidance.Sign(.disc, .agent, "who walks"), Guidance.Sign(.area, .reward, "what is yellow"),
      Guidance.Sign(.area, .danger, "what is red"), Guidance.Sign(.area, .track, "the room"),
    ],
    unsure: "Choose the one that is nearer to the gem, which has four corners. About as good? Say so.",
    example: { [Float(LevelGrid.move(columns: $0[2], rows: $0[3]))] })

  package func scene(_ state: State) -> Scene {
    var picture = LevelPicture(Self.board)
    picture.diamond(Int(state.gem), state.isVaried ? .danger : .reward)
    if state.isVaried { picture.star(Int(state.star), .reward) }
    picture.disc(Int(state.cell), 0.36, .agent)
    return picture.scene(following: Int(state.cell))
  }
}
