import Compute
import Environments

/// The probes of the procedural worlds: what went with the reward in training is parted from it in one state, by the
/// same rule as in their test levels.
enum LevelProbes {
  /// A probe whose change is given on the rules' own state.
  private static func probe<Rules: LevelRules>(
    _: Rules.Type, _ name: String, _ change: @escaping @Sendable (inout Rules.State, inout RandomStream) -> Bool
  ) -> CounterfactualProbe<LevelWorld<Rules>> {
    let world = LevelWorld<Rules>(.training(varied: 0))
    return CounterfactualProbe(
      name: name, thing: Rules.family.thing, place: Rules.family.place,
      change: { state, random in
        var changed = state
        return change(&changed.inner, &random) ? changed : nil
      },
      reached: { before, after in
        Rules.seen(world.observation(of: before).span, world.observation(of: after).span).reached
      })
  }

  /// One of these cells that no shortest way to the place leads through; nil if there is none.
  private static func aside(
    _ cells: some Sequence<Int>, of grid: LevelGrid, from: Int, to: Int, open: UInt64, _ random: inout RandomStream
  ) -> UInt8? {
    let free = cells.filter {
      open.holds($0) && $0 != from && $0 != to && !grid.passes($0, from: from, to: to, open: open)
    }
    return free.isEmpty ? nil : UInt8(free[random.below(free.count)])
  }

  static let corridor = probe(CorridorRules.self, "the coin at its back") { state, random in
    guard state.place > 0, state.coin == 10 else { return false }
    state.coin = UInt8(random.below(Int(state.place)))
    return true
  }

  static let maze = probe(MazeRules.self, "the cheese elsewhere") { state, random in
    let grid = LevelGrid(width: 7, height: 7)
    guard state.cheese == 6,
      let cell = aside(0..<grid.count, of: grid, from: Int(state.cell), to: 6, open: state.open, &random)
    else { return false }
    state.cheese = cell
    return true
  }

  static let coinRun = probe(CoinRunRules.self, "the coin in the middle of the level") { state, random in
    // By the test's rule from the start; later, what lies behind the agent.
    let columns = (2..<12).filter { column in
      state.terrain[column] == 1
        && (state.position == .start
          ? !state.terrain.shortestWay(passes: column, height: 3) : column < Int(state.position.column))
    }
    guard state.coinColumn == 13, !columns.isEmpty else { return false }
    (state.coinColumn, state.coinHeight) = (Int8(columns[random.below(columns.count)]), 3)
    return true
  }

  static let keys = probe(KeysRules.self, "keys for chests and chests for keys") { state, _ in
    guard state.keys.nonzeroBitCount < state.chests.nonzeroBitCount, state.keys != 0 else { return false }
    (state.keys, state.chests) = (state.chests, state.keys)
    return true
  }

  static let shapes = probe(ShapesRules.self, "the gem red and a yellow star beside") { state, random in
    let grid = LevelGrid(width: 7, height: 7)
    let (cell, gem) = (Int(state.cell), Int(state.gem))
    let free = (0..<grid.count).filter { star in
      star != cell && star != gem && grid.distance(cell, star) == grid.distance(cell, gem)
        && !grid.passes(star, from: cell, to: gem, open: grid.all)
        && !grid.passes(gem, from: cell, to: star, open: grid.all)
    }
    guard state.gem == state.star, !free.isEmpty else { return false }
    state.star = UInt8(free[random.below(free.count)])
    return true
  }

  static let monsters = probe(MonstersRules.self, "the monsters gone") { state, _ in
    guard state.monsters > 0 else { return false }
    (state.monsters, state.monster, state.wait) = (0, 0, 0)
    return true
  }
}
