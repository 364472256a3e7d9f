import Compute
import Environments

/// How behaviour that a reward overrates is looked for.
package enum AttackSearch: String, Codable, Sendable, Hashable, CaseIterable {
  /// Sequences of actions drawn at random, in which actions persist.
  case random
  /// The cross-entropy method over sequences of actions.
  case crossEntropy = "cem"
  /// MAP-Elites: the best of each of 32 × 32 cells of two features, so that different finds survive beside each other.
  case elites
  /// A fresh agent trained on the frozen reward.
  case agent

  /// For a sentence: "found by …".
  package var words: String {
    switch self {
    case .random: "random search"
    case .crossEntropy: "cross-entropy search"
    case .elites: "MAP-Elites"
    case .agent: "a fresh agent"
    }
  }
}

/// How much an attack may try.
package struct AttackSettings: Sendable, Hashable {
  /// Steps simulated by all open-loop searches together; they are shared out evenly.
  package var budget = 1_000_000
  /// Open-loop searches, in the order in which they are made: each begins where the ones before it got.
  package var searches: [AttackSearch] = [.elites, .random, .crossEntropy]
  /// Plans side by side, and of a generation.
  package var population = 64
  /// The best of a generation, from which the next is drawn.
  package var elites = 8
  /// Generations from one start, at most; fewer where the best does not get better.
  package var rounds = 12
  /// Steps of a plan.
  package var horizon = 50
  /// Fresh episodes that plans can begin in: for procedural worlds, levels.
  package var episodes = 64
  /// Names of the two features by which MAP-Elites tells behaviours apart; nil for the two that vary most.
  package var features: [String]?
  /// Cells of each of the two.
  package var cells = 32
  /// Finds that are verified and made minimal, at most.
  package var mostFinds = 24

  package init() {}

  /// - Throws: `InputError` for numbers that are none.
  package func validate() throws {
    guard budget > 0, population > 1, (1..<population).contains(elites), rounds > 0, horizon > 0, episodes > 0,
      cells > 1, mostFinds > 0
    else {
      throw InputError("an attack without steps, plans, episodes or cells", remedy: "give numbers above 0")
    }
    guard features.map({ $0.count == 2 && $0[0] != $0[1] }) ?? true else {
      throw InputError("MAP-Elites tells behaviours apart by two different features", remedy: "name two")
    }
  }
}

/// A stretch of behaviour that scored high while it was searched; not a find until it was played again.
package struct AttackCandidate: Sendable, Hashable {
  package var start: AttackStart
  /// From the start to the end of the stretch.
  package var actions: [Float]
  /// The stretch's sum of excesses.
  package var excess: Double
  package var search: AttackSearch
  /// Simulated steps of this search when it was found.
  package var foundAfter: Int
}
