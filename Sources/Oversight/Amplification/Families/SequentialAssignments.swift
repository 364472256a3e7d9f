import Compute

/// What is the value of a variable, where most are assigned from two earlier ones by a table? `x = f(y, z)`.
public struct SequentialAssignments: QuestionFamily {
  /// A variable of one of the lists.
  public struct Question: Hashable, Sendable {
    /// Which list of assignments.
    public var list: Int
    /// Which variable of it.
    public var variable: Int
  }

  /// How a variable's value is found.
  public enum Plan: Hashable, Sendable {
    /// The first variables of a list are given.
    case readOff
    /// The values of the two that it is assigned from, and the table.
    case combine
  }

  /// A variable that is assigned from two earlier ones.
  private struct Assignment: Sendable { var first, second: Int }

  public let name = "sequential assignments"
  public let questions: [[Question]]
  /// The values of the first variables, for each list.
  private let given: [[Int]]
  private let assignments: [[Assignment]]
  /// Each list's table, values × values.
  private let tables: [[Int]]
  private let values: Int

  /// Lists that are drawn at random, with about √variables given values.
  ///
  /// - Parameters:
  ///   - lists: lists of assignments, 1 … 256.
  ///   - variables: variables of each, 4 … 1,024.
  ///   - values: values that a variable can have, 2 … 64.
  ///   - random: which assignments and tables.
  /// - Throws: `InputError` outside these sizes.
  public init(lists: Int = 16, variables: Int = 64, values: Int = 8, random: RandomSource) throws {
    try InputError.check(lists, "lists", 1...256)
    try InputError.check(variables, "variables", 4...1024)
    try InputError.check(values, "values", 2...64)
    var stream = random.stream("family/assignments")
    let leaves = Int(Double(variables).squareRoot())
    self.values = values
    given = (0..<lists).map { _ in (0..<leaves).map { _ in stream.below(values) } }
    assignments = (0..<lists).map { _ in
      (leaves..<variables).map { Assignment(first: stream.below($0), second: stream.below($0)) }
    }
    tables = (0..<lists).map { _ in (0..<(values * values)).map { _ in stream.below(values) } }
    var byLevel: [[Question]] = [[]]
    for list in 0..<lists {
      var levels = [Int](repeating: 0, count: leaves)
      for each in assignments[list] { levels.append(1 + max(levels[each.first], levels[each.second])) }
      for (variable, level) in levels.enumerated() {
        while byLevel.count <= level { byLevel.append([]) }
        byLevel[level].append(Question(list: list, variable: variable))
      }
    }
    questions = byLevel
  }

  public func form(of question: Question) -> Bool { question.variable < given[question.list].count }

  public func demonstration(for form: Bool) -> Plan { form ? .readOff : .combine }

  public func answer(_ question: Question, following plan: Plan, asking ask: (Question) -> Int?) -> Int? {
    let list = question.list
    if plan == .readOff { return given[list][question.variable] }
    let own = assignments[list][question.variable - given[list].count]
    guard let first = ask(Question(list: list, variable: own.first)) else { return nil }
    guard let second = ask(Question(list: list, variable: own.second)) else { return nil }
    return tables[list][first * values + second]
  }

  public func blunder(on question: Question, insteadOf answer: Int, random: inout RandomStream) -> Int {
    (answer + 1 + random.below(values - 1)) % values
  }

  /// Every variable up to this one, in the order of the list.
  public func truth(of question: Question) -> Int {
    var known = given[question.list]
    for each in assignments[question.list] where known.count <= question.variable {
      known.append(tables[question.list][known[each.first] * values + known[each.second]])
    }
    return known[question.variable]
  }
}
