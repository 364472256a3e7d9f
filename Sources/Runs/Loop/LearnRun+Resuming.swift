import Compute
import Feedback

extension LearnRun {
  /// The arithmetic in use, for a run's ledger: runs repeat bit for bit where it is the same.
  ///
  /// Kernel levels that give the same bits have the same name. Where a later version computes otherwise, the name
  /// changes, and runs made before are resumed with a mark. The second generation grounds ties and strong preferences as
  /// ``PairComparison`` says.
  package static var arithmetic: String { kernels + "-2" }

  /// The arithmetic of a run: that of the third generation where people can make clips of their own, which it grounds
  /// over equal spans (``Correction``, ``Intervention``, ``Demonstration``).
  var arithmetic: String {
    settings.person.answering == .live && kinds.contains(where: Self.takesOwnClips)
      ? Self.kernels + "-3" : Self.arithmetic
  }

  /// The arithmetic of the first generation, whose kernels gave the same bits.
  private static var kernels: String { kernelLevel() == "baseline" ? "plain" : "fused" }

  private static func takesOwnClips(_ kind: String) -> Bool {
    [Correction.name, Intervention.name, Demonstration.name].contains(kind)
  }

  /// Whether a run that was made with this arithmetic goes on in today's bit by bit.
  ///
  /// The second generation means something else only where ties or strengths can be said, the third only where people
  /// make clips: in a run in which they cannot, every answer has the choices that it had.
  static func isExact(after former: String, _ settings: LearnSettings, kinds: [String]) -> Bool {
    guard let generation = [kernels, kernels + "-2", kernels + "-3"].firstIndex(of: former) else { return false }
    let said = settings.person.comparisonDetails
    let isLive = settings.person.answering == .live
    return !kinds.contains { kind in
      if generation < 2, isLive, takesOwnClips(kind) { return true }
      guard generation < 1 else { return false }
      switch kind {
      case PairComparison.name: return said.ties || said.strengths
      case Ranking.name: return said.ties
      // A simulated person's sketch has no two stretches alike.
      case RewardSketch.name: return isLive
      default: return false
      }
    }
  }

  /// A settings file that was edited after the start would make another run of it. Settings that the run did not know
  /// when it was started are compared by what it did then.
  static func compareSettings(_ settings: LearnSettings, _ ledger: Ledger, _ layout: RunLayout) throws {
    guard let started = try ledger.start() else { return }
    let (then, now) = (settings.completed(started.settings), settings.values)
    for description in settings.descriptions where then[description.name] != now[description.name] {
      throw InputError(
        "\(description.name) is \(now[description.name] ?? "missing"), but the run was started with "
          + (then[description.name] ?? "none"),
        at: layout.settings, remedy: "put the old value back, or start a new run")
    }
  }

  /// What a new run writes down of its settings. Those that came later and decide nothing of what a run learns are left out where
  /// they do what every run did before, so that equal runs keep their bytes; a reader completes them.
  private static func written(_ values: [String: String]) -> [String: String] {
    values.filter { name, value in name != "run.checkpointsKept" || value != "\(RunSettings().checkpointsKept)" }
  }

  /// The first event of a new run, or the mark of one that goes on with another arithmetic.
  func begin() throws {
    let start =
      try ledger.start()
      ?? RunStarted(
        settings: Self.written(settings.values), arithmetic: arithmetic, format: Ledger.format,
        firstQuestions: firstQuestions)
    keepsContrasts = start.format >= 3
    let isExact = try ledger.repeats { Self.isExact(after: $0, settings, kinds: kinds) }
    if ledger.position == 0 { try ledger.append([LedgerEntry(.runStarted(start), step: 0)]) }
    if isExact {
      try finishWritingCheckpoint()
    } else {
      try ledger.continueAnew(arithmetic: arithmetic, step: counters.allSteps)
    }
  }
}

extension Ledger {
  /// The run's first event; nil in an empty ledger.
  func start() throws -> RunStarted? {
    guard case .runStarted(let started)? = try entries(before: min(1, count)).first?.event else { return nil }
    return started
  }

  /// Whether today's arithmetic repeats what stands behind the current position.
  ///
  /// - Parameter isExact: whether it repeats what was made with the arithmetic of this name.
  func repeats(_ isExact: (String) -> Bool) throws -> Bool {
    guard let started = try start() else { return true }
    // Behind the position nothing may have gone another way already.
    guard superseded.allSatisfy({ $0.upperBound < position }) else { return false }
    var standing = started.arithmetic
    for row in try entries(before: position) {
      if case .runContinued(let continued) = row.event { standing = continued.arithmetic }
    }
    return isExact(standing)
  }
}
