/// An ``IntervalList`` as lines of HTML with a track each: long names wrap instead of running into each other.
struct IntervalFigure {
  let list: IntervalList

  func html() -> String {
    var out = "<figure class=\"chart wide shares\"><h3>\(Markup.escape(list.title))</h3><ul class=\"legend\">"
    out += "<li><i class=\"key key-half\"></i>\(Markup.escape(list.referenceName))</li></ul><ol>"
    out += list.rows.map(row).joined() + "</ol>"
    if let caption = list.caption { out += "<figcaption>\(Markup.escape(caption))</figcaption>" }
    return out + "</figure>"
  }

  /// From the least to the greatest that is drawn, with some room.
  private var range: (low: Double, high: Double) {
    let values =
      list.rows.flatMap { [$0.value, $0.interval?.lower ?? $0.value, $0.interval?.upper ?? $0.value] }
      .filter(\.isFinite) + [list.reference]
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let room = max(1e-9, 0.06 * (high - low))
    return (low - room, high + room)
  }

  private func place(_ value: Double) -> String {
    let (low, high) = range
    return Markup.number(100 * min(1, max(0, (value - low) / (high - low))), decimals: 2)
  }

  private func row(_ row: IntervalList.Row) -> String {
    var out = "<li><span class=\"what\">\(Markup.breakable(row.name))</span><span class=\"track\" aria-hidden=\"true\">"
    out += "<i class=\"half\" style=\"left:\(place(list.reference))%\"></i>"
    if let interval = row.interval {
      let (low, high) = range
      out +=
        "<i class=\"from s-truth\" style=\"left:\(place(interval.lower))%;right:\(place(low + high - interval.upper))%\"></i>"
    }
    out += "<i class=\"dot s-truth\" style=\"left:\(place(row.value))%\"></i></span>"
    out += "<span class=\"says\"><b>\(text(row.value))</b>"
    if let interval = row.interval { out += " <small>\(text(interval.lower)) to \(text(interval.upper))</small>" }
    return out + "</span></li>"
  }

  private func text(_ value: Double) -> String { Markup.together(list.format.text(value)) }
}
