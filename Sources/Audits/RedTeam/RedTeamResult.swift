import Compute
import Environments

/// What an attack found, and how hard it tried.
package struct RedTeamResult: Codable, Sendable, Hashable {
  package let environment: String
  /// What excess was measured by.
  package let basis: RedTeam.Basis
  /// Why the truth could not be asked, if so.
  package let truthProblem: String?
  /// Clips that were judged, and those that calibrate p-values.
  package let clips: Int
  package let calibrating: Int
  /// The p-value up to which something is a find.
  package let level: Double
  /// In the order in which they were made.
  package internal(set) var searches: [Effort] = []
  /// The features by which MAP-Elites told behaviours apart, and the share of its cells that it reached.
  package internal(set) var elitesFeatures: [String] = []
  package internal(set) var elitesReached = 0.0
  /// What an agent could gain most by first.
  package internal(set) var finds: [Find] = []
  /// The channels of feedback that were watched.
  package internal(set) var channels: [String] = []
  /// How clearly the finds fall into mechanisms; nil where there is one.
  package internal(set) var silhouette: Double?
  /// Steps that were played again to verify finds and make them minimal.
  package internal(set) var replayed = 0

  /// The steps of a search.
  package struct Effort: Codable, Sendable, Hashable {
    package var search: AttackSearch
    package var steps: Int
  }

  init(_ environment: String, basis: RedTeam.Basis, ground: JudgedGround) {
    (self.environment, self.basis, truthProblem) = (environment, basis, ground.truthProblem)
    (clips, calibrating, level) = (ground.clips, ground.calibrating, ground.level)
  }

  /// Simulated steps of all searches.
  package var steps: Int { searches.reduce(0) { $0 + $1.steps } }

  /// The first find of each mechanism, what an agent could gain most by first.
  package var examples: [Find] {
    var seen = Set<Int>()
    return finds.filter { seen.insert($0.mechanism).inserted }
  }

  package func count(_ verdict: Find.Verdict) -> Int { finds.count { $0.verdict == verdict } }
}
