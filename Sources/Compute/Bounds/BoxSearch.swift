/// The largest value of a function in a box, between what was found and what was proved.
///
/// ```swift
/// let search = BoxSearch(nodes: 200)
/// let largest = search.maximum(of: reward, over: box, random: random)
/// largest.proved            // nothing in the box is above
/// largest.found             // and this much is reached, at largest.witness
/// ```
///
/// Branch and bound: the part of the box that may hold the most is cut in two along the number that matters most to its
/// bounds, until found and proved meet, a question is settled or the nodes are used up. What it costs is counted in
/// nodes (one evaluation of the bounds each) and not timed, so that equal searches end equally.
/// Source: Land and Doig 1960; for networks Bunel et al. 2018, "A unified view of piecewise linear neural network
/// verification".
package struct BoxSearch: Sendable {
  /// How many parts are bounded at most.
  package var nodes: Int
  /// The search ends when proved is within this of found.
  package var tolerance: Double
  /// How many rows are tried by ascent before.
  package var starts: Int
  /// How many steps an ascent takes.
  package var steps: Int

  /// - Parameters:
  ///   - nodes: the budget, at least 1.
  ///   - tolerance: not negative.
  ///   - starts: the box's middle among them.
  ///   - steps: of ascent.
  package init(nodes: Int = 200, tolerance: Double = 0, starts: Int = 16, steps: Int = 30) {
    precondition(nodes > 0 && tolerance >= 0 && starts > 0 && steps >= 0, "a search has a budget")
    (self.nodes, self.tolerance, self.starts, self.steps) = (nodes, tolerance, starts, steps)
  }

  /// What a search came to.
  package struct Largest: Sendable, Hashable {
    /// No row of the box gives more.
    package var proved: Double
    /// The largest value that a row gave.
    package var found: Double
    /// That row.
    package var witness: [Float]
    /// Parts that were bounded.
    package var nodes: Int

    /// Whether nothing in the box is above a number.
    package func decision(_ limit: Double) -> BoxDecision {
      if found > limit { return .refuted }
      return proved <= limit ? .proved : .undecided
    }
  }

  /// The largest value in the box.
  ///
  /// - Parameters:
  ///   - function: what is asked.
  ///   - box: where.
  ///   - limit: if it is enough to know whether a value is above this.
  ///   - random: where ascents start.
  package func maximum(
    of function: some BoundedFunction, over box: InputBox, limit: Double? = nil, random: inout RandomStream
  ) -> Largest {
    let first = function.bounds(over: box)
    var largest = ascent(function, box, first, &random)
    largest.nodes = 1
    var queue = BoxQueue()
    queue.push(BoxQueue.Part(box: box, bounds: first, order: 0))
    var settled = -Double.infinity  // the most that a part which cannot be cut any more may hold
    var order = 0
    let weights = function.weights
    while let part = queue.peek {
      largest.proved = max(part.bounds.upper, settled, largest.found)
      if largest.proved - largest.found <= tolerance { break }
      if let limit, largest.found > limit || largest.proved <= limit { break }
      if largest.nodes + 2 > nodes { break }
      queue.pop()
      guard let halves = part.longestEffect.flatMap({ part.box.halves(along: $0) }) ?? part.halves(by: weights) else {
        settled = max(settled, part.bounds.upper)
        continue
      }
      for half in [halves.0, halves.1] {
        var bounds = function.bounds(over: half)
        largest.nodes += 1
        // What holds in the whole holds in its half.
        bounds.upper = min(bounds.upper, part.bounds.upper)
        bounds.lower = max(bounds.lower, part.bounds.lower)
        look(function, at: Self.corner(of: half, bounds.upperSlopes), &largest)
        order += 1
        if bounds.upper > largest.found { queue.push(BoxQueue.Part(box: half, bounds: bounds, order: order)) }
      }
    }
    if queue.peek == nil { largest.proved = max(settled, largest.found) }
    return largest
  }

  /// The corner where a line is largest; the middle along numbers that it does not depend on.
  static func corner(of box: InputBox, _ slopes: [Double]) -> [Float] {
    let centre = box.centre
    return slopes.indices.map { slopes[$0] > 0 ? box.upper[$0] : slopes[$0] < 0 ? box.lower[$0] : centre[$0] }
  }

  private func look(_ function: some BoundedFunction, at row: [Float], _ largest: inout Largest) {
    let value = function.value(at: row)
    if value > largest.found { (largest.found, largest.witness) = (value, row) }
  }

  /// Ascent by the derivatives' signs from several rows at once, in steps that shrink from a half of the box.
  private func ascent(
    _ function: some BoundedFunction, _ box: InputBox, _ bounds: BoxBounds, _ random: inout RandomStream
  ) -> Largest {
    let size = box.count
    var rows = box.centre + Self.corner(of: box, bounds.upperSlopes)
    for _ in 2..<max(2, starts) {
      for column in 0..<size {
        rows.append(
          min(
            box.upper[column],
            max(box.lower[column], Float(Double(box.lower[column]) + random.uniform() * box.width(column)))))
      }
    }
    let count = rows.count / size
    var largest = Largest(proved: bounds.upper, found: -.infinity, witness: box.centre, nodes: 0)
    func note() {
      for (index, value) in function.values(at: rows, count: count).enumerated() where value > largest.found {
        (largest.found, largest.witness) = (value, Array(rows[index * size..<(index + 1) * size]))
      }
    }
    note()
    for step in 0..<steps {
      guard let slopes = function.gradients(at: rows, count: count) else { break }
      let reach = 0.5 * (1 - Double(step) / Double(steps))
      for index in rows.indices {
        let column = index % size
        let move = slopes[index] > 0 ? reach : slopes[index] < 0 ? -reach : 0
        rows[index] = min(
          box.upper[column], max(box.lower[column], Float(Double(rows[index]) + move * box.width(column))))
      }
      note()
    }
    return largest
  }
}

/// Whether a limit holds everywhere in a box.
package enum BoxDecision: String, Sendable, Hashable, Codable, CaseIterable {
  /// Everywhere.
  case proved
  /// Not at the witness.
  case refuted
  /// The budget did not settle it.
  case undecided
}
