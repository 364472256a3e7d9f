/// One rollout as the reader of a format understood it, before it is put into columns. What a row lacks keeps the value that
/// it has here.
struct RolloutRow: Sendable {
  /// How rollouts find those that they are compared with.
  enum Group: Sendable {
    /// The same prompt and reference answer within one run and step.
    case prompt
    /// The same number, a hash of what the file says, within one run and step.
    case key(UInt64)
  }

  var run: String?
  var task: String?
  var step: Int32 = -1
  var group = Group.prompt
  /// A hash of what the file calls the item, if that is not what rows are grouped by: the two are compared.
  var otherGroup: UInt64?
  var id: String?
  /// nil: none. An empty prompt is none.
  var prompt: [UInt8]?
  var completion: [UInt8]?
  var total = Double.nan
  var components: [RolloutNumber] = []
  var second: [RolloutNumber] = []
  var rubric: [RolloutNumber] = []
  var error: String?
  var finish: String?
  var truncated: Int8 = -1
  var tokens: Int32 = -1
  var advantage = Double.nan
  var answer: String?
  var extracted: String?
  var impossible: Int8 = -1
  var gold: Int8 = -1
  /// In logs of a judge that compares two answers: which game of the pair, and which of its two answers; −1 otherwise.
  var game = -1
  var side: Int8 = -1
  var attributes: [(name: String, value: String)] = []
}

/// A named number of a rollout.
struct RolloutNumber: Sendable {
  var name: String
  /// NaN where it abstained.
  var value: Double
  /// Its weight in the total; NaN if it is not said.
  var weight = Double.nan
}
