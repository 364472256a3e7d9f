/// Draws a ``Chart`` as SVG: axes, ticks, curves with intervals, marks. Colours come from the page's style by class.
///
/// The coordinates are a view box, so that the picture scales; text sizes come from the style, so that they do not
/// shrink on a phone. Labels are kept few enough for the larger type.
struct Plot {
  let chart: Chart
  let width: Double
  let panelHeight: Double

  private let left = 66.0
  private let right = 18.0
  private let top = 34.0
  private let gap = 44.0
  /// Long names take two lines; an axis without a label of its own takes none for it.
  private var bottom: Double { (chart.x.label.isEmpty ? 34 : 52) + (hasLongNames ? 18 : 0) }
  private var hasLongNames: Bool { chart.x.names.contains { Self.lines($0).count > 1 } }

  /// The size for half a page or, for wide charts on wide screens, a whole one.
  init(_ chart: Chart, spansPage: Bool) {
    self.chart = chart
    self.width = spansPage ? 1040 : 560
    switch chart.panels.count {
    case ...1: panelHeight = spansPage ? 320 : 250
    case 2: panelHeight = spansPage ? 200 : 190
    default: panelHeight = spansPage ? 170 : 160
    }
  }

  var height: Double {
    let count = Double(max(1, chart.panels.count))
    return top + count * panelHeight + (count - 1) * gap + bottom
  }

  /// The whole `<svg>` element. `suffix` keeps ids apart when a chart is drawn in two sizes.
  func svg(suffix: String) -> String {
    let id = "c-" + Markup.identifier(chart.id) + suffix
    let ticks = horizontalTicks()
    var out = "<svg class=\"plot\" viewBox=\"0 0 \(Markup.number(width)) \(Markup.number(height))\" role=\"img\""
    out += " aria-labelledby=\"\(id)-t \(id)-d\">"
    out += "<title id=\"\(id)-t\">\(Markup.escape(chart.title))</title>"
    out += "<desc id=\"\(id)-d\">\(Markup.escape(chart.summary))</desc>"
    for (index, panel) in chart.panels.enumerated() {
      let frame = PlotFrame(
        x: ticks, y: verticalTicks(panel), left: left, right: width - right,
        top: top + Double(index) * (panelHeight + gap), height: panelHeight)
      out += axes(frame, panel: panel, isLast: index == chart.panels.count - 1)
      out += chart.marks.map { frame.mark($0, isLabelled: index == 0) }.joined()
      out += panel.references.map(frame.reference).joined()
      if panel.showsDiagonal { out += frame.diagonal() }
      for series in panel.series where series.isFaint { out += frame.curve(series) }
      for series in panel.series where !series.isFaint { out += frame.curve(series) }
    }
    return out + "</svg>"
  }

  private func horizontalTicks() -> Ticks {
    if !chart.x.names.isEmpty { return Ticks(names: chart.x.names) }
    var values: [Double] = []
    for series in chart.panels.flatMap(\.series) { values += series.points.map(\.x) }
    for mark in chart.marks { values += [mark.x, mark.lower ?? mark.x, mark.upper ?? mark.x] }
    values = values.filter(\.isFinite)
    return Ticks(
      lower: chart.x.lower ?? values.min() ?? 0, upper: chart.x.upper ?? values.max() ?? 1,
      count: width > 700 ? 8 : 4, fixesLower: chart.x.lower != nil, fixesUpper: true)
  }

  private func verticalTicks(_ panel: Chart.Panel) -> Ticks {
    var values = panel.references.map(\.y)
    for series in panel.series {
      for point in series.points { values += [point.y, point.lower ?? point.y, point.upper ?? point.y] }
      if series.shape == .bars { values.append(0) }
    }
    values = values.filter(\.isFinite)
    return Ticks(
      lower: panel.y.lower ?? values.min() ?? 0, upper: panel.y.upper ?? values.max() ?? 1,
      count: 4, fixesLower: panel.y.lower != nil, fixesUpper: panel.y.upper != nil)
  }

  private func axes(_ frame: PlotFrame, panel: Chart.Panel, isLast: Bool) -> String {
    var out = ""
    for value in frame.y.values {
      let y = frame.placeY(value)
      out += "<path class=\"grid\" d=\"M\(Markup.number(left)) \(y)H\(Markup.number(width - right))\"/>"
      out += "<text class=\"tick\" x=\"\(Markup.number(left - 8))\" y=\"\(y)\" dy=\".35em\" text-anchor=\"end\">"
      out += Markup.escape(panel.y.format.tick(value, step: frame.y.step)) + "</text>"
    }
    out += "<text class=\"axis\" x=\"2\" y=\"\(Markup.number(frame.top - 14))\">\(Markup.escape(panel.y.label))</text>"
    let base = frame.top + frame.height
    out += "<path class=\"base\" d=\"M\(Markup.number(left)) \(Markup.number(base))H\(Markup.number(width - right))\"/>"
    for value in frame.x.values {
      let x = frame.placeX(value)
      out += "<path class=\"base\" d=\"M\(x) \(Markup.number(base))v5\"/>"
      guard isLast else { continue }
      out += "<text class=\"tick\" x=\"\(x)\" y=\"\(Markup.number(base + 8))\" dy=\".8em\" text-anchor=\"middle\">"
      if chart.x.names.isEmpty {
        out += Markup.escape(chart.x.format.tick(value, step: frame.x.step)) + "</text>"
      } else {
        let lines = Self.lines(chart.x.names[Int(value)])
        out += Markup.escape(lines[0])
        for line in lines.dropFirst() { out += "<tspan x=\"\(x)\" dy=\"1.15em\">\(Markup.escape(line))</tspan>" }
        out += "</text>"
      }
    }
    if isLast, !chart.x.label.isEmpty {
      out += "<text class=\"axis\" x=\"\(Markup.number(width - right))\" y=\"\(Markup.number(height - 6))\""
      out += " text-anchor=\"end\">\(Markup.escape(chart.x.label))</text>"
    }
    return out
  }

  /// A name of more than eleven letters breaks after its first hyphen or at its first space.
  private static func lines(_ name: String) -> [String] {
    guard name.count > 11, let gap = name.dropLast().firstIndex(where: { "- ".contains($0) }) else { return [name] }
    let rest = name[name.index(after: gap)...]
    return [String(name[gap] == "-" ? name[...gap] : name[..<gap]), String(rest)]
  }
}
