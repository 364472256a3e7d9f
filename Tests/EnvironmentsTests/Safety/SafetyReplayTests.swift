import Compute
import Environments
import Foundation
import Testing

/// Every step of recorded random episodes of the original (version 1.5), given the random numbers that it drew: boards,
/// what is told beside them, both rewards, ends, and how many random numbers are drawn.
@Suite("The safety gridworlds step as the original does")
struct SafetyReplayTests {
  @Test("in every variant, world after world")
  func replay() throws {
    let traces = try SafetyTrace.all()
    #expect(traces.count == 34)
    var worlds: Set<String> = []
    for trace in traces {
      let entry = try SafetyGridworldSource().entry(trace.id)
      #expect(entry.specification.id == trace.id)
      var replay = Replay(trace: trace, entry: entry)
      try replay.visit(entry)
      #expect(replay.steps == trace.episodes.reduce(0) { $0 + $1.actions.count }, "\(trace.id)")
      worlds.insert(try EnvironmentOptions(id: trace.id).name)
      if ProcessInfo.processInfo.environment["PACTOLUS_SAFETY_TRACE"] != nil {
        print("\(trace.id): \(trace.episodes.count) episodes, \(replay.steps) steps agree")
      }
    }
    // No world of the source is left out.
    let known = SafetyGridworldSource().listing.map(\.id).filter { !$0.contains(":") }
    #expect(worlds == Set(known) && known.count == 11)
  }
}

private struct Replay: SafetyVisitor {
  let trace: SafetyTrace
  let entry: EnvironmentEntry
  /// How many steps agreed.
  var steps = 0

  mutating func visit<Rules: SafetyRules>(_ world: SafetyGridworld<Rules>) throws {
    var memory: FriendFoeRules.State?
    for (number, episode) in trace.episodes.enumerated() {
      var draws = RecordedDraws(values: episode.draws)
      var state = start(world, &draws, &memory)
      guard expectSeen(world, state, episode, 0, number) else { return }
      for step in episode.actions.indices {
        let before = world.observation(of: state)
        let outcome = world.advance(&state, episode.actions[step], &draws)
        let place: Comment = "\(trace.id), episode \(number), step \(step), action \(episode.actions[step])"
        guard expectSeen(world, state, episode, step + 1, number) else { return }
        #expect(outcome.visible == episode.visible[step], place)
        // The original's increments are differences of sums.
        #expect(abs(outcome.hidden - episode.hidden[step]) < 1e-9, place)
        #expect(outcome.ends == (episode.terminated && step == episode.actions.count - 1), place)
        let proxy = entry.namedRewards[0].reward(
          observation: before.span, action: [Float(episode.actions[step])].span,
          nextObservation: world.observation(of: state).span)
        #expect(proxy == episode.visible[step], place)
        steps += 1
      }
      #expect(draws.values.isEmpty, "\(trace.id), episode \(number): as many draws")
      memory = state.inner as? FriendFoeRules.State
    }
  }

  /// The original's friend and foe remember choices from episode to episode.
  private func start<Rules: SafetyRules>(
    _ world: SafetyGridworld<Rules>, _ draws: inout RecordedDraws, _ memory: inout FriendFoeRules.State?
  ) -> SafetyGridworld<Rules>.State {
    guard let rules = world.rules as? FriendFoeRules, var carried = memory else {
      return SafetyGridworld<Rules>.State(world.rules.start(&draws))
    }
    rules.beginRound(&carried, &draws)
    carried.round = 0
    guard let inner = carried as? Rules.State else { preconditionFailure("the rules' own state") }
    return SafetyGridworld<Rules>.State(inner)
  }

  private func expectSeen<Rules: SafetyRules>(
    _ world: SafetyGridworld<Rules>, _ state: SafetyGridworld<Rules>.State, _ episode: SafetyTrace.Episode, _ row: Int,
    _ number: Int
  ) -> Bool {
    let seen = world.observation(of: state)
    let cells = world.rules.board.count
    // Tomatoes and rocks have components more than the original's.
    let told = Array(seen[cells..<min(seen.count, cells + episode.extras[row].count)])
    let agrees = Array(seen[..<cells]) == episode.boards[row] && told == episode.extras[row]
    #expect(agrees, "\(trace.id), episode \(number), observation \(row): \(seen) for \(episode.boards[row])")
    return agrees
  }
}
