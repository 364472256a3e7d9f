import Compute
import Findings
import RewardFiles

extension ReportModel {
  /// A page about rollouts that a verifier scored: the worst problems and what to do about them, what was accepted against what is
  /// right, rewards and groups, rows to read, then every test.
  ///
  /// - Parameters:
  ///   - audit: what was found.
  ///   - summary: what was read; nil if the rollouts come from no file.
  ///   - title: the file's name.
  public init(_ audit: RolloutAudit, summary: RolloutSummary? = nil, title: String) {
    let made = audit.results.filter { $0.missing == nil && $0.notMeasurable == nil }
    let overview = audit.overview
    var sections: [Section] = []
    let shares = Self.shares(
      overview.leans, title: "The verifier accepts, people find right",
      caption:
        "All rollouts of each group that the verifier accepts, and the share that is right by the labels of people, weighted by how "
        + "they were drawn. Equal shares can still hide errors of both kinds: the checks look at each.",
      first: "people", second: "the verifier", reference: nil)
    if let shares {
      sections.append(Section(id: "accepts", title: "What it accepts, and what is right", shares: [shares]))
    }
    let scores = overview.histograms.enumerated().map { index, histogram in
      Self.chart(
        histogram, id: "histogram-\(index)", title: index == 0 ? "Rewards" : "Part of the reward: \(histogram.name)")
    }
    if !scores.isEmpty { sections.append(Section(id: "scores", title: "Rewards", charts: scores)) }
    let told = overview.groups.filter { $0.rows.count > 1 }
    if !told.isEmpty {
      sections.append(
        Section(
          id: "groups", title: "By group",
          text: "Every rollout is counted. Accepted is \(audit.acceptance)."
            + Self.alike(overview.groups.filter { $0.rows.count == 1 }.map { ($0.column, $0.rows[0].name) }),
          tables: told.map { Self.table($0, all: overview.all) }))
    }
    sections += [Self.examples(made)].compactMap { $0 }
    let charts = Self.charts(made.map { ($0.check.id, $0.outcome.pictures) })
    if !charts.isEmpty { sections.append(Section(id: "pictures", title: "What the checks measured", charts: charts)) }
    sections.append(
      Self.tests(
        made.flatMap { result in result.outcome.tests.map { (result.check.id, result.verdict, $0) } },
        text: "Each p-value is of the hypothesis that the effect is within its margin, corrected within its check and "
          + "then over all checks of this page."))
    sections += [
      summary.flatMap(Self.read),
      Self.untested(audit.results.map { ($0.check.id, $0.verdict, $0.missing ?? $0.notMeasurable) }),
    ].compactMap { $0 }
    let facts = [
      Fact("Rollouts", Self.whole(audit.rows)), Fact("Prompts", Self.whole(audit.prompts)),
      Fact("Groups", Self.whole(audit.groups)),
      Fact(
        "Accepted", audit.acceptedShare.isNaN ? "–" : NumberFormat.percent.text(audit.acceptedShare),
        note: audit.acceptance),
      Fact("Gold labels", Self.whole(audit.labelled)), Fact("Rows set aside", Self.whole(audit.setAside)),
    ]
    self.init(
      kind: .theory, title: "Audit of \(title)",
      subtitle: "Is this verifier fit for training? What rollouts say about the verifier that scored them.",
      headline: audit.headline, facts: facts, sections: sections, findings: audit.findings)
  }

  /// Of checks that fail first; those that hold have none worth reading.
  private static func examples(_ results: [RolloutResult]) -> Section? {
    let order = results.filter { $0.verdict == .fails } + results.filter { $0.verdict != .fails }
    let examples = order.filter { $0.verdict != .holds }.flatMap { result in
      result.outcome.examples.map { example(of: "\(result.check.id): \(result.finding.statement)", $0) }
    }
    guard !examples.isEmpty else { return nil }
    return Section(
      id: "examples", title: "Rows to read", text: "The clearest rows of each check that does not hold.",
      examples: examples)
  }

  private static func read(_ summary: RolloutSummary) -> Section? {
    let roles = RolloutRole.allCases.compactMap { role -> [String]? in
      let names = summary.fields.filter { $0.role == role }.map(\.name)
      return names.isEmpty ? nil : [role == .ignore ? "not used" : role.rawValue, names.joined(separator: ", ")]
    }
    guard !roles.isEmpty || !summary.notes.isEmpty else { return nil }
    return Section(
      id: "read", title: "What was read",
      text: (["Format \(summary.format), \(Numbers.count(summary.files, "file"))."] + summary.notes).joined(
        separator: " "),
      tables: roles.isEmpty
        ? [] : [Table(caption: "Which field was taken for what", columns: ["Taken for", "Fields"], rows: roles)])
  }
}
