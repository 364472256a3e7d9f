import Environments

/// A clip as one SVG file that moves by itself, in any browser and without a script: each frame is shown for its share
/// of the time, again and again.
package struct AnimatedDrawing {
  private let clip: Clip

  /// A clip of at least one frame.
  package init(_ clip: Clip) { self.clip = clip }

  /// The whole file. What several frames have in common is written once. Complexity: O(frames × shapes).
  package var svg: String {
    guard let first = clip.frames.first else { return "" }
    let drawing = SceneDrawing(first)
    var places: [String: Int] = [:]
    var definitions = ""
    let frames = clip.frames.map { frame in
      frame.shapes.map { shape -> String in
        let text = drawing.shape(shape)
        let place = places[text] ?? places.count
        if places.updateValue(place, forKey: text) == nil { definitions += "<g id=\"s\(place)\">\(text)</g>" }
        return "<use href=\"#s\(place)\"/>"
      }.joined()
    }
    let count = Double(frames.count)
    let seconds = count / max(0.1, clip.framesPerSecond)
    var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"\(drawing.viewBox)\" role=\"img\">"
    out += "<title>\(Markup.escape(clip.title))</title><style>\(Self.style)</style>"
    out += "<rect width=\"100%\" height=\"100%\" fill=\"\(SceneColors.text(SceneColors.sky))\"/>"
    out += "<defs>\(definitions)</defs>"
    for (index, shapes) in frames.enumerated() {
      guard frames.count > 1 else { return out + shapes + "</svg>" }
      // Hidden but for its own time; the first frame is what a viewer without animation shows.
      let from = Markup.number(Double(index) / count, decimals: 5)
      let to = Markup.number(Double(index + 1) / count, decimals: 5)
      let isFirst = index == 0
      let isLast = index == frames.count - 1
      let times = (isFirst ? "0;" : "0;\(from);") + (isLast ? "1" : "\(to);1")
      let values =
        (isFirst ? "inline;" : "none;inline;") + (isLast ? "inline" : "none;none")
      out += "<g\(isFirst ? "" : " display=\"none\"")><animate attributeName=\"display\" calcMode=\"discrete\""
      out += " dur=\"\(Markup.number(seconds, decimals: 3))s\" repeatCount=\"indefinite\""
      out += " keyTimes=\"\(times)\" values=\"\(values)\"/>\(shapes)</g>"
    }
    return out + "</svg>\n"
  }

  /// The colours of roles, without variables, so that the picture can stand alone.
  private static let style =
    Scene.Role.allCases.map { role in
      let color = SceneColors.text(SceneColors.color(role))
      return ".r-\(role.rawValue){fill:\(color)}.l-\(role.rawValue){stroke:\(color)}"
    }.joined()
    + "polyline{fill:none;stroke-linecap:round;stroke-linejoin:round}"
    + "text{text-anchor:middle;dominant-baseline:central;font:600 12px system-ui,sans-serif}"
}
