import Compute

/// Statements about a reward, one a line, as people write them.
///
/// ```
/// # lines that begin with # are for readers
/// reward stays between -1 and 2
/// reward rises with height while speed < 0.5
/// never paid more when water = 1 than when water = 0
/// reward does not depend on noise 3 by more than 0.1
/// no jump above 3 between neighbours
/// ```
///
/// The grammar, where FEATURE is a name of ``ReadFeatures`` (in quotation marks if one likes) and NUMBER a decimal:
///
///     line       = claim [ "give or take" NUMBER ] [ "while" condition { "and" condition } ] [ "give or take" NUMBER ]
///     claim      = "reward stays" ( "between" NUMBER "and" NUMBER | "above" NUMBER | "below" NUMBER )
///                | "reward" ( "rises" | "falls" ) "with" FEATURE
///                | "never paid" ( "more" | "less" ) "when" settings "than when" settings
///                | "reward does not depend on" FEATURE [ "by more than" NUMBER ]
///                | "no jump above" NUMBER "between neighbours"
///     settings   = setting { "and" setting }
///     setting    = FEATURE "=" NUMBER | "action" "=" ACTION
///     condition  = FEATURE ( "=" | "<" | ">" | "<=" | ">=" ) NUMBER | FEATURE "between" NUMBER "and" NUMBER
///                | "action" "=" ACTION
package enum AssertionFile {
  /// The kinds of lines there are, for messages.
  package static let forms =
    "lines are: reward stays between A and B; reward rises with FEATURE; never paid more when FEATURE = A than when FEATURE = B; "
    + "reward does not depend on FEATURE by more than A; no jump above A between neighbours; each with: while FEATURE < A"

  /// The statements of a text.
  ///
  /// - Parameters:
  ///   - text: the file's content.
  ///   - name: the file's, for messages.
  ///   - features: what may be spoken of.
  /// - Throws: `InputError` with the line for one that is none, for names that are unknown, and for a file without any.
  package static func read(_ text: String, name: String, features: ReadFeatures) throws -> [ModelAssertion] {
    var assertions: [ModelAssertion] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var words = try AssertionWords(String(line), place: "\(name):\(index + 1)")
      if words.isAtEnd { continue }
      let text = words.rest
      var parser = AssertionParser(features: features)
      var assertion = try parser.assertion(&words, line: index + 1)
      assertion.text = text
      assertions.append(assertion)
    }
    guard !assertions.isEmpty else { throw InputError("no assertion stands here", at: name, remedy: forms) }
    return assertions
  }
}

/// Reads one line by recursive descent.
struct AssertionParser {
  let features: ReadFeatures

  mutating func assertion(_ words: inout AssertionWords, line: Int) throws -> ModelAssertion {
    var assertion = ModelAssertion(claim: .stays(low: nil, high: nil), text: "", line: line)
    (assertion.claim, assertion.tolerance) = try claim(&words)
    if words.take("give or take") { assertion.tolerance = try positive(&words) }
    if words.take("while") {
      repeat { try condition(&words, into: &assertion) } while words.take("and")
    }
    if words.take("give or take") { assertion.tolerance = try positive(&words) }
    guard words.isAtEnd else {
      throw InputError(
        "'\(words.rest)' is left over", at: words.place,
        remedy: words.nearMiss(words.next ?? "", ["while", "give or take", "and"]) ?? AssertionFile.forms)
    }
    try check(assertion, words.place)
    return assertion
  }

  private func claim(_ words: inout AssertionWords) throws -> (ModelAssertion.Claim, Double) {
    if words.take("never paid") {
      let more = words.take("more")
      if !more { try words.expect("less") }
      try words.expect("when")
      let first = try settings(&words)
      try words.expect("than when")
      let second = try settings(&words)
      return (more ? .ordered(more: first, less: second) : .ordered(more: second, less: first), 0)
    }
    if words.take("no jump above") {
      let jump = try positive(&words)
      if !words.take("between neighbors") { try words.expect("between neighbours") }
      return (.smooth(jump: jump), 0)
    }
    guard words.take("reward") else {
      let known = ["reward", "never", "no"]
      throw InputError(
        "'\(words.next ?? "")' begins no assertion", at: words.place,
        remedy: words.nearMiss(words.next ?? "", known) ?? AssertionFile.forms)
    }
    if words.take("rises with") { return (.monotone(column: try feature(&words).column, rises: true), 0) }
    if words.take("falls with") { return (.monotone(column: try feature(&words).column, rises: false), 0) }
    if words.take("does not depend on") {
      let column = try feature(&words).column
      return (.independent(column: column), words.take("by more than") ? try positive(&words) : 0)
    }
    if words.take("stays") {
      if words.take("above") { return (.stays(low: try words.number(), high: nil), 0) }
      if words.take("below") { return (.stays(low: nil, high: try words.number()), 0) }
      try words.expect("between")
      let low = try words.number()
      try words.expect("and")
      return (.stays(low: low, high: try words.number()), 0)
    }
    throw InputError(
      "'\(words.rest)' does not go on a line that begins with 'reward'", at: words.place,
      remedy: words.nearMiss(words.next ?? "", ["rises", "falls", "stays", "does"]) ?? AssertionFile.forms)
  }

  private func positive(_ words: inout AssertionWords) throws -> Double {
    let value = try words.number()
    guard value >= 0 else { throw InputError("\(value) is below 0", at: words.place, remedy: "give 0 or more") }
    return value
  }

  private func feature(_ words: inout AssertionWords) throws -> ReadFeatures.Number {
    let name = try words.name(among: features.names, kind: "feature")
    guard let number = features.number(name) else {
      throw InputError(
        "actions have no order", at: words.place,
        remedy: "compare two: never paid more when action = … than when action = …")
    }
    return number
  }

  private func settings(_ words: inout AssertionWords) throws -> [ModelAssertion.Setting] {
    var settings: [ModelAssertion.Setting] = []
    repeat {
      let name = try words.name(among: features.names, kind: "feature")
      try words.expect("=")
      if let number = features.number(name) {
        settings.append(.number(column: number.column, value: Float(try words.number())))
      } else {
        settings.append(.action(try action(&words)))
      }
    } while words.take("and")
    return settings
  }

  private func action(_ words: inout AssertionWords) throws -> Int {
    let names = features.actions?.names ?? []
    let name = try words.name(among: names, kind: "action")
    return names.firstIndex(of: name)!
  }

  private func condition(_ words: inout AssertionWords, into assertion: inout ModelAssertion) throws {
    let name = try words.name(among: features.names, kind: "feature")
    guard let number = features.number(name) else {
      try words.expect("=")
      let action = try action(&words)
      assertion.actions = assertion.actions.map { $0.intersection([action]) } ?? [action]
      return
    }
    var condition = ModelAssertion.Condition(
      column: number.column, low: -.greatestFiniteMagnitude, high: .greatestFiniteMagnitude)
    if words.take("between") {
      condition.low = Float(try words.number())
      try words.expect("and")
      condition.high = Float(try words.number())
    } else {
      let signs = ["=", "<=", ">=", "<", ">"]
      guard let sign = signs.first(where: { words.take($0) }) else {
        throw InputError(
          words.isAtEnd ? "the line ends where a comparison should come" : "'\(words.rest)' is no comparison",
          at: words.place, remedy: "write \(name) < 0.5, \(name) = 1 or \(name) between 0 and 1")
      }
      let value = Float(try words.number())
      switch sign {
      case "=": (condition.low, condition.high) = (value, value)
      case "<=": condition.high = value
      case ">=": condition.low = value
      case "<": condition.high = value.nextDown
      default: condition.low = value.nextUp
      }
    }
    assertion.conditions.append(condition)
  }

  /// What no reward could fail or satisfy.
  private func check(_ assertion: ModelAssertion, _ place: String) throws {
    if case .stays(let low?, let high?) = assertion.claim, low > high {
      throw InputError("nothing lies between \(low) and \(high)", at: place, remedy: "give the smaller number first")
    }
    if assertion.actions?.isEmpty ?? false { throw InputError("no action is two actions", at: place) }
    for column in Set(assertion.conditions.map(\.column)) {
      let own = assertion.conditions.filter { $0.column == column }
      if own.map(\.low).max()! > own.map(\.high).min()! {
        throw InputError("no number meets all conditions", at: place, remedy: "leave one of them out")
      }
    }
    if case .ordered(let more, let less) = assertion.claim, more == less {
      throw InputError("both sides are the same", at: place, remedy: "compare two different settings")
    }
  }
}
