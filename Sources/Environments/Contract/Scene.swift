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

  /// A scene by its view box and shapes.
  public init(left: Double, bottom: Double, width: Double, height: Double, shapes: [Shape]) {
    self.left = left
    self.bottom = bottom
    self.width = width
    self.height = height
    self.shapes = shapes
  }

  /// What a shape means, so that a viewer can pick colours for light and dark, and a reader can be told.
  public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    case ground, wall, track, agent, joint, goal, danger, reward, neutral, action
  }

  /// What can be drawn; lengths and positions in the view box's units.
  public enum Shape: Sendable, Hashable, Codable {
    case polygon(points: [Double], role: Role)  // x0, y0, x1, y1, …
    case line(points: [Double], width: Double, role: Role)
    case circle(x: Double, y: Double, radius: Double, role: Role)
    case label(x: Double, y: Double, size: Double, text: String, role: Role)
  }
}
