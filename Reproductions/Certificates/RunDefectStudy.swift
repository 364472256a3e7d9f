import Compute
import Findings
import Foundation
import Runs

/// How often the default claims catch a run that is broken on purpose, and how often they blame one that is not.
///
/// A claim that is unknown, or not measurable, catches nothing. A run counts as caught if at least one claim fails; what
/// the claims would have caught without running it again is counted beside it.
public struct RunDefectStudy: Sendable {
  /// Runs of each defect.
  public var seeds = 20
  /// Sound runs, in equal parts of each kind.
  public var clean = 200

  /// The full size.
  public init() {}

  /// A size of one's own.
  public init(seeds: Int, clean: Int) { (self.seeds, self.clean) = (seeds, clean) }

  /// What became of the runs of one kind.
  public struct Outcome: Sendable, Hashable {
    /// What was planted, or what sort of sound run it is.
    public var name: String
    /// How.
    public var how: String
    /// Runs that were looked at.
    public var runs = 0
    /// Runs of which a claim failed.
    public var caught = 0
    /// The same without the claim that runs it again.
    public var caughtUnrepeated = 0
    /// Runs that could not be certified at all, because a part does not fit the others; they count as not caught.
    public var refused = 0
    /// How often each claim failed.
    public var claims: [String: Int] = [:]
    /// How often each claim held.
    public var held: [String: Int] = [:]
  }

  /// Sound runs of several kinds: people who never err, who err as they say, and several of whom some err.
  private static let controls: [(name: String, settings: [String: String])] = [
    ("a person who never errs", [:]),
    ("a person who errs as stated", ["person.kind": "boltzmann", "person.temperature": "2"]),
    (
      "three people, one of whom slips as stated",
      ["person.count": "3", "person.flawed": "1", "person.slips": "0.2", "person.overlap": "0.3"]
    ),
    (
      "an ensemble that asks where it disagrees",
      ["reward.members": "2", "feedback.selection": "disagreement-logit", "feedback.candidates": "3"]
    ),
  ]

  /// Runs, certifies and counts: sound runs first, then each defect.
  public func outcomes(_ random: RandomSource) throws -> (clean: [Outcome], planted: [Outcome]) {
    var draws = random.stream("seeds")
    let first = 1 + draws.below(1_000_000_000)
    var next = first
    func outcome(_ name: String, _ how: String, _ runs: Int, _ make: (String, Int) throws -> Void) throws -> Outcome {
      var outcome = Outcome(name: name, how: how)
      for _ in 0..<runs {
        try look(seed: next, make, &outcome)
        next += 1
      }
      return outcome
    }
    let sound = try Self.controls.enumerated().map { index, control in
      let runs = clean / Self.controls.count + (index < clean % Self.controls.count ? 1 : 0)
      return try outcome(control.name, "", runs) { try TinyPendulum.make($0, seed: $1, control.settings) }
    }
    return (sound, try PlantedDefect.all.map { try outcome($0.name, $0.how, seeds, $0.plant) })
  }

  private func look(seed: Int, _ make: (String, Int) throws -> Void, _ outcome: inout Outcome) throws {
    let files = FileManager.default
    let memory = "/dev/shm"
    let parent = files.isWritableFile(atPath: memory) ? memory : files.temporaryDirectory.path
    let place = "\(parent)/pactolus-defects-\(UUID().uuidString)"
    try files.createDirectory(atPath: place, withIntermediateDirectories: true)
    // Nothing is left to be done about a folder that cannot be removed.
    defer { try? files.removeItem(atPath: place) }
    try make(place + "/run", seed)
    var settings = CertifiedRun.Settings()
    settings.recomputeIn = place
    outcome.runs += 1
    let made: Certificate
    do {
      made = try CertifiedRun(directory: place + "/run", settings: settings)
        .certificate(ClaimsFile(text: ClaimsFile.standard, path: "the default claims"), program: "study")
    } catch is InputError {
      outcome.refused += 1
      return
    }
    let failed = made.claims.filter { $0.finding.verdict == .fails }.map(\.line)
    for line in failed { outcome.claims[line, default: 0] += 1 }
    for claim in made.claims where claim.finding.verdict == .holds { outcome.held[claim.line, default: 0] += 1 }
    if !failed.isEmpty { outcome.caught += 1 }
    if failed.contains(where: { $0 != Claim.Process.runRepeats.rawValue }) { outcome.caughtUnrepeated += 1 }
  }
}
