/// Best-of-n samples: several replies to each prompt with the score of the model under audit (proxy) and, if known, a
/// better judge's (gold).
///
/// Rows are in the file's order. Numbers that a row lacks are NaN; a column that no row has is empty.
public struct SampleTable: Sendable {
  /// Where each sample is in its file.
  public package(set) var places = RowPlaces()
  /// For each row the number of its prompt, from 0 in the order of appearance.
  public package(set) var prompt: [Int32] = []
  /// How many prompts there are.
  public package(set) var promptCount = 0
  /// Scores of the reward model that chooses.
  public package(set) var proxy: NumberColumn = []
  /// Scores of the judge that counts; empty if there are none.
  public package(set) var gold: NumberColumn = []
  /// Log-probability of the reply under the policy, in nats.
  public package(set) var logProbability: NumberColumn = []
  /// Log-probability of the reply under the reference policy, in nats.
  public package(set) var referenceLogProbability: NumberColumn = []
  /// The reply's length in code points; 0 without a text.
  public package(set) var characters: [UInt32] = []
  /// Scores of an ensemble's members.
  public package(set) var members: [Member] = []
  /// What was read of the file; nil for samples made in memory.
  public package(set) var reading: FileReading?
  /// Rows that could not be used.
  public package(set) var setAside = SetAsideRows()

  /// The scores of one member of an ensemble.
  public struct Member: Sendable {
    /// What the member is called.
    public var name: String
    /// Its score of each sample.
    public var scores: NumberColumn
  }

  /// No samples.
  public init() {}

  /// How many samples there are.
  public var count: Int { places.count }
}
