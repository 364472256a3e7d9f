import Findings

extension RunCheck {
  /// Whether the questions that were planned could be asked; nothing is said of a run in which all could.
  static let askedAsPlanned = RunCheck(AskedAsPlanned.id) { runs in
    let replaced = runs.records.flatMap(\.replacements)
    guard !replaced.isEmpty else { return [] }
    let asked = runs.records.reduce(0) { $0 + $1.questions.count }
    return [AskedAsPlanned(replaced, asked: asked).finding()]
  }
}

/// How many of the questions that were planned were asked as another kind or left out.
struct AskedAsPlanned {
  static let id = "answers/planned"
  /// The share of questions asked as another kind, or left out, up to which the plan counts as kept.
  static let tolerated = 0.1

  private let replaced: [QuestionsReplaced]
  /// Questions asked as another kind.
  let otherwise: Int
  /// Questions left out.
  let omitted: Int
  /// Questions of the planned kind about clips of exploring.
  let exploring: Int
  /// All that were planned.
  let planned: Int

  init(_ replaced: [QuestionsReplaced], asked: Int) {
    self.replaced = replaced
    func count(_ isMeant: (QuestionsReplaced) -> Bool) -> Int {
      replaced.filter(isMeant).reduce(0) { $0 + $1.count }
    }
    omitted = count { $0.instead == nil }
    exploring = count { $0.instead == $0.kind }
    otherwise = count { $0.instead != nil && $0.instead != $0.kind }
    planned = asked + omitted
  }

  func finding() -> Finding {
    let missed = otherwise + omitted
    let kinds = Array(Set(replaced.map(\.kind))).sorted().joined(separator: ", ")
    return Finding(
      id: Self.id, claim: "Nine of ten planned questions could be asked, of the kind that was planned",
      verdict: Double(missed) <= Self.tolerated * Double(max(1, planned)) ? .holds : .fails, bearing: .advice,
      reason:
        "Of \(planned) questions \(omitted) were left out, \(otherwise) asked as another kind and \(exploring) asked about "
        + "clips of exploring: \(kinds) could not be asked about what the agent did (\(replaced[0].reason)).",
      evidence: [
        Evidence("planned", Double(planned)), Evidence("left out", Double(omitted), count: planned),
        Evidence("asked as another kind", Double(otherwise), count: planned),
        Evidence("asked about exploring", Double(exploring), count: planned),
      ],
      errorRate: "None: a count of what the ledger has.", source: "Pactolus")
  }
}
