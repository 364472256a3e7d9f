import Compute

/// Each world by its own type, so that its loops are compiled for it.
extension LevelFamily {
  /// Everything a registry has to know of the world with these levels.
  package func entry(_ layout: LevelLayout, id: String? = nil) throws -> EnvironmentEntry {
    switch self {
    case .corridor: try LevelWorld<CorridorRules>(layout, id: id).entry()
    case .maze: try LevelWorld<MazeRules>(layout, id: id).entry()
    case .coinRun: try LevelWorld<CoinRunRules>(layout, id: id).entry()
    case .keys: try LevelWorld<KeysRules>(layout, id: id).entry()
    case .shapes: try LevelWorld<ShapesRules>(layout, id: id).entry()
    case .monsters: try LevelWorld<MonstersRules>(layout, id: id).entry()
    }
  }

  /// The exact table of one level, drawn from this stream.
  package func level(_ layout: LevelLayout, random: inout RandomStream, discount: Double) throws -> TabularWorld {
    func table<Rules: LevelRules>(_ world: LevelWorld<Rules>, _ random: inout RandomStream) throws -> TabularWorld {
      try world.table(from: world.reset(random: &random), discount: discount)
    }
    return switch self {
    case .corridor: try table(LevelWorld<CorridorRules>(layout), &random)
    case .maze: try table(LevelWorld<MazeRules>(layout), &random)
    case .coinRun: try table(LevelWorld<CoinRunRules>(layout), &random)
    case .keys: try table(LevelWorld<KeysRules>(layout), &random)
    case .shapes: try table(LevelWorld<ShapesRules>(layout), &random)
    case .monsters: try table(LevelWorld<MonstersRules>(layout), &random)
    }
  }
}
