import Compute

/// A part of an assertion as one question: is f(first) − f(second), or ± f(first) alone, anywhere above a limit?
///
/// Both sides are made of the same free numbers, which lie in a box.
struct AssertionProblem {
  typealias Source = NetworkDifference.Source

  /// Of the free numbers; the first ones are those of a row.
  let box: InputBox
  let first: [Source]
  /// Nil where one transition is looked at by itself.
  let second: [Source]?
  /// Of a single transition: whether small values break it.
  let isNegated: Bool
  /// More breaks it.
  let limit: Double
  /// Two free numbers of which the first side has the smaller (or, where it falls, the larger): of a rising reward.
  let order: (low: Int, high: Int)?
  /// For a proof: the column along which the reward rises or falls.
  let slope: (column: Int, rises: Bool, slack: Double)?
  /// Where sums of free numbers are kept.
  let limits: AssertionDomain

  /// All the questions that make up an assertion in a domain.
  static func all(_ assertion: ModelAssertion, in domain: AssertionDomain) -> [AssertionProblem] {
    let width = domain.features.width
    let row = (0..<width).map { Source.free($0) }
    func problem(
      _ box: InputBox, _ first: [Source], _ second: [Source]? = nil, negated: Bool = false, limit: Double,
      order: (Int, Int)? = nil, slope: (Int, Bool, Double)? = nil
    ) -> AssertionProblem {
      AssertionProblem(
        box: box, first: first, second: second, isNegated: negated, limit: limit, order: order, slope: slope,
        limits: domain)
    }
    switch assertion.claim {
    case .stays(let low, let high):
      return domain.regions(of: assertion).flatMap { region in
        (high.map { [problem(region, row, limit: $0 + assertion.tolerance)] } ?? [])
          + (low.map { [problem(region, row, negated: true, limit: assertion.tolerance - $0)] } ?? [])
      }
    case .ordered(let more, let less):
      let free = Self.columns(more, domain).union(Self.columns(less, domain))
      return Self.deduplicated(domain.regions(of: assertion, free: free), but: free).map { region in
        problem(
          region, Self.setting(more, row, domain), Self.setting(less, row, domain), limit: assertion.tolerance)
      }
    case .independent(let column):
      return domain.regions(of: assertion).map { region in
        var other = row
        other[column] = .free(width)
        return problem(Self.extended(region, column), row, other, limit: assertion.tolerance)
      }
    case .monotone(let column, let rises):
      return domain.regions(of: assertion).map { region in
        var other = row
        other[column] = .free(width)
        let span = region.width(column)
        // A slope that is nowhere below −tolerance/span loses no more than the tolerance over the whole.
        let slack = span > 0 ? assertion.tolerance / span : 0
        return problem(
          Self.extended(region, column), row, other, limit: assertion.tolerance,
          order: rises ? (column, width) : (width, column), slope: (column, rises, slack))
      }
    case .smooth(let jump):
      let regions = domain.regions(of: assertion)
      return regions.flatMap { from in
        regions.compactMap { to -> AssertionProblem? in
          // Nothing comes after the end.
          if let end = domain.features.number("terminated"), from.lower[end.column] > 0 { return nil }
          return problem(
            Self.stepping(from, domain), Self.moved(to, domain), row, limit: jump + assertion.tolerance)
        }
      }
    }
  }

  /// Whether nothing was seen from which the steps of neighbours follow.
  static func needsSteps(_ assertion: ModelAssertion, _ domain: AssertionDomain) -> Bool {
    if case .smooth = assertion.claim { return domain.steps.allSatisfy { $0 == 0 } }
    return false
  }

  private static func columns(_ settings: [ModelAssertion.Setting], _ domain: AssertionDomain) -> Set<Int> {
    settings.reduce(into: []) { columns, setting in
      switch setting {
      case .number(let column, _): columns.insert(column)
      case .action:
        if let actions = domain.features.actions {
          columns.formUnion(actions.start..<actions.start + actions.names.count)
        }
      }
    }
  }

  /// Columns that an assertion sets, so that they need not be looked at for each of their values.
  static func freeColumns(_ assertion: ModelAssertion, _ domain: AssertionDomain) -> Set<Int> {
    guard case .ordered(let more, let less) = assertion.claim else { return [] }
    return columns(more, domain).union(columns(less, domain))
  }

  /// Where both sides set the action, the regions of all actions are one.
  private static func deduplicated(_ regions: [InputBox], but free: Set<Int>) -> [InputBox] {
    var known: Set<InputBox> = []
    return regions.filter { region in
      var plain = region
      for column in free { plain = plain.fixing(column, at: 0) }
      return known.insert(plain).inserted
    }
  }

  static func setting(
    _ settings: [ModelAssertion.Setting], _ row: [Source], _ domain: AssertionDomain
  ) -> [Source] {
    var row = row
    for setting in settings {
      switch setting {
      case .number(let column, let value): row[column] = .fixed(value)
      case .action(let taken):
        guard let actions = domain.features.actions else { continue }
        for place in actions.names.indices { row[actions.start + place] = .fixed(place == taken ? 1 : 0) }
      }
    }
    return row
  }

  /// A row and one more number, which has the bounds of a column.
  private static func extended(_ region: InputBox, _ column: Int) -> InputBox {
    InputBox(lower: region.lower + [region.lower[column]], upper: region.upper + [region.upper[column]])
  }

  /// A row and the steps to its neighbours.
  private static func stepping(_ region: InputBox, _ domain: AssertionDomain) -> InputBox {
    let steps = domain.features.numbers.map { domain.steps[$0.column] }
    return InputBox(lower: region.lower + steps.map { -$0 }, upper: region.upper + steps)
  }

  /// A neighbour: each number after a step, with the action and the end of its own region.
  private static func moved(_ region: InputBox, _ domain: AssertionDomain) -> [Source] {
    var row = region.lower.map { Source.fixed($0) }
    for (index, number) in domain.features.numbers.enumerated() where number.name != "terminated" {
      row[number.column] = .sum(number.column, domain.features.width + index)
    }
    return row
  }

  /// Both sides of a row of free numbers, the smaller of an ordered pair on the first.
  func sides(_ row: [Float]) -> (first: [Float], second: [Float]?) {
    var row = row
    if let order, row[order.low] > row[order.high] { row.swapAt(order.low, order.high) }
    func side(_ sources: [Source]) -> [Float] {
      sources.enumerated().map { column, source in
        switch source {
        case .free(let index): row[index]
        case .fixed(let value): value
        case .sum(let a, let b): min(limits.upper[column], max(limits.lower[column], row[a] + row[b]))
        }
      }
    }
    return (side(first), second.map(side))
  }

  /// How far each row goes beyond the limit; above 0 it breaks the assertion.
  func excess(_ rows: [Float], count: Int, _ reward: BoundedNetwork) -> [Double] {
    let size = box.count
    var (one, other) = ([Float](), [Float]())
    for row in 0..<count {
      let sides = sides(Array(rows[row * size..<(row + 1) * size]))
      one += sides.first
      if let second = sides.second { other += second }
    }
    let values = reward.values(at: one, count: count)
    if second != nil {
      return zip(values, reward.values(at: other, count: count)).map { $0 - $1 - limit }
    }
    return values.map { (isNegated ? -$0 : $0) - limit }
  }
}
