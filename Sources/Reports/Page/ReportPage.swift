/// Renders a ``ReportModel`` as one HTML file that needs nothing else: no network, no other file, not even a script.
///
/// ```swift
/// let html = ReportPage(model).html()   // the same model, the same bytes
/// ```
public struct ReportPage: Sendable {
  let model: ReportModel

  /// A page of this report.
  public init(_ model: ReportModel) { self.model = model }

  /// The whole page as one HTML file that needs no network. Equal models give equal bytes.
  public func html() -> String {
    var out = Self.head(title: "\(model.title) – Pactolus report")
    out += header() + verdictCard() + facts() + navigation()
    for section in model.sections { out += self.section(section) }
    out += findings() + settings() + provenance()
    out += Self.foot
    return out
  }

  /// Everything up to a page's content.
  static func head(title: String) -> String {
    var out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    out += "<meta name=\"color-scheme\" content=\"light dark\">\n"
    // Nothing may be fetched, whatever a run's texts contain.
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    out += "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
    out += "<link rel=\"icon\" href=\"data:,\">\n"
    out += "<title>\(Markup.escape(title))</title>\n"
    out +=
      "<style>\n\(PageStyle.page)\(PageStyle.plots)\(PageStyle.reading)\(PageStyle.scenes)\(PageStyle.print)</style>\n"
    return out + "</head>\n<body>\n<main>\n"
  }

  /// Everything after a page's content: the scripts.
  static let foot =
    "</main>\n<script>\n\(PageScript.player)\(PageScript.start)\(PageScript.sorting)</script>\n</body>\n</html>\n"

  private func header() -> String {
    "<header><p class=\"eyebrow\">Pactolus report</p><h1>\(Markup.breakable(model.title))</h1>"
      + "<p class=\"lead\">\(Markup.escape(model.subtitle))</p></header>\n"
  }

  private func facts() -> String {
    guard !model.facts.isEmpty else { return "" }
    var out = "<dl class=\"tiles\">"
    for fact in model.facts {
      out += "<div><dt>\(Markup.breakable(fact.name))</dt><dd>\(Markup.escape(fact.value))"
      if let note = fact.note { out += "<small>\(Markup.escape(note))</small>" }
      out += "</dd></div>"
    }
    return out + "</dl>\n"
  }

  private func navigation() -> String {
    let names =
      model.sections.map { ($0.id, $0.title) }
      + [("findings", "Findings")] + (model.settings.isEmpty ? [] : [("settings", "Settings")])
      + (model.provenance.isEmpty && model.written == nil ? [] : [("provenance", "Provenance")])
    return "<nav aria-label=\"Sections\">"
      + names.map { "<a href=\"#\(Markup.identifier($0.0))\">\(Markup.escape($0.1))</a>" }.joined() + "</nav>\n"
  }

  private func section(_ section: ReportModel.Section) -> String {
    var out = "<section id=\"\(Markup.identifier(section.id))\"><h2>\(Markup.escape(section.title))</h2>"
    if let text = section.text { out += "<p class=\"text\">\(Markup.escape(text))</p>" }
    if !section.charts.isEmpty {
      out += "<div class=\"charts\">" + section.charts.map { ChartFigure(chart: $0).html() }.joined() + "</div>"
    }
    if !section.heatMaps.isEmpty {
      out += "<div class=\"charts\">" + section.heatMaps.map { HeatMapFigure(map: $0).html() }.joined() + "</div>"
    }
    for group in section.clips where !group.clips.isEmpty {
      out += "<h3>\(Markup.escape(group.title))</h3>"
      if let text = group.text { out += "<p class=\"text\">\(Markup.escape(text))</p>" }
      out += "<div class=\"clips\">" + group.clips.map { ClipFigure(clip: $0).html() }.joined() + "</div>"
    }
    out += section.shares.map { ShareFigure(comparison: $0).html() }.joined()
    out += section.intervals.map { IntervalFigure(list: $0).html() }.joined()
    for table in section.tables {
      // A table of many rows is opened by whoever wants it.
      let isFolded = table.rows.count > Self.longestOpen && section.tables.count > 1
      if isFolded {
        out += "<details class=\"plain\"><summary>\(Markup.escape(table.caption)): \(table.rows.count) rows</summary>"
      }
      out += self.table(table) + (isFolded ? "</details>" : "")
    }
    out += ExampleCards(examples: section.examples).html()
    return out + "</section>\n"
  }

  /// Rows of a table that stands open among others.
  private static let longestOpen = 30

  private func table(_ table: ReportModel.Table) -> String {
    let numeric = Set(table.numeric)
    func cell(_ tag: String, _ index: Int, _ text: String) -> String {
      "<\(tag)\(numeric.contains(index) ? " class=\"number\"" : "")>"
        + (index == 0 ? Markup.breakable(text) : Markup.escape(text).replacing(" %", with: "\u{A0}%")) + "</\(tag)>"
    }
    var out = "<div class=\"scroll\"><table><caption>\(Markup.escape(table.caption))</caption><thead><tr>"
    out += table.columns.enumerated().map { cell("th", $0.offset, $0.element) }.joined() + "</tr></thead><tbody>"
    for row in table.rows {
      out += "<tr>" + row.enumerated().map { cell("td", $0.offset, $0.element) }.joined() + "</tr>"
    }
    return out + "</tbody></table></div>"
  }

  private func settings() -> String {
    guard !model.settings.isEmpty else { return "" }
    let changed = model.settings.filter { ($0.origin ?? "default") != "default" }
    var out = "<section id=\"settings\"><h2>Settings</h2>"
    if !changed.isEmpty { out += settingTable("Changed from the default", changed) }
    out += "<details class=\"plain\"><summary>All \(model.settings.count) settings</summary>"
    return out + settingTable("Every setting of the run", model.settings) + "</details></section>\n"
  }

  private func settingTable(_ caption: String, _ settings: [ReportModel.Setting]) -> String {
    let showsOrigin = settings.contains { $0.origin != nil }
    return table(
      ReportModel.Table(
        caption: caption, columns: ["Setting", "Value"] + (showsOrigin ? ["From"] : []),
        rows: settings.map { [$0.name, $0.value] + (showsOrigin ? [$0.origin ?? ""] : []) }))
  }

  private func provenance() -> String {
    guard !model.provenance.isEmpty || model.written != nil else { return "" }
    var out = "<section id=\"provenance\"><h2>Provenance</h2><dl class=\"provenance\">"
    for fact in model.provenance {
      out += "<div><dt>\(Markup.escape(fact.name))</dt><dd>\(Markup.escape(fact.value))"
      if let note = fact.note { out += " <small>\(Markup.escape(note))</small>" }
      out += "</dd></div>"
    }
    out += "</dl>"
    if let written = model.written { out += "<p class=\"written\">Written \(Markup.escape(written)).</p>" }
    return out + "</section>\n"
  }
}
