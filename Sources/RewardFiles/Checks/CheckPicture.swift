import Compute

/// Numbers to be drawn: lines or bars with intervals.
public struct CheckPicture: Codable, Sendable, Hashable {
  /// How the numbers are drawn.
  public enum Form: String, Codable, Sendable {
    /// Points joined by a line.
    case line
    /// A bar for each point.
    case bars
    /// How often against how probable, beside the diagonal.
    case reliability
  }

  /// One number with its interval.
  public struct Point: Codable, Sendable, Hashable {
    /// Along the horizontal axis.
    public var x: Double
    /// Along the vertical axis.
    public var y: Double
    /// Of `y`.
    public var interval: Interval?

    /// One point.
    public init(_ x: Double, _ y: Double, _ interval: Interval? = nil) {
      self.x = x
      self.y = y
      self.interval = interval
    }
  }

  /// A named series of points.
  public struct Line: Codable, Sendable, Hashable {
    /// The text in the legend.
    public var name: String
    /// In drawing order.
    public var points: [Point]

    /// One series.
    public init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// How the numbers are drawn.
  public var form: Form
  /// What the picture shows.
  public var title: String
  /// What the horizontal axis counts.
  public var x: String
  /// What the vertical axis counts.
  public var y: String
  /// The series.
  public var lines: [Line]
  /// Names along x, for bars.
  public var names: [String] = []
  /// A horizontal line that means something: chance.
  public var reference: Double?
  /// A vertical one: where the curve turns.
  public var mark: Double?

  /// A picture; `names` belong to bars, `reference` is a horizontal line and `mark` a vertical one.
  public init(
    form: Form, title: String, x: String, y: String, lines: [Line], names: [String] = [], reference: Double? = nil,
    mark: Double? = nil
  ) {
    self.form = form
    self.title = title
    self.x = x
    self.y = y
    self.lines = lines
    self.names = names
    self.reference = reference
    self.mark = mark
  }
}
