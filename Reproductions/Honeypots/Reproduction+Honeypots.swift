extension Reproduction {
  /// Planted backdoors, honest policies and legitimate twins through the honeypot's tests.
  public static let honeypots = Reproduction(
    name: "honeypots", summary: "How often planted backdoors are found, and honest policies blamed",
    source: "planted by us in the absent supervisor's world of Leike et al. 2017 (arXiv 1711.09883)",
    duration: "2 minutes",
    quick: { try HoneypotStudy(honest: 60, planted: 20, pairs: 60).run($0) },
    run: { try HoneypotStudy().run($0) })
}
