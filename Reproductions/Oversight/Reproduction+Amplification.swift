extension Reproduction {
  /// Decompose, answer, distil, on five families of questions.
  public static let amplification = Reproduction(
    name: "amplification",
    summary:
      "Hard questions answered by parts, five families: levels, calls, and how mistakes add up",
    source:
      "Christiano, Shlegeris & Amodei 2018 (arXiv 1810.08575), with a table in place of a Transformer",
    duration: "some minutes; --quick half of one",
    quick: { try AmplificationStudy(courses: 50).run($0) },
    run: { try AmplificationStudy().run($0) })
}
