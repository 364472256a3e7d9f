import Environments

/// Draws ``Scene``s as SVG shapes, all in one frame of reference so that frames can replace each other.
///
/// World coordinates (y upwards) become a box ``width`` units wide (y downwards), so that one decimal is enough.
struct SceneDrawing {
  static let width = 240.0
  let height: Double
  private let scale: Double
  private let left: Double
  private let top: Double

  /// The frame of reference of this scene; later scenes of the same clip are drawn into it too.
  init(_ scene: Scene) {
    let worldWidth = scene.width.isFinite && scene.width > 0 ? scene.width : 1
    let worldHeight = scene.height.isFinite && scene.height > 0 ? scene.height : worldWidth
    scale = Self.width / worldWidth
    // Very tall worlds are cut rather than filling the page.
    height = min(worldHeight * scale, 2 * Self.width)
    left = scene.left
    top = scene.bottom + worldHeight
  }

  var viewBox: String { "0 0 \(Markup.number(Self.width)) \(Markup.number(height))" }

  func svg(_ scene: Scene, label: String) -> String {
    "<svg class=\"scene\" viewBox=\"\(viewBox)\" role=\"img\" aria-label=\"\(Markup.escape(label))\">"
      + scene.shapes.map(shape).joined() + "</svg>"
  }

  /// One shape as an SVG element.
  func shape(_ shape: Scene.Shape) -> String {
    switch shape {
    case .polygon(let points, let role):
      return "<polygon class=\"r-\(role.rawValue)\" points=\"\(list(points))\"/>"
    case .line(let points, let width, let role):
      return "<polyline class=\"l-\(role.rawValue)\" stroke-width=\"\(Markup.number(max(0.8, width * scale)))\""
        + " points=\"\(list(points))\"/>"
    case .circle(let x, let y, let radius, let role):
      return "<circle class=\"r-\(role.rawValue)\" cx=\"\(placeX(x))\" cy=\"\(placeY(y))\""
        + " r=\"\(Markup.number(abs(radius * scale)))\"/>"
    case .label(let x, let y, let size, let text, let role):
      return "<text class=\"r-\(role.rawValue)\" x=\"\(placeX(x))\" y=\"\(placeY(y))\""
        + " style=\"font-size:\(Markup.number(abs(size * scale)))px\">\(Markup.escape(text))</text>"
    case .image(let x, let y, let width, let height, let pixels):
      return "<image x=\"\(placeX(x))\" y=\"\(placeY(y + height))\" width=\"\(Markup.number(width * scale))\""
        + " height=\"\(Markup.number(height * scale))\" preserveAspectRatio=\"none\" image-rendering=\"pixelated\""
        + " href=\"\(pixels.address)\"/>"
    }
  }

  private func placeX(_ x: Double) -> String { Markup.number((x - left) * scale) }
  private func placeY(_ y: Double) -> String { Markup.number((top - y) * scale) }

  private func list(_ points: [Double]) -> String {
    stride(from: 0, to: points.count - 1, by: 2).map { placeX(points[$0]) + "," + placeY(points[$0 + 1]) }
      .joined(separator: " ")
  }
}
