/// A ``HeatMap`` with its title and caption, drawn as SVG. Shades are one hue at several strengths, so that they read in
/// grey as well, and every cell has its number.
struct HeatMapFigure {
  let map: HeatMap

  private var isSmall: Bool { map.cellSize == .small }

  func html() -> String {
    var out =
      "<figure class=\"chart\(map.columns.count > 5 && !isSmall ? " wide" : "")\"><h3>\(Markup.escape(map.title))</h3>"
    out += svg()
    if let caption = map.caption { out += "<figcaption>\(Markup.escape(caption))</figcaption>" }
    return out + "</figure>"
  }

  /// The whole `<svg>` element. Alone in a file it carries its own colours.
  func svg(standsAlone: Bool = false) -> String {
    let longest = Double(map.rows.map(\.count).max() ?? 0)
    let left = 16 + 7.6 * longest
    // Wide enough for the columns' names, within reason.
    let named = 8 + 7.6 * Double(map.columns.map(\.count).max() ?? 0)
    let cell = isSmall ? max(44, min(56, named)) : max(64, min(112, named))
    let height = isSmall ? 26.0 : 40.0
    let top = 30.0
    let width = left + Double(map.columns.count) * cell + 8
    let bottom = top + Double(map.rows.count) * height + 8
    let id = "h-" + Markup.identifier(map.id)
    // At most at its own size: a picture of three cells is not to fill a page.
    var out = "<svg class=\"plot\"\(standsAlone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "") "
    out += "viewBox=\"0 0 \(Markup.number(width)) \(Markup.number(bottom))\" "
    out += "style=\"max-width:\(Markup.number(width * 1.3))px\" role=\"img\" aria-labelledby=\"\(id)-t \(id)-d\">"
    out += "<title id=\"\(id)-t\">\(Markup.escape(map.title))</title>"
    out += "<desc id=\"\(id)-d\">\(Markup.escape(map.summary))</desc>"
    if standsAlone { out += "<style>\(Self.colours)</style>" }
    for (column, name) in map.columns.enumerated() {
      let x = left + (Double(column) + 0.5) * cell
      out += "<text class=\"tick\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(top - 10))\" text-anchor=\"middle\" "
      out +=
        "font-size=\"12\">\(Markup.escape(Self.short(name, Int((cell - 4) / 7.6))))<title>\(Markup.escape(name))</title></text>"
    }
    for (row, name) in map.rows.enumerated() {
      let y = top + (Double(row) + 0.5) * height
      out += "<text class=\"tick\" x=\"\(Markup.number(left - 8))\" y=\"\(Markup.number(y))\" dy=\".35em\" "
      out += "text-anchor=\"end\" font-size=\"12\">\(Markup.escape(name))</text>"
      for column in map.columns.indices {
        out += self.cell(map.values[row][column], x: left + Double(column) * cell, y: y - height / 2, cell, height)
      }
    }
    return out + "</svg>"
  }

  private func cell(_ value: Double, x: Double, y: Double, _ width: Double, _ height: Double) -> String {
    guard value.isFinite else { return "" }
    let share = map.upper > map.lower ? min(1, max(0, (value - map.lower) / (map.upper - map.lower))) : 0
    var out = "<rect class=\"s-truth\" x=\"\(Markup.number(x + 1))\" y=\"\(Markup.number(y + 1))\" "
    out += "width=\"\(Markup.number(width - 2))\" height=\"\(Markup.number(height - 2))\" rx=\"3\" "
    out += "style=\"fill:var(--truth);fill-opacity:\(Markup.number(0.06 + 0.64 * share, decimals: 2));stroke:none\"/>"
    out += "<text class=\"cell\" x=\"\(Markup.number(x + width / 2))\" y=\"\(Markup.number(y + height / 2))\" "
    out += "dy=\".35em\" text-anchor=\"middle\" font-size=\"13\" style=\"fill:var(--ink)\">"
    return out + Markup.escape(number(value)) + "</text>"
  }

  /// In small cells with two decimals; what is not 0 is not written "0" there either.
  private func number(_ value: Double) -> String {
    guard isSmall else { return NumberFormat.plain.text(value) }
    return value != 0 && abs(value) < 0.005 ? "<0.01" : NumberFormat.plain.tick(value, step: 0.01)
  }

  private static func short(_ name: String, _ length: Int) -> String {
    name.count <= length ? name : name.prefix(length - 1) + "…"
  }

  private static let colours =
    ":root{--truth:#12688a;--ink:#1c2230}text{font-family:system-ui,sans-serif;fill:#1c2230}"
    + "@media (prefers-color-scheme:dark){:root{--truth:#5fc3e4;--ink:#e7e5e0}text{fill:#e7e5e0}}"
}
