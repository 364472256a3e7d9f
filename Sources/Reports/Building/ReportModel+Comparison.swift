import Compute
import Environments
import Rewards
import Theory

extension ReportModel {
  /// The report about rewards of one finite world: how far each lies from each, and two of them in detail.
  public init(
    comparing pairs: [TwoRewards], matrix: RewardMatrix, regrets: RewardMatrix?, world: FiniteWorld, written: String?
  ) {
    var sections = [
      Section(id: "matrix", title: "How far apart", text: Self.matrixText(matrix), heatMaps: [Self.heatMap(matrix)])
    ]
    if let regrets {
      sections.append(
        Section(
          id: "regret", title: "What can be lost",
          text: "The row is the true reward, the column the one that is optimised. The number is the largest share "
            + "of the range of true returns that can be lost by leaving one policy for another that the column's reward "
            + "likes no less.",
          heatMaps: [Self.heatMap(regrets)]))
    }
    for (index, pair) in pairs.enumerated() {
      sections.append(
        Section(
          id: "pair-\(index)", title: "\(pair.firstName) and \(pair.secondName)",
          tables: Self.tables(pair) + Self.witnesses(pair, world)))
    }
    let first = pairs.first
    self.init(
      kind: .theory, title: matrix.names.joined(separator: ", "),
      subtitle: "\(matrix.names.count) rewards in \(world.title), compared by what they make policies worth.",
      headline: TwoRewards.headline,
      facts: pairs.count == 1 ? Self.facts(pairs[0]) : [], sections: sections, findings: pairs.flatMap(\.findings),
      provenance: [
        Fact("World", world.title), Fact("Metric", matrix.metric),
        Fact("States left out", "\(first?.unreachableStates ?? 0)", note: "nothing leads there"),
      ], written: written)
  }

  /// A matrix as a picture: distances from 0 to 2 or more, regrets from 0 to 1.
  public static func heatMap(_ matrix: RewardMatrix) -> HeatMap {
    let isRegret = matrix.metric == RewardMatrix.regretName
    return HeatMap(
      id: isRegret ? "regrets" : "distances",
      title: isRegret ? "Worst-case regret: row true, column gone by" : "Distances by \(matrix.metric)",
      caption: isRegret ? "1: everything can be lost." : "0: both put all policies in the same order.",
      summary: summary(matrix), rows: matrix.names, columns: matrix.names, values: matrix.shown, lower: 0,
      upper: isRegret ? 1 : max(2, matrix.values.flatMap { $0 }.max() ?? 2))
  }

  /// What the two policies of a worst case do, where they differ.
  private static func witnesses(_ pair: TwoRewards, _ world: FiniteWorld) -> [Table] {
    [
      (pair.worstCase.forward, pair.firstName, pair.secondName),
      (pair.worstCase.backward, pair.secondName, pair.firstName),
    ]
    .compactMap { regret, truth, proxy in
      guard let regret, let value = regret.value, value > 0 else { return nil }
      let rows = WitnessRows(regret, world)
      guard !rows.rows.isEmpty else { return nil }
      let shown = Array(rows.rows.prefix(60))
      return Table(
        caption:
          "A worst case for \(truth): an agent that optimises \(proxy) may leave the first policy for the second"
          + (shown.count < rows.rows.count
            ? ". The first \(shown.count) of the \(rows.rows.count) states where they differ" : ""),
        columns: ["In state", "first", "second"], rows: shown)
    }
  }

  private static func matrixText(_ matrix: RewardMatrix) -> String {
    "From 0 for rewards that put all policies in the same order to 2 for opposite ones."
      + (matrix.trivial.isEmpty
        ? ""
        : " Under \(matrix.trivial.joined(separator: ", ")) all policies have the same return, so distances from "
          + "there are a convention.")
  }

  private static func summary(_ matrix: RewardMatrix) -> String {
    var parts: [String] = []
    for (row, name) in matrix.names.enumerated() {
      for (column, other) in matrix.names.enumerated() where row != column {
        parts.append("\(name) to \(other) \(NumberFormat.plain.text(matrix.shown[row][column]))")
      }
    }
    return parts.joined(separator: ", ") + "."
  }

  private static func facts(_ pair: TwoRewards) -> [Fact] {
    var facts = [
      Fact(
        "STARC distance", NumberFormat.plain.text(pair.distance.value),
        note: pair.distance.degeneracy == nil
          ? "0 same order, 2 opposite; up to \(NumberFormat.plain.text(pair.distance.rounding)) is rounding"
          : "a convention: a reward is trivial")
    ]
    func bracket(_ name: String, _ bracket: WorstCaseBracket?, _ note: String) {
      guard let bracket else { return }
      let (lower, upper) = (NumberFormat.percent.text(bracket.lower), NumberFormat.percent.text(bracket.upper))
      facts.append(Fact(name, "\(lower) to \(upper)", note: note))
    }
    bracket("Can be lost", pair.worstCaseBracket.forward, "of \(pair.firstName), going by \(pair.secondName)")
    bracket("Can be lost", pair.worstCaseBracket.backward, "of \(pair.secondName), going by \(pair.firstName)")
    func regret(_ name: String, _ value: Double?, _ note: String) {
      if let value { facts.append(Fact(name, NumberFormat.percent.text(value), note: note)) }
    }
    regret("Can be lost", pair.worstCase.forward?.value, "of \(pair.firstName), going by \(pair.secondName)")
    regret("Can be lost", pair.worstCase.backward?.value, "of \(pair.secondName), going by \(pair.firstName)")
    facts.append(
      Fact(
        "Pairs of policies ordered alike", NumberFormat.percent.text(pair.agreement.share),
        note: pair.agreement.isExhaustive
          ? "of all \(pair.agreement.pairs) pairs of deterministic ones" : "of \(pair.agreement.pairs) random pairs"))
    return facts
  }

  private static func tables(_ pair: TwoRewards) -> [Table] {
    func number(_ value: Double?) -> String { value.map { NumberFormat.plain.text($0, digits: 4) } ?? "undefined" }
    let metrics =
      pair.distances.map {
        [$0.metric, $0.distance.isZero ? "≈ 0" : number($0.distance.value), $0.isSTARC ? "yes" : "no"]
      }
      + pair.pearson.map { [$0.name, number($0.result.value), "no"] }
    var regrets: [[String]] = []
    for (truth, proxy, worst, optimal) in [
      (pair.firstName, pair.secondName, pair.worstCase.forward, pair.optimal.forward),
      (pair.secondName, pair.firstName, pair.worstCase.backward, pair.optimal.backward),
    ] {
      regrets.append([
        truth, proxy, worst.map { number($0.value) } ?? "too large a world", number(optimal?.best),
        number(optimal?.worst),
      ])
    }
    return [
      Table(
        caption: "Distances. Only STARC metrics are 0 exactly for rewards that order all policies alike",
        columns: ["Metric", "Distance", "STARC"], rows: metrics, numeric: [1]),
      Table(
        caption: "Regret, as a share of the range of true returns",
        columns: ["True", "Gone by", "Worst case", "Best policies, luckiest", "unluckiest"], rows: regrets,
        numeric: [2, 3, 4]),
    ]
  }
}

/// What the two witnesses of a worst-case regret do in each state, where they do different things.
public struct WitnessRows: Sendable, Hashable {
  /// State, what the policy does that is left, what the one does that is taken.
  public let rows: [[String]]

  /// The two policies of a worst case, state by state.
  public init(_ regret: WorstCaseRegret, _ world: FiniteWorld) {
    func words(_ policy: TabularPolicy, _ state: Int) -> String {
      let count = policy.actionCount
      let chances = (0..<count).map { policy.probabilities[state * count + $0] }
      let most = chances.max() ?? 0
      if most >= 1 - Self.tolerance { return world.actionNames[chances.firstIndex(of: most) ?? 0] }
      if (chances.min() ?? 0) >= most - Self.tolerance { return "any" }
      return (0..<count).filter { chances[$0] > Self.tolerance }
        .map { "\(world.actionNames[$0]) \(NumberFormat.percent.text(chances[$0], digits: 2))" }
        .joined(separator: ", ")
    }
    func apart(_ state: Int) -> Bool {
      let count = regret.left.actionCount
      return (state * count..<(state + 1) * count).contains {
        abs(regret.left.probabilities[$0] - regret.taken.probabilities[$0]) > Self.tolerance
      }
    }
    rows = (0..<world.mdp.stateCount).compactMap { state in
      let left = words(regret.left, state)
      let taken = words(regret.taken, state)
      return apart(state) ? [world.stateNames[state], left, taken] : nil
    }
  }

  /// Probabilities that differ by less are the linear program's tolerance.
  private static let tolerance = 1e-9
}
