import Compute
import Theory

extension ReportModel {
  /// The report about rewards that were compared over a sample of transitions.
  public init(_ sample: SampledComparison, written: String?) {
    let matrices = [sample.starc, sample.epic, sample.dard]
    var sections = [
      Section(
        id: "matrices", title: "How far apart", text: sample.description,
        heatMaps: matrices.map { Self.heatMap($0, sample.names) })
    ]
    let pairs = sample.names.indices.flatMap { second in (0..<second).map { ($0, second) } }
    sections.append(
      Section(
        id: "intervals", title: "With their intervals",
        tables: [
          Table(
            caption: "Distances with 95 % intervals over blocks of episodes",
            columns: ["Rewards"] + matrices.map { "\($0.metric), 0 to \(NumberFormat.plain.text($0.greatest))" },
            rows: pairs.map { pair in
              ["\(sample.names[pair.0]) and \(sample.names[pair.1])"]
                + matrices.map { $0.distances[pair.0][pair.1]?.text ?? "" }
            }, numeric: [1, 2, 3])
        ]))
    self.init(
      kind: .theory, title: sample.names.joined(separator: ", "),
      subtitle: "\(sample.names.count) rewards of \(sample.environment), compared over a sample of transitions.",
      headline: SampledComparison.headline,
      facts: sample.reaches.map { reach in
        Fact(
          "Covered of \(reach.behavior)", NumberFormat.percent.text(reach.share),
          note: "of \(reach.states) states that are no part of the sample")
      }, sections: sections, findings: sample.findings,
      provenance: [
        Fact("Environment", sample.environment), Fact("Transitions", "\(sample.transitions)"),
        Fact("Discount", "\(sample.discount)"),
      ], written: written)
  }

  /// A matrix of sampled distances as a picture, without its intervals; an undefined distance is an empty cell.
  public static func heatMap(_ matrix: SampledComparison.SampledMatrix, _ names: [String]) -> HeatMap {
    let pairs = names.indices.flatMap { row in names.indices.filter { $0 != row }.map { (row, $0) } }
    let values = matrix.distances.enumerated().map { row, line in
      line.enumerated().map { column, distance in row == column ? 0 : distance?.value ?? .nan }
    }
    return HeatMap(
      id: matrix.metric.lowercased(), title: "Distances by \(matrix.metric), over the sample",
      caption: "0: alike on these transitions; \(NumberFormat.plain.text(matrix.greatest)): opposite.",
      summary: pairs.map { row, column in
        "\(names[row]) to \(names[column]) \(matrix.distances[row][column]?.text ?? "undefined")"
      }.joined(separator: "; ") + ".",
      rows: names, columns: names, values: values, lower: 0, upper: matrix.greatest)
  }
}
