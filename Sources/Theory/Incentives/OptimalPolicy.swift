import Compute
import Findings

/// The best that an agent can do in a diagram with numbers, other agents' rules held fixed, and a policy that does it.
///
/// With sufficient recall decisions are solved one after the other, the last first, each for every combination of what
/// is worth knowing there. Decisions that rely on one another are solved together: all rules of all but one are tried,
/// and the best answer of that one follows row by row; where there are too many, that is refused with their number.
/// Exact but for rounding; of equally good outcomes the first is taken.
package struct OptimalPolicy: Sendable {
  /// The rules of all decisions: the agent's best, and the others' as they were given.
  package private(set) var inference: DiagramInference
  /// The agent's expected utility.
  package private(set) var expectedUtility = 0.0
  private let view: AgentView

  /// Rules tried together times entries of their table.
  static let mostTrials = 200_000_000

  /// - Parameters:
  ///   - agent: whose policy; nil where there is one agent.
  ///   - others: rules of other agents' decisions; those without choose uniformly.
  /// - Throws: `InputError` where tables are missing or something does not fit.
  package init(
    _ diagram: InfluenceDiagram, agent: String? = nil, others: [Int: DiagramInference.Rule] = [:],
    limit: Int = DiagramInference.standardLimit
  ) throws {
    view = try AgentView(diagram, agent: agent)
    inference = try DiagramInference(diagram, rules: others, limit: limit)
    let groups = SufficientRecall(view).groups
    let requisite = RequisiteGraph(view, order: groups.flatMap(\.self)).graph
    for group in groups { try solve(group, requisite) }
    expectedUtility = try inference.expectedUtility(view.utilities)
  }

  /// The best rules for decisions that rely on one another, those on which they rely having theirs.
  private mutating func solve(_ group: [Int], _ requisite: DiagramGraph) throws {
    var union: [Int] = []
    for decision in group {
      for node in requisite.parents[decision] + [decision] where !union.contains(node) { union.append(node) }
    }
    let below = requisite.descendants(of: group)
    var gain = Factor(
      variables: union, sizes: union.map(inference.size),
      values: [Double](repeating: 0, count: try entries(union, group)))
    for utility in view.utilities where below[utility] {
      let part = try inference.sum(keeping: union, free: Set(group), times: [inference.utility(utility)])
      for index in gain.values.indices { gain.values[index] += part.values[index] }
    }
    let players = group.map { RuleSpace(decision: $0, parents: requisite.parents[$0], in: gain) }
    let rules = try RuleSearch(players, gain: gain, at: view.diagram.name).best()
    for (player, choices) in zip(players, rules) { inference.rules[player.decision] = player.rule(choices) }
  }

  private func entries(_ union: [Int], _ group: [Int]) throws -> Int {
    let bits = EliminationOrder(scopes: [union], keep: Set(union), size: inference.size)
    try bits.checkFits(inference.limit, at: view.diagram.name)
    return union.reduce(1) { $0 * inference.size($1) }
  }
}

/// The deterministic rules of one decision, and where their rows lie in a table of gains.
struct RuleSpace {
  let decision: Int
  let parents: [Int]
  let rows: Int
  let width: Int
  /// For each entry of the table of gains the row and the outcome of this decision.
  let row: [Int]
  let outcome: [Int]

  init(decision: Int, parents: [Int], in gain: Factor) {
    self.decision = decision
    self.parents = parents
    let axis = Dictionary(uniqueKeysWithValues: gain.variables.enumerated().map { ($1, $0) })
    width = gain.sizes[axis[decision]!]
    rows = parents.reduce(1) { $0 * gain.sizes[axis[$1]!] }
    var steps = [Int](repeating: 1, count: gain.sizes.count)
    for index in gain.sizes.indices.dropLast().reversed() { steps[index] = steps[index + 1] * gain.sizes[index + 1] }
    func digit(_ entry: Int, _ variable: Int) -> Int {
      entry / steps[axis[variable]!] % gain.sizes[axis[variable]!]
    }
    row = gain.values.indices.map { entry in
      parents.reduce(0) { $0 * gain.sizes[axis[$1]!] + digit(entry, $1) }
    }
    outcome = gain.values.indices.map { digit($0, decision) }
  }

  /// How many deterministic rules there are, as a floating-point number since it may be huge.
  var count: Double { (0..<rows).reduce(1.0) { product, _ in product * Double(width) } }

  func rule(_ choices: [Int]) -> DiagramInference.Rule {
    var table = [Double](repeating: 0, count: rows * width)
    for (row, choice) in choices.enumerated() { table[row * width + choice] = 1 }
    return DiagramInference.Rule(parents: parents, table: table)
  }
}

/// The best joint rules of some decisions of one agent.
struct RuleSearch {
  private let players: [RuleSpace]
  private let gain: Factor
  /// The decision whose best rule is found row by row: the one with the most rules.
  private let last: Int

  init(_ players: [RuleSpace], gain: Factor, at place: String) throws {
    self.players = players
    self.gain = gain
    last = players.indices.max { players[$0].count < players[$1].count }!
    var trials = 1.0
    for index in players.indices where index != last { trials *= players[index].count }
    guard trials * Double(gain.values.count) <= Double(OptimalPolicy.mostTrials) else {
      let most = OptimalPolicy.mostTrials / gain.values.count
      throw InputError(
        "without sufficient recall, \(players.count) decisions that rely on one another have "
          + "\(Numbers.plain(trials)) joint rules",
        at: place,
        remedy: "at most \(most) can be tried; let the later decision know what the earlier one knew and chose")
    }
  }

  /// For each decision the choice in each row.
  func best() -> [[Int]] {
    let tried = players.indices.filter { $0 != last }
    var choices = players.map { [Int](repeating: 0, count: $0.rows) }
    var best: (value: Double, choices: [[Int]])?
    let scale = gain.values.reduce(0) { $0 + abs($1) }
    while true {
      let (value, answer) = answer(to: choices, tried)
      if best == nil || value > best!.value + 1e-12 * scale {
        choices[last] = answer
        best = (value, choices)
      }
      guard advance(&choices, tried) else { return best!.choices }
    }
  }

  /// The next joint rule of those that are tried; false after the last.
  private func advance(_ choices: inout [[Int]], _ tried: [Int]) -> Bool {
    for index in tried {
      for row in choices[index].indices {
        choices[index][row] += 1
        if choices[index][row] < players[index].width { return true }
        choices[index][row] = 0
      }
    }
    return false
  }

  private func answer(to choices: [[Int]], _ tried: [Int]) -> (Double, [Int]) {
    let player = players[last]
    var sums = [Double](repeating: 0, count: player.rows * player.width)
    var sizes = sums
    for (entry, value) in gain.values.enumerated() {
      guard tried.allSatisfy({ choices[$0][players[$0].row[entry]] == players[$0].outcome[entry] }) else { continue }
      sums[player.row[entry] * player.width + player.outcome[entry]] += value
      sizes[player.row[entry] * player.width + player.outcome[entry]] += abs(value)
    }
    var total = 0.0
    let answer = (0..<player.rows).map { row in
      var best = 0
      for choice in 1..<max(1, player.width) {
        let tolerance = 1e-12 * max(sizes[row * player.width + best], sizes[row * player.width + choice])
        if sums[row * player.width + choice] > sums[row * player.width + best] + tolerance { best = choice }
      }
      total += sums[row * player.width + best]
      return best
    }
    return (total, answer)
  }
}
