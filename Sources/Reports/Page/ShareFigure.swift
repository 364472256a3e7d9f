/// A ``ShareComparison`` as lines of HTML with a track from 0 to 100 % each: it wraps on a phone, where a drawing of so many
/// lines would be too small to read.
struct ShareFigure {
  let comparison: ShareComparison

  func html() -> String {
    let (first, second) = (Markup.escape(comparison.first), Markup.escape(comparison.second))
    var out = "<figure class=\"chart wide shares\"><h3>\(Markup.escape(comparison.title))</h3><ul class=\"legend\">"
    out += "<li><i class=\"key key-dot s-truth\"></i>\(first)</li>"
    out += "<li><i class=\"key key-diamond s-prediction\"></i>\(second)</li>"
    if comparison.rows.contains(where: { $0.tolerated != nil }) {
      out += "<li><i class=\"key key-band\"></i>where \(second) may lie</li>"
    }
    out += "</ul><ol>" + comparison.rows.map(row).joined() + "</ol>"
    if let caption = comparison.caption { out += "<figcaption>\(Markup.escape(caption))</figcaption>" }
    return out + "</figure>"
  }

  private func row(_ row: ShareComparison.Row) -> String {
    func place(_ share: Double) -> String { Markup.number(100 * min(1, max(0, share)), decimals: 2) }
    var out =
      "<li\(row.isOutside ? " class=\"outside\"" : "")><span class=\"what\">\(Markup.breakable(row.name))</span>"
    out += "<span class=\"track\" aria-hidden=\"true\">"
    if let reference = comparison.reference { out += "<i class=\"half\" style=\"left:\(place(reference))%\"></i>" }
    if let tolerated = row.tolerated {
      out += "<i class=\"may\" style=\"left:\(place(tolerated.lowerBound))%;"
      out += "right:\(place(1 - tolerated.upperBound))%\"></i>"
    }
    out += "<i class=\"from\" style=\"left:\(place(min(row.first, row.second)))%;"
    out += "right:\(place(1 - max(row.first, row.second)))%\"></i>"
    out += "<i class=\"dot s-truth\" style=\"left:\(place(row.first))%\"></i>"
    out += "<i class=\"diamond s-prediction\" style=\"left:\(place(row.second))%\"></i></span>"
    out += "<span class=\"says\">\(Markup.escape(comparison.first)) \(percent(row.first)), "
    out += "\(Markup.escape(comparison.second)) <b>\(percent(row.second))</b> "
    return out + "<small>n = \(NumberFormat.plain.text(Double(row.count), digits: 9))</small></span></li>"
  }

  private func percent(_ share: Double) -> String { Markup.together(NumberFormat.percent.text(share)) }
}
