/// One picture of many pairs of shares: what people do beside what a model does, a line for each question.
public struct ShareComparison: Codable, Sendable, Hashable {
  /// What the picture shows.
  public var title: String
  /// What to see in it, a sentence or two under the picture.
  public var caption: String?
  /// The one side: "people".
  public var first: String
  /// The other: "the model".
  public var second: String
  /// A share that means something: one half is no preference. Nil if none does.
  public var reference: Double?
  /// In reading order.
  public var rows: [Row]

  /// One question with both answers.
  public struct Row: Codable, Sendable, Hashable {
    /// "the longer reply"
    public var name: String
    /// The one side's share.
    public var first: Double
    /// The other's.
    public var second: Double
    /// Where the other's may lie; nil if nothing is stated.
    public var tolerated: ClosedRange<Double>?
    /// Whether the other side lies outside of it beyond doubt.
    public var isOutside: Bool
    /// How many observations both rest on.
    public var count: Int

    /// One question.
    public init(
      _ name: String, first: Double, second: Double, tolerated: ClosedRange<Double>? = nil, isOutside: Bool = false,
      count: Int
    ) {
      self.name = name
      self.first = first
      self.second = second
      self.tolerated = tolerated
      self.isOutside = isOutside
      self.count = count
    }
  }

  /// A picture of these rows.
  public init(
    title: String, caption: String? = nil, first: String, second: String, reference: Double? = 0.5, rows: [Row]
  ) {
    self.title = title
    self.caption = caption
    self.first = first
    self.second = second
    self.reference = reference
    self.rows = rows
  }
}
