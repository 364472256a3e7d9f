import Compute

/// A node's table as it stands in a file: rows by the parents' outcomes, or all rows in order.
///
/// A row of a chance node is the list of probabilities, a mapping from outcomes to probabilities (those left out are 0)
/// or the one outcome that is certain; a row of a utility is a number.
struct DiagramTable {
  let node: String
  let isUtility: Bool
  let parents: [String]
  let parentOutcomes: [[String]]
  let outcomes: [String]
  /// The line of each row.
  private(set) var lines: [Int: Int] = [:]

  init(node: String, isUtility: Bool, parents: [String], parentOutcomes: [[String]], outcomes: [String]) {
    self.node = node
    self.isUtility = isUtility
    self.parents = parents
    self.parentOutcomes = parentOutcomes
    self.outcomes = outcomes
  }

  mutating func read(_ table: DiagramNode) throws -> [Double] {
    // Without the parents' outcomes there are no rows; the diagram's own checks say which parent lacks them.
    if parents.isEmpty { return try row(table, 0) }
    if parentOutcomes.contains(where: \.isEmpty) { return [] }
    var count = 1
    for outcomes in parentOutcomes {
      let (product, overflow) = count.multipliedReportingOverflow(by: outcomes.count)
      guard !overflow, product < 1 << 40 else {
        throw table.refused("a table over so many parents cannot be held", remedy: "let fewer nodes be parents")
      }
      count = product
    }
    guard table.isMapping else {
      let rows = try table.list()
      // All numbers in one list, unless there is just one word for each row: those are the rows' only outcomes.
      if rows.allSatisfy({ $0.word != nil }), isUtility || rows.count != count || outcomes.count == 1 {
        return try rows.map { try $0.number() }
      }
      return try rows.enumerated().flatMap { try row($1, $0) }
    }
    var rows: [Int: [Double]] = [:]
    for (key, value) in try table.entries() {
      let index = try rowIndex(key)
      guard rows[index] == nil else {
        throw key.refused("the row (\(rowName(index))) is given twice", remedy: "keep one")
      }
      rows[index] = try row(value, index)
    }
    guard rows.count == count else {
      let missing = (0...rows.count).first { rows[$0] == nil }!
      let others = count - rows.count - 1
      throw table.refused(
        "there is no row (\(rowName(missing)))" + (others > 0 ? ", nor \(others) other\(others == 1 ? "" : "s")" : ""),
        remedy: "give one for each combination of the outcomes of \(parents.joined(separator: ", "))")
    }
    return (0..<count).flatMap { rows[$0]! }
  }

  private func rowIndex(_ key: DiagramNode) throws -> Int {
    let words: [String] =
      if let word = key.word {
        word.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmingSpaces) }
      } else {
        try key.list().map { try $0.text() }
      }
    guard words.count == parents.count else {
      throw key.refused(
        "a row names \(words.count) outcome\(words.count == 1 ? "" : "s")",
        remedy: "name one of each parent: \(parents.joined(separator: ", "))")
    }
    var index = 0
    for (position, word) in words.enumerated() {
      guard let outcome = parentOutcomes[position].firstIndex(of: word) else {
        throw InputError.unknown(
          "outcome of \(parents[position])", word, among: parentOutcomes[position], at: key.place)
      }
      index = index * parentOutcomes[position].count + outcome
    }
    return index
  }

  private func rowName(_ index: Int) -> String {
    var rest = index
    var names: [String] = []
    for outcomes in parentOutcomes.reversed() {
      names.append(outcomes[rest % outcomes.count])
      rest /= outcomes.count
    }
    return names.reversed().joined(separator: ", ")
  }

  private mutating func row(_ value: DiagramNode, _ index: Int) throws -> [Double] {
    lines[index] = value.line
    if isUtility {
      let entries = try value.list()
      guard entries.count == 1 else {
        throw value.refused("a utility's row has \(entries.count) values", remedy: "give one number")
      }
      return [try entries[0].number()]
    }
    func outcome(_ name: String, _ place: DiagramNode) throws -> Int {
      guard let index = outcomes.firstIndex(of: name) else {
        throw InputError.unknown("outcome of \(node)", name, among: outcomes, at: place.place)
      }
      return index
    }
    var probabilities = [Double](repeating: 0, count: outcomes.count)
    if value.isMapping {
      for (key, value) in try value.entries() { probabilities[try outcome(key.text(), key)] = try value.number() }
      return probabilities
    }
    if let word = value.word {
      probabilities[try outcome(word, value)] = 1
      return probabilities
    }
    let given = try value.list()
    guard given.count == outcomes.count || outcomes.isEmpty else {
      throw value.refused(
        "a row has \(given.count) probabilities", remedy: "give one for each of \(outcomes.joined(separator: ", "))")
    }
    return try given.map { try $0.number() }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
