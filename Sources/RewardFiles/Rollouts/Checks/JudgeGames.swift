import Compute
import Findings

/// What the games of a pairwise judge show: whether verdicts turn with the order of the answers, whether a place or the
/// judge's own family is favoured, and how often the judge is right.
///
/// The unit is the pair: its two games are not independent of each other.
struct JudgeGames {
  /// One pair of answers in its games.
  struct Pair {
    /// The score of the answer that stood first, in each game.
    var firsts: [Double] = []
    /// The score of the pair's first answer, in each game.
    var scores: [Double] = []
    /// Which of the pair's two answers stood first, in each game: 0 or 1.
    var sides: [Int8] = []
    /// Whether that answer is the better one by a person's label; nil without one.
    var isBetter: Bool?
    /// Whether it is of the judge's family and the other is not, or the reverse; nil if neither or both are.
    var isOwn: Bool?
    var row: Int

    /// Wins of the first place less wins of the second, a game.
    var favour: Double { Statistics.mean(firsts.map { 2 * $0 - 1 }) }
    /// Whether there is exactly one game of each order: only then do its games tell order and place from the answers.
    var hasBothOrders: Bool { sides.count == 2 && sides[0] != sides[1] }
    /// Whether the games of both orders say different things.
    var turns: Bool { hasBothOrders && scores[0] != scores[1] }
    /// Over all games: 1 for the label, −1 against it, 0 undecided.
    var agreement: Int? {
      guard let isBetter else { return nil }
      let sum = scores.reduce(0) { $0 + (2 * $1 - 1) * (isBetter ? 1 : -1) }
      return sum > 0 ? 1 : sum < 0 ? -1 : 0
    }
  }

  private(set) var pairs: [Pair] = []
  /// Games without a decision.
  private(set) var undecided = 0
  private let rollouts: RolloutFacts

  init(_ rollouts: RolloutFacts) {
    self.rollouts = rollouts
    let table = rollouts.table
    let judges = JudgeBias.column(table, JudgeBias.judgeNames)
    let hasRuns = table.run.count == table.count
    var numbers: [Int32: Int] = [:]
    var row = 0
    while row + 1 < table.count {
      // The answer that stood first, then the other.
      let (first, second) = (row, row + 1)
      guard table.game[first] >= 0, table.game[first] == table.game[second] else {
        row += 1
        continue
      }
      row += 2
      guard table.total[first].isFinite else {
        undecided += 1
        continue
      }
      let followed = table.side[first] == 0 ? first : second
      let number = numbers[table.group[first]] ?? pairs.count
      if number == pairs.count {
        numbers[table.group[first]] = number
        var pair = Pair(row: first)
        if table.gold.count == table.count, (0...1).contains(table.gold[followed]) {
          pair.isBetter = table.gold[followed] == 1
        }
        if let judges, judges.codes[first] >= 0, hasRuns {
          let judge = JudgeBias.family(judges.names[Int(judges.codes[first])])
          let own = [followed, first + second - followed].map { row in
            table.run.codes[row] >= 0 && JudgeBias.family(table.run.names[Int(table.run.codes[row])]) == judge
          }
          if own[0] != own[1] { pair.isOwn = own[0] }
        }
        pairs.append(pair)
      }
      pairs[number].firsts.append(table.total[first])
      pairs[number].scores.append(table.total[followed])
      pairs[number].sides.append(table.side[first])
    }
  }

  func outcome() throws(AuditGap) -> CheckOutcome {
    guard pairs.count >= 10 else { throw .missing("fewer than ten pairs of answers with a decision") }
    let both = pairs.filter(\.hasBothOrders)
    let turning = both.filter(\.turns)
    let family = family()
    let order = both.count >= 10 ? order(both, turning) : []
    let evidence = evidence(both, turning) + family.evidence
    guard (order + family.tests).contains(where: { $0 != nil }) else {
      throw .missing(
        "fewer than ten pairs (\(both.count) of \(pairs.count)) with exactly one decided game of each order",
        evidence: evidence)
    }
    var notes = undecided > 0 ? ["\(Numbers.count(undecided, "game")) without a decision are left out."] : []
    if both.count < pairs.count {
      notes.append(
        "Pairs without exactly one decided game of each order, which say nothing of order and place: \(pairs.count - both.count) of \(pairs.count)."
      )
    }
    return CheckOutcome(
      claim: order.isEmpty
        ? "The judge does not favour its own family" : "The judge's verdict does not depend on order, place or family",
      tests: order + family.tests, evidence: evidence, notes: notes,
      examples: turning.prefix(5).map { rollouts.example($0.row, "the verdict turns when the answers change places") })
  }

  /// Whether verdicts turn with the order, and whether a place wins more: of pairs with one game of each order, in which
  /// each answer stands once in either place. Of the others a place that wins more may hold the better answers.
  private func order(_ both: [Pair], _ turning: [Pair]) -> [EffectTest?] {
    let favours = both.map(\.favour)
    let error = Statistics.standardDeviation(favours) / Double(favours.count).squareRoot()
    let favour = Statistics.mean(favours)
    return [
      .share("pairs whose verdict turns with the order of the answers", turning.count, of: both.count, atMost: 0.1),
      error > 0
        ? .normal(
          "games won by the first place, less by the second", favour, error: error, count: favours.count, within: 0.05)
        : .share(
          "pairs in which one and the same place wins", favour == 0 ? 0 : favours.count, of: favours.count, atMost: 0.05
        ),
    ]
  }

  private func evidence(_ both: [Pair], _ turning: [Pair]) -> [Evidence] {
    var evidence: [Evidence] = []
    if !both.isEmpty {
      let first = turning.count { $0.firsts == [1, 1] }
      let second = turning.count { $0.firsts == [0, 0] }
      evidence += [
        Evidence("pairs in which the first place wins both games", Double(first), count: both.count),
        Evidence("pairs in which the second place wins both games", Double(second), count: both.count),
        Evidence(
          "p-value that neither place is favoured among them (McNemar, exact)", ExactTests.mcNemar(first, second)),
      ]
    }
    let others = pairs.filter { !$0.hasBothOrders }
    if !others.isEmpty {
      evidence.append(
        Evidence(
          "games won by the first place, less by the second, of pairs without one game of each order",
          Statistics.mean(others.map(\.favour)), count: others.count))
    }
    let judged = pairs.compactMap(\.agreement)
    if !judged.isEmpty {
      for (name, value) in [("right by the labels", 1), ("wrong by the labels", -1), ("undecided", 0)] {
        let count = judged.count { $0 == value }
        evidence.append(
          Evidence(
            "pairs, over their games: \(name)", Double(count) / Double(judged.count),
            interval: Statistics.proportionInterval(successes: count, of: judged.count), count: judged.count))
      }
    }
    return evidence
  }

  /// Errors in favour of the judge's own family, less errors against it: a better family is not taken for a favoured one.
  private func family() -> (tests: [EffectTest?], evidence: [Evidence]) {
    let mixed = pairs.filter { $0.isOwn != nil }
    guard !mixed.isEmpty else { return ([], []) }
    let own = mixed.map { pair in
      let score = Statistics.mean(pair.scores)
      return pair.isOwn == true ? score : 1 - score
    }
    let evidence = [
      Evidence(
        "games won by the judge's own family", Statistics.mean(own), interval: Statistics.meanInterval(own),
        count: own.count)
    ]
    var (favoured, slighted) = ((count: 0, of: 0), (count: 0, of: 0))
    for pair in mixed {
      guard let agreement = pair.agreement, let isBetter = pair.isBetter else { continue }
      // The own answer is the worse one and wins, or the better one and loses.
      let isWrong = agreement < 0 ? 1 : 0
      if pair.isOwn == isBetter {
        slighted.count += isWrong
        slighted.of += 1
      } else {
        favoured.count += isWrong
        favoured.of += 1
      }
    }
    return (
      [
        EffectTest.difference(
          "worse answers of the judge's own family that win, less worse answers of others", favoured, slighted)
      ], evidence
    )
  }
}
