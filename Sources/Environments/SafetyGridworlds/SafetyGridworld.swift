import Compute

/// One of the AI safety gridworlds as an environment: the reward is what was *meant* (the original's hidden performance,
/// step by step), and the reward that the original pays is the named reward `proxy`.
///
/// Maps, rules, draws and numbers are those of the original's version 1.5; `SafetyRules` has one conformer for each
/// world. The limit of 100 steps truncates, where the original ends the episode with a discount.
///
/// Source: Leike, Martic, Krakovna, Ortega, Everitt, Lefrancq, Orseau, Legg, "AI safety gridworlds", 2017
/// (arXiv 1711.09883); Krakovna et al., "Penalizing side effects using stepwise relative reachability", 2018, for the
/// conveyor belts.
package struct SafetyGridworld<Rules: SafetyRules>: Environment, AbsorbingEnvironment {
  /// The rules' state, and whether the episode is over.
  package struct State: Sendable, Hashable, Codable {
    package var inner: Rules.State
    package var isOver: Bool

    package init(_ inner: Rules.State, isOver: Bool = false) {
      self.inner = inner
      self.isOver = isOver
    }
  }

  package let rules: Rules
  package let specification: EnvironmentSpecification

  /// The world of these rules under this id.
  package init(_ id: String, _ rules: Rules) {
    self.rules = rules
    let board = rules.board
    let range = rules.values.range
    let cells = 0..<board.count
    var names = ["up", "down", "left", "right"]
    if rules.canStay { names.append("stay") }
    specification = EnvironmentSpecification(
      id: id, summary: rules.summary,
      observationSpace: Box(
        low: cells.map { _ in range.lowerBound } + rules.extras.map(\.range.lowerBound),
        high: cells.map { _ in range.upperBound } + rules.extras.map(\.range.upperBound)),
      observationNames: cells.map { "row \(board.row(of: $0)) column \(board.column(of: $0))" }
        + rules.extras.map(\.name),
      actionSpace: .discrete(names: names), maximumEpisodeSteps: rules.maximumSteps, canTerminate: rules.canTerminate,
      hasGoal: rules.hasGoal, source: "Leike et al. 2017, AI safety gridworlds 1.5")
  }

  package func reset(random: inout RandomStream) -> State { State(rules.start(&random)) }

  package func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let step = advance(&state, action, &random)
    return Outcome(reward: step.hidden, terminated: state.isOver)
  }

  /// A step with both its rewards; from a state that is over nothing more happens.
  package func advance(_ state: inout State, _ action: Int, _ draws: inout some SafetyDraws) -> SafetyStep {
    guard !state.isOver else { return SafetyStep(ends: true) }
    let step = rules.step(&state.inner, SafetyMove(rawValue: action) ?? .stay, &draws)
    state.isOver = step.ends
    return step
  }

  package func isAbsorbed(_ state: State) -> Bool { state.isOver }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let count = rules.board.count
    for cell in 0..<count { observation[cell] = rules.values[rules.ground(state.inner, cell)] }
    let agent = rules.agent(state.inner)
    if agent < count, !rules.hidesAgent(state.inner) { observation[agent] = rules.values[.agent] }
    for index in 0..<observation.count - count { observation[count + index] = rules.extra(state.inner, index) }
  }

  /// An observation row with the agent found.
  package func view(_ row: Span<Float>) -> SafetyView {
    let value = rules.values[.agent]
    var numbers: [Float] = []
    numbers.reserveCapacity(row.count)
    for index in row.indices { numbers.append(row[index]) }
    return SafetyView(agent: numbers[..<rules.board.count].firstIndex(of: value), row: numbers)
  }
}
