import Agents
import Compute
import Environments
import Feedback

/// Which steps of a run's agent wait for a person when it is played or evaluated, and what is done without permission.
package struct AskFirstSetup: Sendable {
  /// With what the run's people judged as familiar ground, and no limit on questions.
  package let rule: AskFirstRule
  package let specification: EnvironmentSpecification

  /// - Parameters:
  ///   - run: whose agent acts.
  ///   - reasons: which steps wait.
  ///   - level: the p-value below which what is seen is unfamiliar.
  ///   - fallback: a run whose policy acts where a step is not allowed; nil to stay.
  ///   - seed: of which half of the judged clips the other is held against.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` where no steps are to wait, this world does not tell which can be undone or what it means to
  ///   stay, it is seen as pictures, too little was judged, or the fallback does not fit.
  package init(
    _ run: TrainedRun, _ reasons: CautionSettings.AskFirst, level: Double, fallback: String?, seed: Int,
    registry: EnvironmentRegistry, learners: LearnerRegistry
  ) throws {
    let place = "ask-first"
    guard let reasons = reasons.reasons else {
      throw InputError("no steps are to wait", at: place, remedy: "use unfamiliar, irreversible or both")
    }
    let trusted = try fallback.map {
      try TrainedRun(trusted: $0, in: run.entry, at: "fallback", registry: registry, learners: learners).policy
    }
    specification = run.entry.specification
    do {
      guard !reasons.unfamiliar || specification.image == nil else {
        throw InputError(
          "distances between images do not tell what is familiar", remedy: "use it in worlds that are seen as numbers")
      }
      var rule = try AskFirstRule(
        reasons, otherwise: trusted.map { .trusted($0) } ?? .stay, level: level, limit: .max, in: specification,
        table: run.entry.tabular)
      if reasons.unfamiliar {
        let ledger = try Ledger(reading: RunLayout(run.directory).ledger)
        let record = try RunRecord(ledger, directory: run.directory)
        let judged = try ledger.segments(record.judgedSegments).map(\.trajectory)
        rule.ground = try FamiliarGround(
          judged: judged, level: level, random: RandomSource(seed: UInt64(seed)).child("ask-first"))
      }
      self.rule = rule
    } catch var error as InputError {
      error.place = error.place ?? place
      throw error
    }
  }
}

/// The steps of one agent that is played, and what people say about them.
///
/// In a finite world a word holds for the same action in the same state for as long as is played; elsewhere each step that
/// waits is asked about.
package final class AskFirstPlaying {
  private let setup: AskFirstSetup
  private let ask: (WaitingStep) -> Bool?
  private var said: [[Float]: Bool] = [:]

  /// - Parameters:
  ///   - setup: which steps wait.
  ///   - ask: whether a step may be taken; nil where nobody said so in time.
  package init(_ setup: AskFirstSetup, ask: @escaping (WaitingStep) -> Bool?) { (self.setup, self.ask) = (setup, ask) }

  /// A step that waited, and what became of it.
  package struct Asked: Sendable, Hashable, Encodable {
    /// Why it waited: `unfamiliar`, `irreversible`, or both.
    package var causes: [String]
    /// What the agent would do.
    package var action: [Float]
    /// What is done otherwise.
    package var instead: [Float]
    /// Nil where nobody answered in time.
    package var allowed: Bool?
    /// Whether that was said of the same step before.
    package var earlier: Bool
  }

  /// What is done of what the agent would do.
  package func decide(_ action: [Float], seeing observation: [Float]) -> (action: [Float], asked: Asked?) {
    let probe = Probe()
    let stepGuard = setup.rule.makeGuard(count: 1, desk: probe)
    var instead = action
    instead.withUnsafeMutableBufferPointer { instead in
      observation.withUnsafeBufferPointer { observation in
        guard let target = instead.baseAddress, let seen = observation.baseAddress else { return }
        stepGuard.amend(target, seeing: seen, rows: 1)
      }
    }
    guard let waiting = probe.step else { return (action, nil) }
    let key = observation + action
    let before = setup.rule.ways == nil ? nil : said[key]
    let allowed = before ?? ask(waiting)
    if let allowed { said[key] = allowed }
    var causes: [String] = []
    if waiting.isUnfamiliar { causes.append("unfamiliar") }
    if waiting.isIrreversible { causes.append("irreversible") }
    let asked = Asked(
      causes: causes, action: action, instead: waiting.instead, allowed: allowed, earlier: before != nil)
    return (allowed == true ? action : waiting.instead, asked)
  }

  /// Hears of the step and says nothing.
  private final class Probe: PermissionDesk {
    var step: WaitingStep?

    func mayTake(_ step: WaitingStep) -> Bool? {
      self.step = step
      return nil
    }
  }
}
