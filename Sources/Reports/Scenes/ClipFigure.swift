import Environments

/// One clip as a `<figure>`: four frames in a strip, which a script replaces by a player with play, pause, scrubbing.
///
/// The player's data are a table of distinct shapes and, for each frame, which of them to draw; what does not move is
/// stored once.
struct ClipFigure {
  let clip: Clip

  func html() -> String {
    guard let first = clip.frames.first else { return "" }
    let drawing = SceneDrawing(first)
    var out = "<figure class=\"clip\"><div class=\"strip\">"
    for index in stripIndices() {
      out += drawing.svg(clip.frames[index], label: "\(clip.title), frame \(index + 1) of \(clip.frames.count)")
    }
    out += "</div><figcaption><b>\(Markup.escape(clip.title))</b>"
    if !clip.facts.isEmpty {
      out += "<dl>"
      for fact in clip.facts {
        out += "<div><dt>\(Markup.escape(fact.name))</dt><dd>\(Markup.escape(fact.value))</dd></div>"
      }
      out += "</dl>"
    }
    out += "</figcaption>"
    if clip.frames.count > 1 { out += "<script type=\"application/json\">\(data(drawing))</script>" }
    return out + "</figure>"
  }

  /// Four frames from first to last, fewer if there are fewer.
  private func stripIndices() -> [Int] {
    let last = clip.frames.count - 1
    let count = min(4, clip.frames.count)
    return count == 1 ? [0] : (0..<count).map { $0 * last / (count - 1) }
  }

  private func data(_ drawing: SceneDrawing) -> String {
    var places: [String: Int] = [:]
    var table: [String] = []
    let frames = clip.frames.map { frame in
      frame.shapes.map { shape in
        let text = drawing.shape(shape)
        if let place = places[text] { return String(place) }
        places[text] = table.count
        table.append(text)
        return String(table.count - 1)
      }.joined(separator: ",")
    }
    return "{\"box\":\"\(drawing.viewBox)\",\"rate\":\(Markup.number(clip.framesPerSecond, decimals: 2)),"
      + "\"shapes\":[\(table.map(ScriptText.quoted).joined(separator: ","))],"
      + "\"frames\":[\(frames.map { "[\($0)]" }.joined(separator: ","))]}"
  }
}

/// Text inside a `<script>` element.
enum ScriptText {
  /// A JSON string that cannot end the script element or open a comment: every `<` is written as an escape.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "<": out += "\\u003c"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
