import Compute

/// Rollouts as a verifier, grader or rubric scored them: a row for each completion, a column for each fact.
///
/// Every column has ``count`` entries or is empty, if no file has it. Numbers that a row lacks are NaN.
public struct RolloutTable: Sendable {
  /// Where each row is in its file.
  public package(set) var places = RowPlaces()
  /// Rows that could not be used.
  public package(set) var setAside = SetAsideRows()
  /// What was found in the files and could not be read, or was decided for the reader: sentences.
  public package(set) var notes: [String] = []
  /// The file format, as `--format` names it.
  public package(set) var format = ""
  /// The run, model or agent that made the rollout.
  public package(set) var run = CategoryColumn()
  /// Which task or environment the prompt is of.
  public package(set) var task = CategoryColumn()
  /// Training step; −1 where the row has none.
  public package(set) var step: [Int32] = []
  /// The group of rollouts that are compared with each other (one prompt within one step), numbered from 0.
  public package(set) var group: [Int32] = []
  /// How many groups there are.
  public package(set) var groupCount = 0
  /// For each row a hash of its own id; 0 where it has none.
  public package(set) var ids: [UInt64] = []
  /// The distinct prompts; ``prompt`` says which is whose. All that the model saw, tools included.
  public package(set) var prompts = TextStore()
  /// For each row the index of its prompt in ``prompts``; −1 where the row has none.
  public package(set) var prompt: [Int32] = []
  /// Each row's completion as one text, tool calls included.
  public package(set) var completions = TextStore()
  /// What the agent was paid in all.
  public package(set) var total: NumberColumn = []
  /// The parts of the reward; NaN where a part abstained.
  public package(set) var components: [Component] = []
  /// Verdicts of a second verifier on the same rollouts.
  public package(set) var second: [Component] = []
  /// Items of a rubric.
  public package(set) var rubric: [Component] = []
  /// Why the rollout or its scoring failed; nil where it did not.
  public package(set) var error = CategoryColumn()
  /// Why generation ended.
  public package(set) var finish = CategoryColumn()
  /// 1: cut off at a limit of length; 0: not; −1: the file does not say.
  public package(set) var truncated: [Int8] = []
  /// Tokens of the completion; −1 where the file does not say.
  public package(set) var tokens: [Int32] = []
  /// The advantage that the trainer used.
  public package(set) var advantage: NumberColumn = []
  /// The reference answer of the task; empty text where there is none.
  public package(set) var answers = TextStore()
  /// The answer that the verifier extracted from the completion; empty text where there is none.
  public package(set) var extracted = TextStore()
  /// 1: the item is known to be impossible or contradictory; 0: known not to be; −1: not known.
  public package(set) var impossible: [Int8] = []
  /// What a person found: 1 right, 0 wrong, 2 unsure; −1 where nobody looked.
  public package(set) var gold: [Int8] = []
  /// How many rows of the population each labelled row stands for; NaN where nobody looked or the sample was simple.
  public package(set) var goldWeight: NumberColumn = []
  /// In logs of a judge that compares two answers: rows of one game have one number, the answer that stood first before the
  /// other; −1 for other rows.
  package var game: [Int32] = []
  /// Which of its pair's two answers a row of a game is: 0 or 1; −1 for other rows.
  package var side: [Int8] = []
  /// Further columns with few values.
  public package(set) var attributes: [PreferenceTable.Attribute] = []

  /// Which field of the files was taken for what, in the order of the roles.
  public package(set) var fields: [Field] = []

  /// A field of the files, and what it was taken for.
  public struct Field: Sendable, Hashable, Encodable {
    /// What it is called in the file.
    public var name: String
    /// What it was taken for; `ignore`: it was not used.
    public var role: RolloutRole
  }

  /// A named column of numbers.
  public struct Component: Sendable {
    /// What it is called in the file.
    public var name: String
    /// A value for each row; NaN where it abstained.
    public var values: [Double]
    /// Its weight in the total for each row, or one for all; empty if the files do not say.
    public var weights: [Double]
  }

  /// No rows.
  public init() {}

  /// How many rows there are.
  public var count: Int { total.count }
}
