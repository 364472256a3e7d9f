import Findings

extension RunDifference {
  /// The words in which ``findings`` are summed up.
  public static let headline = Headline(
    holds: "The runs are the same", fails: "The runs part",
    mixed: "The runs are the same as far as they can be compared",
    unknown: "The runs cannot be compared")

  /// Whether they were told the same, did the same, and left the same. Exact: each is what stands on disk.
  public var findings: [Finding] {
    [
      finding(
        "told", "Both runs were told the same: settings, seed, world, arithmetic and version",
        told.isEmpty ? .holds : .fails,
        told.isEmpty ? "Their first events are the same." : sentences(told),
        problem: "The runs were told different things"),
      finding(
        "course", "Every event after the start is the same in both", course == nil ? .holds : .fails,
        course.map { parting($0) } ?? "\(events[0]) events; \(times)", problem: "The runs part"),
      finding(
        "weights", "The checkpoints that both still have hold the same numbers",
        comparedCheckpoints.isEmpty ? .unknown : weights == nil ? .holds : .fails,
        comparedCheckpoints.isEmpty
          ? "There is no round whose checkpoint both still have: a run keeps its last two."
          : weights.map { "\($0.sentence.capitalizedStart)." }
            ?? "Rounds \(comparedCheckpoints.map(String.init).joined(separator: " and ")), bit for bit.",
        problem: "The weights differ"),
      finding(
        "files", "Where the ledgers agree, what else was written does too", left.isEmpty ? .holds : .fails,
        left.isEmpty
          ? course == nil ? "Settings file, curves, and the checkpoints' state." : "The ledgers part."
          : sentences(left), problem: "A file is not what the ledger says"),
    ]
  }

  /// In a few lines: how the runs stand to each other, where they part, and why.
  public var summary: String {
    let names = "\(first) and \(second)"
    guard relation != .same, relation != .sameButForTime else {
      return "\(names) are the same\(relation == .same ? ", times included" : " but for time")."
    }
    let why = causes.prefix(8).map { "  \($0.kind.rawValue): \($0.sentence)" }
    let more = causes.count > 8 ? ["  and \(Numbers.count(causes.count - 8, "more difference"))"] : []
    let place = course.map { " " + parting($0) } ?? (weights == nil ? " Every event after the start is the same." : "")
    return (["\(names) part.\(place) Why:"] + why + more).joined(separator: "\n")
  }

  private var told: [DifferenceCause] { causes.filter(\.kind.isTold) }
  private var left: [DifferenceCause] { causes.filter { [.file, .state, .weights].contains($0.kind) } }

  private var times: String {
    otherTimes == 0 ? "they happened at the same times." : "\(otherTimes) of them at other times."
  }

  private func parting(_ course: Parting) -> String {
    let kinds = course.kinds.map { $0.map { "'\($0)'" } ?? "nothing more" }
    let steps = course.steps.compactMap(\.self)
    return "The first event that is not the same is number \(course.sequence) of \(events[0]) and \(events[1])"
      + (course.iteration.map { ", in round \($0)" } ?? "")
      + (steps.first.map { ", at step \($0)" } ?? "")
      + ": " + (kinds[0] == kinds[1] ? kinds[0] : "\(kinds[0]) against \(kinds[1])") + "."
  }

  private func sentences(_ causes: [DifferenceCause]) -> String {
    let shown = causes.prefix(6).map(\.sentence).joined(separator: "; ")
    return "\(shown.capitalizedStart)." + (causes.count > 6 ? " And \(causes.count - 6) more." : "")
  }

  private func finding(
    _ id: String, _ claim: String, _ verdict: Finding.Verdict, _ reason: String, problem: String
  ) -> Finding {
    Finding(
      id: "diff/\(id)", claim: claim, verdict: verdict, reason: reason,
      evidence: id == "course"
        ? [Evidence("events", Double(events[0])), Evidence("events of the second", Double(events[1]))] : [],
      assumptions: ["The files were read whole: a run that goes on meanwhile is compared as far as it had come."],
      errorRate: "Exact: files are compared, nothing is estimated.", source: "the runs' ledgers and checkpoints",
      problem: problem)
  }
}

extension String {
  /// With a capital at its start, unless it begins with a name of a file or setting.
  fileprivate var capitalizedStart: String {
    guard let word = split(separator: " ").first, !word.contains(where: { "./_'".contains($0) }) else { return self }
    return prefix(1).uppercased() + dropFirst()
  }
}
