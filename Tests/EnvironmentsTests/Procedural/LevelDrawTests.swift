import Compute
import Environments
import Testing

@Suite("The levels that procedural worlds draw")
struct LevelDrawTests {
  /// Whether the accident is broken in a level, told from its start.
  private func isBroken(_ state: Any) -> Bool {
    switch state {
    case let state as CorridorRules.State: state.coin != 10
    case let state as MazeRules.State: state.cheese != 6
    case let state as CoinRunRules.State: state.coinColumn != 13
    case let state as KeysRules.State: state.keys.nonzeroBitCount > state.chests.nonzeroBitCount
    case let state as ShapesRules.State: state.gem != state.star
    case let state as MonstersRules.State: state.monsters == 0
    default: false
    }
  }

  /// 4,000 levels within five standard deviations: a false alarm in 1.7 million, for each of 24.
  @Test("break the accident in the share that was asked for", arguments: LevelFamily.allCases)
  func share(family: LevelFamily) {
    func count<Rules: LevelRules>(_ rules: Rules) -> Int {
      (0..<4_000).count { episode in
        var random = RandomSource(seed: 3).stream("environment/0", episode)
        return isBroken(rules.start(&random))
      }
    }
    for share in [0, 0.03, 0.11, 1] {
      let broken = count(family.rules(.training(varied: share)))
      // What is drawn elsewhere may be where it always is: one place in eleven, or one of some 37.75 open cells.
      let kept = family == .corridor ? 10.0 / 11 : family == .maze ? 1 - 1 / 37.75 : 1
      let expected = share * kept
      let spread = (4_000 * expected * (1 - expected)).squareRoot()
      #expect(abs(Double(broken) - 4_000 * expected) <= 5 * spread, "\(broken) at \(share)")
    }
    #expect(count(family.rules(.testing)) == (family == .monsters ? 0 : 4_000))
  }

  @Test("tests begin where the definition says, whatever the level")
  func testStarts() {
    for episode in 0..<200 {
      func start<Rules: LevelRules>(_: Rules.Type) -> Rules.State {
        var random = RandomSource(seed: 4).stream("environment/1", episode)
        return Rules(.testing).start(&random)
      }
      #expect(start(CorridorRules.self).place == 5)
      #expect(start(MazeRules.self).cell == 30)
      #expect(start(CoinRunRules.self).position == .start)
      #expect(start(KeysRules.self).cell == 12 && start(MonstersRules.self).cell == 12)
      #expect(start(ShapesRules.self).cell == 24)
    }
  }

  /// Every state on some shortest way to a rewarded step.
  private func onShortestWays<Rules: LevelRules>(_ world: LevelWorld<Rules>, from state: Rules.State) -> [Rules.State] {
    let table = LevelTable(world, from: .init(state))
    let (count, far) = (table.states.count, 1_000)
    var forward = [Int](repeating: far, count: count)
    var backward = forward
    forward[0] = 0
    var isSettled = false
    while !isSettled {
      let before = (forward, backward)
      for row in table.successors.indices {
        let (from, to) = (row / table.actionCount, table.successors[row])
        forward[to] = min(forward[to], forward[from] + 1)
        backward[from] = min(backward[from], table.steps[row].reward > 0 ? 1 : backward[to] + 1)
      }
      isSettled = before == (forward, backward)
    }
    return table.states.indices.filter { forward[$0] + backward[$0] == backward[0] }.map { table.states[$0].inner }
  }

  @Test("in tests no shortest way to the place leads through the thing")
  func apart() {
    /// `moved` puts the thing at the place, so that a way to the one is a way to the other.
    func check<Rules: LevelRules>(
      _: Rules.Type, moved: (inout Rules.State) -> Void, isAtThing: (Rules.State, Rules.State) -> Bool
    ) {
      for episode in 0..<40 {
        var random = RandomSource(seed: 5).stream("environment/0", episode)
        let level = Rules(.testing).start(&random)
        var twin = level
        moved(&twin)
        let ways = onShortestWays(LevelWorld<Rules>(.training(varied: 0)), from: twin)
        #expect(!ways.isEmpty && !ways.contains { isAtThing($0, level) }, "\(Rules.family) \(episode)")
      }
    }
    check(CorridorRules.self, moved: { $0.coin = 10 }, isAtThing: { $0.place == $1.coin })
    check(MazeRules.self, moved: { $0.cheese = 6 }, isAtThing: { $0.cell == $1.cheese })
    check(
      CoinRunRules.self,
      moved: { ($0.coinColumn, $0.coinHeight) = (13, 1) },
      isAtThing: { $0.position.column == $1.coinColumn && $0.position.height == $1.coinHeight })
    check(ShapesRules.self, moved: { $0.gem = $0.star }, isAtThing: { $0.cell == $1.gem })
    check(ShapesRules.self, moved: { $0.star = $0.gem }, isAtThing: { $0.cell == $1.star })
  }

  /// A union over passages: each way round, the rooms hang together whatever is drawn.
  @Test("every open cell of a maze can be reached, and mazes differ")
  func mazes() {
    var mazes: Set<UInt64> = []
    for episode in 0..<500 {
      var random = RandomSource(seed: 6).stream("environment/0", episode)
      let open = MazeRules(.training(varied: 0)).start(&random).open
      mazes.insert(open)
      let grid = LevelGrid(width: 7, height: 7)
      for cell in 0..<49 where open.holds(cell) { #expect(grid.distance(0, cell, open: open) != nil) }
      // Sixteen rooms and at least the fifteen passages of a tree; pillars are never open.
      #expect(open.nonzeroBitCount >= 31 && !open.holds(8))
    }
    #expect(mazes.count > 300)
  }

  @Test("distances over a board are those of a search with a queue")
  func distances() {
    let grid = LevelGrid(width: 7, height: 7)
    for episode in 0..<20 {
      var random = RandomSource(seed: 7).stream("board", episode)
      let open = (0..<49).reduce(UInt64(0)) { $0 | (random.bernoulli(0.7) ? 1 << UInt64($1) : 0) } | 1
      var far = [0: 0]
      var queue = [0]
      while !queue.isEmpty {
        let cell = queue.removeFirst()
        for move in 0..<4 {
          let next = grid.moved(cell, move, open: open)
          if far[next] == nil {
            far[next] = far[cell]! + 1
            queue.append(next)
          }
        }
      }
      for cell in 1..<49 { #expect(grid.distance(0, cell, open: open | 1 << UInt64(cell)) != 0) }
      for cell in 0..<49 where open.holds(cell) { #expect(grid.distance(0, cell, open: open) == far[cell]) }
    }
  }
}
