/// A chart with its title, legend, picture and caption.
struct ChartFigure {
  let chart: Chart

  func html() -> String {
    var out = "<figure class=\"chart\(chart.isWide ? " wide" : "")\"><h3>\(Markup.escape(chart.title))</h3>"
    out += legend()
    // A wide chart is drawn twice; the style shows the one that fits.
    if chart.isWide {
      out += "<div class=\"on-wide\">\(Plot(chart, spansPage: true).svg(suffix: "-wide"))</div>"
      out += "<div class=\"on-narrow\">\(Plot(chart, spansPage: false).svg(suffix: ""))</div>"
    } else {
      out += Plot(chart, spansPage: false).svg(suffix: "")
    }
    if let caption = chart.caption { out += "<figcaption>\(Markup.escape(caption))</figcaption>" }
    return out + "</figure>"
  }

  private func legend() -> String {
    var shown: [Chart.Series] = []
    for series in chart.panels.flatMap(\.series) where !series.isFaint {
      if !shown.contains(where: { $0.name == series.name && $0.role == series.role }) { shown.append(series) }
    }
    // A single curve is named by its axis.
    guard shown.count > 1 else { return "" }
    let items = shown.map { series in
      let isDotted = series.shape == .points || series.shape == .scatter
      let shape = isDotted ? "key-dot" : series.shape == .bars ? "key-bar" : "key-line"
      return "<li><i class=\"key \(shape) s-\(series.role.rawValue)\"></i>\(Markup.escape(series.name))</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }
}
