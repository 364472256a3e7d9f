import Audits
import Compute
import Environments
import Testing

@Suite("Goals and what serves them")
struct GoalLibraryTests {
  @Test("the best actions towards a place are those that bring it nearer, in every cell of a grid")
  func nearer() throws {
    let grid = try ShapedWorlds.grid(rows: 6, columns: 7).mdp
    let goals = try GoalLibrary(planning: (0..<42).map { .being("\($0)", in: [$0]) }, in: grid)
    func distance(_ a: Int, _ b: Int) -> Int { abs(a / 7 - b / 7) + abs(a % 7 - b % 7) }
    for goal in 0..<42 {
      for state in 0..<42 {
        let after = (0..<5).map { distance(grid.successors[grid.transitions(state, $0).lowerBound], goal) }
        let nearest = after.min()
        let best = (0..<5).filter { after[$0] == nearest }
        #expect(goals.goals[goal].bestActions(in: state) == best, "from \(state) to \(goal)")
      }
    }
  }

  @Test("a reward is planned for as the world discounts, whatever its scale")
  func reward() throws {
    let corridor = try Corridor(7, discount: 0.5)
    // 1 at the left end, 3 at the right one; from the middle 1·½³ < 3·½³, nearer to the left it is worth less.
    var rewards = [Double](repeating: 0, count: 14)
    rewards[0] = 1
    rewards[13] = 3
    for scale in [1e-8, 1, 1e8] {
      let library = try GoalLibrary(planning: [.reward("both", rewards.map { $0 * scale })], in: corridor.mdp)
      #expect((0..<7).map { library.goals[0].bestActions(in: $0) } == [[0], [0], [0], [1], [1], [1], [1]])
    }
  }

  @Test("where an aim cannot be served, and at an end, nothing is better than anything else")
  func unreachable() throws {
    // 0 and 1 lead to themselves; 2 is an end.
    let mdp = try TabularMDP(
      stateCount: 3, actionCount: 2, rowStarts: [0, 1, 2, 3, 4, 5, 6], successors: [0, 0, 2, 1, 2, 2],
      probabilities: [Double](repeating: 1, count: 6), rewards: [Double](repeating: 0, count: 6), start: [1, 0, 0],
      isTerminal: [false, false, true], discount: 1)
    let library = try GoalLibrary(planning: [.being("the end", in: [2]), .being("one", in: [1])], in: mdp)
    #expect((0..<3).map { library.goals[0].bestActions(in: $0) } == [[0, 1], [0], [0, 1]])
    #expect((0..<3).map { library.goals[1].bestActions(in: $0) } == [[0, 1], [1], [0, 1]])
  }

  @Test("what is not of this world is refused, by name")
  func refused() throws {
    let corridor = try Corridor(5)
    for (aim, words) in [
      (Aim.being("outside", in: [5]), "outside"), (.being("nothing", in: []), "nothing"),
      (.reward("short", [1]), "short"), (.reward("odd", [Double](repeating: .nan, count: 10)), "odd"),
    ] {
      let error = #expect(throws: InputError.self) { try GoalLibrary(planning: [aim], in: corridor.mdp) }
      #expect(error?.place == "goal '\(words)'")
    }
    #expect(throws: InputError.self) { try GoalLibrary([], stateCount: 5, actionCount: 2) }
    #expect(throws: InputError.self) {
      try GoalLibrary([Goal("few", bestActions: [[0]])], stateCount: 5, actionCount: 2)
    }
    #expect(throws: InputError.self) {
      try GoalLibrary([Goal("third", bestActions: [[2]])], stateCount: 1, actionCount: 2)
    }
    var record = ActionRecord(stateCount: 5, actionCount: 2)
    #expect(throws: InputError("state 5 in step 1", at: "episode 0", remedy: "states are 0 to 4")) {
      try record.append(states: [4, 5], actions: [0, 0])
    }
    #expect(throws: InputError("action 2 in step 0", at: "episode 0", remedy: "actions are 0 to 1")) {
      try record.append(states: [4], actions: [2])
    }
    #expect(throws: InputError.self) { try record.append(states: [4], actions: []) }
    #expect(record.count == 0 && record.episodeCount == 0)
  }

  @Test("what is blocked is the pattern of walls, and only where there are several")
  func blocked() throws {
    let grid = try ShapedWorlds.grid(rows: 4, columns: 5).mdp
    #expect(Set(DeviceContext.blocked(in: grid).classes).count == 9)
    #expect(
      DeviceContext.standard(in: grid).map(\.name) == [
        "nothing", "the last action", "what is blocked", "what is blocked and the last action", "the state",
      ])
    #expect(DeviceContext.standard(in: try ShapedWorlds.twoStates().mdp).count == 5)
  }

  @Test("episodes can be picked out of a record")
  func episodes() throws {
    let record = try Corridor(5).record("RR", "LLL", "R")
    let picked = record.episodes([2, 0])
    #expect(picked.states == [2, 2, 3] && picked.actions == [1, 1, 1] && picked.episodeStarts == [0, 1])
    #expect(record.steps(ofEpisode: 1) == 2..<5 && record.steps(ofEpisode: 2) == 5..<6)
  }
}
