/// A small vector picture of a state: a view box and shapes, drawn back to front.
///
/// Coordinates are the world's own, y upwards. The report and the workbench draw it; nothing here rasterises.
public struct Scene: Sendable, Hashable, Codable {
  /// The left edge of the view box.
  public var left: Double
  /// The lower edge of the view box.
  public var bottom: Double
  /// The width of the view box.
  public var width: Double
  /// The height of the view box.
  public var height: Double
  /// Drawn in this order, later ones on top.
  public var shapes: [Shape]
  /// The point whose path a viewer may draw as a trail: the tip of a pole, the middle of a car. Nil for none.
  public var focus: SIMD2<Double>?

  /// A scene by its view box and shapes.
  public init(left: Double, bottom: Double, width: Double, height: Double, shapes: [Shape]) {
    self.left = left
    self.bottom = bottom
    self.width = width
    self.height = height
    self.shapes = shapes
  }

  /// The same picture, with the point whose path a viewer may draw.
  public func following(x: Double, y: Double) -> Scene {
    var scene = self
    scene.focus = SIMD2(x, y)
    return scene
  }

  /// What a shape means, so that a viewer can pick colours for light and dark, and a reader can be told.
  public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// What things stand on, or the land that is not to be driven on.
    case ground
    /// What is in the way, and marks.
    case wall
    /// Where the agent can move; the back of a bar.
    case track
    /// What acts; what a bar shows.
    case agent
    /// Parts that hold together, wheels; the zero of a bar.
    case joint
    /// What is to be reached.
    case goal
    /// What costs reward.
    case danger
    /// What pays.
    case reward
    /// What has no such meaning: text, a pole, an arrow.
    case neutral
    /// What the agent last did.
    case action
  }

  /// What can be drawn; lengths and positions in the view box's units.
  public enum Shape: Sendable, Hashable, Codable {
    /// A filled area with the corners x0, y0, x1, y1, …
    case polygon(points: [Double], role: Role)
    /// A line through the points x0, y0, x1, y1, …
    case line(points: [Double], width: Double, role: Role)
    /// A filled disc around (x, y).
    case circle(x: Double, y: Double, radius: Double, role: Role)
    /// Text of height `size` that begins at (x, y).
    case label(x: Double, y: Double, size: Double, text: String, role: Role)
    /// An image that fills the rectangle whose lower left corner is (x, y).
    case image(x: Double, y: Double, width: Double, height: Double, pixels: Pixels)
  }
}
