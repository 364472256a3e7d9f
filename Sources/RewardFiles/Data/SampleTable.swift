/// Best-of-n samples: several replies to each prompt with the score of the model under audit (proxy) and, if known, a
/// better judge's (gold).
///
/// Rows are in the file's order. Numbers that a row lacks are NaN; a column that no row has is empty.
public struct SampleTable: Sendable {
  public package(set) var places = RowPlaces()
  /// For each row the number of its prompt, from 0 in the order of appearance.
  public package(set) var prompt: [Int32] = []
  public package(set) var promptCount = 0
  public package(set) var proxy: NumberColumn = []
  public package(set) var gold: NumberColumn = []
  /// Log-probability of the reply under the policy, in nats.
  public package(set) var logProbability: NumberColumn = []
  /// Log-probability of the reply under the reference policy, in nats.
  public package(set) var referenceLogProbability: NumberColumn = []
  /// The reply's length in code points; 0 without a text.
  public package(set) var characters: [UInt32] = []
  /// Scores of an ensemble's members.
  public package(set) var members: [Member] = []
  public package(set) var setAside = SetAsideRows()

  public struct Member: Sendable {
    public var name: String
    public var scores: NumberColumn
  }

  public init() {}

  public var count: Int { places.count }
}
