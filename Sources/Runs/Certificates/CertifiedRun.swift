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
    /// Whether answers are still to come and the run is certified again when they have: then claims about answers are
    /// settled so that their errors hold for all times together.
    package var isGrowing = false

    package init() {}
  }

  package let directory: String
  package internal(set) var settings: Settings
  let record: RunRecord
  let trained: TrainedRun
  let audited: AuditedRuns
  let registry: EnvironmentRegistry
  let learners: LearnerRegistry
  let kinds: FeedbackRegistry
  var isGrowing: Bool { settings.isGrowing }
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
  ///   - previous: for a file that is for a growing run, the certificate before; nil for the first.
  /// - Throws: `InputError` for a claim about something that this run or world does not have, and for a previous
  ///   certificate of another run or other claims.
  package func certificate(_ file: ClaimsFile, program: String, after previous: Certificate? = nil) throws
    -> Certificate
  {
    settings.isGrowing = file.isGrowing
    var digests = try self.digests()
    digests["claims"] = SHA256.hexadecimal(of: file.text.utf8)
    let look = file.isGrowing ? try GrowingCertificate.look(digests, subject, after: previous, at: file.path) : nil
    let shares = look.map { GrowingCertificate.shares(file, look: $0) } ?? file.budget.shares
    let claims = try zip(file.claims, shares).enumerated().map { number, claim in
      let (claim, error) = claim
      return CertifiedClaim(
        line: claim.line, method: claim.method, error: error,
        finding: try finding(claim, error: error, id: "claims/\(number + 1)"))
    }
    var certificate = Certificate(
      program: program, subject: subject, digests: digests, budget: file.budget.total, claims: claims)
    certificate.look = look
    return certificate
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
      "checkpoint": try Self.digest(ofCheckpoint: checkpoint),
      "environment": SHA256.hexadecimal(of: Self.description(of: trained.entry.specification).utf8),
    ]
  }

  /// What an environment's id stands for: another version of it may see, do or last otherwise under the same name.
  private static func description(of specification: EnvironmentSpecification) -> String {
    let bounds = zip(specification.observationSpace.low, specification.observationSpace.high).map { "\($0)…\($1)" }
    return
      ([
        specification.id, specification.source, "\(specification.actionSpace)",
        "\(specification.maximumEpisodeSteps ?? 0) steps", specification.canTerminate ? "may end" : "never ends",
      ] + specification.observationNames + bounds).joined(separator: "\n")
  }

  private static func digest(ofCheckpoint directory: String) throws -> String {
    func digest(_ path: String) throws -> String {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw InputError("cannot read this part of the run", at: path)
      }
      return SHA256.hexadecimal(of: data)
    }
    return SHA256.hexadecimal(
      of: try (digest(directory + "/weights.safetensors") + digest(directory + "/state.json")).utf8)
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

  /// The run again, from its settings, in a folder that is thrown away; the digests of its ledger and its last
  /// checkpoint. Nil where people answered.
  func recomputed(in parent: String) throws -> (ledger: String, checkpoint: String)? {
    guard trained.settings.person.answering == .simulated else { return nil }
    let place = parent + "/again"
    let settings = try ResolvedSettings(
      ofRun: SettingsFile(path: RunLayout(directory).settings), learners: learners)
    try LearnRun.create(
      directory: place, settings: settings, registry: registry, learners: learners, kinds: kinds
    ).run()
    return (
      SHA256.hexadecimal(of: try Ledger(reading: RunLayout(place).ledger).export().utf8),
      try Self.digest(ofCheckpoint: Checkpoint.newestDirectory(in: RunLayout(place)))
    )
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
