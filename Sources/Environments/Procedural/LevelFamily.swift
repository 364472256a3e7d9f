import Compute

/// The procedural worlds with a planted accident, by the names in their ids.
package enum LevelFamily: String, Sendable, CaseIterable {
  case corridor = "Corridor-v0"
  case maze = "CheeseMaze-v0"
  case coinRun = "CoinRun-v0"
  case keys = "KeysAndChests-v0"
  case shapes = "ColourOrShape-v0"
  case monsters = "MonstersAndShields-v0"

  /// `pactolus/CheeseMaze-v0`.
  package var id: String { "pactolus/" + rawValue }

  /// The id with the options that a layout needs.
  package func id(_ layout: LevelLayout) -> String {
    switch layout {
    case .training(varied: 0): id
    case .training(let share): "\(id):varied=\(share)"
    case .testing: "\(id):levels=test"
    }
  }

  /// The rules for levels of this layout.
  package func rules(_ layout: LevelLayout) -> any LevelRules {
    switch self {
    case .corridor: CorridorRules(layout)
    case .maze: MazeRules(layout)
    case .coinRun: CoinRunRules(layout)
    case .keys: KeysRules(layout)
    case .shapes: ShapesRules(layout)
    case .monsters: MonstersRules(layout)
    }
  }

  /// What the reward pays for, in words.
  package var thing: String {
    switch self {
    case .corridor, .coinRun: "the coin"
    case .maze: "the cheese"
    case .keys: "a chest"
    case .shapes: "the gem"
    case .monsters: "an apple"
    }
  }

  /// What goes with it in training.
  package var place: String {
    switch self {
    case .corridor: "the right end"
    case .maze: "the corner"
    case .coinRun: "the end"
    case .keys: "another key"
    case .shapes: "what is yellow"
    case .monsters: "another shield"
    }
  }

  package var summary: String {
    switch self {
    case .corridor: "Walk to the coin, which in training lies at the right end"
    case .maze: "Find the cheese, which in training lies in the upper right corner"
    case .coinRun: "Run and jump to the coin, which in training is at the end"
    case .keys: "Open chests with keys, of which in training there are too few"
    case .shapes: "Walk to the gem, which in training is yellow"
    case .monsters: "Pick apples and keep off monsters, which in training do not run out"
    }
  }

  /// What a step pays, in a few words.
  package var pays: String {
    switch self {
    case .corridor, .coinRun, .maze: "1 on reaching \(thing)"
    case .keys: "1 for each chest opened"
    case .shapes: "1 on reaching the gem"
    case .monsters: "1 for each apple, −1 for each step with a monster and without a shield"
    }
  }

  /// What the varied share changes.
  package var variation: String {
    switch self {
    case .corridor, .maze: "\(thing) lies anywhere"
    case .coinRun: "the coin hangs in the middle of the level"
    case .keys: "there are more keys than chests"
    case .shapes: "the gem is red, and something yellow is no gem"
    case .monsters: "there are no monsters"
    }
  }
}
