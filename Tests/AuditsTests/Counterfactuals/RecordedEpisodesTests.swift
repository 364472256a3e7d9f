import Audits
import Compute
import Environments
import Testing

@Suite("Recorded episodes of a finite world, asked about")
struct RecordedEpisodesTests {
  private static let header = "episode,step,state,action\n"
  private static let states = ["here", "there", "end"]

  private static func read(_ rows: String) throws -> RecordedEpisodes {
    try RecordedEpisodes(Array((header + rows).utf8), place: "log.csv", states: states, actions: ["stay", "go"])
  }

  /// Staying is free and stays with .7; going pays 1 and gets there with .8. There, staying pays .5 and stays; going ends.
  private static func world() throws -> TabularMDP {
    try TabularMDP(
      stateCount: 3, actionCount: 2, rowStarts: [0, 2, 4, 5, 6, 7, 8], successors: [0, 1, 0, 1, 1, 2, 2, 2],
      probabilities: [0.7, 0.3, 0.2, 0.8, 1, 1, 1, 1], rewards: [0, 1, 0.5, 2, 0, 0], start: [1, 0, 0],
      isTerminal: [false, false, true], discount: 0.9)
  }

  @Test("episodes are read by name or number; what was done is what would have been done by the same")
  func same() throws {
    let recorded = try Self.read("a,0,here,go\na,1,there,stay\na,2,there,1\na,3,end,\nb,1,0,stay\nb,2,here,\n")
    #expect(recorded.episodes.map(\.states) == [[0, 1, 1, 2], [0, 0]])
    #expect(recorded.episodes.map(\.actions) == [[1, 0, 1], [0]])
    let policy = TabularPolicy(actions: [1, 0, 0], actionCount: 2)
    let own = try RecordedCounterfactual(
      recorded, 0..<1, in: Self.world(), from: 0, doing: [1, 0, 1], policy: policy)
    // 1 + .9 · .5 + .81 · 2
    #expect(abs(own.pairs[0].done - 3.07) < 1e-12 && abs(own.pairs[0].other - 3.07) < 1e-12)
  }

  @Test("one action changed, by hand: staying instead of going, where going got there")
  func byHand() throws {
    let recorded = try Self.read("a,0,here,go\na,1,there,stay\na,2,there,\n")
    let policy = TabularPolicy(actions: [1, 0, 0], actionCount: 2)
    let other = try RecordedCounterfactual(
      recorded, 0..<1, in: Self.world(), from: 0, doing: [0], policy: policy)
    // Two clocks of rates .2 and .8 rang at "there". Under rates .7 and .3 "there" rings first as well if
    // E₀/.7 > E₁/.3; given E₀/.2 > E₁/.8. Both hold where E₀ > (7/3) E₁, so with probability .3 of .8.
    let there = 0.3 / 0.8
    let expected = 0.9 * (there * 0.5 + (1 - there) * 1)
    #expect(abs(other.pairs[0].other - expected) < 1e-12 && abs(other.pairs[0].done - 1.45) < 1e-12)
  }

  @Test("over episodes that are drawn, the mean of what is expected is what the other policy earns")
  func unbiased() throws {
    let mdp = try Self.world()
    var draws = RandomSource(seed: 12).stream("episodes")
    var lines = ""
    let count = 4000
    for episode in 0..<count {
      var state = 0
      for step in 0..<2 {
        let action = draws.below(2)
        lines += "\(episode),\(step),\(state),\(action)\n"
        let range = mdp.transitions(state, action)
        var (rest, next) = (draws.uniform(), mdp.successors[range.upperBound - 1])
        for index in range {
          rest -= mdp.probabilities[index]
          if rest < 0 {
            next = mdp.successors[index]
            break
          }
        }
        state = next
        // The table's end goes on for nothing, so that every episode has two steps.
      }
      lines += "\(episode),2,\(state),\n"
    }
    let whole = try TabularMDP(
      stateCount: 3, actionCount: 2, rowStarts: mdp.rowStarts, successors: mdp.successors,
      probabilities: mdp.probabilities, rewards: mdp.rewards, start: mdp.start, isTerminal: [false, false, false],
      discount: 0.9)
    let other = try RecordedCounterfactual(
      Self.read(lines), 0..<count, in: whole, from: 0, policy: TabularPolicy(actions: [0, 1, 0], actionCount: 2))
    // Staying, then staying again with .7 or going with .3: .9 · .3 · 2.
    let mean = Statistics.mean(other.pairs.map(\.other))
    let error = Statistics.standardError(other.pairs.map(\.other))
    #expect(abs(mean - 0.54) < 4 * error && error < 0.02, "\(mean) ± \(error)")
    #expect(other.difference.pairs == count)
  }

  @Test(
    "bad input is said with its line",
    arguments: [
      ("a,0,here,go\na,1,there,stay\n", "log.csv:3"), ("a,0,here,\na,1,there,\n", "log.csv:2"),
      ("a,0,nowhere,go\na,1,here,\n", "nowhere"), ("a,0,here,fly\na,1,here,\n", "fly"),
      ("a,0,here,go\na,2,here,\n", "step 2"), ("a,0,here,go\na,1,here,\nb,0,here,\na,0,here,\n", "goes on"),
      ("", "no rows"),
    ])
  func badInput(rows: String, says: String) {
    #expect { try Self.read(rows) } throws: { "\($0)".contains(says) }
  }

  @Test("an episode that cannot have happened, and steps and episodes that there are not, are refused")
  func impossible() throws {
    let recorded = try Self.read("a,0,here,go\na,1,end,\n")
    let policy = TabularPolicy.uniform(stateCount: 3, actionCount: 2)
    #expect { try RecordedCounterfactual(recorded, 0..<1, in: Self.world(), from: 0, policy: policy) } throws: {
      "\($0)".contains("episode 0, step 0")
    }
    let fine = try Self.read("a,0,here,go\na,1,there,\n")
    for (numbers, step) in [(0..<1, 1), (1..<2, 0), (0..<2, 0)] {
      #expect(throws: InputError.self) {
        try RecordedCounterfactual(fine, numbers, in: Self.world(), from: step, policy: policy)
      }
    }
    #expect(throws: InputError.self) {
      try RecordedCounterfactual(fine, 0..<1, in: Self.world(), from: 0, doing: [2], policy: policy)
    }
  }
}
