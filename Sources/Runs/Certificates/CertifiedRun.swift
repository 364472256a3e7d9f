import Agents
import Audits
import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation
import Rewards

/// A run whose claims are settled: what is read of it, each part once.
///
/// The run is only read. Equal runs and equal claims give equal certificates.
package final class CertifiedRun {
  /// What settling may cost.
  package struct Settings: Sendable, Hashable {
    /// Fresh episodes, for claims about what is seen in them.
    package var episodes = 200
    /// Of those.
    package var seed = 0
    /// Parts of a box that a proof may look at.
    package var nodes = 2000
    /// A folder in which the run may be run again; nil where it is not to be.
    package var recomputeIn: String?

    package init() {}
  }

  package let directory: String
  package let settings: Settings
  let record: RunRecord
  let trained: TrainedRun
  let audited: AuditedRuns
  private let registry: EnvironmentRegistry
  private let learners: LearnerRegistry
  private let kinds: FeedbackRegistry
  private var findingsMade: [Finding]?
  private var episodesPlayed: [Trajectory]?

  /// - Throws: `InputError` if there is no run, or no checkpoint yet.
  package init(
    directory: String, settings: Settings = Settings(), registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard, kinds: FeedbackRegistry = .standard
  ) throws {
    (self.directory, self.settings) = (directory, settings)
    (self.registry, self.learners, self.kinds) = (registry, learners, kinds)
    record = try RunRecord(directory: directory)
    trained = try TrainedRun(directory: directory, registry: registry, learners: learners)
    audited = AuditedRuns([record], entry: trained.entry)
  }

  /// Settles the claims of a file.
  ///
  /// - Parameters:
  ///   - file: what is claimed.
  ///   - program: the version to name.
  /// - Throws: `InputError` for a claim about something that this run or world does not have.
  package func certificate(_ file: ClaimsFile, program: String) throws -> Certificate {
    let claims = try zip(file.claims, file.budget.shares).enumerated().map { number, claim in
      let (claim, error) = claim
      return CertifiedClaim(
        line: claim.line, method: claim.method, error: error,
        finding: try finding(claim, error: error, id: "claims/\(number + 1)"))
    }
    var digests = try self.digests()
    digests["claims"] = SHA256.hexadecimal(of: file.text.utf8)
    return Certificate(
      program: program, subject: subject, digests: digests, budget: file.budget.total, claims: claims)
  }

  package var subject: Certificate.Subject {
    Certificate.Subject(
      environment: record.environment, seed: record.seed, agentSteps: trained.agentSteps,
      answers: record.iterations.last?.answers ?? 0, arithmetic: record.arithmetic)
  }

  /// What claims about what is seen may name.
  package var componentNames: [String] { trained.entry.specification.observationNames }

  /// Of what the run is made of; the claims apart.
  package func digests() throws -> [String: String] {
    let layout = RunLayout(directory)
    func digest(_ path: String) throws -> String {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw InputError("cannot read this part of the run", at: path)
      }
      return SHA256.hexadecimal(of: data)
    }
    let checkpoint = try Checkpoint.newestDirectory(in: layout)
    return [
      "ledger": SHA256.hexadecimal(of: try Ledger(reading: layout.ledger).export().utf8),
      "settings": try digest(layout.settings),
      "checkpoint": SHA256.hexadecimal(
        of: try (digest(checkpoint + "/weights.safetensors") + digest(checkpoint + "/state.json")).utf8),
    ]
  }

  /// All findings of the run's report.
  func findings() -> [Finding] {
    if let findingsMade { return findingsMade }
    let made = RunFindings([record], entry: trained.entry).findings
    findingsMade = made
    return made
  }

  /// Fresh episodes of the run's policy.
  func episodes() throws -> [Trajectory] {
    if let episodesPlayed { return episodesPlayed }
    let player = EpisodePlayer(
      entry: trained.entry, policy: trained.policy, slots: min(settings.episodes, 32),
      seed: RandomSource(seed: UInt64(settings.seed)), source: "certificate", sourceIndex: 0, manner: .deterministic)
    let played = try player.play(.episodes(settings.episodes)).trajectories.map(\.trajectory)
    episodesPlayed = played
    return played
  }

  /// The run again, from its settings, in a folder that is thrown away; its ledger's digest. Nil where people answered.
  func recomputed(in parent: String) throws -> String? {
    guard trained.settings.person.answering == .simulated else { return nil }
    let place = parent + "/again"
    let settings = try ResolvedSettings(
      ofRun: SettingsFile(path: RunLayout(directory).settings), learners: learners)
    try LearnRun.create(
      directory: place, settings: settings, registry: registry, learners: learners, kinds: kinds
    ).run()
    return SHA256.hexadecimal(of: try Ledger(reading: RunLayout(place).ledger).export().utf8)
  }
}

extension Checkpoint {
  /// Where the newest checkpoint is.
  static func newestDirectory(in layout: RunLayout) throws -> String {
    guard let iteration = try iterations(in: layout).last else {
      throw InputError("the run has no checkpoint yet", at: layout.directory, remedy: "let it run a little longer")
    }
    return path(iteration, in: layout)
  }
}
