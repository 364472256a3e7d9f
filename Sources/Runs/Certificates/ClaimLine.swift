import Compute

/// Reads one claim.
struct ClaimLine {
  private let line: String
  private let words: [String]
  private let place: String

  init(_ line: String, _ place: String) {
    self.line = line
    words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    self.place = place
  }

  private static let examples =
    "for example 'accuracy above 0.7', 'return at least -300', 'confidence within 0.05', 'reward between -5 and 5', "
    + "'x between -2 and 2 in 0.95', 'finding reward-model/accuracy holds', 'ledger complete' or 'run repeats'"

  private func refused(_ problem: String, _ remedy: String = ClaimLine.examples) -> InputError {
    InputError("'\(words.joined(separator: " "))': \(problem)", at: place, remedy: remedy)
  }

  func statement() throws -> Claim.Statement {
    guard let first = words.first else { throw refused("an empty claim") }
    let rest = Array(words.dropFirst())
    if let process = Claim.Process(rawValue: words.joined(separator: " ")) { return .process(process) }
    switch (first, rest.first) {
    case ("ledger", _): throw refused("of the ledger one can claim that it is complete", "write 'ledger complete'")
    case ("settings", _), ("weights", _): throw refused("they can be recorded", "write '\(first) recorded'")
    case ("clips", _): throw refused("clips can replay", "write 'clips replay'")
    case ("evaluation", _): throw refused("an evaluation repeats", "write 'evaluation repeats'")
    case ("run", _): throw refused("of the run one can claim that it repeats", "write 'run repeats'")
    case ("answers", "enough") where rest.count == 1: return .finding("answers/enough")
    case ("answers", "attentive") where rest.count == 1: return .attentive
    case ("not", _):
      guard rest == ["gaming"] else { throw refused("not 'not gaming'") }
      return .notGaming
    case ("people", _):
      guard rest.first == "agree" else { throw refused("not 'people agree above NUMBER'") }
      let (isAbove, number) = try comparison(Array(rest.dropFirst()), after: "people agree")
      return .limit(.agreement, isAbove: isAbove, number)
    case ("finding", _):
      guard rest.count == 2, rest[1] == "holds" else { throw refused("not 'finding NAME holds'") }
      return .finding(rest[0])
    case ("confidence", _):
      guard rest.count == 2, rest[0] == "within" else { throw refused("not 'confidence within NUMBER'") }
      let reach = try number(rest[1])
      guard reach > 0, reach < 0.5 else { throw refused("nothing is within \(rest[1])", "give 0.01 to 0.49") }
      return .confidence(within: reach)
    case ("distance", _): return try distance(rest)
    case ("off-policy", _): return try offPolicy(rest)
    case ("never", "enters"): return try enters(Array(rest.dropFirst()))
    case ("reward", "ignores"): return try ignores(Array(rest.dropFirst()))
    case ("reward", "rises"), ("reward", "falls"), ("reward", "stays"), ("reward", "does"), ("never", _), ("no", _):
      return .asserts(line)
    default:
      // Components of what is seen may have names of several words.
      guard let place = words.firstIndex(of: "between"), place > 0 else { return try limit(first, rest) }
      return try between(words[..<place].joined(separator: " "), Array(words[place...]))
    }
  }

  /// "NAME between A and B", for a component of what is seen "in SHARE".
  private func between(_ name: String, _ rest: [String]) throws -> Claim.Statement {
    let range = try range(rest)
    if name == "reward" {
      guard rest.count == 4 else { throw refused("'reward between A and B' is claimed of every transition") }
      return .reward(range)
    }
    guard rest.count == 6 || rest.count == 8 && rest[6...] == ["of", "episodes"], rest[4] == "in" else {
      throw refused("in what share of episodes?", "write '\(name) between \(rest[1]) and \(rest[3]) in 0.95'")
    }
    return .stays(component: name, range, share: try share(rest[5], "always"))
  }

  /// "NAME between A and B in more than SHARE of episodes".
  private func enters(_ rest: [String]) throws -> Claim.Statement {
    let form = "write 'never enters NAME between A and B in more than 0.02 of episodes'"
    guard let place = rest.firstIndex(of: "between"), place > 0 else { throw refused("enters what?", form) }
    let (name, region) = (rest[..<place].joined(separator: " "), Array(rest[place...]))
    let range = try range(region)
    guard region.count == 8 || region.count == 10 && region[8...] == ["of", "episodes"],
      region[4...6] == ["in", "more", "than"]
    else { throw refused("in what share of episodes at most?", form) }
    return .enters(component: name, range, share: try share(region[7], "never"))
  }

  private func range(_ rest: [String]) throws -> ClosedRange<Double> {
    guard rest.count >= 4, rest[2] == "and" else { throw refused("not '… between A and B'") }
    let (low, high) = (try number(rest[1]), try number(rest[3]))
    guard low < high else {
      throw refused("nothing lies between \(rest[1]) and \(rest[3])", "give the lower one first")
    }
    return low...high
  }

  private func share(_ text: String, _ word: String) throws -> Double {
    let share = try number(text)
    guard share > 0, share < 1 else {
      throw refused("a share of \(text) of episodes", "give more than 0 and less than 1: no sample shows '\(word)'")
    }
    return share
  }

  /// "ignores FEATURE within NUMBER": equivalence needs a reach.
  private func ignores(_ rest: [String]) throws -> Claim.Statement {
    let form = "write 'reward ignores FEATURE within 0.1'"
    guard rest.count >= 3, rest[rest.count - 2] == "within", try number(rest[rest.count - 1]) >= 0 else {
      throw refused("by how much may it depend on it?", form)
    }
    return .asserts("reward does not depend on \(rest.dropLast(2).joined(separator: " ")) by more than \(rest.last!)")
  }

  /// "to RUN below NUMBER".
  private func distance(_ rest: [String]) throws -> Claim.Statement {
    guard rest.first == "to", let place = rest.firstIndex(where: Self.opens), place > 1 else {
      throw refused("a distance to which run?", "write 'distance to runs/reference below 0.2'")
    }
    let (isAbove, number) = try comparison(Array(rest[place...]), after: "distance to RUN")
    guard number > 0, number <= 2 else { throw refused("distances are from 0 to 2", "give a number between 0 and 2") }
    return .distance(run: rest[1..<place].joined(separator: " "), isAbove: isAbove, number)
  }

  /// "return from RUN above NUMBER".
  private func offPolicy(_ rest: [String]) throws -> Claim.Statement {
    guard rest.prefix(2) == ["return", "from"], let place = rest.firstIndex(where: Self.opens), place > 2 else {
      throw refused("from whose episodes?", "write 'off-policy return from runs/reference above -300'")
    }
    let (isAbove, number) = try comparison(Array(rest[place...]), after: "off-policy return from RUN")
    return .offPolicy(run: rest[2..<place].joined(separator: " "), isAbove: isAbove, number)
  }

  private static func opens(_ word: String) -> Bool { ["above", "below", "at"].contains(word) }

  /// "QUANTITY above NUMBER".
  private func limit(_ name: String, _ rest: [String]) throws -> Claim.Statement {
    guard let quantity = Claim.Quantity(rawValue: name), quantity != .agreement else {
      throw InputError.unknown(
        "quantity", name,
        among: Claim.Quantity.allCases.filter { $0 != .agreement }.map(\.rawValue)
          + ["confidence", "reward", "finding", "ledger", "run", "distance", "people", "settings", "weights", "clips"],
        at: place)
    }
    let (isAbove, number) = try comparison(rest, after: name)
    return .limit(quantity, isAbove: isAbove, number)
  }

  /// "above NUMBER" and its like.
  private func comparison(_ rest: [String], after name: String) throws -> (isAbove: Bool, number: Double) {
    let isAbove: Bool
    switch rest.dropLast() {
    case ["above"], ["at", "least"]: isAbove = true
    case ["below"], ["at", "most"]: isAbove = false
    default: throw refused("not '\(name) above NUMBER' or '\(name) below NUMBER'")
    }
    return (isAbove, try number(rest.last ?? ""))
  }

  private func number(_ text: String) throws -> Double {
    guard let value = Double(text), value.isFinite else { throw refused("'\(text)' is not a number") }
    return value
  }
}
