/// A picture of numbers: one or more panels above each other that share their horizontal axis.
public struct Chart: Codable, Sendable, Hashable {
  /// Unique in the report; becomes part of element ids.
  public var id: String
  /// What the chart shows.
  public var title: String
  /// What to see in it, one or two sentences under the picture.
  public var caption: String?
  /// What a reader who cannot see the picture should be told.
  public var summary: String
  /// The shared horizontal axis.
  public var x: Axis
  /// From top to bottom; they share the horizontal axis.
  public var panels: [Panel]
  /// Vertical lines that mean something.
  public var marks: [Mark]
  /// Whether it spans the page on a wide screen.
  public var isWide: Bool

  /// A chart; `summary` is read to those who cannot see it.
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

  /// One axis.
  public struct Axis: Codable, Sendable, Hashable {
    /// What it counts, with its unit.
    public var label: String
    /// How numbers on it are written.
    public var format: NumberFormat
    /// Fixed ends; nil means that the data decide.
    public var lower: Double?
    /// Where it ends; nil fits the data.
    public var upper: Double?
    /// Names for 0, 1, 2 … instead of numbers: an axis of kinds, not of amounts.
    public var names: [String]

    /// An axis of numbers.
    public init(_ label: String, format: NumberFormat = .plain, lower: Double? = nil, upper: Double? = nil) {
      self.label = label
      self.format = format
      self.lower = lower
      self.upper = upper
      self.names = []
    }

    /// An axis of names: 0, 1, 2 … stand for them.
    public init(_ label: String, names: [String]) {
      self.init(label, lower: -0.5, upper: Double(names.count) - 0.5)
      self.names = names
    }
  }

  /// One drawing over the horizontal axis.
  public struct Panel: Codable, Sendable, Hashable {
    /// The vertical axis.
    public var y: Axis
    /// What is drawn, the first at the bottom.
    public var series: [Series]
    /// Horizontal reference lines: chance, the optimum.
    public var references: [Reference]
    /// Draws y = x, for reliability diagrams.
    public var showsDiagonal: Bool

    /// A panel; the diagonal is where a calibrated model would lie.
    public init(y: Axis, series: [Series], references: [Reference] = [], showsDiagonal: Bool = false) {
      self.y = y
      self.series = series
      self.references = references
      self.showsDiagonal = showsDiagonal
    }
  }

  /// A horizontal line that means something.
  public struct Reference: Codable, Sendable, Hashable {
    /// Where it lies.
    public var y: Double
    /// What it means: "chance".
    public var label: String

    /// A labelled line at `y`.
    public init(_ y: Double, _ label: String) {
      self.y = y
      self.label = label
    }
  }

  /// What a series stands for; the page gives each role its colour, in light and dark.
  public enum Role: String, Codable, Sendable, Hashable, CaseIterable {
    /// The true return.
    case truth
    /// What the model predicts.
    case prediction
    /// People's answers.
    case answers
    /// Something to look at.
    case accent
    /// The rest.
    case neutral
  }

  /// How points are drawn.
  public enum Shape: String, Codable, Sendable, Hashable {
    /// Joined by a line, their intervals a band.
    case line
    /// Dots, each with its interval.
    case points
    /// Small dots without intervals, for many points.
    case scatter
    /// A line that stays at one value until the next point.
    case steps
    /// A bar up from the axis for each point.
    case bars
  }

  /// A named list of points.
  public struct Series: Codable, Sendable, Hashable {
    /// The text in the legend.
    public var name: String
    /// What the colour stands for.
    public var role: Role
    /// How the points are drawn.
    public var shape: Shape
    /// In drawing order.
    public var points: [Point]
    /// One of several single runs behind a mean: thin, and left out of the legend.
    public var isFaint: Bool

    /// A series; faint ones are not in the legend.
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
    /// Along the horizontal axis.
    public var x: Double
    /// Along the vertical axis.
    public var y: Double
    /// The lower end of the interval, if there is one.
    public var lower: Double?
    /// The upper end of the interval, if there is one.
    public var upper: Double?

    /// A point with its interval.
    public init(_ x: Double, _ y: Double, lower: Double? = nil, upper: Double? = nil) {
      self.x = x
      self.y = y
      self.lower = lower
      self.upper = upper
    }
  }

  /// A vertical line through all panels, with a shaded interval if it has one.
  public struct Mark: Codable, Sendable, Hashable {
    /// Where it lies on the horizontal axis.
    public var x: Double
    /// The lower end of its interval, if there is one.
    public var lower: Double?
    /// The upper end of its interval, if there is one.
    public var upper: Double?
    /// What it means.
    public var label: String

    /// A labelled line at `x`, with its interval.
    public init(_ x: Double, lower: Double? = nil, upper: Double? = nil, label: String) {
      self.x = x
      self.lower = lower
      self.upper = upper
      self.label = label
    }
  }
}
