/// A RewardBench or RewardBench 2 result file: what each reply of each task scored.
public struct RewardBenchTable: Sendable, Hashable {
  /// The format of the result file.
  public enum Version: Int, Sendable, Codable {
    /// One chosen and one rejected reply.
    case one = 1
    /// The right replies first, then the wrong ones.
    case two = 2
  }

  /// One prompt with its scored replies.
  public struct Row: Sendable, Hashable {
    /// The subset the row belongs to.
    public var subset: String
    /// The row's name.
    public var id: String
    /// The right replies' scores first. Version 1: chosen, rejected.
    public var scores: [Double]
    /// How many of the scores are of right replies; 1 in version 1.
    public var correctCount: Int
    /// What the file itself says about the row; nil if nothing.
    public var result: Double?

    /// A row whose first `correctCount` scores are of right replies.
    public init(subset: String, id: String, scores: [Double], correctCount: Int, result: Double? = nil) {
      self.subset = subset
      self.id = id
      self.scores = scores
      self.correctCount = correctCount
      self.result = result
    }
  }

  /// The format of the file.
  public package(set) var version: Version
  /// The reward model's name, if the file has it.
  public package(set) var model: String?
  /// In the file's order.
  public package(set) var rows: [Row]
  /// What was read of the file; nil for rows made in memory.
  public package(set) var reading: FileReading?
  /// Rows that have no scores (a model that only compares): place and reason.
  public package(set) var setAside: SetAsideRows

  /// Rows that were read already.
  public init(version: Version, model: String? = nil, rows: [Row], setAside: SetAsideRows = .init()) {
    self.version = version
    self.model = model
    self.rows = rows
    self.setAside = setAside
  }
}
