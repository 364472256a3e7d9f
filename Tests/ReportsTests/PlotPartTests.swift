import Foundation
import Reports
import Runs
import Testing

/// Marks, references, the diagonal and every shape of a curve, each at places computed by hand: a panel spans 66 ... 542
/// across and 34 ... 284 down.
@Suite("The parts of a plot")
struct PlotPartTests {
  /// The first picture of a page with this chart, from 0 to `across` and from 0 to 1 upwards.
  private static func svg(
    _ series: [Chart.Series] = [], across: Double = 10, marks: [Chart.Mark] = [], references: [Chart.Reference] = [],
    showsDiagonal: Bool = false, panels: Int = 1
  ) -> String {
    let panel = Chart.Panel(
      y: Chart.Axis("y", lower: 0, upper: 1), series: series, references: references, showsDiagonal: showsDiagonal)
    let chart = Chart(
      id: "c", title: "t", summary: "s", x: Chart.Axis("x", lower: 0, upper: across),
      panels: [Chart.Panel](repeating: panel, count: panels), marks: marks)
    let model = ReportModel(
      kind: .run, title: "t", subtitle: "s", headline: RunFindings.headline,
      sections: [ReportModel.Section(id: "s", title: "s", charts: [chart])])
    return ReportPage(model).html().components(separatedBy: "</svg>")[0].components(separatedBy: "<svg").last ?? ""
  }

  private static func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  @Test("a mark's label begins at it on the left, ends at it on the right, and stands over it between 40 % and 80 %")
  func marks() {
    for (x, place, anchor) in [
      (3.9, "251.6", "start"), (4, "256.4", "middle"), (8, "446.8", "middle"), (8.1, "451.6", "end"),
    ] {
      let svg = Self.svg(marks: [Chart.Mark(x, label: "it <turns>")])
      #expect(
        svg.contains(
          "<path class=\"mark\" d=\"M\(place) 34V284\"/><text class=\"mark-label\" x=\"\(place)\" y=\"27\""
            + " text-anchor=\"\(anchor)\">it &lt;turns&gt;</text>"), "\(x): \(svg)")
      #expect(!svg.contains("mark-band"))
    }
  }

  @Test("a mark's interval is shaded, and of two panels only the upper one has the label")
  func markBand() {
    let mark = Chart.Mark(4, lower: 2, upper: 6, label: "here")
    #expect(Self.svg(marks: [mark]).contains("<path class=\"mark-band\" d=\"M161.2 34H351.6V284H161.2Z\"/>"))
    let two = Self.svg(marks: [mark], panels: 2)
    #expect(Self.count("class=\"mark-band\"", in: two) == 2 && Self.count("class=\"mark\"", in: two) == 2)
    #expect(Self.count("class=\"mark-label\"", in: two) == 1)
    // One end alone is no interval.
    #expect(!Self.svg(marks: [Chart.Mark(4, lower: 2, label: "")]).contains("mark-band"))
  }

  @Test("a reference's label is above its line, and below it where the line is at the panel's top; without one, a line")
  func references() {
    for (y, place, shift) in [(0.5, "159", "-.4em"), (0.92, "54", "-.4em"), (0.94, "49", "1.1em")] {
      #expect(
        Self.svg(references: [Chart.Reference(y, "chance & luck")]).contains(
          "<path class=\"reference\" d=\"M66 \(place)H542\"/><text class=\"note\" x=\"71\" y=\"\(place)\""
            + " dy=\"\(shift)\">chance &amp; luck</text>"), "\(y)")
    }
    let bare = Self.svg(references: [Chart.Reference(0.5, "")])
    #expect(bare.contains("<path class=\"reference\" d=\"M66 159H542\"/>") && !bare.contains("class=\"note\""))
  }

  @Test("the diagonal goes as far as both axes do, and is left out where they share nothing")
  func diagonal() {
    #expect(Self.svg(across: 2, showsDiagonal: true).contains("<path class=\"reference\" d=\"M66 284L304 34\"/>"))
    #expect(!Self.svg(across: 2).contains("reference"))
    let chart = Chart(
      id: "c", title: "t", summary: "s", x: Chart.Axis("x", lower: 2, upper: 3),
      panels: [Chart.Panel(y: Chart.Axis("y", lower: 0, upper: 1), series: [], showsDiagonal: true)])
    let model = ReportModel(
      kind: .run, title: "t", subtitle: "s", headline: RunFindings.headline,
      sections: [ReportModel.Section(id: "s", title: "s", charts: [chart])])
    #expect(!ReportPage(model).html().contains("class=\"reference\""))
  }

  @Test("a staircase goes across, then up; bars rise from 0 and end at the panel's edge; dots have whiskers")
  func shapes() {
    let rising = [Chart.Point(0, 0), Chart.Point(5, 0.5), Chart.Point(10, 1)]
    func drawn(_ shape: Chart.Shape, _ points: [Chart.Point], isFaint: Bool = false) -> String {
      Self.svg([Chart.Series("a", role: .truth, shape: shape, points: points, isFaint: isFaint)])
    }
    #expect(drawn(.steps, rising).contains("<path class=\"line s-truth\" d=\"M66 284H304V159H542V34\"/>"))
    // Two bars, each 35 % of 476 wide in the middle, half of that at an edge.
    let bars = drawn(.bars, [Chart.Point(0, 1), Chart.Point(10, 0.5)])
    #expect(bars.contains("<path class=\"bar s-truth\" d=\"M66 284V34H149.3V284Z\"/>"))
    #expect(bars.contains("<path class=\"bar s-truth\" d=\"M458.7 284V159H542V284Z\"/>"))
    let ranged = Chart.Point(5, 0.5, lower: 0.25, upper: 0.75)
    #expect(
      drawn(.points, [ranged]).contains(
        "<g class=\"s-truth\"><path class=\"whisker\" d=\"M304 221.5V96.5\"/>"
          + "<circle class=\"dot\" cx=\"304\" cy=\"159\" r=\"4.5\"/></g>"))
    #expect(drawn(.scatter, [ranged]).contains("<circle class=\"spot\" cx=\"304\" cy=\"159\" r=\"2.6\"/>"))
    #expect(!drawn(.scatter, [ranged]).contains("whisker"))
    #expect(
      drawn(.line, [ranged]).contains(
        "<path class=\"whisker\" d=\"M304 221.5V96.5\"/><path class=\"line s-truth\" d=\"M304 159\"/>"
          + "<circle class=\"dot s-truth\" cx=\"304\" cy=\"159\" r=\"3.5\"/>"))
    #expect(
      drawn(.line, rising, isFaint: true).contains("<path class=\"line s-truth faint\" d=\"M66 284L304 159L542 34\"/>"))
  }

  @Test("a band goes along its upper ends and back along the lower ones, over points that have both")
  func band() {
    let points = [
      Chart.Point(0, 0.5, lower: 0, upper: 1), Chart.Point(5, 0.5, lower: 0.25),
      Chart.Point(10, 0.5, lower: 0.25, upper: 0.75),
    ]
    let svg = Self.svg([Chart.Series("a", role: .accent, points: points)])
    #expect(svg.contains("<path class=\"band s-accent\" d=\"M66 34L542 96.5L542 221.5L66 284Z\"/>"))
    #expect(svg.contains("<path class=\"line s-accent\" d=\"M66 159L304 159L542 159\"/>"))
  }

  @Test("long names break after a hyphen or at a space, short ones do not")
  func names() {
    let chart = Chart(
      id: "c", title: "t", summary: "s", x: Chart.Axis("", names: ["short-name", "twelve-signs", "a long old name"]),
      panels: [Chart.Panel(y: Chart.Axis("y"), series: [])])
    let model = ReportModel(
      kind: .run, title: "t", subtitle: "s", headline: RunFindings.headline,
      sections: [ReportModel.Section(id: "s", title: "s", charts: [chart])])
    let html = ReportPage(model).html()
    #expect(html.contains(">short-name</text>"))
    #expect(html.contains(">twelve-<tspan x=\"304\" dy=\"1.15em\">signs</tspan></text>"))
    #expect(html.contains(">a<tspan x=\"462.7\" dy=\"1.15em\">long old name</tspan></text>"))
  }
}
