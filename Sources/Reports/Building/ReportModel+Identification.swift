import Compute
import Findings
import Rewards
import Theory

extension ReportModel {
  /// A page about what a kind of data leaves open, with the two rewards that it cannot tell apart.
  public init(_ found: Identification, findings: [Finding], world: FiniteWorld, reward: String, values: [Double]) {
    self.init(found, findings: findings, world: world, reward: reward) { values[$0] }
  }

  /// The same for a reward on whatever it depends on, of a world of any size.
  public init(_ found: Identification, findings: [Finding], world: FiniteWorld, reward: String, table: RewardTable) {
    let (states, actions) = (table.states, table.actions)
    self.init(found, findings: findings, world: world, reward: reward) { index in
      table[index / states / actions, index / states % actions, index % states]
    }
  }

  /// - Parameter value: this reward of a transition, by its place in [states × actions × states].
  private init(
    _ found: Identification, findings: [Finding], world: FiniteWorld, reward: String, value: (Int) -> Double
  ) {
    let mdp = world.mdp
    var sections = [
      Section(
        id: "open", title: "What stays open",
        tables: [
          Table(
            caption: "\(found.dimension) of \(found.coordinates) dimensions of rewards on (state, action, next state)",
            columns: ["Change that the data cannot see", "Dimensions", "Restricted to"],
            rows: found.parts.map { [$0.family.words, "\($0.dimension)", $0.restriction ?? ""] }
              + [["without a name", "\(found.unexplained)", ""]], numeric: [1])
        ])
    ]
    if let pair = found.disagreement {
      // By how much of the larger one they differ; what is less than a millionth of the largest is not worth a row.
      let (differing, shown) = Self.differing(pair, mdp.stateCount, mdp.actionCount, value)
      sections.append(
        Section(
          id: "pair", title: "Two rewards with the same data",
          text: "They part once the world changes (\(pair.change.rawValue)).",
          tables: [
            Table(
              caption: "Where they differ most"
                + (shown.count < differing ? ", \(shown.count) of \(differing)" : ""),
              columns: ["State", "Action", "Next state", "This reward", "The other"],
              rows: shown.map { item in
                let (row, next) = (item.index / mdp.stateCount, item.index % mdp.stateCount)
                return [
                  world.stateNames[row / mdp.actionCount], world.actionNames[row % mdp.actionCount],
                  world.stateNames[next], NumberFormat.plain.text(value(item.index)), item.other,
                ]
              }, numeric: [3, 4])
          ]))
    }
    let chart = Chart(
      id: "sources", title: "What one more source would leave open",
      caption: "The line: what these data leave open alone.",
      summary: "Open dimensions with one more source: "
        + found.others.map { "\($0.source) \($0.dimension)" }.joined(separator: ", ") + ".",
      x: Chart.Axis("", names: found.others.map { "\($0.source)" }),
      panels: [
        Chart.Panel(
          y: Chart.Axis("open dimensions", lower: 0),
          series: [
            Chart.Series(
              "left open together", role: .accent, shape: .bars,
              points: found.others.enumerated().map { Chart.Point(Double($0.offset), Double($0.element.dimension)) })
          ], references: [Chart.Reference(Double(found.dimension), "these data alone")])
      ], isWide: true)
    sections.append(
      Section(
        id: "next", title: "One more source", charts: found.others.isEmpty ? [] : [chart],
        tables: [
          Table(
            caption: "Dimensions left open by these data and another kind together",
            columns: ["Other source", "What it is", "Left open"],
            rows: found.others.map { ["\($0.source)", $0.source.meaning, "\($0.dimension)"] }, numeric: [2])
        ]))
    self.init(
      kind: .theory, title: "\(reward), as far as data tell",
      subtitle: "What \(found.source.meaning) leave open about a reward in \(world.title).",
      headline: Identification.headline,
      facts: [
        Fact("Open", "\(found.dimension)", note: "of \(found.coordinates) dimensions"),
        Fact("Named", "\(found.dimension - found.unexplained)", note: "explained by known transformations"),
      ], sections: sections, findings: findings)
  }

  /// On how many transitions two rewards differ by more than a millionth of the largest, and the 40 on which they do most,
  /// in order, with the other reward in words.
  private static func differing(
    _ pair: RewardDisagreement, _ states: Int, _ actions: Int, _ value: (Int) -> Double
  ) -> (count: Int, shown: [(index: Int, other: String)]) {
    let all: [(index: Int, own: Double, other: Double, words: () -> String)]
    if let differences = pair.differences {
      all = differences.map { difference in
        let index = (difference.state * actions + difference.action) * states + difference.next
        let own = value(index)
        let sum = own + difference.by.nearest
        return (
          index, own, sum,
          { sum.isFinite ? Numbers.plain(sum) : "\(NumberFormat.plain.text(own)) + \(Numbers.plain(difference.by))" }
        )
      }
    } else {
      all = pair.wideOther.enumerated().map { index, other in
        (index, value(index), other.nearest, { Numbers.plain(other) })
      }
    }
    let size = max(all.reduce(0) { max($0, abs($1.own)) }, .leastNormalMagnitude)
    func apart(_ item: (index: Int, own: Double, other: Double, words: () -> String)) -> Double {
      abs(item.other / size - item.own / size)
    }
    let differing = all.filter { apart($0) > 1e-6 }
    let shown = differing.sorted { apart($0) > apart($1) }.prefix(40).sorted { $0.index < $1.index }
    return (differing.count, shown.map { ($0.index, $0.words()) })
  }
}
