import Agents
import Audits
import Compute
import Environments
import Findings
import Rewards
import Theory

/// A run's world taken apart into variables, some of which are declared delicate: what a policy gains through them.
struct DelicateWorld: Sendable {
  let view: FactoredView
  /// The variables' names.
  let delicate: [String]
  let baseline: FactoredRule
  /// What the baseline is, in words.
  let baselineWords: String
  private let finite: FiniteWorldView
  private let entry: EnvironmentEntry

  /// The baseline that chooses among all actions alike.
  static let uniform = "uniform"
  /// The baseline that is the run's own policy before any training.
  static let start = "start"

  /// - Parameters:
  ///   - entry: the run's world.
  ///   - delicate: names of variables.
  ///   - baseline: ``uniform``, ``start`` or an action's name.
  ///   - start: the run's policy before any training.
  /// - Throws: `InputError` for a world that is not made of variables, for unknown variables and actions.
  init(
    _ entry: EnvironmentEntry, delicate: [String], baseline: String, start: @autoclosure () throws -> any ActingPolicy
  ) throws {
    view = try FactoredView(entry)
    guard let table = entry.tabular, let finite = FiniteWorldView(table, of: entry.specification) else {
      throw InputError("'\(entry.specification.id)' has no discounted table", at: entry.specification.id)
    }
    (self.entry, self.finite) = (entry, finite)
    guard !delicate.isEmpty else { throw InputError("no variable is named", remedy: "name one of \(Self.names(view))") }
    for name in delicate { _ = try view.world.position(of: name) }
    guard Set(delicate).count == delicate.count else {
      throw InputError("a variable is named twice", remedy: "name each once")
    }
    self.delicate = delicate
    switch baseline {
    case Self.uniform: (self.baseline, baselineWords) = (view.uniform, "all actions alike")
    case Self.start:
      self.baseline = try view.rule(Self.table(try start(), in: finite))
      baselineWords = "the run's policy before training"
    default:
      guard view.world.actions.contains(baseline) else {
        throw InputError.unknown(
          "baseline", baseline, among: [Self.uniform, Self.start] + view.world.actions, at: entry.specification.id)
      }
      self.baseline = try FactoredRule(always: baseline, in: view.world)
      baselineWords = "always “\(baseline)”"
    }
  }

  private static func names(_ view: FactoredView) -> String {
    view.world.variables.map(\.name).joined(separator: ", ")
  }

  /// As it draws its actions, or the likeliest where it does not say how probable each is.
  private static func table(_ policy: any ActingPolicy, in finite: FiniteWorldView) throws -> TabularPolicy {
    if let policy = policy as? Policy, case .categorical = policy.head { return try finite.table(policy) }
    return TabularPolicy(actions: likeliest(policy, in: finite.world), actionCount: finite.world.mdp.actionCount)
  }

  private static func likeliest(_ policy: some ActingPolicy, in world: TabularWorld) -> [Int] {
    var actions = [Float](repeating: 0, count: world.mdp.stateCount)
    let actor = policy.makeActor(count: actions.count)
    var rows = actions.mutableSpan
    actor.act(world.observations.span, into: &rows)
    return actions.map { Int($0) }
  }

  /// What a policy of the run gains, and by which way.
  func effects(of policy: any ActingPolicy) throws -> PathEffects {
    let effects = try PathEffects(of: staged(policy), in: view.world, delicate: delicate, baseline: baseline)
    try check(effects)
    return effects
  }

  /// A policy of the run on the states of the world's variables.
  func staged(_ policy: any ActingPolicy) throws -> StagedPolicy {
    StagedPolicy(view.policy(of: try Self.table(policy, in: finite)))
  }

  /// In states that the world never is in, nobody knows what the policy would do or what would pay it.
  ///
  /// - Throws: `InputError` for effects that rest on such a state.
  private func check(_ effects: PathEffects) throws {
    let actions = view.world.actions.count
    var isNever = [Double](repeating: 1, count: view.world.stateCount * actions)
    for state in view.stateOf {
      for row in state * actions..<(state + 1) * actions { isNever[row] = 0 }
    }
    guard effects.gain(paying: isNever).pathSpecific < 1e-9 else {
      let words = delicate.joined(separator: ", ")
      throw InputError(
        "\(words) cannot be thought apart from the other variables: the world would be in states that it never is in",
        at: entry.specification.id, remedy: "declare another variable delicate, or use another baseline")
    }
  }

  /// Whether every combination of values is a state.
  private var isWhole: Bool { Set(view.stateOf).count == view.world.stateCount }

  /// A reward on the world's states and actions; nil stands for the world's own.
  func rewards(_ reward: (any TransitionReward)?) -> [Double] { view.rewards(finite.rewards(reward)) }

  /// The value of a delicate variable in each observation of the world; nil where it is not seen.
  func seen(_ variable: String) throws -> [[Float]: Int]? {
    let index = try view.world.position(of: variable)
    guard view.isSeen[index] else { return nil }
    let (observations, size) = (finite.world.observations, finite.world.observationSize)
    var values: [[Float]: Int] = [:]
    for (state, number) in view.stateOf.enumerated() {
      values[Array(observations[state * size..<(state + 1) * size])] = view.world.values(of: number)[index]
    }
    return values
  }

  /// The value that a variable has most often while it goes its natural course.
  static func atRest(_ course: PathEffects.Course) -> Int {
    let sums = course.values.indices.map { value in course.natural.reduce(0) { $0 + $1[value] } }
    return sums.indices.max { (sums[$0], -$0) < (sums[$1], -$1) } ?? 0
  }
}

extension DelicateWorld {
  /// Whether a run's answers changed with a delicate variable; and how many chose no clip of two.
  ///
  /// - Parameters:
  ///   - record: the run.
  ///   - course: the variable's.
  ///   - segment: the stored segment of a number.
  ///   - random: of the simulated answers.
  func answers(
    _ record: RunRecord, _ course: PathEffects.Course, segment: (Int) throws -> StoredSegment?, random: RandomSource
  ) throws -> (test: AnswersAndVariable, others: Int)? {
    guard let values = try seen(course.variable) else { return nil }
    let rest = Self.atRest(course)
    var shares: [Int: Double] = [:]
    func moved(_ number: Int) throws -> Double? {
      if let known = shares[number] { return known }
      guard let trajectory = try segment(number)?.trajectory, trajectory.count > 0 else { return nil }
      var count = 0
      for step in 0..<trajectory.count {
        let size = trajectory.observationSize
        guard let value = values[Array(trajectory.observations[step * size..<(step + 1) * size])] else { return nil }
        if value != rest { count += 1 }
      }
      shares[number] = Double(count) / Double(trajectory.count)
      return shares[number]
    }
    var answers: [AnswersAndVariable.Answer] = []
    for comparison in record.comparisons {
      guard let label = comparison.label, label != 0.5, let first = comparison.firstTrueReturn,
        let second = comparison.secondTrueReturn, let own = try moved(comparison.first),
        let other = try moved(comparison.second)
      else { continue }
      answers.append(
        AnswersAndVariable.Answer(
          gain: first - second, firstMoved: own, secondMoved: other, time: Double(comparison.iteration),
          isFirst: label == 1))
    }
    return (
      AnswersAndVariable(answers, variable: course.variable, random: random.child(course.variable)),
      record.answerCount - answers.count
    )
  }
}

extension DelicateWorld {
  /// The names of the agents that plan.
  static let plain = "best for it"
  static let pathSpecific = "best that does not try to influence it"
  static let punished = "best that tries not to"
  /// With more entries in a plan's tables nothing is planned.
  private static let mostEntries = 20_000_000

  /// The best agents for a reward (the world's own if nil): plain; by the path-specific objective; and punished for influence,
  /// with the difference of the largest and the smallest pay as what a unit of it costs. With a note where one is left out.
  func planned(_ rewards: [Double]?) throws -> (agents: [MeansAudit.Agent], note: String?) {
    let world = try rewards.map { try view.world.paying($0) } ?? view.world
    guard let horizon = world.horizon, world.stateCount * world.actions.count * horizon <= Self.mostEntries else {
      return ([], "The world is too large to plan for each step; no best agent is shown.")
    }
    let table = try world.tabular()
    func agent(_ name: String, _ policy: StagedPolicy) throws -> MeansAudit.Agent {
      let effects = try PathEffects(of: policy, in: world, delicate: delicate, baseline: baseline)
      try check(effects)
      return MeansAudit.Agent(
        name: name, gain: effects.gain, moved: effects.courses.map { $0.distances.last ?? 0 })
    }
    var agents = [try agent(Self.plain, StagedPolicy(optimal: table, horizon: horizon))]
    var note: String?
    do {
      guard isWhole else { throw InputError("the world is never in some combinations of its variables") }
      let paths = try PathSpecificWorld(
        world, delicate: delicate, baseline: baseline, mostViews: 200_000 / max(1, world.actions.count * horizon / 10))
      let best = paths.plan(in: paths.imagined)
      let baselineValue = paths.value(of: paths.lift(StagedPolicy(baseline.policy(in: world))), in: paths.actual)
      let natural = StagedPolicy(baseline.policy(in: world))
      agents.append(
        MeansAudit.Agent(
          name: Self.pathSpecific,
          gain: PathEffects.Gain(
            value: paths.value(of: best, in: paths.actual), baseline: baselineValue,
            pathSpecific: paths.value(of: best, in: paths.imagined)),
          moved: try delicate.map { name in
            let own = try paths.course(of: name, under: best, steps: horizon)[horizon]
            let other = try paths.course(of: name, under: paths.lift(natural), steps: horizon)[horizon]
            return zip(own, other).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
          }))
    } catch let error as InputError {
      note = "The best agent that does not try to influence it is not shown: \(error.problem)."
    }
    let range = (table.rewards.max() ?? 0) - (table.rewards.min() ?? 0)
    let costs = try InfluencePenalty.influence.costs(in: world, delicate: delicate, baseline: baseline)
    agents.append(
      try agent(
        Self.punished,
        StagedPolicy(optimal: table, horizon: horizon, rewards: zip(table.rewards, costs).map { $0 - range * $1 })))
    return (agents, note)
  }
}
