import Compute
import Environments
import Files
import Foundation
import Testing

/// Right values: the matrices of the original's own environments, and values that NumPy works out from those;
/// `Traces/seals_tasks.py` writes them.
@Suite("The finite tasks of seals")
struct SealsTableTests {
  static let names = [
    "Branching", "EarlyTermPos", "EarlyTermNeg", "InitShiftTrain", "InitShiftTest", "RiskyPath", "CliffWorld7x4",
    "CliffWorld7x4XY", "CliffWorld15x6", "CliffWorld15x6XY", "CliffWorld100x20", "CliffWorld100x20XY", "Random",
  ]

  private func table(_ name: String) throws -> SealsTable {
    let entry = try SealsSource().entry("seals/\(name)-v0")
    return try #require(entry.environment as? SealsTable)
  }

  @Test("lead where the original's matrices say, with their probabilities, rewards and starts", arguments: names)
  func tables(name: String) throws {
    // The cliff worlds that show coordinates differ from the others in what they show alone.
    let expected = try SealsRecord(name.hasSuffix("XY") ? String(name.dropLast(2)) : name)
    let mdp = try table(name).world.mdp
    let wanted = Dictionary(
      uniqueKeysWithValues: try expected.rows("transitions", 4).map { ([Int($0[0]), Int($0[1]), Int($0[2])], $0[3]) })
    var seen = 0
    var farthest = 0.0
    for state in 0..<mdp.stateCount {
      for action in 0..<mdp.actionCount {
        for index in mdp.transitions(state, action) {
          let probability = try #require(wanted[[state, action, mdp.successors[index]]])
          farthest = max(farthest, abs(probability - mdp.probabilities[index]))
          seen += 1
        }
      }
    }
    #expect(seen == wanted.count)
    #expect(farthest < 1e-15)
    #expect(try zip(expected.values("start"), mdp.start).allSatisfy { abs($0 - $1) < 1e-15 })
    let rewards = try expected.values("rewards")
    #expect(rewards.count == mdp.stateCount)
    for (row, reward) in mdp.rewards.enumerated() {
      #expect(abs(reward - rewards[row / mdp.actionCount]) < 1e-14)
    }
  }

  @Test(
    "show what the original shows", arguments: ["CliffWorld7x4XY", "CliffWorld15x6XY", "CliffWorld100x20XY", "Random"])
  func observations(name: String) throws {
    let world = try table(name).world
    #expect(try SealsRecord(name).values("observations").map(Float.init) == world.observations)
  }

  @Test("are worth what NumPy works out from the original's matrices", arguments: names)
  func values(name: String) throws {
    let expected = try SealsRecord(name)
    let entry = try SealsSource().entry("seals/\(name)-v0")
    let table = try #require(entry.environment as? SealsTable)
    let returns = table.world.mdp.episodeReturns(steps: table.horizon)
    let (optimum, uniform) = (try expected.values("optimum")[0], try expected.values("uniform")[0])
    #expect(abs(returns.optimum - optimum) <= 1e-12 * max(1, abs(optimum)))
    #expect(abs(returns.uniform - uniform) <= 1e-12 * max(1, abs(uniform)))
    #expect(entry.returns.reference == returns.optimum)
    let bounds = try #require(entry.returns.bounds)
    #expect(bounds.contains(returns.uniform) && bounds.upperBound >= returns.optimum - 1e-9)
  }

  @Test("are played as the table says: returns of random play within four standard errors", arguments: names)
  func play(name: String) throws {
    let table = try table(name)
    let uniform = table.world.mdp.episodeReturns(steps: table.horizon).uniform
    let episodes = table.horizon > 50 ? 400 : 4_000
    var (sum, squares) = (0.0, 0.0)
    var choice = RandomSource(seed: 5).stream("choices")
    let bounds = table.world.mdp.episodeReturns(steps: table.horizon).bounds
    for episode in 0..<episodes {
      var random = RandomSource(seed: 6).stream("episodes", episode)
      var state = table.reset(random: &random)
      var total = 0.0
      for _ in 0..<table.horizon {
        let before = state.index
        let outcome = table.step(&state, choice.below(table.world.mdp.actionCount), random: &random)
        #expect(outcome.reward == table.stateRewards[before])
        total += outcome.reward
        if outcome.terminated { break }
      }
      #expect(total >= bounds.lowerBound - 1e-9 && total <= bounds.upperBound + 1e-9)
      sum += total
      squares += total * total
    }
    let mean = sum / Double(episodes)
    let error = (max(squares / Double(episodes) - mean * mean, 0) / Double(episodes)).squareRoot()
    // One episode in 1024 finds the end of Branching, so its error is that of a rare event.
    let least = name == "Branching" ? (1.0 / 1024 / Double(episodes)).squareRoot() : 1e-12
    #expect(abs(mean - uniform) <= 4 * max(error, least))
  }

  @Test("random play of the original agrees with the exact values")
  func originalPlay() throws {
    for name in Self.names where !name.hasSuffix("XY") {
      let expected = try SealsRecord(name)
      let (played, uniform) = (try expected.values("played"), try expected.values("uniform")[0])
      let least = name == "Branching" ? (1.0 / 1024 / played[2]).squareRoot() : 1e-12
      #expect(abs(played[0] - uniform) <= 4 * max(played[1], least), "\(name)")
    }
  }

  @Test("have rewards that are their features times their weights", arguments: names)
  func features(name: String) throws {
    let world = try table(name).world
    #expect(world.rewards(weights: world.trueWeights) == world.mdp.rewards)
  }

  @Test("early termination really ends the episode, and its state never pays")
  func termination() throws {
    for (name, optimum) in [("EarlyTermPos", 10.0), ("EarlyTermNeg", -2.0)] {
      let table = try table(name)
      var random = RandomSource(seed: 1).stream("episode")
      var state = table.reset(random: &random)
      #expect(table.step(&state, 1, random: &random).terminated == false)
      #expect(table.step(&state, 1, random: &random).terminated == true)
      #expect(table.world.mdp.episodeReturns(steps: 10).optimum == optimum)
    }
  }

  @Test("a snapshot that names no state is refused")
  func damaged() {
    for text in [#"{"index":4,"count":4}"#, #"{"index":-1,"count":4}"#] {
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(SealsTable.State.self, from: Data(text.utf8))
      }
    }
  }
}

/// One task's arrays of `Traces/seals.npz`.
struct SealsRecord {
  private let archive: NumPyArchive
  private let name: String

  init(_ name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Traces/seals.npz")
    archive = try NumPyArchive(contentsOf: file)
    self.name = name
  }

  func values(_ part: String) throws -> [Double] { try archive.array("\(name)/\(part)").doubles() }

  func rows(_ part: String, _ width: Int) throws -> [[Double]] {
    let flat = try values(part)
    return stride(from: 0, to: flat.count, by: width).map { Array(flat[$0..<$0 + width]) }
  }
}
