/// A table of numbers shown as shades, with each number written in its cell: distances between many rewards.
public struct HeatMap: Codable, Sendable, Hashable {
  /// Unique in the report; becomes part of element ids.
  public var id: String
  /// What the table shows.
  public var title: String
  /// A sentence under it.
  public var caption: String?
  /// What a reader who cannot see the picture should be told.
  public var summary: String
  /// Names of the rows.
  public var rows: [String]
  /// Names of the columns.
  public var columns: [String]
  /// [row][column]; NaN is drawn as an empty cell.
  public var values: [[Double]]
  /// What the lightest and the darkest shade stand for.
  public var lower: Double
  /// The value of the darkest cell.
  public var upper: Double
  /// How large cells are drawn; nil for the usual size, in which a number has room for many digits.
  public var cellSize: CellSize?

  /// Another size of cells than the usual one.
  public enum CellSize: String, Codable, Sendable, Hashable {
    /// For maps of many cells: so that eight columns fit beside another picture, with two decimals in each.
    case small
  }

  /// A table of numbers in which darker cells are larger.
  public init(
    id: String, title: String, caption: String? = nil, summary: String, rows: [String], columns: [String],
    values: [[Double]], lower: Double, upper: Double
  ) {
    precondition(values.count == rows.count, "one line of values for each row")
    precondition(values.allSatisfy { $0.count == columns.count }, "one value for each column")
    self.id = id
    self.title = title
    self.caption = caption
    self.summary = summary
    self.rows = rows
    self.columns = columns
    self.values = values
    self.lower = lower
    self.upper = upper
  }

  /// The picture alone, as an SVG file with its own colours for light and dark.
  public var svg: String { HeatMapFigure(map: self).svg(standsAlone: true) + "\n" }
}
