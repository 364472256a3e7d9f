import Compute

/// What becomes of one assertion: looked for among what was judged and visited, searched for everywhere, and proved where
/// that can be done.
///
/// ```swift
/// let check = AssertionCheck(reward, domain: domain, sets: [judged, visited], random: random)
/// check.result(of: assertion).finding(features)
/// ```
package struct AssertionCheck {
  package let reward: BoundedNetwork
  package let domain: AssertionDomain
  package let sets: [AssertionRows]
  /// Rows that the search tries for one assertion.
  package var trials: Int
  /// Parts of the domain that a proof bounds for one assertion; 0 leaves proofs out.
  package var nodes: Int
  private let random: RandomSource

  /// Rows of a set that are changed and looked at again, spread evenly over it.
  private static let mostRows = 4000
  /// Values that a number is set to where the reward should rise with it, or not depend on it.
  private static let values = 9

  /// - Parameters:
  ///   - reward: what is asserted about.
  ///   - domain: where.
  ///   - sets: what was seen.
  ///   - trials: of the search, for each assertion.
  ///   - nodes: of the proof, for each assertion.
  ///   - random: where searches start.
  package init(
    _ reward: BoundedNetwork, domain: AssertionDomain, sets: [AssertionRows], trials: Int = 10_000, nodes: Int = 2000,
    random: RandomSource
  ) {
    (self.reward, self.domain, self.sets) = (reward, domain, sets)
    (self.trials, self.nodes, self.random) = (trials, nodes, random)
  }

  /// Looks at the data, searches, proves. Complexity: O(rows + trials + nodes · widest layer) network evaluations.
  package func result(of assertion: ModelAssertion) -> AssertionResult {
    var result = AssertionResult(assertion)
    for set in sets { result.counts.append(count(assertion, set, &result)) }
    let problems = AssertionProblem.all(assertion, in: domain)
    if problems.isEmpty || AssertionProblem.needsSteps(assertion, domain) { return result }
    result.isSearched = true
    var stream = random.stream("assertion", assertion.line)
    for problem in problems { search(problem, share: problems.count, &stream, &result) }
    // Who has a witness needs no proof.
    if result.witness == nil, nodes > 0 { prove(problems, &stream, &result) }
    return result
  }

  // MARK: data

  private func count(
    _ assertion: ModelAssertion, _ set: AssertionRows, _ result: inout AssertionResult
  ) -> AssertionResult.Count {
    var count = AssertionResult.Count(name: set.name, episodes: set.starts.count)
    var broken: Set<Int> = []
    let episodes = set.episodes
    let free = AssertionProblem.freeColumns(assertion, domain)
    func admits(_ row: Int) -> Bool { domain.admits(set.row(row), assertion, free: free) }
    func take(_ row: Int, _ values: (Double, Double?), _ sides: ([Float], [Float]?), _ excess: Double) {
      count.looked += 1
      guard excess > 0 else { return }
      count.broken += 1
      broken.insert(episodes[row])
      result.offer(
        AssertionResult.Witness(
          origin: set.name, first: sides.0, second: sides.1, firstReward: values.0, secondReward: values.1,
          excess: excess))
    }
    let all = reward.values(at: set.rows, count: set.count)
    switch assertion.claim {
    case .stays(let low, let high):
      for row in 0..<set.count where admits(row) {
        let over = high.map { all[row] - $0 } ?? -.infinity
        let under = low.map { $0 - all[row] } ?? -.infinity
        take(row, (all[row], nil), (Array(set.row(row)), nil), max(over, under) - assertion.tolerance)
      }
    case .smooth(let jump):
      for (row, next) in set.neighbours where admits(row) && admits(next) {
        let excess = abs(all[next] - all[row]) - jump - assertion.tolerance
        take(row, (all[next], all[row]), (Array(set.row(next)), Array(set.row(row))), excess)
      }
    case .ordered, .independent, .monotone:
      // The same for a row of the set in the place of the free numbers.
      let admitted = (0..<set.count).filter(admits)
      for row in spread(admitted) {
        let variants = variants(of: Array(set.row(row)), assertion)
        let values = reward.values(at: variants.flatMap { $0 }, count: variants.count)
        let worst = worst(assertion, values)
        take(
          row, (values[worst.first], values[worst.second]), (variants[worst.first], variants[worst.second]),
          values[worst.first] - values[worst.second] - assertion.tolerance)
      }
    }
    count.episodesBroken = broken.count
    return count
  }

  private func spread(_ rows: [Int]) -> [Int] {
    let step = max(1, (rows.count + Self.mostRows - 1) / Self.mostRows)
    return stride(from: 0, to: rows.count, by: step).map { rows[$0] }
  }

  /// A row as the assertion sets it: both sides, or the number at rising values.
  private func variants(of row: [Float], _ assertion: ModelAssertion) -> [[Float]] {
    switch assertion.claim {
    case .ordered(let more, let less):
      return [more, less].map { settings in
        AssertionProblem.setting(settings, row.map { .fixed($0) }, domain).map {
          if case .fixed(let value) = $0 { value } else { 0 }
        }
      }
    case .independent(let column), .monotone(let column, _):
      let limits = assertion.conditions.filter { $0.column == column }
      let low = limits.map(\.low).reduce(domain.lower[column], max)
      let high = limits.map(\.high).reduce(domain.upper[column], min)
      let values = (0..<Self.values).map { low + (high - low) * Float($0) / Float(Self.values - 1) } + [row[column]]
      return values.sorted().map { value in
        var changed = row
        changed[column] = value
        return changed
      }
    case .stays, .smooth: return []
    }
  }

  /// Which of the variants are furthest from what is asserted, the one that is paid too much first.
  private func worst(_ assertion: ModelAssertion, _ values: [Double]) -> (first: Int, second: Int) {
    switch assertion.claim {
    case .independent:
      return (values.indices.max { values[$0] < values[$1] } ?? 0, values.indices.min { values[$0] < values[$1] } ?? 0)
    case .monotone(_, let rises):
      // The largest fall along the values, in one pass.
      let order = rises ? Array(values.indices) : values.indices.reversed()
      var (highest, first, second) = (order[0], order[0], order[0])
      for index in order {
        if values[index] > values[highest] { highest = index }
        if values[highest] - values[index] > values[first] - values[second] { (first, second) = (highest, index) }
      }
      return (first, second)
    case .ordered, .stays, .smooth: return (0, 1)
    }
  }

  // MARK: search

  /// The cross-entropy method over the free numbers, from rows that were seen and from all over the box.
  private func search(
    _ problem: AssertionProblem, share: Int, _ random: inout RandomStream, _ result: inout AssertionResult
  ) {
    let size = problem.box.count
    let population = 64
    var rows: [[Float]] = []
    for set in sets where set.count > 0 {
      for _ in 0..<population / 2 {
        let row = Array(set.row(random.below(set.count)))
        rows.append(problem.box.clamped(row + (row.count..<size).map { Self.draw(problem.box, $0, &random) }))
      }
    }
    while rows.count < 2 * population { rows.append((0..<size).map { Self.draw(problem.box, $0, &random) }) }
    var left = max(4 * population, trials / share)
    while left > 0 {
      let excess = problem.excess(rows.flatMap { $0 }, count: rows.count, reward)
      left -= rows.count
      result.trials += rows.count
      let order = excess.indices.sorted { (excess[$1], $0) < (excess[$0], $1) }
      offer(rows[order[0]], excess[order[0]], "search", problem, &result)
      let elite = order.prefix(8).map { rows[$0] }
      var next = [elite[0]]
      for _ in 1..<population {
        next.append(
          (0..<size).map { column in
            let values = elite.map { Double($0[column]) }
            let spread = Statistics.standardDeviation(values) + 0.01 * problem.box.width(column)
            let value = Float(values[random.below(values.count)] + 0.7 * spread * random.normal())
            return min(problem.box.upper[column], max(problem.box.lower[column], value))
          })
      }
      rows = next
    }
  }

  private static func draw(_ box: InputBox, _ column: Int, _ random: inout RandomStream) -> Float {
    min(
      box.upper[column], max(box.lower[column], Float(Double(box.lower[column]) + random.uniform() * box.width(column)))
    )
  }

  private func offer(
    _ row: [Float], _ excess: Double, _ origin: String, _ problem: AssertionProblem, _ result: inout AssertionResult
  ) {
    result.nearest = max(result.nearest ?? excess, excess)
    guard excess > 0 else { return }
    let sides = problem.sides(row)
    result.offer(
      AssertionResult.Witness(
        origin: origin, first: sides.first, second: sides.second, firstReward: reward.value(at: sides.first),
        secondReward: sides.second.map { reward.value(at: $0) }, excess: excess))
  }

  // MARK: proof

  private func prove(
    _ problems: [AssertionProblem], _ random: inout RandomStream, _ result: inout AssertionResult
  ) {
    var isProved = true
    for problem in problems {
      let search = BoxSearch(nodes: max(1, nodes / problems.count), starts: 16, steps: 20)
      let row = InputBox(
        lower: Array(problem.box.lower.prefix(reward.inputs)), upper: Array(problem.box.upper.prefix(reward.inputs)))
      if let slope = problem.slope {
        let along = NetworkSlope(reward, along: slope.column)
        let largest =
          slope.rises
          ? search.maximum(of: Negated(along), over: row, limit: slope.slack, random: &random)
          : search.maximum(of: along, over: row, limit: slope.slack, random: &random)
        result.nodes += largest.nodes
        if largest.decision(slope.slack) == .proved { continue }
        isProved = false
        // Where it falls, a small step shows it; or rounding hides it, and nothing is settled.
        for share in [Float(0.001), 0.01, 0.1] {
          let step = share * Float(row.width(slope.column))
          let moved = largest.witness[slope.column] + step
          let other = moved <= row.upper[slope.column] ? moved : largest.witness[slope.column] - step
          let pair = problem.box.clamped(largest.witness + [other])
          offer(pair, problem.excess(pair, count: 1, reward)[0], "proof", problem, &result)
        }
        continue
      }
      let largest: BoxSearch.Largest
      if let second = problem.second {
        largest = search.maximum(
          of: NetworkDifference(reward, first: problem.first, second: second, inputs: problem.box.count),
          over: problem.box, limit: problem.limit, random: &random)
      } else if problem.isNegated {
        largest = search.maximum(of: Negated(reward), over: row, limit: problem.limit, random: &random)
      } else {
        largest = search.maximum(of: reward, over: row, limit: problem.limit, random: &random)
      }
      result.nodes += largest.nodes
      if largest.decision(problem.limit) == .proved { continue }
      isProved = false
      result.provedExcess = max(result.provedExcess ?? -.infinity, largest.proved - problem.limit)
      offer(largest.witness, problem.excess(largest.witness, count: 1, reward)[0], "proof", problem, &result)
    }
    result.isProved = isProved
  }
}
