import Compute
import Findings

extension RolloutCheck {
  /// The judge favours neither a place nor its own family.
  public static let judgeBias = RolloutCheck(
    id: "judge-bias",
    title: "The judge favours neither a place nor its own family",
    problem: "The judge favours a place or its own family",
    explanation:
      "With the games of a judge that compares two answers (JudgeBench, MT-Bench, Arena-Hard): pairs whose verdict is another when the answers change places (tolerated: 10 %), games won by the "
      + "first place less those won by the second, a pair counting once (±5 points), both of pairs with exactly one game of each order (of other pairs the place is only reported: "
      + "it may hold the better answers), and, where the judge's own family is one of two, worse answers of it that win less worse answers of others. With a column named position, order or side that has two values: acceptance in one place less the other (tolerated: ±5 points). With a column named judge, and runs named by model: "
      + "acceptance of the judge's own family (the name up to its first digit or hyphen) less that of other families, given gold labels, so that a better "
      + "family is not taken for a favoured one; without labels it is reported.",
    advice:
      "Show both orders and average, or let a judge of another family grade, and compare: pactolus audit "
      + "rollouts FILES --second RESCORED",
    assumptions: "Places were assigned at random.",
    source: "Zheng et al. 2023 (MT-Bench); Panickssery et al. 2024 (self-preference)",
    needs: [.totals], readsGames: true
  ) { rollouts throws(AuditGap) in
    guard rollouts.table.game.isEmpty else { return try JudgeGames(rollouts).outcome() }
    return try JudgeBias.measure(rollouts)
  }
}

enum JudgeBias {
  /// What columns of judges are called.
  static let judgeNames = ["judge", "grader", "judge_model", "grader_model"]

  /// The first further column with one of these names.
  static func column(_ table: RolloutTable, _ names: [String]) -> CategoryColumn? {
    table.attributes.first { names.contains($0.name.lowercased()) && $0.values.count == table.count }?.values
  }

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    var (tests, evidence) = ([EffectTest?](), [Evidence]())
    func share(_ rows: [Int]) -> EffectTest.Share { (rows.count { rollouts.accepted[$0] == 1 }, rows.count) }
    if let places = column(table, ["position", "order", "side", "slot"]), places.names.count == 2 {
      func accepted(_ code: Int32) -> EffectTest.Share {
        share(rollouts.scored.filter { places.codes[$0] == code })
      }
      tests.append(
        EffectTest.difference(
          "accepted where the place is \(places.names[0]), less \(places.names[1])", accepted(0), accepted(1)))
    }
    if let judges = column(table, judgeNames), table.run.count == table.count {
      let families = (judges.names.map(family), table.run.names.map(family))
      let rows = rollouts.scored.filter { judges.codes[$0] >= 0 && table.run.codes[$0] >= 0 }
      func isOwn(_ row: Int) -> Bool { families.0[Int(judges.codes[row])] == families.1[Int(table.run.codes[row])] }
      let hasGold = table.gold.count == table.count
      for label in [Int8(0), 1] where hasGold {
        let labelled = rows.filter { table.gold[$0] == label }
        tests.append(
          EffectTest.difference(
            "accepted of the judge's own family, less others, where a person found \(label == 1 ? "right" : "wrong")",
            share(labelled.filter(isOwn)), share(labelled.filter { !isOwn($0) })))
      }
      for own in [true, false] {
        let some = rows.filter { isOwn($0) == own }
        if !some.isEmpty {
          let share = Double(some.count { rollouts.accepted[$0] == 1 }) / Double(some.count)
          evidence.append(
            Evidence("accepted of \(own ? "the judge's own family" : "other families")", share, count: some.count))
        }
      }
    }
    guard tests.contains(where: { $0 != nil }) else {
      throw .missing(
        "no column of places; no judges with gold labels of their own and other families", evidence: evidence)
    }
    return CheckOutcome(tests: tests, evidence: evidence)
  }

  /// "gpt" of "openai/gpt-4o": after the last slash, up to the first digit or hyphen.
  static func family(_ name: String) -> String {
    let model = name.split(separator: "/").last.map(String.init) ?? name
    return model.prefix { !$0.isNumber && $0 != "-" && $0 != "_" }.lowercased()
  }
}
