extension Reproduction {
  /// Debates of which everything can be computed.
  public static let debate = Reproduction(
    name: "debate",
    summary: "Debate, exactly: formulas, judges who err, and flaws that nobody can point at",
    source:
      "Irving, Christiano & Amodei 2018 (arXiv 1805.00899); Barnes & Christiano 2020 for obfuscated arguments",
    duration: "a few seconds"
  ) { try DebateStudy().run($0) }
}
