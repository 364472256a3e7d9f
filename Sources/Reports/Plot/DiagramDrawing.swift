import Compute
import Findings
import Theory

/// An influence diagram as SVG, the incentives of one decision marked on its nodes.
///
/// Chance is round, decisions are square, utilities are diamonds; information is dashed, and where it is worth nothing
/// it is faint. A node that is a means to its agent's ends has a thick frame. Letters beside a node say what it admits.
package struct DiagramDrawing {
  private let diagram: InfluenceDiagram
  private let table: IncentiveTable
  private let layout: DiagramLayout
  private let rows: [String: IncentiveTable.Row]

  private static let column = 208.0
  private static let row = 96.0
  private static let margin = 24.0
  private static let top = 54.0
  private static let width = 136.0
  private static let height = 46.0

  /// More nodes than this are no picture any more.
  package static let mostNodes = 150

  /// - Throws: `InputError` for diagrams with too many nodes to draw.
  package init(_ diagram: InfluenceDiagram, _ table: IncentiveTable) throws {
    guard diagram.nodes.count <= Self.mostNodes else {
      throw InputError(
        "\(diagram.name) has \(diagram.nodes.count) nodes, too many for a picture", at: "--svg",
        remedy: "draw a part of at most \(Self.mostNodes)")
    }
    self.diagram = diagram
    self.table = table
    layout = DiagramLayout(diagram)
    rows = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.node, $0) })
  }

  private var drawnWidth: Double {
    max(620, 2 * Self.margin + Double(layout.columnCount - 1) * Self.column + Self.width)
  }
  private var legendTop: Double { Self.top + (layout.rowCount - 1) * Self.row + Self.height + 44 }

  private func center(_ point: DiagramLayout.Point) -> (x: Double, y: Double) {
    let used = Double(layout.columnCount - 1) * Self.column + Self.width
    let left = (drawnWidth - used) / 2
    return (
      left + Self.width / 2 + Double(point.column) * Self.column, Self.top + Self.height / 2 + point.height * Self.row
    )
  }

  /// The whole picture, with its own colours for light and dark screens.
  package var svg: String {
    let height = legendTop + 104
    let title = "\(table.diagram): incentives at \(table.decision)"
    var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Markup.number(drawnWidth)) "
    out += "\(Markup.number(height))\" width=\"\(Markup.number(drawnWidth))\" height=\"\(Markup.number(height))\" "
    out += "role=\"img\" aria-labelledby=\"d-t d-d\"><title id=\"d-t\">\(Markup.escape(title))</title>"
    out += "<desc id=\"d-d\">\(Markup.escape(description))</desc><style>\(Self.style)</style>"
    for (name, color) in [("arrow", "edge"), ("faint", "faint")] {
      out += "<marker id=\"\(name)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
      out +=
        "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"\(color)-head\" d=\"M0 0L8 4L0 8z\"/></marker>"
    }
    out += "<rect class=\"page\" width=\"100%\" height=\"100%\"/>"
    out += "<text class=\"title\" x=\"\(Markup.number(Self.margin))\" y=\"28\">\(Markup.escape(title))</text>"
    for route in layout.routes { out += arrow(route.parent, route.child, route.bends) }
    for node in diagram.nodes.indices { out += self.node(node) }
    return out + legend + "</svg>\n"
  }

  private var description: String {
    let means = table.rows.filter(\.instrumentalControlIncentive).map(\.node)
    let known = table.rows.filter(\.valueOfInformation).map(\.node)
    return "Means to an end: \(means.isEmpty ? "none" : means.joined(separator: ", ")). "
      + "Worth knowing: \(known.isEmpty ? "none" : known.joined(separator: ", "))."
  }

  private func arrow(_ parent: Int, _ child: Int, _ bends: [DiagramLayout.Point]) -> String {
    let isInformation = diagram.nodes[child].kind.isDecision
    let isWorthless = table.worthless.contains([diagram.nodes[parent].name, diagram.nodes[child].name])
    let (start, end) = (center(layout.places[parent]), center(layout.places[child]))
    var points = [(x: start.x + Self.width / 2 - inset(parent), y: start.y)]
    points += bends.map { center($0) }
    points.append((x: end.x - Self.width / 2 + inset(child) - 2, y: end.y))
    var path = "M\(Markup.number(points[0].x)) \(Markup.number(points[0].y))"
    for (from, to) in zip(points, points.dropFirst()) {
      // Bends lie in the middle of their column, and the curve is level there.
      let reach = (to.x - from.x) * 0.45
      path += "C\(Markup.number(from.x + reach)) \(Markup.number(from.y)) "
      path += "\(Markup.number(to.x - reach)) \(Markup.number(to.y)) \(Markup.number(to.x)) \(Markup.number(to.y))"
    }
    let classes = "edge" + (isInformation ? " information" : "") + (isWorthless ? " faint" : "")
    return "<path class=\"\(classes)\" d=\"\(path)\" marker-end=\"url(#\(isWorthless ? "faint" : "arrow"))\"/>"
  }

  /// Diamonds and ellipses fill their box at the height of the arrows; nothing is inset but rounding.
  private func inset(_ node: Int) -> Double { diagram.nodes[node].kind == .chance ? 1 : 0 }

  private func node(_ index: Int) -> String {
    let node = diagram.nodes[index]
    let row = rows[node.name]!
    let (x, y) = center(layout.places[index])
    let (half, tall) = (Self.width / 2, Self.height / 2)
    let isChosen = node.name == table.decision
    var classes = "node \(node.kind.word)"
    if let agent = node.kind.agent, agent != table.agent { classes += " other" }
    if row.instrumentalControlIncentive && !isChosen { classes += " means" }
    if isChosen { classes += " chosen" }
    var out = "<g><title>\(Markup.escape(words(row)))</title>"
    switch node.kind {
    case .chance:
      out += "<rect class=\"\(classes)\" x=\"\(Markup.number(x - half))\" y=\"\(Markup.number(y - tall))\" "
      out +=
        "width=\"\(Markup.number(Self.width))\" height=\"\(Markup.number(Self.height))\" rx=\"\(Markup.number(tall))\"/>"
    case .decision:
      out += "<rect class=\"\(classes)\" x=\"\(Markup.number(x - half))\" y=\"\(Markup.number(y - tall))\" "
      out += "width=\"\(Markup.number(Self.width))\" height=\"\(Markup.number(Self.height))\"/>"
    case .utility:
      let cut = 20.0
      out += "<path class=\"\(classes)\" d=\"M\(Markup.number(x - half)) \(Markup.number(y))"
      out += "L\(Markup.number(x - half + cut)) \(Markup.number(y - tall))H\(Markup.number(x + half - cut))"
      out +=
        "L\(Markup.number(x + half)) \(Markup.number(y))L\(Markup.number(x + half - cut)) \(Markup.number(y + tall))"
      out += "H\(Markup.number(x - half + cut))z\"/>"
    }
    let lines = Self.lines(node.name)
    for (line, text) in lines.enumerated() {
      let offset = (Double(line) - Double(lines.count - 1) / 2) * 15
      out += "<text class=\"name\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y + offset))\" dy=\".35em\">"
      out += Markup.escape(text) + "</text>"
    }
    return out + badges(row, x: x, y: y + tall + 12) + "</g>"
  }

  private func letters(_ row: IncentiveTable.Row) -> [(letter: String, style: String)] {
    var letters: [(letter: String, style: String)] = []
    if row.valueOfInformation { letters.append(("I", "know")) }
    if row.responseIncentive { letters.append(("R", "respond")) }
    if row.valueOfControl { letters.append(("C", "control")) }
    if row.instrumentalControlIncentive && row.node != table.decision { letters.append(("M", "use")) }
    return letters
  }

  private func badges(_ row: IncentiveTable.Row, x: Double, y: Double) -> String {
    let letters = letters(row)
    var out = ""
    for (index, badge) in letters.enumerated() {
      let at = x + (Double(index) - Double(letters.count - 1) / 2) * 22
      out += Self.badge(badge.letter, badge.style, x: at, y: y)
    }
    return out
  }

  private static func badge(_ letter: String, _ style: String, x: Double, y: Double) -> String {
    "<circle class=\"badge \(style)\" cx=\"\(Markup.number(x))\" cy=\"\(Markup.number(y))\" r=\"9\"/>"
      + "<text class=\"letter\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" dy=\".35em\">\(letter)</text>"
  }

  private func words(_ row: IncentiveTable.Row) -> String {
    var words: [String] = []
    if row.valueOfInformation {
      words.append("worth knowing" + (row.worthOfKnowing.map { " (\(Numbers.plain($0)))" } ?? ""))
    }
    if row.responseIncentive { words.append("good policies respond to it") }
    if row.valueOfControl {
      words.append("worth controlling" + (row.worthOfChoosing.map { " (\(Numbers.plain($0)))" } ?? ""))
    }
    if row.instrumentalControlIncentive { words.append("a means: the decision can use it") }
    return row.node + ": " + (words.isEmpty ? "no incentive" : words.joined(separator: "; "))
  }

  private var legend: String {
    let entries = [
      ("I", "know", "worth knowing when deciding"), ("R", "respond", "good policies respond to it"),
      ("C", "control", "worth controlling"), ("M", "use", "a means: the decision changes it to gain"),
    ]
    var out = ""
    for (index, entry) in entries.enumerated() {
      let x = Self.margin + 9 + Double(index % 2) * 270
      let y = legendTop + Double(index / 2) * 26
      out += Self.badge(entry.0, entry.1, x: x, y: y)
      out +=
        "<text class=\"legend\" x=\"\(Markup.number(x + 18))\" y=\"\(Markup.number(y))\" dy=\".35em\">\(entry.2)</text>"
    }
    let y = legendTop + 58
    let samples = [
      ("edge", "arrow", "cause"), ("edge information", "arrow", "known"),
      ("edge information faint", "faint", "known, worth nothing"),
    ]
    for (index, sample) in samples.enumerated() {
      let x = Self.margin + Double(index) * 135
      out +=
        "<path class=\"\(sample.0)\" d=\"M\(Markup.number(x)) \(Markup.number(y))h34\" marker-end=\"url(#\(sample.1))\"/>"
      out +=
        "<text class=\"legend\" x=\"\(Markup.number(x + 42))\" y=\"\(Markup.number(y))\" dy=\".35em\">\(sample.2)</text>"
    }
    return out
  }

  /// A name of more than eighteen letters takes two lines, broken at the space or hyphen nearest its middle.
  private static func lines(_ name: String) -> [String] {
    let letters = Array(name)
    func short(_ text: String) -> String { text.count <= 20 ? text : text.prefix(19) + "…" }
    let gaps = letters.indices.filter { " -_".contains(letters[$0]) && $0 > 0 && $0 < letters.count - 1 }
    guard letters.count > 17, let gap = gaps.min(by: { abs($0 - letters.count / 2) < abs($1 - letters.count / 2) })
    else {
      return [short(name)]
    }
    let end = letters[gap] == " " ? gap : gap + 1
    return [short(String(letters[..<end])), short(String(letters[(gap + 1)...]))]
  }

  private static let style =
    """
    .page{fill:#fdfcf9}text{font-family:system-ui,sans-serif;fill:#1c2230}.title{font-size:16px;font-weight:600}\
    .name{font-size:13px;text-anchor:middle}.legend{font-size:13px}\
    .letter{font-size:11px;font-weight:700;text-anchor:middle;fill:#fff}\
    .node{fill:#fff;stroke:#5b6474;stroke-width:1.4}.decision{fill:#d9eaf7}.utility{fill:#fbeec2}.other{fill:#eee}\
    .chosen{stroke:#12688a;stroke-width:2.6}.means{stroke:#b3420f;stroke-width:3}\
    .edge{fill:none;stroke:#5b6474;stroke-width:1.5}.edge-head{fill:#5b6474}.information{stroke-dasharray:5 4}\
    .edge.faint{stroke:#b9bec7}.faint-head{fill:#b9bec7}\
    .badge{stroke:none}.know{fill:#12688a}.respond{fill:#6a4fa3}.control{fill:#3d7a3a}.use{fill:#b3420f}\
    @media (prefers-color-scheme:dark){.page{fill:#15181f}text{fill:#e7e5e0}.letter{fill:#fff}.node{fill:#232834;stroke:#9aa3b2}\
    .decision{fill:#17374d}.utility{fill:#4a3f14}.other{fill:#33363d}.chosen{stroke:#5fc3e4}.means{stroke:#f0814f}\
    .edge{stroke:#9aa3b2}.edge-head{fill:#9aa3b2}.edge.faint{stroke:#4b515c}.faint-head{fill:#4b515c}}
    """
}
