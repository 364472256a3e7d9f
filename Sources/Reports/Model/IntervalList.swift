import Compute

/// Numbers with their intervals on one scale, a line for each: models, differences of models.
public struct IntervalList: Codable, Sendable, Hashable {
  /// What the picture shows.
  public var title: String
  /// What to see in it, a sentence under the picture.
  public var caption: String?
  /// How the numbers are written.
  public var format: NumberFormat
  /// A value that means something: chance, no difference.
  public var reference: Double
  /// What it means.
  public var referenceName: String
  /// In reading order.
  public var rows: [Row]

  /// One number.
  public struct Row: Codable, Sendable, Hashable {
    /// Whose number it is.
    public var name: String
    /// The number.
    public var value: Double
    /// Its interval, if it has one.
    public var interval: Interval?

    /// One number.
    public init(_ name: String, _ value: Double, _ interval: Interval?) {
      self.name = name
      self.value = value
      self.interval = interval
    }
  }

  /// A picture of these rows.
  public init(
    title: String, caption: String? = nil, format: NumberFormat = .percent, reference: Double, referenceName: String,
    rows: [Row]
  ) {
    self.title = title
    self.caption = caption
    self.format = format
    self.reference = reference
    self.referenceName = referenceName
    self.rows = rows
  }
}
