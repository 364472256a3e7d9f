import Compute
import Findings

/// Asks whether any linear score puts things in a wished order, and answers with a score or with a proof that there is
/// none.
///
/// ```swift
/// var program = ExpressibilityProgram(width: 2)
/// let a = program.add("A", [1, 0]), b = program.add("B", [0, 1]), both = program.add("half of each", [0.5, 0.5])
/// program.require(both, .above, a)
/// program.require(both, .above, b)
/// try program.solve()      // impossible: ½ A + ½ B = half of each
/// ```
///
/// One linear program finds the weights, none larger than 1, with the largest margin: the gap by which the closest of
/// the strict relations holds. If that is 0, a second one finds the certificate: non-negative multiples of the
/// relations that add up to nothing, so that no weights can satisfy them all (Farkas' lemma).
public struct ExpressibilityProgram: Sendable {
  /// How one thing is to stand to another.
  public enum Relation: String, Sendable, Codable, Hashable {
    /// The first is worth more.
    case above = ">"
    /// Both are worth the same.
    case equal = "="
    /// The first is worth no less.
    case notBelow = ">="
  }

  /// The number of weights.
  public let width: Int
  /// Allow no negative weight.
  public var isNonNegative = false
  /// Of the things that relations are about, in order of their numbers.
  public private(set) var names: [String] = []
  private var counts: [[Double]] = []
  private var rows: [Row] = []
  private var groupCount = 0

  /// An empty program over rewards of this many numbers.
  public init(width: Int) { self.width = width }

  /// Something to be ordered, by its counts; returns its index.
  public mutating func add(_ name: String, _ counts: [Double]) -> Int {
    precondition(counts.count == width, "one count for each weight")
    names.append(name)
    self.counts.append(counts)
    return names.count - 1
  }

  /// Asks that thing number `high` stand in this relation to number `low`.
  public mutating func require(_ high: Int, _ relation: Relation, _ low: Int) {
    rows.append(Row(relation: relation, high: high, low: low, group: nil))
  }

  /// All of the first above all of the second.
  public mutating func require(_ high: [Int], above low: [Int]) {
    guard !high.isEmpty, !low.isEmpty else { return }
    // A level between the two costs one row for each thing, not one for each pair.
    for thing in high { rows.append(Row(relation: .above, high: thing, low: nil, group: groupCount)) }
    for thing in low { rows.append(Row(relation: .above, high: nil, low: thing, group: groupCount)) }
    groupCount += 1
  }

  /// How many relations are asked for.
  public var relationCount: Int { rows.count }

  /// The same without some of the relations, by index.
  func without(_ dropped: Set<Int>) -> ExpressibilityProgram {
    var copy = self
    copy.rows = rows.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
    return copy
  }

  /// "A > B" for the relation of this index.
  func text(of row: Int) -> String {
    let row = rows[row]
    switch (row.high.map { names[$0] }, row.low.map { names[$0] }) {
    case (let high?, let low?): return "\(high) \(row.relation.rawValue) \(low)"
    case (let high, let low): return high.map { $0 + " above the others" } ?? (low ?? "") + " below the others"
    }
  }

  /// The reward of largest margin, or a certificate that there is none. One linear program.
  ///
  /// - Throws: `InputError` if the program cannot be solved.
  public func solve() throws -> Expressibility {
    guard rows.contains(where: { $0.relation == .above }) else {
      return .expressible(weights: [Double](repeating: 0, count: width), margin: .infinity)
    }
    let (weights, margin) = try largestMargin()
    return margin > Self.smallestMargin
      ? .expressible(weights: weights, margin: margin.timesTwo(to: exponent)) : .impossible(try certificate())
  }

  private struct Row: Sendable {
    var relation: Relation
    var high: Int?
    var low: Int?
    /// Which level replaces the side that is missing.
    var group: Int?
  }

  private static let smallestMargin = 1e-7
  /// The power of two by which counts are divided, so that the largest is about 1.
  private var exponent: Int {
    let size = counts.reduce(0) { max($0, Vectors.largest($1)) }
    return size > 0 ? Int(size.exponent) : 0
  }

  /// The relation's difference of counts, high less low, with the levels' columns after them.
  private func difference(_ row: Row) -> [Double] {
    var difference = [Double](repeating: 0, count: width + groupCount)
    func add(_ thing: Int, _ sign: Double) {
      for index in 0..<width { difference[index] += sign * counts[thing][index].timesTwo(to: -exponent) }
    }
    if let high = row.high { add(high, 1) }
    if let low = row.low { add(low, -1) }
    if let group = row.group { difference[width + group] = row.high == nil ? 1 : -1 }
    return difference
  }

  private func largestMargin() throws -> ([Double], Double) {
    let columns = width + groupCount
    var program = LinearProgram(variableCount: columns + 1)
    for index in 0..<columns {
      program.lower[index] = index >= width ? -.infinity : isNonNegative ? 0 : -1
      program.upper[index] = index >= width ? .infinity : 1
    }
    program.objective[columns] = 1
    for row in rows {
      var terms: [(variable: Int, coefficient: Double)] = []
      for (column, value) in difference(row).enumerated() where value != 0 { terms.append((column, value)) }
      if row.relation == .above { terms.append((columns, row.group == nil ? -1 : -0.5)) }
      program.addConstraint(terms, lower: 0, upper: row.relation == .equal ? 0 : .infinity)
    }
    let solution = try program.solve()
    guard solution.status == .optimal else {
      throw InputError(
        "the program of largest margin ended as \(solution.status)",
        remedy: "please report it with the task: this is an error in Pactolus, not in the input")
    }
    return (Array(solution.values.prefix(width)), solution.objective)
  }

  /// The least total of what is left when multiples of the relations are added up; 0 proves impossibility.
  private func certificate() throws -> Expressibility.Certificate {
    let columns = width + groupCount
    // Variables: one multiple for each relation, then what is left above and below zero in each column.
    var program = LinearProgram(variableCount: rows.count + 2 * columns, maximize: false)
    var totals: [[(variable: Int, coefficient: Double)]] = Array(repeating: [], count: columns)
    for (index, row) in rows.enumerated() {
      if row.relation == .equal { program.lower[index] = -.infinity }
      for (column, value) in difference(row).enumerated() where value != 0 { totals[column].append((index, value)) }
    }
    for (column, total) in totals.enumerated() {
      let left = rows.count + 2 * column
      // With non-negative weights a column may well add up to less than nothing.
      program.objective[left] = 1
      program.objective[left + 1] = isNonNegative && column < width ? 0 : 1
      var terms = total
      terms.append((left, -1))
      terms.append((left + 1, 1))
      program.addConstraint(terms, lower: 0, upper: 0)
    }
    var strict: [(variable: Int, coefficient: Double)] = []
    for (index, row) in rows.enumerated() where row.relation == .above {
      strict.append((index, row.group == nil ? 1 : 0.5))
    }
    program.addConstraint(strict, lower: 1, upper: 1)
    let solution = try program.solve()
    guard solution.status == .optimal else {
      throw InputError(
        "the certificate's program ended as \(solution.status)",
        remedy: "please report it with the task: this is an error in Pactolus, not in the input")
    }
    var better = [Double](repeating: 0, count: names.count)
    var used: [(relation: Int, weight: Double)] = []
    for (index, row) in rows.enumerated() where abs(solution.values[index]) > 1e-9 {
      let weight = solution.values[index]
      used.append((index, weight))
      if let high = row.high { better[high] += weight }
      if let low = row.low { better[low] -= weight }
    }
    let sum = better.reduce(0) { $0 + max(0, $1) }
    return Expressibility.Certificate(
      betterSide: terms(better, sign: 1, sum), worseSide: terms(better, sign: -1, sum),
      relations: used.map { Expressibility.Certificate.Term(name: text(of: $0.relation), weight: $0.weight) },
      relationIndices: used.map(\.relation), residual: solution.objective)
  }

  private func terms(_ weights: [Double], sign: Double, _ sum: Double) -> [Expressibility.Certificate.Term] {
    let terms = weights.enumerated().filter { sign * $0.element > 1e-9 }.map { index, weight in
      Expressibility.Certificate.Term(name: names[index], weight: sign * weight / max(sum, .leastNormalMagnitude))
    }
    // The heaviest first; equal ones, to rounding, by name.
    return terms.sorted { abs($0.weight - $1.weight) > 1e-9 ? $0.weight > $1.weight : $0.name < $1.name }
  }
}

/// Whether a wished order can be had, with the grounds.
public enum Expressibility: Sendable, Hashable {
  /// Weights, none larger than 1, under which every relation holds, the strict ones at least by the margin (infinite if
  /// there is none).
  case expressible(weights: [Double], margin: Double)
  /// There is none: two mixtures that every reward values equally were to differ.
  case impossible(Certificate)

  /// Why no weights will do: what was to be better and what was to be worse add up to the same.
  public struct Certificate: Sendable, Hashable {
    /// A mixture of things each of which was to be better, or equal; weights add up to 1. Empty if the two sides
    /// cancel: relations that contradict each other in a circle.
    public var betterSide: [Term]
    /// The mixture with the same counts of things that were to be worse.
    public var worseSide: [Term]
    /// The relations that contradict each other, with their multiples.
    public var relations: [Term]
    /// Their indices, in the order in which they were required.
    public var relationIndices: [Int]
    /// How far the two sides differ: 0 but for rounding.
    public var residual: Double

    /// One thing of a mixture with its weight.
    public struct Term: Sendable, Hashable, Codable {
      /// What the thing is called.
      public var name: String
      /// Its share of the mixture, positive.
      public var weight: Double
    }

    /// "0.75 · 01 + 0.25 · 10 = 0.5 · 00 + 0.5 · 11"
    public var text: String {
      guard !betterSide.isEmpty else {
        return relations.map(\.name).joined(separator: ", ") + " go round in a circle"
      }
      func side(_ terms: [Term]) -> String {
        terms.map { ($0.weight > 1 - 1e-9 ? "" : Numbers.plain($0.weight) + " · ") + $0.name }.joined(separator: " + ")
      }
      return side(betterSide) + " = " + side(worseSide)
    }
  }

  /// Whether there is such a reward.
  public var isExpressible: Bool {
    if case .expressible = self { true } else { false }
  }
}

extension ExpressibilityProgram {
  /// The fewest relations whose removal makes the rest expressible, by their indices; nil if more than `limit` are
  /// needed. Of every certificate at least one relation has to go, which leaves few branches to try.
  public func fewestToDrop(limit: Int = 3) throws -> [Int]? {
    for size in 0...limit {
      if let found = try dropping(size, dropped: []) { return found.sorted() }
    }
    return nil
  }

  private func dropping(_ allowance: Int, dropped: Set<Int>) throws -> Set<Int>? {
    let kept = (0..<relationCount).filter { !dropped.contains($0) }
    guard case .impossible(let certificate) = try without(dropped).solve() else { return dropped }
    guard allowance > 0 else { return nil }
    for index in certificate.relationIndices {
      if let found = try dropping(allowance - 1, dropped: dropped.union([kept[index]])) { return found }
    }
    return nil
  }
}
