import Foundation
import Reports
import Runs
import Testing

@Suite("Plots")
struct PlotTests {
  static func plot(_ points: [Chart.Point], shape: Chart.Shape = .line, axis: Chart.Axis = Chart.Axis("x")) -> String {
    let chart = Chart(
      id: "c", title: "t", summary: "s", x: axis,
      panels: [
        Chart.Panel(y: Chart.Axis("y"), series: [Chart.Series("a", role: .truth, shape: shape, points: points)])
      ])
    let section = ReportModel.Section(id: "s", title: "s", charts: [chart])
    let html = ReportPage(
      ReportModel(kind: .run, title: "t", subtitle: "s", headline: RunFindings.headline, sections: [section])
    ).html()
    return html.components(separatedBy: "</svg>")[0].components(separatedBy: "<svg").last ?? ""
  }

  static let shapes: [Chart.Shape] = [.line, .points, .scatter, .steps, .bars]

  @Test("no points, one point, equal points, huge and undefined values all draw", arguments: shapes)
  func edges(shape: Chart.Shape) {
    let sets: [[Chart.Point]] = [
      [], [Chart.Point(1, 2)], [Chart.Point(0, 5), Chart.Point(1, 5)],
      [Chart.Point(0, 1e300), Chart.Point(1, -1e300)], [Chart.Point(0, .nan), Chart.Point(.infinity, 1)],
      [Chart.Point(0, 1, lower: .nan, upper: 2), Chart.Point(1, 2, lower: 1, upper: .infinity)],
    ]
    for points in sets {
      let svg = Self.plot(points, shape: shape)
      #expect(!svg.contains("nan") && !svg.contains("inf"), "\(points)")
    }
  }

  @Test("a line through (0, 0) and (1, 1) goes from corner to corner")
  func place() {
    // The panel spans 66 ... 542 across and 34 ... 284 down.
    #expect(Self.plot([Chart.Point(0, 0), Chart.Point(1, 1)]).contains("d=\"M66 284L542 34\""))
  }

  @Test("ticks stand at round numbers")
  func ticks() {
    let svg = Self.plot([Chart.Point(0, -1234), Chart.Point(250_000, -150)], axis: Chart.Axis("x", format: .count))
    for label in ["−1,200", "−400", "0", "100 k", "200 k"] { #expect(svg.contains(">\(label)</text>"), "\(label)") }
  }

  @Test("an axis of kinds shows their names")
  func names() {
    let axis = Chart.Axis("x", names: ["A", "B"])
    let svg = Self.plot([Chart.Point(0, 1), Chart.Point(1, 2)], shape: .points, axis: axis)
    #expect(svg.contains(">A</text>") && svg.contains(">B</text>"))
  }
}
