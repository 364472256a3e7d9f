import Compute
import Findings

extension RolloutCheck {
  /// The advantages follow from the rewards of their groups.
  public static let advantages = RolloutCheck(
    id: "advantages",
    title: "The advantages follow from the rewards of their groups",
    problem: "The advantages do not follow from the rewards of their groups",
    explanation:
      "The advantage is recomputed within each group of full size: reward less mean, divided by the group's standard deviation (of either divisor), by "
      + "the batch's or not at all, or less the mean of the others. The formula that fits most rows is taken. Tolerated: 1 % of rows that differ by more than 0.1 %. "
      + "If rows do not fit, but nearly all values are such as the formula gives for some group of that size, rows were grouped with strangers. "
      + "If no formula fits, or each reward of a step has one advantage whatever its group, the verdict is unknown: the trainer may have a formula of its own, or no baseline of the group.",
    advice:
      "Compare how the trainer groups rows with the order in which the scorer returns them, and look for a mask "
      + "or a shuffle between the two; if the file names other groups, say which: pactolus audit rollouts FILES "
      + "--map group=COLUMN",
    assumptions: "The file has every row of a group.",
    source: "Shao et al. 2024 (GRPO); Liu et al. 2025 (Dr. GRPO); Ahmadian et al. 2024 (leave-one-out)",
    needs: [.totals, .groups, .advantages]
  ) { rollouts throws(AuditGap) in
    try Advantages.measure(rollouts)
  }
}

private enum Advantages {
  enum Formula: String, CaseIterable {
    case sample = "(reward − mean) / standard deviation (n − 1)"
    case population = "(reward − mean) / standard deviation (n)"
    case centred = "reward − mean"
    case others = "reward − mean of the others"
    case batch = "(reward − mean) / the batch's standard deviation"

    /// What trainers add to the standard deviation: TRL 1e-4, verl 1e-6, others less. It shows where a group hardly varies.
    static let additions = [1e-4, 1e-6, 1e-8]

    func values(_ rewards: [Double], batchSpread: Double, addition: Double) -> [Double] {
      let (n, mean) = (Double(rewards.count), Statistics.mean(rewards))
      let squares = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let scale: Double =
        switch self {
        case .sample: 1 / ((squares / (n - 1)).squareRoot() + addition)
        case .population: 1 / ((squares / n).squareRoot() + addition)
        case .centred: 1
        case .others: n / (n - 1)
        case .batch: 1 / (batchSpread + addition)
        }
      return rewards.map { ($0 - mean) * scale }
    }
  }

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let all = rollouts.groups.filter { group in
      group.count > 1 && group.allSatisfy { table.total[$0].isFinite && table.advantage[$0].isFinite }
    }
    var sizes: [Int: Int] = [:]
    for group in all { sizes[group.count, default: 0] += 1 }
    guard let size = sizes.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
      throw .missing("no group with rewards and advantages")
    }
    let groups = all.filter { $0.count == size }
    guard 10 * groups.count >= 9 * all.count, groups.count >= 10 else {
      throw .missing("groups of different sizes, or fewer than ten: rows may be missing")
    }
    let spreads = spreads(table, groups)
    let rows = groups.flatMap(\.self)
    guard rows.contains(where: { table.advantage[$0] != 0 }) else { throw .notMeasurable("all advantages are 0") }
    var best: (formula: Formula, wrong: [Int])?
    for (formula, addition) in Formula.allCases.flatMap({ formula in Formula.additions.map { (formula, $0) } }) {
      var wrong: [Int] = []
      for group in groups {
        let spread = table.step.count == table.count ? spreads[table.step[group[0]]] : spreads[0]
        let wanted = formula.values(group.map { table.total[$0] }, batchSpread: spread ?? 1, addition: addition)
        for (row, value) in zip(group, wanted) where !near(table.advantage[row], value) { wrong.append(row) }
      }
      if wrong.count < best?.wrong.count ?? .max { best = (formula, wrong) }
    }
    guard let best else { throw .missing("no group with rewards and advantages") }
    // Groups without variation have advantage 0 by every formula: they say nothing of which one it is.
    let telling = Set(groups.filter { group in group.contains { table.total[$0] != table.total[group[0]] } }.joined())
    let wrong = best.wrong.count { telling.contains($0) }
    let fitting =
      telling.isEmpty
      ? Double(rows.count - best.wrong.count) / Double(rows.count)
      : Double(telling.count - wrong) / Double(telling.count)
    if 100 * best.wrong.count > rows.count, followsReward(table, rows) {
      throw .missing(
        "each reward has one advantage, whatever its group: the trainer takes no baseline of the group",
        evidence: [Evidence("rows that the best formula of a group fits", fitting)])
    }
    let strangers = fitting < 0.9 ? possible(table, rows, size) : nil
    guard fitting >= 0.5 || strangers != nil else {
      throw .missing(
        "no known formula gives these advantages", evidence: [Evidence("rows that the best formula fits", fitting)])
    }
    let test = EffectTest.share(
      "rows whose advantage is not \((strangers ?? best.formula).rawValue)", best.wrong.count, of: rows.count,
      atMost: 0.01)
    return CheckOutcome(
      tests: [test],
      notes: strangers.map {
        [
          "Nearly all values are \($0.rawValue) of some group of \(size), but not of the group that their rows belong to."
        ]
      } ?? [],
      examples: best.wrong.prefix(5).map {
        rollouts.example(
          $0, "reward \(Numbers.plain(table.total[$0])), advantage \(Numbers.plain(table.advantage[$0]))")
      })
  }

  /// Whether the advantage is a function of the reward within a step: without a baseline, with a constant one or the batch's.
  private static func followsReward(_ table: RolloutTable, _ rows: [Int]) -> Bool {
    struct Key: Hashable {
      var step: Int32
      var reward: Double
    }
    var first: [Key: Double] = [:]
    return rows.allSatisfy { row in
      let key = Key(step: table.step.count == table.count ? table.step[row] : 0, reward: table.total[row])
      let advantage = first[key, default: table.advantage[row]]
      first[key] = advantage
      return near(table.advantage[row], advantage)
    }
  }

  private static func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-3 * (1 + abs(b)) }

  /// The standard deviation of the rewards of each step (of all rows, without steps).
  private static func spreads(_ table: RolloutTable, _ groups: [[Int]]) -> [Int32: Double] {
    var values: [Int32: [Double]] = [:]
    for row in groups.joined() {
      values[table.step.count == table.count ? table.step[row] : 0, default: []].append(table.total[row])
    }
    return values.mapValues(Statistics.standardDeviation)
  }

  /// The formula of which nearly all advantages are possible values, for groups of this size with the file's rewards in any
  /// mixture; nil with so many mixtures that any value would be near one.
  private static func possible(_ table: RolloutTable, _ rows: [Int], _ size: Int) -> Formula? {
    let rewards = Set(rows.map { table.total[$0] }).sorted()
    guard (2...6).contains(rewards.count) else { return nil }
    let mixtures = mixtures(of: rewards.count, size: size)
    guard !mixtures.isEmpty else { return nil }
    // Every formula gives 0 somewhere: it does not tell them apart.
    let varied = rows.filter { table.advantage[$0] != 0 }
    // Few values are told apart by as much as a file may have rounded; many only by less.
    let tolerance = mixtures.count <= 40 ? 1e-3 : 1e-5
    for formula in Formula.allCases where formula != .batch {
      for addition in Formula.additions {
        let values = mixtures.flatMap { mixture in
          let group = zip(rewards, mixture).flatMap { reward, count in repeatElement(reward, count: count) }
          return formula.values(group, batchSpread: 1, addition: addition)
        }
        let sorted = Set(values).sorted()
        let fits = varied.count { isClose(table.advantage[$0], to: sorted, tolerance) }
        if 20 * fits >= 19 * varied.count { return formula }
      }
    }
    return nil
  }

  /// In how many ways a group can be made of so many rewards: how often each is there. Empty if there are more than 4,000.
  private static func mixtures(of rewards: Int, size: Int) -> [[Int]] {
    var result: [[Int]] = [[]]
    for place in 0..<rewards {
      result = result.flatMap { start -> [[Int]] in
        let left = size - start.reduce(0, +)
        return place == rewards - 1 ? [start + [left]] : (0...left).map { start + [$0] }
      }
      if result.count > 4000 { return [] }
    }
    return result
  }

  /// Whether a value is within rounding of one of these, which are sorted.
  private static func isClose(_ value: Double, to sorted: [Double], _ tolerance: Double) -> Bool {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return [low - 1, low].contains {
      sorted.indices.contains($0) && abs(sorted[$0] - value) <= tolerance * (1 + abs(value))
    }
  }
}
