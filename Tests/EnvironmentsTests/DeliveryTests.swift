import Compute
import Environments
import PactolusTesting
import Testing

@Suite("The delivery task")
struct DeliveryTests {
  let delivery = Delivery()

  @Test("starts anywhere but in houses, on sheep and at the goal: 92 cells, all of them reached")
  func starts() throws {
    let world = try delivery.tabular()
    #expect(world.mdp.start.filter { $0 > 0 }.count == 92)
    var random = RandomSource(seed: 3).stream("starts")
    var seen: Set<Int> = []
    for _ in 0..<5_000 { seen.insert(delivery.reset(random: &random).cell) }
    #expect(seen == Set(world.mdp.start.indices.filter { world.mdp.start[$0] > 0 }))
  }

  @Test("is worth what its authors' code says: 41.208 at best and -71.257 for the uniform policy, over all starts")
  func knownReturns() throws {
    let mdp = try delivery.tabular(discount: 0.999).mdp
    let best = values(mdp) { $0.max()! }
    let uniform = values(mdp) { $0.reduce(0, +) / 4 }
    #expect(abs(expected(best, mdp) - 41.208) < 0.0005)
    #expect(abs(expected(uniform, mdp) + 71.257) < 0.0005)
  }

  @Test("steps as its table says, in every state, with every action")
  func tableAgrees() throws {
    let world = try delivery.tabular()
    var random = RandomSource(seed: 1).stream("unused")
    #expect(world.rewards(weights: Delivery.trueWeights) == world.mdp.rewards)
    for cell in 0..<world.mdp.stateCount {
      let start = Delivery.State(row: cell / 10, column: cell % 10)
      let row = Array(world.observations[cell * 100..<(cell + 1) * 100])
      #expect(delivery.observation(start) == row)
      guard !world.mdp.isTerminal[cell] else { continue }
      for action in 0..<4 {
        var state = start
        let outcome = delivery.step(&state, action, random: &random)
        let successor = world.mdp.successors[world.mdp.transitions(cell, action).lowerBound]
        #expect(state.cell == successor && outcome.terminated == world.mdp.isTerminal[successor])
        #expect(outcome.reward == world.mdp.rewards[cell * 4 + action])
      }
    }
  }

  @Test("replays segments: bumps cost the ground one stands on, and nothing happens after the end")
  func replays() throws {
    // Row 0, column 1: bump into the edge, right into a roadblock.
    let bump = try delivery.replay(start: (0, 1), moves: [(-1, 0), (0, 1), (0, 1)])
    #expect(bump.states.map(\.column) == [1, 1, 2, 3])
    #expect(bump.featureSum == [3, 0, 0, 0, 1, 0])
    #expect(bump.trueReturn == -4)
    // Row 7, column 9 is mud, the goal below it: the goal counts alone, and later moves not at all.
    let goal = try delivery.replay(start: (7, 8), moves: [(0, 1), (1, 0), (0, -1)])
    #expect(goal.features == [[0, 0, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]])
    #expect(goal.trueReturn == 48 && goal.actions == [3, 1])
    #expect(try delivery.replay(start: (7, 8), moves: [(0, 1), (1, 0), (0, 0)]) == goal)
    // A coin on mud.
    #expect(try delivery.replay(start: (7, 6), moves: [(0, 1)]).featureSum == [0, 0, 0, 1, 0, 1])
    // A house: stays.
    #expect(try delivery.replay(start: (2, 4), moves: [(1, 0)]).states.map(\.row) == [2, 2])
  }

  @Test("refuses segments that cannot be")
  func refuses() {
    #expect(throws: InputError.self) { try delivery.replay(start: (10, 0), moves: []) }
    #expect(throws: InputError.self) { try delivery.replay(start: (3, 4), moves: []) }
    #expect(throws: InputError.self) { try delivery.replay(start: (0, 0), moves: [(1, 1)]) }
    #expect(throws: InputError.self) { try delivery.replay(start: (0, 0), moves: [(0, 0)]) }
  }

  private func values(_ mdp: TabularMDP, _ combine: ([Double]) -> Double) -> [Double] {
    var values = [Double](repeating: 0, count: mdp.stateCount)
    for _ in 0..<50_000 {
      var change = 0.0
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        let actions = (0..<mdp.actionCount).map { action in
          mdp.transitions(state, action).reduce(mdp.rewards[state * mdp.actionCount + action]) {
            $0 + mdp.discount * mdp.probabilities[$1] * values[mdp.successors[$1]]
          }
        }
        let value = combine(actions)
        change = max(change, abs(value - values[state]))
        values[state] = value
      }
      if change < 1e-10 { break }
    }
    return values
  }

  private func expected(_ values: [Double], _ mdp: TabularMDP) -> Double {
    zip(values, mdp.start).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
