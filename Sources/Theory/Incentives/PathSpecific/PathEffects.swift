import Agents
import Compute
import Environments

/// How much of what a given policy earns more than a baseline came through delicate variables, and where it left them:
/// exact, whoever made the policy.
///
/// ```swift
/// let effects = try PathEffects(of: policy, in: world, delicate: ["interest"], baseline: uniform)
/// effects.total                        // V(π) − V(π₀)
/// effects.direct + effects.indirect    // the same, divided
/// effects.courses[0].distances         // step by step: how far the interest is from its natural course
/// ```
///
/// With S the other variables and Z the delicate ones, the natural direct effect is E[U(S(π, Z(π₀)), Z(π₀))] − V(π₀): what
/// the policy gains while Z goes as under the baseline; the indirect one is the rest (Pearl, "Direct and indirect effects",
/// 2001).
///
/// The definitions are those of ``PathSpecificWorld``, which plans; here a policy is given that looks at the state alone, so
/// that no belief about the other world is needed and pairs of states are all there is. One thing more is shared: with
/// ``PathSpecificWorld/Chance/shared`` the draws of both policies are one uniform number that goes through the actions in
/// their order. So a baseline that draws has no effect of its own either: as a policy it gains nothing by no path.
///
/// What an action pays at once is direct, also where the reward of the step was defined as a mean over what the action
/// leads to.
public struct PathEffects: Sendable, Hashable {
  /// What became of one delicate variable.
  public struct Course: Sendable, Hashable, Encodable {
    /// The variable.
    public var variable: String
    /// A name for each value.
    public var values: [String]
    /// [steps + 1][values]: its distribution after each number of steps under the policy.
    public var own: [[Double]]
    /// The same under the baseline: its natural course.
    public var natural: [[Double]]

    /// By number of steps the total variation between the two, 0 to 1.
    public var distances: [Double] {
      zip(own, natural).map { zip($0, $1).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 }
    }
  }

  /// What becomes of a reward.
  public struct Gain: Sendable, Hashable, Encodable {
    /// V(π).
    public var value: Double
    /// V(π₀).
    public var baseline: Double
    /// E[U(S(π, Z(π₀)), Z(π₀))].
    public var pathSpecific: Double

    /// The three values.
    public init(value: Double, baseline: Double, pathSpecific: Double) {
      (self.value, self.baseline, self.pathSpecific) = (value, baseline, pathSpecific)
    }

    /// What the policy earns more than the baseline.
    public var total: Double { value - baseline }
    /// How much of that does not run through the delicate variables.
    public var direct: Double { pathSpecific - baseline }
    /// How much of that does.
    public var indirect: Double { value - pathSpecific }

    private enum CodingKeys: String, CodingKey { case value, baseline, pathSpecific, total, direct, indirect }

    /// The values and the effects.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(value, forKey: .value)
      try container.encode(baseline, forKey: .baseline)
      try container.encode(pathSpecific, forKey: .pathSpecific)
      try container.encode(total, forKey: .total)
      try container.encode(direct, forKey: .direct)
      try container.encode(indirect, forKey: .indirect)
    }
  }

  /// By the world's own reward.
  public let gain: Gain
  /// By delicate variable: what became of it.
  public let courses: [Course]
  /// [states × actions]: how often each is met and done, discounted; under the policy, under the baseline, and under the
  /// policy where delicate variables go their natural course.
  let visits: (own: [Double], natural: [Double], imagined: [Double])

  /// What the policy earns more than the baseline, by the world's own reward.
  public var total: Double { gain.total }
  /// How much of that does not run through the delicate variables.
  public var direct: Double { gain.direct }
  /// How much of that does.
  public var indirect: Double { gain.indirect }

  /// The most pairs of a state and what is followed of the other world.
  public static let mostPairs = 200_000

  /// - Parameters:
  ///   - policy: over the world's states, a table for each step or one for all.
  ///   - world: the world; it has a horizon.
  ///   - delicate: the variables whose part is asked for.
  ///   - baseline: what would be done without the agent.
  ///   - chance: how the chance of the two worlds hangs together.
  /// - Throws: `InputError` for an unknown variable or none, a world without a horizon, more than ``mostPairs`` pairs, and
  ///   for a world that was taken apart and does not say what would follow in a pair of states.
  /// - Complexity: O(pairs × actions² × outcomes of a step of both worlds), and O(horizon) passes over the pairs' rows.
  public init(
    of policy: StagedPolicy, in world: FactoredWorld, delicate: [String], baseline: FactoredRule,
    chance: PathSpecificWorld.Chance = .shared
  ) throws {
    guard let horizon = world.horizon else {
      throw InputError(
        "effects are sums over an episode, and '\(world.title)' has no horizon", at: world.title,
        remedy: "give a horizon")
    }
    guard !delicate.isEmpty, Set(delicate).count == delicate.count else {
      throw InputError(
        "the delicate variables are \(delicate)", at: world.title, remedy: "name at least one, each once")
    }
    let positions = try delicate.map { try world.position(of: $0) }
    let table = try world.tabular()
    precondition(
      policy.stages.allSatisfy { $0.probabilities.count == world.stateCount * world.actions.count },
      "a row for each state of the world")
    let natural = StagedPolicy(baseline.policy(in: world))
    let courses = [policy, natural].map { $0.distributions(in: table, steps: horizon) }
    func variable(_ index: Int, in course: [[Double]]) -> [[Double]] {
      course.map { shares in
        var result = [Double](repeating: 0, count: world.variables[index].values.count)
        for (state, share) in shares.enumerated() where share > 0 { result[world.values(of: state)[index]] += share }
        return result
      }
    }
    self.courses = positions.map { index in
      Course(
        variable: world.variables[index].name, values: world.variables[index].values,
        own: variable(index, in: courses[0]), natural: variable(index, in: courses[1]))
    }
    var pairs = TwinPairs(
      TwinStep(world, delicate: positions, baseline: baseline, sharesChance: chance == .shared), table.start)
    let imagined = try pairs.play(policy, horizon: horizon)
    visits = (
      Self.visits(policy, courses[0], table.actionCount, world.discount),
      Self.visits(natural, courses[1], table.actionCount, world.discount), imagined.visits
    )
    gain = Gain(
      value: policy.value(in: table, horizon: horizon), baseline: natural.value(in: table, horizon: horizon),
      pathSpecific: imagined.value)
  }

  /// The same policy's gain by another reward on [states × actions].
  public func gain(paying rewards: [Double]) -> Gain {
    precondition(rewards.count == visits.own.count, "a number for each state and action")
    func sum(_ visits: [Double]) -> Double { zip(visits, rewards).reduce(0) { $0 + $1.0 * $1.1 } }
    return Gain(value: sum(visits.own), baseline: sum(visits.natural), pathSpecific: sum(visits.imagined))
  }

  private static func visits(
    _ policy: StagedPolicy, _ course: [[Double]], _ actions: Int, _ discount: Double
  ) -> [Double] {
    var result = [Double](repeating: 0, count: course[0].count * actions)
    var weight = 1.0
    for (step, shares) in course.dropLast().enumerated() {
      let probabilities = policy[step].probabilities
      for (state, share) in shares.enumerated() where share > 0 {
        for row in state * actions..<(state + 1) * actions { result[row] += weight * share * probabilities[row] }
      }
      weight *= discount
    }
    return result
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.gain == b.gain && a.courses == b.courses && a.visits == b.visits
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(gain)
    hasher.combine(courses)
  }
}

/// Pairs of a state, whose delicate variables go their natural course, and what is followed of the other world.
private struct TwinPairs {
  /// What can come of an action in a pair, while the other world's baseline does something.
  private struct Row {
    var outcomes: [(pair: Int, probability: Double)] = []
    var payment = 0.0
    /// The probability of outcomes of which the world does not say what they are.
    var unknown = 0.0
  }

  private struct Key: Hashable {
    var pair, action, naturalAction: Int
  }

  private let twin: TwinStep
  private let start: [Double]
  private var states: [Int] = []
  private var hidden: [Int] = []
  private var numbers: [[Int]: Int] = [:]
  private var rows: [Key: Row] = [:]

  init(_ twin: TwinStep, _ start: [Double]) { (self.twin, self.start) = (twin, start) }

  private mutating func number(_ state: Int, _ other: Int) throws -> Int {
    if let known = numbers[[state, other]] { return known }
    guard states.count < PathEffects.mostPairs else {
      throw InputError(
        "there are more than \(PathEffects.mostPairs) pairs of worlds", at: twin.world.title,
        remedy: "use a baseline that looks at less, such as one action, or a smaller world")
    }
    numbers[[state, other]] = states.count
    states.append(state)
    hidden.append(other)
    return states.count - 1
  }

  private mutating func row(_ key: Key) throws -> Row {
    if let known = rows[key] { return known }
    let world = twin.world
    let now = world.values(of: states[key.pair])
    let natural = twin.natural(hidden: hidden[key.pair], seen: now)
    var row = Row()
    var found: [(state: Int, hidden: Int, probability: Double)] = []
    var unknown = 0.0
    twin.forEachOutcome(
      now: now, natural: natural, action: key.action, naturalAction: key.naturalAction, unknown: &unknown
    ) { next, naturalNext, probability in
      found.append((world.state(of: next), twin.hiddenState(of: naturalNext), probability))
      for factor in world.payments {
        let place = factor.row(now: now, action: key.action, next: next)
        if !factor.knows(place) { row.unknown += probability }
        row.payment += probability * factor.table[place]
      }
    }
    row.unknown += unknown
    for outcome in found {
      row.outcomes.append((try number(outcome.state, outcome.hidden), outcome.probability))
    }
    rows[key] = row
    return row
  }

  /// What the policy earns, and its visits [states × actions].
  mutating func play(_ policy: StagedPolicy, horizon: Int) throws -> (value: Double, visits: [Double]) {
    let world = twin.world
    let actions = world.actions.count
    var visits = [Double](repeating: 0, count: world.stateCount * actions)
    var value = 0.0
    var weight = 1.0
    var shares: [Double] = []
    for (state, share) in start.enumerated() where share > 0 {
      let pair = try number(state, twin.hiddenState(of: world.values(of: state)))
      shares += [Double](repeating: 0, count: states.count - shares.count)
      shares[pair] += share
    }
    for step in 0..<horizon {
      var next = [Double](repeating: 0, count: states.count)
      let probabilities = policy[step].probabilities
      for (pair, share) in shares.enumerated() where share > 0 {
        let first = states[pair] * actions
        let natural = twin.natural(hidden: hidden[pair], seen: world.values(of: states[pair]))
        // Where the baseline makes no difference, one of its actions stands for all.
        let other = twin.readsAction ? Array(twin.baseline.row(natural)) : [1]
        let drawn = TwinStep.pairs(
          probabilities[first..<first + actions], other[...], shared: twin.sharesChance)
        for (action, naturalAction, chance) in drawn {
          let row = try row(Key(pair: pair, action: action, naturalAction: naturalAction))
          let mass = share * chance
          guard mass * row.unknown < 1e-9 else { throw unknown(pair, action) }
          visits[first + action] += weight * mass
          value += weight * mass * row.payment
          next += [Double](repeating: 0, count: states.count - next.count)
          for outcome in row.outcomes { next[outcome.pair] += mass * outcome.probability }
        }
      }
      shares = next
      weight *= world.discount
    }
    return (value, visits)
  }

  private func unknown(_ pair: Int, _ action: Int) -> InputError {
    let world = twin.world
    return InputError(
      "what follows “\(world.actions[action])” at \(world.name(of: states[pair])) is not known, as the world never is like that",
      at: world.title, remedy: "declare another variable delicate: this one cannot be thought apart from the others")
  }
}
