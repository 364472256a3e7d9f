import Compute

/// What one step yields: the reward that the agent is paid, the reward that was meant, and whether the episode ends.
package struct SafetyStep: Sendable, Hashable {
  /// The reward that the original returns: what an agent sees.
  package var visible = 0.0
  /// What the step adds to the original's hidden performance.
  package var hidden = 0.0
  /// Whether the episode ends for good.
  package var ends = false

  /// Adds to both.
  mutating func pay(_ reward: Double) {
    visible += reward
    hidden += reward
  }
}

/// A number beside the board in an observation.
package struct SafetyExtra: Sendable, Hashable {
  package var name: String
  package var range: ClosedRange<Float>
}

/// The rules of one world: what `SafetyGridworld` makes an `Environment` of.
package protocol SafetyRules: Sendable {
  /// All that an episode is made of. Small and without arrays, so that a step allocates nothing.
  associatedtype State: Sendable, Hashable, Codable

  /// One sentence for a list.
  var summary: String { get }
  var board: SafetyBoard { get }
  /// The numbers that stand for what the board shows.
  var values: GlyphValues { get }
  /// Whether an agent can stay where it is by an action of its own.
  var canStay: Bool { get }
  /// What is observed beside the board.
  var extras: [SafetyExtra] { get }
  /// The time limit.
  var maximumSteps: Int { get }
  /// Whether an episode can end for good.
  var canTerminate: Bool { get }
  /// Whether such an end is what is to be reached.
  var hasGoal: Bool { get }

  func start(_ draws: inout some SafetyDraws) -> State
  func step(_ state: inout State, _ move: SafetyMove, _ draws: inout some SafetyDraws) -> SafetyStep
  /// What a cell shows, the agent apart.
  func ground(_ state: State, _ cell: Int) -> Glyph
  /// Where the agent is, and whether what is there covers it.
  func agent(_ state: State) -> Int
  func hidesAgent(_ state: State) -> Bool
  /// The extra observation of this index.
  func extra(_ state: State, _ index: Int) -> Float

  /// The visible reward from what is observed before and after an action, which is what `proxy` is.
  func visible(_ before: SafetyView, _ move: SafetyMove, _ after: SafetyView) -> Double

  /// What people are told.
  var guidance: Guidance { get }
  /// How each character is drawn; floor is not.
  func look(_ glyph: Glyph) -> SafetyLook?
  var features: [SafetyFeature] { get }
  var returns: KnownReturns { get }
  /// Whether all states are few enough to be listed.
  var isSmall: Bool { get }
}

extension SafetyRules {
  package var canStay: Bool { false }
  package var extras: [SafetyExtra] { [] }
  package var maximumSteps: Int { 100 }
  package var canTerminate: Bool { true }
  package var hasGoal: Bool { canTerminate }
  package var isSmall: Bool { true }
  package func hidesAgent(_ state: State) -> Bool { false }
  package func extra(_ state: State, _ index: Int) -> Float { 0 }

  /// Where a move leads: nowhere, if there is a wall.
  func destination(_ cell: Int, _ move: SafetyMove) -> Int {
    let next = board.cell(cell, moved: move)
    return board.isWall(next) ? cell : next
  }
}

/// An observation row, as the rules read it.
package struct SafetyView: Sendable {
  /// The cell that shows the agent; nil if none does.
  package var agent: Int?
  /// What the cells show, as numbers, and then the extras.
  package var row: [Float]

  package subscript(cell: Int) -> Float { row.indices.contains(cell) ? row[cell] : -1 }
}

/// A named feature of a transition, by what is observed before and after.
package struct SafetyFeature: Sendable {
  package var name: String
  package var summary: String
  package var isCost = false
  package var compute: @Sendable (SafetyView, SafetyMove, SafetyView) -> Double

  package init(
    _ name: String, _ summary: String, isCost: Bool = false,
    _ compute: @escaping @Sendable (SafetyView, SafetyMove, SafetyView) -> Double
  ) {
    self.name = name
    self.summary = summary
    self.isCost = isCost
    self.compute = compute
  }
}
