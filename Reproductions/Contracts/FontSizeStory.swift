import Audits
import Compute
import Findings

/// Two parts of an advertising page, each right alone and wrong together.
///
/// *Ranking* learns from what is clicked how often each advertisement is, and puts the best on top. *Layout* has found
/// that a larger
/// font is clicked more, and gives it to what is on top. Tried alone against what was there before, each earns more
/// clicks. Together,
/// ranking learns from clicks that the font has earned: whatever is on top stays there, the best or not. No test of
/// one part shows it;
/// a contract at the joint does, at the first page: clicks are logged as if they had been made in the standard font.
///
/// After a story of L. Bottou's in talks on weak contracts between learned parts (ICML 2015); the numbers here are
/// ours.
package struct FontSizeStory: Sendable {
  /// Which parts work.
  package enum Arm: String, Sendable, CaseIterable {
    /// Nothing learns: the order is what it was, in one font.
    case before
    /// Ranking learns, in one font.
    case ranking
    /// The order is what it was, and what is on top is large.
    case layout
    /// Both, as they were tried.
    case together
    /// Both, and the log says in which font; ranking reckons with it.
    case mended
  }

  /// What layout hands to ranking: an advertisement was shown.
  package struct Impression: Sendable, Hashable {
    /// Which.
    package var advertisement: Int
    /// How large, in units of the standard font.
    package var font: Double
    /// How large the log says that it was.
    package var logged: Double
  }

  /// What came of a simulation.
  package struct Outcome: Sendable {
    /// Clicks for each page.
    package var clicks: Double
    /// What is on top in the end.
    package var top: Int
    /// What was promised at the joint.
    package var contract: Finding
  }

  /// How often each is clicked in the standard font, by how many the large one multiplies that, and which was on top
  /// before.
  package var rates = [0.060, 0.075, 0.030]
  /// How often each place is looked at; the log has always named it.
  package var places = [1, 0.6, 0.3]
  package var lift = 1.6
  package var size = 2.0
  package var rounds = 20
  package var pages = 2000

  package init() {}

  /// What ranking relies on: that what it learns from was shown as the log says.
  package static let contract = JointContract<Impression>(
    "contract/font", from: "layout", to: "ranking",
    claim: "Every advertisement is shown in the font that its log "
      + "names",
    problem: "Clicks that a font has earned are credited to the advertisement",
    advice: "Log the font, and let ranking reckon with it"
  ) { shown in
    shown.font == shown.logged
      ? nil
      : "advertisement \(shown.advertisement) is shown at \(shown.font) times the size, and logged at "
        + "\(shown.logged)"
  }

  /// Plays pages; ranking learns anew after each round.
  package func play(_ arm: Arm, random: RandomSource) -> Outcome {
    var joint = JointWatch([Self.contract])
    var draws = random.stream("font-size/\(arm.rawValue)")
    var (clicked, shown) = ([Double](repeating: 0, count: rates.count), [Double](repeating: 0, count: rates.count))
    var (order, total) = (Array(rates.indices), 0)
    for round in 0..<rounds {
      for page in 0..<pages {
        let step = round * pages + page + 1
        for (place, advertisement) in order.enumerated() {
          let isLarge = place == 0 && [.layout, .together, .mended].contains(arm)
          let font = isLarge ? size : 1
          let impression = Impression(
            advertisement: advertisement, font: font, logged: arm == .mended || arm == .layout ? font : 1)
          joint.pass(impression, step: step, at: "page \(step)")
          // A large font earns its lift; ranking divides by it where the log names the font.
          shown[advertisement] += places[place] * (impression.logged > 1 ? lift : 1)
          guard draws.uniform() < rates[advertisement] * places[place] * (isLarge ? lift : 1) else { continue }
          clicked[advertisement] += 1
          total += 1
        }
      }
      if [.ranking, .together, .mended].contains(arm) {
        let estimates = zip(clicked, shown).map { ($0 + 1) / ($1 + 20) }
        order.sort { (estimates[$0], $1) > (estimates[$1], $0) }
      }
    }
    return Outcome(clicks: Double(total) / Double(rounds * pages), top: order[0], contract: joint.findings[0])
  }
}

extension Reproduction {
  /// Two parts, each right alone, wrong together, and found by a contract.
  static let fontSize = Reproduction(
    name: "font-size",
    summary: "Ranking and layout of a page, each right alone and wrong together, found by a "
      + "contract",
    source: "after L. Bottou's talk at ICML 2015 on weak contracts between learned parts; worlds and numbers are ours",
    duration: "half a minute", quick: { try fontSizes(seeds: 10, $0) }, run: { try fontSizes(seeds: 100, $0) })

  private static func fontSizes(seeds: Int, _ random: RandomSource) throws -> ReproductionResult {
    let story = FontSizeStory()
    var numbers: [ReproducedNumber] = []
    for arm in FontSizeStory.Arm.allCases {
      let outcomes = (0..<seeds).map { story.play(arm, random: random.child("font-size", $0)) }
      let best = outcomes.count { $0.top == 1 }
      let broken = outcomes.count { $0.contract.verdict == .fails }
      let learns = arm != .before && arm != .layout
      numbers.append(
        ReproducedNumber(
          "\(arm.rawValue): clicks for 1,000 pages", Statistics.mean(outcomes.map { 1000 * $0.clicks }),
          interval: Statistics.meanInterval(outcomes.map { 1000 * $0.clicks })))
      if learns {
        numbers.append(
          ReproducedNumber(
            "\(arm.rawValue): the best is on top in the end", Double(best) / Double(seeds),
            interval: Statistics.proportionInterval(successes: best, of: seeds), reference: arm == .together ? 0 : 1,
            tolerance: 0.1))
      }
      numbers.append(
        ReproducedNumber(
          "\(arm.rawValue): the contract is found broken", Double(broken) / Double(seeds),
          interval: Statistics.proportionInterval(successes: broken, of: seeds), reference: arm == .together ? 1 : 0,
          tolerance: 0, note: arm == .together ? "at page 1" : "quiet"))
    }
    return ReproductionResult(
      title: "A larger font for what is on top, and a ranking that learns from clicks", numbers: numbers,
      remarks: [
        "Alone, ranking finds the best and layout earns clicks; together what was on top stays there, and the best "
          + "never gets the font.",
        "Together they still earn more than before: a test of the whole against what was there before is passed as "
          + "well.",
      ])
  }
}
