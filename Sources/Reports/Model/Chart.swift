/// A picture of numbers: one or more panels above each other that share their horizontal axis.
public struct Chart: Codable, Sendable, Hashable {
  /// Unique in the report; becomes part of element ids.
  public var id: String
  public var title: String
  /// What to see in it, one or two sentences under the picture.
  public var caption: String?
  /// What a reader who cannot see the picture should be told.
  public var summary: String
  public var x: Axis
  public var panels: [Panel]
  public var marks: [Mark]
  /// Whether it spans the page on a wide screen.
  public var isWide: Bool

  public init(
    id: String, title: String, caption: String? = nil, summary: String, x: Axis, panels: [Panel], marks: [Mark] = [],
    isWide: Bool = false
  ) {
    self.id = id
    self.title = title
    self.caption = caption
    self.summary = summary
    self.x = x
    self.panels = panels
    self.marks = marks
    self.isWide = isWide
  }

  public struct Axis: Codable, Sendable, Hashable {
    public var label: String
    public var format: NumberFormat
    /// Fixed ends; nil means that the data decide.
    public var lower: Double?
    public var upper: Double?
    /// Names for 0, 1, 2 … instead of numbers: an axis of kinds, not of amounts.
    public var names: [String]

    public init(_ label: String, format: NumberFormat = .plain, lower: Double? = nil, upper: Double? = nil) {
      self.label = label
      self.format = format
      self.lower = lower
      self.upper = upper
      self.names = []
    }

    public init(_ label: String, names: [String]) {
      self.init(label, lower: -0.5, upper: Double(names.count) - 0.5)
      self.names = names
    }
  }

  public struct Panel: Codable, Sendable, Hashable {
    public var y: Axis
    public var series: [Series]
    /// Horizontal reference lines: chance, the optimum.
    public var references: [Reference]
    /// Draws y = x, for reliability diagrams.
    public var showsDiagonal: Bool

    public init(y: Axis, series: [Series], references: [Reference] = [], showsDiagonal: Bool = false) {
      self.y = y
      self.series = series
      self.references = references
      self.showsDiagonal = showsDiagonal
    }
  }

  public struct Reference: Codable, Sendable, Hashable {
    public var y: Double
    public var label: String

    public init(_ y: Double, _ label: String) {
      self.y = y
      self.label = label
    }
  }

  /// What a series stands for; the page gives each role its colour, in light and dark.
  public enum Role: String, Codable, Sendable, Hashable, CaseIterable {
    case truth, prediction, answers, accent, neutral
  }

  public enum Shape: String, Codable, Sendable, Hashable { case line, points, scatter, steps, bars }

  public struct Series: Codable, Sendable, Hashable {
    public var name: String
    public var role: Role
    public var shape: Shape
    public var points: [Point]
    /// One of several single runs behind a mean: thin, and left out of the legend.
    public var isFaint: Bool

    public init(_ name: String, role: Role, shape: Shape = .line, points: [Point], isFaint: Bool = false) {
      self.name = name
      self.role = role
      self.shape = shape
      self.points = points
      self.isFaint = isFaint
    }
  }

  /// A point, with an interval if `lower` and `upper` are given.
  public struct Point: Codable, Sendable, Hashable {
    public var x: Double
    public var y: Double
    public var lower: Double?
    public var upper: Double?

    public init(_ x: Double, _ y: Double, lower: Double? = nil, upper: Double? = nil) {
      self.x = x
      self.y = y
      self.lower = lower
      self.upper = upper
    }
  }

  /// A vertical line through all panels, with a shaded interval if it has one.
  public struct Mark: Codable, Sendable, Hashable {
    public var x: Double
    public var lower: Double?
    public var upper: Double?
    public var label: String

    public init(_ x: Double, lower: Double? = nil, upper: Double? = nil, label: String) {
      self.x = x
      self.lower = lower
      self.upper = upper
      self.label = label
    }
  }
}
