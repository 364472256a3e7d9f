import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Style is not credited beyond what people credit.
  public static let styleBias = AuditCheck(
    id: "style-bias",
    title: "Style is not credited beyond what people credit",
    explanation:
      "As length-bias, for each kind of style (lists, bold, hedges, refusals, emoji, praise …), with margin and length held "
      + "fixed. Word lists are English and crude. All styles count in the correction for multiple testing.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    source: "Dubois et al. 2024 (length-controlled evaluation); Singhal et al. 2023",
    needs: [.scoredPairs],
    run: StyleBias.measure)
}

private enum StyleBias {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let pairs = try files.scoredPairs()
    let lengthSpread = max(1e-12, Statistics.rootMeanSquare(pairs.lengths))
    let lengths = pairs.lengths.map { $0 / lengthSpread }
    var tests: [EffectTest?] = []
    var bars: [CheckPicture.Point] = []
    var names: [String] = []
    for style in TextStyle.allCases where style != .capitals && style != .paragraphs {
      let column = pairs.rows.indices.map { index in
        pairs.signs[index]
          * (log1p(Double(pairs.table.chosen.count(style, pairs.rows[index])))
            - log1p(Double(pairs.table.rejected.count(style, pairs.rows[index]))))
      }
      // A style in which under fifty pairs differ is not estimated.
      guard column.count(where: { $0 != 0 }) >= 50 else { continue }
      let spread = Statistics.rootMeanSquare(column)
      let columns = [pairs.margins, lengths, column.map { $0 / spread }]
      guard let fit = PairLogit(columns) else { continue }
      let test = EffectTest.weight(
        "weight of \(style)", columns, fit, index: 2, within: 0.2, unit: "log-odds per standard deviation")
      tests.append(test)
      bars.append(.init(Double(names.count), fit.weights[2], test?.interval))
      names.append("\(style)")
    }
    guard !names.isEmpty else { throw AuditGap.missing("under fifty pairs differ in any style") }
    return CheckOutcome(
      tests: tests,
      pictures: [
        CheckPicture(
          form: .bars, title: "What style adds to the margin", x: "style", y: "log-odds per standard deviation",
          lines: [.init(name: "weight", points: bars)], names: names, reference: 0)
      ])
  }
}
