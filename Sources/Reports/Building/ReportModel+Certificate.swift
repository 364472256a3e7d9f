import Findings

extension ReportModel {
  /// A page about a certificate: each claim with how it was settled and what it may err, then the grounds of each.
  public init(_ certificate: Certificate, run: String) {
    let subject = certificate.subject
    self.init(
      kind: .theory, title: "Certificate of \(run)",
      subtitle:
        "\(subject.environment), seed \(subject.seed), \(subject.answers) answers, \(subject.agentSteps) steps.",
      headline: Certificate.headline,
      facts: [
        Fact("Error budget", Numbers.plain(certificate.budget), note: "what all verdicts together may err"),
        Fact("Spent", Numbers.plain(certificate.spent), note: "the sum over the claims"),
      ]
        + (certificate.look.map {
          [
            Fact(
              "Look", "\($0)",
              note: "of a run that is certified again as it grows; the budget is for all looks together")
          ]
        } ?? []),
      sections: [
        Section(
          id: "claims", title: "What is claimed",
          text:
            "A proof covers every case, a record is counted, a test draws a sample and may be wrong in the share of cases "
            + "that stands beside it. “Unknown” means that the data do not settle a claim, and counts for nothing.",
          tables: [
            Table(
              caption: "The claims in the order of their file.",
              columns: ["claim", "verdict", "settled by", "may err"],
              rows: certificate.claims.map {
                [$0.line, $0.finding.verdict.word, $0.method.rawValue, $0.error == 0 ? "–" : Numbers.plain($0.error)]
              }, numeric: [3])
          ]),
        Section(
          id: "digests", title: "Of which run",
          text:
            "Digests (SHA-256) of what was certified; 'pactolus verify' computes them again. They tell whether the run "
            + "was changed after it was certified, and not who certified it.",
          tables: [
            Table(
              caption: "Made by Pactolus \(certificate.program), arithmetic \(subject.arithmetic).",
              columns: ["part", "digest"],
              rows: certificate.digests.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
          ]),
      ], findings: certificate.claims.map(\.finding))
  }
}
