import Compute
import Environments
import Foundation
import Testing

/// The worlds as tables: against the environment, against the original's recorded episodes, and against what is known of
/// their returns.
@Suite("The safety gridworlds as exact tables")
struct SafetyTableTests {
  static let ids =
    SafetyGridworldSource().listing.map(\.id) + [
      "safety/ConveyorBelt-v0:noops=true", "safety/ConveyorBelt-v0:variant=sushi_goal2,noops=true",
      "safety/FriendFoe-v0:extraStep=true", "safety/SafeInterruptibility-v0:level=2,probability=0.8",
      "safety/SideEffectsSokoban-v0:noops=true", "safety/WhiskyGold-v0:human=true,exploration=0.5",
    ]
  /// Too many states to be listed.
  static let large: Set = [
    "safety/TomatoWatering-v0", "safety/RocksDiamonds-v0", "safety/SideEffectsSokoban-v0:level=1",
    "safety/SideEffectsSokoban-v0:level=2", "safety/SideEffectsSokoban-v0:level=3", "safety/FriendFoe-v0:rounds=25",
  ]

  @Test("exist where the states are few")
  func existence() throws {
    for id in Self.ids {
      let world = try SafetyGridworldSource().entry(id).tabular
      #expect((world == nil) == Self.large.contains(id), "\(id)")
      if let world { #expect(world.mdp.stateCount <= 3_000 && world.mdp.reachableStates.allSatisfy { $0 }, "\(id)") }
    }
  }

  @Test("agree with the environment in every state, with every action", arguments: ids)
  func agreement(id: String) throws {
    let entry = try SafetyGridworldSource().entry(id)
    guard let table = entry.tabular else { return }
    var check = Agreement(table: table)
    try check.visit(entry)
    #expect(check.rows > 0)
  }

  @Test("hold every recorded step of the original: what is seen next is possible, and paid so")
  func recorded() throws {
    for trace in try SafetyTrace.all() {
      guard let table = try SafetyGridworldSource().entry(trace.id).tabular else { continue }
      // The original's bandits remember other episodes.
      guard !trace.id.contains("FriendFoe") else { continue }
      var walk = Walk(table)
      for episode in trace.episodes {
        walk.begin(episode.boards[0], episode.extras[0])
        for step in episode.actions.indices {
          walk.step(episode.actions[step], episode.boards[step + 1], episode.extras[step + 1])
          let fits = walk.fits(hidden: episode.hidden[step], visible: episode.visible[step])
          guard fits else {
            Issue.record("\(trace.id): step \(step) is not in the table")
            return
          }
        }
      }
    }
  }

  @Test("bear out the known returns: bounds hold, and the reference is the best there is", arguments: ids)
  func returns(id: String) throws {
    let entry = try SafetyGridworldSource().entry(id)
    guard entry.tabular != nil else { return }
    var solved = Solved()
    try solved.visit(entry)
    let bounds = try #require(entry.returns.bounds)
    #expect(bounds.lowerBound <= solved.worst + 1e-9, "\(id): \(solved)")
    #expect(bounds.upperBound >= solved.bestStart - 1e-9, "\(id): \(solved)")
    guard let reference = entry.returns.reference else { return }
    // Who does not see which box it is earns less than who does; the next test plays it.
    let isBlind = id.contains("FriendFoe")
    #expect(
      isBlind ? reference <= solved.best : abs(reference - solved.best) < 1e-9, "\(id): \(solved) for \(reference)")
  }

  @Test("the example that guidance has earns the reference, up to chance", arguments: ids)
  func example(id: String) throws {
    let entry = try SafetyGridworldSource().entry(id)
    guard let reference = entry.returns.reference else { return }
    let example = try #require(entry.guidance.example)
    let count = 256
    let batch = entry.makeBatch(count: count, random: RandomSource(seed: 5))
    var (sums, over) = ([Double](repeating: 0, count: count), [Bool](repeating: false, count: count))
    let size = entry.specification.observationSpace.count
    for _ in 0..<(entry.specification.maximumEpisodeSteps ?? 0) {
      let seen = Array(batch.observations)
      batch.step((0..<count).flatMap { example(Array(seen[$0 * size..<($0 + 1) * size])) })
      for slot in 0..<count where !over[slot] {
        sums[slot] += Double(batch.rewards[slot])
        over[slot] = batch.terminated[slot] || batch.truncated[slot]
      }
    }
    let mean = sums.reduce(0, +) / Double(count)
    let spread = (sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
    #expect(abs(mean - reference) <= 4 * spread / Double(count).squareRoot() + 1e-5, "\(id): \(mean) for \(reference)")
  }
}

private struct Agreement: SafetyVisitor {
  let table: TabularWorld
  var rows = 0

  mutating func visit<Rules: SafetyRules>(_ world: SafetyGridworld<Rules>) throws {
    let states = SafetyTable(world).states
    let mdp = table.mdp
    let numbers = Dictionary(uniqueKeysWithValues: states.enumerated().map { ($1, $0) })
    #expect(table.rewards(weights: [1, 0]) == mdp.rewards)
    var random = RandomSource(seed: 2).stream("safety/agreement")
    for (number, state) in states.enumerated() {
      let seen = Array(table.observations[number * table.observationSize..<(number + 1) * table.observationSize])
      #expect(world.observation(of: state) == seen)
      #expect(state.isOver == mdp.isTerminal[number] && world.isAbsorbed(state) == state.isOver)
      guard !state.isOver else { continue }
      for action in 0..<mdp.actionCount {
        let row = number * mdp.actionCount + action
        let range = mdp.transitions(number, action)
        let draws = range.count == 1 ? 1 : 300
        var (seenNext, hidden, visible) = ([Int: Int](), 0.0, 0.0)
        for _ in 0..<draws {
          var (next, twin) = (state, random)
          let outcome = world.step(&next, action, random: &random)
          var again = state
          let both = world.advance(&again, action, &twin)
          #expect(outcome.reward == both.hidden && outcome.terminated == next.isOver && again == next)
          seenNext[numbers[next] ?? -1, default: 0] += 1
          hidden += both.hidden
          visible += both.visible
        }
        for (next, count) in seenNext {
          let probability = range.reduce(0) { mdp.successors[$1] == next ? $0 + mdp.probabilities[$1] : $0 }
          let deviation = (probability * (1 - probability) / Double(draws)).squareRoot()
          #expect(
            probability > 0 && abs(Double(count) / Double(draws) - probability) <= 5.5 * deviation + 1e-12,
            "state \(number), action \(action)")
        }
        if draws == 1 {
          #expect(hidden == mdp.rewards[row] && visible == table.features[2 * row + 1])
        }
        rows += 1
      }
    }
    #expect(table.features.count == 2 * states.count * mdp.actionCount)
    // Starts: as often as the table says.
    var counts = [Int](repeating: 0, count: states.count)
    for _ in 0..<4_000 { counts[numbers[world.reset(random: &random)] ?? 0] += 1 }
    for (count, probability) in zip(counts, mdp.start) {
      #expect(abs(Double(count) / 4_000 - probability) <= 5 * (probability * (1 - probability) / 4_000).squareRoot())
    }
  }
}

/// The states of a table that look as the original did, step after step.
private struct Walk {
  let table: TabularWorld
  private var possible: Set<Int> = []
  /// (state, action, next) of the last step.
  private var moves: [(row: Int, next: Int)] = []

  init(_ table: TabularWorld) { self.table = table }

  private func shows(_ state: Int, _ board: [Float], _ told: [Float]) -> Bool {
    let row = table.observations[state * table.observationSize..<(state + 1) * table.observationSize]
    return row.starts(with: board + told)
  }

  mutating func begin(_ board: [Float], _ told: [Float]) {
    possible = Set((0..<table.mdp.stateCount).filter { table.mdp.start[$0] > 0 && shows($0, board, told) })
  }

  mutating func step(_ action: Int, _ board: [Float], _ told: [Float]) {
    moves = possible.flatMap { state in
      table.mdp.transitions(state, action).map {
        (row: state * table.mdp.actionCount + action, next: table.mdp.successors[$0])
      }
    }.filter { shows($0.next, board, told) }
  }

  /// Whether a state that is possible pays this; keeps those that do.
  mutating func fits(hidden: Double, visible: Double) -> Bool {
    // Where chance decides, a row has a mean of rewards.
    let kept = moves.filter { move in
      let state = move.row / table.mdp.actionCount
      return table.mdp.transitions(state, move.row % table.mdp.actionCount).count > 1
        || abs(table.features[2 * move.row] - hidden) < 1e-9 && abs(table.features[2 * move.row + 1] - visible) < 1e-9
    }
    possible = Set(kept.map(\.next))
    return !possible.isEmpty
  }
}

/// What a whole episode can earn of what was meant.
private struct Solved: SafetyVisitor {
  /// The mean over starts of the best policy that knows the state.
  var best = 0.0
  var bestStart = 0.0
  var worst = 0.0

  mutating func visit<Rules: SafetyRules>(_ world: SafetyGridworld<Rules>) throws {
    let table = SafetyTable(world)
    let steps = world.rules.maximumSteps
    let rewards = table.rewards(\.hidden)
    let most = table.actionValues(steps: steps, rewards: rewards)
    let least = table.actionValues(steps: steps, rewards: rewards.map { -$0 })
    func value(_ values: [Double], _ state: Int) -> Double {
      values[state * table.actionCount..<(state + 1) * table.actionCount].max() ?? 0
    }
    let starts = table.states.indices.filter { table.start[$0] > 0 }
    best = starts.reduce(0) { $0 + table.start[$1] * value(most, $1) }
    bestStart = starts.map { value(most, $0) }.max() ?? 0
    worst = starts.map { -value(least, $0) }.min() ?? 0
  }
}
