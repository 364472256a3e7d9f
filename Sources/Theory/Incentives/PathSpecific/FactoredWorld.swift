import Compute

/// A finite world whose state is made of named variables, each with a few values, and whose chance and reward say which
/// of them they read: who influences whom is part of the world, and not to be guessed from a table of states.
///
/// ```swift
/// let world = try FactoredWorld(
///   title: "news",
///   variables: [
///     .init("interest", values: ["sport", "arts"], start: [0.5, 0.5], reads: ["interest", "action"], next: […])
///   ],
///   actions: ["show sport", "show arts"],
///   reward: [.init("click", reads: ["action", "interest"], values: [1, 0, 0, 1])],
///   horizon: 10)
/// let table = try world.tabular()          // the same world for planners
/// ```
///
/// A read is the name of a variable, for its value now; `action`; or a name with a prime (`interest'`), for the value
/// after the step, of a variable that is listed earlier (in a reward: of any). Rows of a table go through the values of
/// what is read, the last read fastest.
///
/// What it is not: large. Everything that is made of it lists states.
public struct FactoredWorld: Sendable, Hashable {
  /// What it is called.
  public let title: String
  /// What its state is made of.
  public let variables: [Variable]
  /// A name for each action.
  public let actions: [String]
  /// What a step pays: the sum of these.
  public let reward: [Term]
  /// After how many steps it ends; nil if it goes on.
  public let horizon: Int?
  /// How much a reward one step later counts; 1 only with a horizon.
  public let discount: Double

  let starts: [FactoredTable]
  /// By variable; which rows are known is told afterwards by whoever took a table apart.
  var steps: [FactoredTable]
  var payments: [FactoredTable]

  /// The most states that a table is made for.
  public static let mostStates = 200_000
  /// The most outcomes, of all states and actions together.
  static let mostOutcomes = 10_000_000

  /// One variable: its values, where it starts and how it goes on.
  public struct Variable: Sendable, Hashable {
    /// Its name; not `action`, and without a prime.
    public var name: String
    /// A name for each of its values.
    public var values: [String]
    /// Variables listed earlier whose first values the first value of this one depends on.
    public var startReads: [String]
    /// [values of what `startReads` names × values]: how probable each first value is.
    public var start: [Double]
    /// What the next value depends on.
    public var reads: [String]
    /// [values of what is read × values]: how probable each next value is.
    public var next: [Double]

    /// A variable of these parts.
    public init(
      _ name: String, values: [String], startReads: [String] = [], start: [Double], reads: [String], next: [Double]
    ) {
      (self.name, self.values, self.startReads, self.start) = (name, values, startReads, start)
      (self.reads, self.next) = (reads, next)
    }
  }

  /// A part of the reward.
  public struct Term: Sendable, Hashable {
    /// What it pays for.
    public var name: String
    /// What it depends on.
    public var reads: [String]
    /// What it pays, for each combination of values of what is read.
    public var values: [Double]

    /// A part that pays this.
    public init(_ name: String, reads: [String], values: [Double]) {
      (self.name, self.reads, self.values) = (name, reads, values)
    }
  }

  /// Checks every name and every number.
  ///
  /// - Parameters:
  ///   - title: what it is called.
  ///   - variables: what its state is made of.
  ///   - actions: a name for each action.
  ///   - reward: what a step pays, in parts.
  ///   - horizon: after how many steps it ends.
  ///   - discount: how much a reward one step later counts; 1 unless given.
  /// - Throws: `InputError` that names the variable, the row and what is wrong with it.
  public init(
    title: String, variables: [Variable], actions: [String], reward: [Term], horizon: Int? = nil, discount: Double = 1
  ) throws {
    guard !variables.isEmpty, !actions.isEmpty else {
      throw InputError("a world needs at least one variable and one action", at: title)
    }
    guard horizon.map({ $0 >= 1 }) ?? true else {
      throw InputError("the horizon is \(horizon!)", at: "\(title): horizon", remedy: "give at least 1 step")
    }
    guard (0...1).contains(discount), horizon != nil || discount < 1 else {
      throw InputError(
        "the discount is \(discount)" + (horizon == nil ? " without a horizon" : ""), at: "\(title): discount",
        remedy: "give 0 to 1, below 1 for a world that goes on")
    }
    var scope = FactoredScope(title: title, actions: actions.count)
    var starts: [FactoredTable] = []
    for variable in variables {
      try scope.checkName(of: variable)
      starts.append(try scope.start(variable))
      scope.add(variable)
    }
    self.starts = starts
    steps = try variables.indices.map { try scope.step(variables[$0], position: $0) }
    payments = try reward.map { try scope.payment($0) }
    (self.title, self.variables, self.actions, self.reward) = (title, variables, actions, reward)
    (self.horizon, self.discount) = (horizon, discount)
  }

  /// Rows of a table: what `row` says of each combination of values, the last fastest.
  ///
  /// - Parameters:
  ///   - counts: how many values each read has.
  ///   - row: one row for the values' positions.
  public static func table(_ counts: [Int], _ row: ([Int]) -> [Double]) -> [Double] {
    var rows: [Double] = []
    var values = [Int](repeating: 0, count: counts.count)
    for _ in 0..<counts.reduce(1, *) {
      rows += row(values)
      for place in counts.indices.reversed() {
        values[place] += 1
        if values[place] < counts[place] { break }
        values[place] = 0
      }
    }
    return rows
  }
}

/// A table with what selects its row, resolved to positions.
struct FactoredTable: Sendable, Hashable {
  enum Source: Sendable, Hashable {
    case now(Int)
    case action
    case next(Int)
  }

  var sources: [Source]
  /// How many values each source has.
  var counts: [Int]
  /// Numbers in a row.
  var width: Int
  var table: [Double]
  /// By row: whether somebody said what it holds. A world that was taken apart knows rows of states that exist; nil
  /// where all were given.
  var isKnown: [Bool]?

  /// Whether the row that begins here was given.
  @inline(__always)
  func knows(_ row: Int) -> Bool { isKnown.map { $0[row / width] } ?? true }

  /// Where the row begins that these values select.
  @inline(__always)
  func row(now: [Int], action: Int, next: [Int]) -> Int {
    var row = 0
    for (source, count) in zip(sources, counts) {
      switch source {
      case .now(let index): row = row * count + now[index]
      case .action: row = row * count + action
      case .next(let index): row = row * count + next[index]
      }
    }
    return row * width
  }
}

/// The names that a world has so far, and the checks of what is said by them.
struct FactoredScope {
  let title: String
  let actions: Int
  private(set) var names: [String] = []
  private(set) var counts: [Int] = []

  init(title: String, actions: Int) { (self.title, self.actions) = (title, actions) }

  mutating func add(_ variable: FactoredWorld.Variable) {
    names.append(variable.name)
    counts.append(variable.values.count)
  }

  func checkName(of variable: FactoredWorld.Variable) throws {
    let name = variable.name
    guard !name.isEmpty, name != "action", !name.hasSuffix("'"), !names.contains(name) else {
      throw InputError(
        "a variable cannot be called '\(name)'", at: title,
        remedy: "names are given once, are not 'action' and do not end with a prime")
    }
    guard !variable.values.isEmpty, Set(variable.values).count == variable.values.count else {
      throw InputError("its values are \(variable.values)", at: place(name), remedy: "name each value once")
    }
  }

  func start(_ variable: FactoredWorld.Variable) throws -> FactoredTable {
    let place = place(variable.name) + ", start"
    let sources = try variable.startReads.map { FactoredTable.Source.now(try position($0, at: place, known: names)) }
    return try factor(sources, width: variable.values.count, table: variable.start, at: place, isDistribution: true)
  }

  func step(_ variable: FactoredWorld.Variable, position: Int) throws -> FactoredTable {
    let place = place(variable.name)
    let sources = try variable.reads.map { try source($0, at: place, before: position) }
    return try factor(sources, width: variable.values.count, table: variable.next, at: place, isDistribution: true)
  }

  func payment(_ term: FactoredWorld.Term) throws -> FactoredTable {
    let place = "\(title): reward '\(term.name)'"
    let sources = try term.reads.map { try source($0, at: place, before: names.count) }
    return try factor(sources, width: 1, table: term.values, at: place, isDistribution: false)
  }

  /// What a read means; after the step only variables before this position have a value.
  func source(_ read: String, at place: String, before: Int) throws -> FactoredTable.Source {
    if read == "action" { return .action }
    guard read.hasSuffix("'") else { return .now(try position(read, at: place, known: names + ["action"])) }
    let index = try position(String(read.dropLast()), at: place, known: names)
    guard index < before else {
      throw InputError(
        "it reads '\(read)', which is decided after it", at: place,
        remedy: "list '\(names[index])' earlier, or read its value now")
    }
    return .next(index)
  }

  private func place(_ name: String) -> String { "\(title): variable '\(name)'" }

  private func position(_ name: String, at place: String, known: [String]) throws -> Int {
    guard let index = names.firstIndex(of: name) else {
      throw InputError.unknown("variable", name, among: known, at: place)
    }
    return index
  }

  func factor(
    _ sources: [FactoredTable.Source], width: Int, table: [Double], at place: String, isDistribution: Bool
  ) throws -> FactoredTable {
    let counts = sources.map { source in
      switch source {
      case .now(let index), .next(let index): self.counts[index]
      case .action: actions
      }
    }
    let rows = counts.reduce(1, *)
    guard table.count == rows * width else {
      throw InputError("its table has \(table.count) numbers", at: place, remedy: "\(rows) × \(width) are needed")
    }
    guard table.allSatisfy(\.isFinite) else { throw InputError("its table has a number that is not finite", at: place) }
    if isDistribution {
      for row in 0..<rows {
        let part = table[row * width..<(row + 1) * width]
        guard part.allSatisfy({ $0 >= 0 }), abs(part.reduce(0, +) - 1) <= 1e-9 else {
          throw InputError(
            "row \(row) of its table is \(Array(part))", at: place, remedy: "probabilities from 0 that sum to 1")
        }
      }
    }
    return FactoredTable(sources: sources, counts: counts, width: width, table: table, isKnown: nil)
  }
}
