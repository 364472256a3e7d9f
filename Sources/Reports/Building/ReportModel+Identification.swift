import Compute
import Findings
import Rewards
import Theory

extension ReportModel {
  /// A page about what a kind of data leaves open, with the two rewards that it cannot tell apart.
  public init(_ found: Identification, findings: [Finding], world: FiniteWorld, reward: String, values: [Double]) {
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
      let (own, other) = (values, pair.other)
      // By how much of the larger one they differ; what is less than a millionth of the largest is not worth a row.
      let size = max(Vectors.largest(own), .leastNormalMagnitude)
      func apart(_ index: Int) -> Double { abs(other[index] / size - own[index] / size) }
      let differing = values.indices.filter { apart($0) > 1e-6 }
      let shown = differing.sorted { apart($0) > apart($1) }.prefix(40)
      sections.append(
        Section(
          id: "pair", title: "Two rewards with the same data",
          text: "They part once the world changes (\(pair.change.rawValue)).",
          tables: [
            Table(
              caption: "Where they differ most"
                + (shown.count < differing.count ? ", \(shown.count) of \(differing.count)" : ""),
              columns: ["State", "Action", "Next state", "This reward", "The other"],
              rows: shown.sorted().map { index in
                let (row, next) = (index / mdp.stateCount, index % mdp.stateCount)
                return [
                  world.stateNames[row / mdp.actionCount], world.actionNames[row % mdp.actionCount],
                  world.stateNames[next],
                  NumberFormat.plain.text(values[index]), Numbers.plain(pair.wideOther[index]),
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
}
