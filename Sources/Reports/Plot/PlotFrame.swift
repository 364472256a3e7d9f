/// One panel's rectangle with its two scales; draws what lies in it.
struct PlotFrame {
  let x: Ticks
  let y: Ticks
  let left: Double
  let right: Double
  let top: Double
  let height: Double

  func placeX(_ value: Double) -> String {
    let share = min(1, max(0, (value - x.lower) / (x.upper - x.lower)))
    return Markup.number(left + share * (right - left))
  }

  func placeY(_ value: Double) -> String {
    let share = min(1, max(0, (value - y.lower) / (y.upper - y.lower)))
    return Markup.number(top + (1 - share) * height)
  }

  func place(_ point: Chart.Point) -> String { placeX(point.x) + " " + placeY(point.y) }

  /// A line with its band, points with error bars, a staircase or bars.
  func curve(_ series: Chart.Series) -> String {
    let points = series.points.filter { $0.x.isFinite && $0.y.isFinite }
    guard !points.isEmpty else { return "" }
    let role = "s-" + series.role.rawValue + (series.isFaint ? " faint" : "")
    switch series.shape {
    case .line:
      let path = points.map(place).joined(separator: "L")
      let dot =
        points.count == 1
        ? "<circle class=\"dot \(role)\" cx=\"\(placeX(points[0].x))\" cy=\"\(placeY(points[0].y))\" r=\"3.5\"/>" : ""
      return band(points, role: role) + "<path class=\"line \(role)\" d=\"M\(path)\"/>" + dot
    case .steps:
      var path = "M" + place(points[0])
      for point in points.dropFirst() { path += "H\(placeX(point.x))V\(placeY(point.y))" }
      return "<path class=\"line \(role)\" d=\"\(path)\"/>"
    case .points:
      return points.map { point in
        "<g class=\"\(role)\">" + bar(point)
          + "<circle class=\"dot\" cx=\"\(placeX(point.x))\" cy=\"\(placeY(point.y))\" r=\"4.5\"/></g>"
      }.joined()
    case .scatter:
      return "<g class=\"\(role)\">"
        + points.map { "<circle class=\"spot\" cx=\"\(placeX($0.x))\" cy=\"\(placeY($0.y))\" r=\"2.6\"/>" }.joined()
        + "</g>"
    case .bars:
      let slot = (right - left) / Double(max(points.count, 2)) * 0.7
      return points.map { point in
        let share = min(1, max(0, (point.x - x.lower) / (x.upper - x.lower)))
        let middle = left + share * (right - left)
        let from = max(left, middle - slot / 2)
        let to = min(right, middle + slot / 2)
        return "<path class=\"bar \(role)\" d=\"M\(Markup.number(from)) \(placeY(0))V\(placeY(point.y))"
          + "H\(Markup.number(to))V\(placeY(0))Z\"/>"
      }.joined()
    }
  }

  private func band(_ points: [Chart.Point], role: String) -> String {
    let ranged = points.filter { $0.lower?.isFinite == true && $0.upper?.isFinite == true }
    guard ranged.count > 1 else { return ranged.map(bar).joined() }
    let over = ranged.map { placeX($0.x) + " " + placeY($0.upper ?? $0.y) }
    let under = ranged.reversed().map { placeX($0.x) + " " + placeY($0.lower ?? $0.y) }
    return "<path class=\"band \(role)\" d=\"M\((over + under).joined(separator: "L"))Z\"/>"
  }

  private func bar(_ point: Chart.Point) -> String {
    guard let lower = point.lower, let upper = point.upper, lower.isFinite, upper.isFinite else { return "" }
    return "<path class=\"whisker\" d=\"M\(placeX(point.x)) \(placeY(lower))V\(placeY(upper))\"/>"
  }

  func reference(_ reference: Chart.Reference) -> String {
    let y = placeY(reference.y)
    guard !reference.label.isEmpty else {
      return "<path class=\"reference\" d=\"M\(Markup.number(left)) \(y)H\(Markup.number(right))\"/>"
    }
    // Below a line at the panel's top, where the axis is named.
    let isHigh = (reference.y - self.y.lower) / (self.y.upper - self.y.lower) > 0.92
    return "<path class=\"reference\" d=\"M\(Markup.number(left)) \(y)H\(Markup.number(right))\"/>"
      + "<text class=\"note\" x=\"\(Markup.number(left + 5))\" y=\"\(y)\""
      + " dy=\"\(isHigh ? "1.1em" : "-.4em")\">"
      + Markup.escape(reference.label) + "</text>"
  }

  func diagonal() -> String {
    let low = max(x.lower, y.lower)
    let high = min(x.upper, y.upper)
    guard low < high else { return "" }
    return "<path class=\"reference\" d=\"M\(place(Chart.Point(low, low)))L\(place(Chart.Point(high, high)))\"/>"
  }

  func mark(_ mark: Chart.Mark, isLabelled: Bool) -> String {
    var out = ""
    let base = Markup.number(top + height)
    if let lower = mark.lower, let upper = mark.upper {
      out += "<path class=\"mark-band\" d=\"M\(placeX(lower)) \(Markup.number(top))H\(placeX(upper))V\(base)"
      out += "H\(placeX(lower))Z\"/>"
    }
    out += "<path class=\"mark\" d=\"M\(placeX(mark.x)) \(Markup.number(top))V\(base)\"/>"
    guard isLabelled else { return out }
    // Above the panel, where no curve is, and away from the axis label on the left.
    let share = (mark.x - x.lower) / (x.upper - x.lower)
    let anchor = share > 0.8 ? "end" : share < 0.4 ? "start" : "middle"
    out += "<text class=\"mark-label\" x=\"\(placeX(mark.x))\" y=\"\(Markup.number(top - 7))\""
    out += " text-anchor=\"\(anchor)\">"
    return out + Markup.escape(mark.label) + "</text>"
  }
}
