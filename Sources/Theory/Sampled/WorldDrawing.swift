import Agents
import Compute
import Environments

/// Draws a ``WorldSample`` from an environment.
///
/// A transition comes from a behaviour, chosen evenly, an episode of it, and a step of that episode, chosen uniformly
/// whatever the episode's length. EPIC's pairs take states from other episodes, and uniformly random actions, as do
/// DARD and the base policy of VAL.
package struct WorldDrawing: Sendable {
  package var discount: Double
  /// At least this many transitions; rounded up, so that all blocks are alike.
  package var transitions: Int
  /// Whether the environment's own reward will be asked.
  package var asksEnvironment: Bool

  package init(discount: Double, transitions: Int, asksEnvironment: Bool) {
    self.discount = discount
    self.transitions = transitions
    self.asksEnvironment = asksEnvironment
  }

  /// Independent parts of a sample; the intervals' degrees of freedom are one fewer.
  package static let blocks = 32
  /// Transitions taken from one episode, at most.
  static let perEpisode = 4
  /// Pairs in each of EPIC's groups, at least: altogether a quarter as many as transitions, and 256 or more, so that
  /// what they add to the error shrinks with it.
  var pairsPerGroup: Int { max(8, transitions / (4 * Self.blocks)) }
  /// DARD's actions where they are drawn; discrete ones are all asked up to ``listedActions``.
  static let drawnActions = 16
  static let listedActions = 64
  /// Steps of the base policy, on average; 50 for each transition if that is fewer.
  static let walkedSteps = 100_000

  /// - Parameters:
  ///   - behaviors: whose episodes count.
  ///   - others: whose are only looked at for whether the sample covers them.
  package func draw(
    _ entry: EnvironmentEntry, _ behaviors: [CoverageBehavior], others: [CoverageBehavior], random: RandomSource
  ) -> (sample: WorldSample, reaches: [CoverageReach]) {
    func open<E: Environment>(_ environment: E) -> (WorldSample, [CoverageReach]) {
      Drawer(environment: environment, plan: self, random: random).draw(behaviors, others: others)
    }
    return open(entry.environment)
  }
}

/// The same for a known type of environment.
private struct Drawer<E: Environment> {
  let environment: E
  let plan: WorldDrawing
  let random: RandomSource

  private typealias Step = PlayedEpisodes<E>.Step

  func draw(_ behaviors: [CoverageBehavior], others: [CoverageBehavior]) -> (WorldSample, [CoverageReach]) {
    let specification = environment.specification
    let blocks = WorldDrawing.blocks
    let share = blocks * behaviors.count
    let episodes = (plan.transitions + share * WorldDrawing.perEpisode - 1) / (share * WorldDrawing.perEpisode)
    let perEpisode = (plan.transitions + share * episodes - 1) / (share * episodes)

    var usesChance = false
    var steps: [Step] = []
    var block: [Int] = []
    var choice = random.stream("steps")
    for (number, behavior) in behaviors.enumerated() {
      let played = PlayedEpisodes(
        environment, behavior, count: blocks * episodes, random: random.child("coverage", number))
      usesChance = usesChance || played.usesChance
      for (index, episode) in played.episodes.enumerated() {
        for _ in 0..<perEpisode {
          steps.append(episode[choice.below(episode.count)])
          block.append(index % blocks)
        }
      }
    }
    var transitions = SampledRows(specification)
    for step in steps { append(step, to: &transitions) }

    // Episodes that are no part of the sample: EPIC's states, and what the sample is held against.
    let probes = (behaviors + others).enumerated().map { number, behavior in
      PlayedEpisodes(environment, behavior, count: blocks, random: random.child("probe", number))
    }
    let pairs = pairs(steps, probes.prefix(behaviors.count).map(\.episodes))
    let fans = fans(steps, usesChance: &usesChance)
    let walks = walks(steps, block, usesChance: &usesChance)
    let all = Array(steps.indices)
    let once = [Double](repeating: 1, count: steps.count)
    var redrawn: WorldSample.Outcomes?
    var second: WorldSample.Fans?
    if usesChance {
      var rows = SampledRows(specification)
      for (index, step) in steps.enumerated() {
        var stream = random.stream("redrawn", index)
        append(follow(step.state, step.action, &stream), to: &rows)
      }
      redrawn = WorldSample.Outcomes(rows: rows, index: all, weight: once)
      second = self.fans(steps, usesChance: &usesChance, name: "fans/second")
    }
    let sample = WorldSample(
      discount: plan.discount, blocks: blocks, transitions: transitions, weights: once, block: block,
      outcomes: (WorldSample.Outcomes(rows: transitions, index: all, weight: once), redrawn), pairs: pairs,
      fans: (fans, second), walks: walks)
    let coverage = CoverageReach.Sample(
      transitions, block: block, areFew: StateFeatures.indices(walks.rows) != nil)
    let reaches = zip(behaviors + others, probes).map { behavior, played in
      var rows = SampledRows(specification)
      for (index, episode) in played.episodes.enumerated() {
        var stream = random.stream("probe/steps", index)
        for _ in 0..<8 { append(episode[stream.below(episode.count)], to: &rows) }
      }
      return CoverageReach(behavior.name, rows, perEpisode: 8, in: coverage)
    }
    return (sample, reaches)
  }

  /// What follows the action; where the episode is over, the state stays as it is and pays nothing.
  private func follow(_ state: E.State, _ action: [Float], _ stream: inout RandomStream) -> Step {
    var next = state
    let outcome = environment.step(&next, E.Action.read(action.span), random: &stream)
    return Step(
      state: state, action: action, next: next, reward: Float(outcome.reward), terminated: outcome.terminated)
  }

  private func follow(
    _ state: E.State, isOver: Bool, _ action: [Float], _ stream: inout RandomStream
  ) -> Step {
    isOver
      ? Step(state: state, action: action, next: state, reward: 0, terminated: true)
      : follow(state, action, &stream)
  }

  private func append(_ step: Step, to rows: inout SampledRows) {
    rows.append(
      environment.observation(of: step.state), step.action, environment.observation(of: step.next),
      terminated: step.terminated, reward: step.reward)
  }

  private func action(_ stream: inout RandomStream) -> [Float] {
    var row = [Float](repeating: 0, count: environment.specification.actionSpace.rowSize)
    row.withUnsafeMutableBufferPointer { row in
      if let start = row.baseAddress { environment.specification.actionSpace.draw(into: start, &stream) }
    }
    return row
  }

  /// Each group has as many states from an episode of each behaviour, and actions that know nothing of them.
  private func pairs(_ steps: [Step], _ probes: [[[Step]]]) -> WorldSample.Pairs {
    let groups = WorldDrawing.blocks
    let each = (plan.pairsPerGroup + probes.count - 1) / probes.count
    var stream = random.stream("pairs")
    var actions: [[Float]] = []
    var next: [Float] = []
    for group in 0..<groups {
      for episodes in probes {
        for _ in 0..<each {
          let episode = episodes[group]
          next += environment.observation(of: episode[stream.below(episode.count)].state)
          actions.append(action(&stream))
        }
      }
    }
    func paid(_ state: (Step) -> (state: E.State, isOver: Bool), _ name: String) -> [Float] {
      guard plan.asksEnvironment else { return [] }
      return steps.enumerated().flatMap { index, step in
        var stream = random.stream(name, index)
        let (state, isOver) = state(step)
        return actions.map { isOver ? 0 : follow(state, $0, &stream).reward }
      }
    }
    return WorldSample.Pairs(
      groups: groups, actions: actions.flatMap { $0 }, nextObservations: next,
      ownHere: paid({ ($0.state, false) }, "pairs/here"), ownNext: paid({ ($0.next, $0.terminated) }, "pairs/next"))
  }

  /// All actions where they are few; else some that are spread evenly over their distribution, component by component.
  private func fanActions() -> (rows: [[Float]], areDrawn: Bool) {
    let space = environment.specification.actionSpace
    let count = WorldDrawing.drawnActions
    var stream = random.stream("fans/actions")
    switch space {
    case .discrete(let names) where names.count <= WorldDrawing.listedActions:
      return (names.indices.map { [Float($0)] }, false)
    case .discrete: return ((0..<count).map { _ in action(&stream) }, true)
    case .continuous(let box):
      var rows = [[Float]](repeating: [], count: count)
      for component in 0..<box.count {
        let order = stream.permutation(count)
        let (low, high) = (Double(box.low[component]), Double(box.high[component]))
        for row in rows.indices {
          let share = (Double(order[row]) + stream.uniform()) / Double(count)
          rows[row].append(
            low.isFinite && high.isFinite
              ? Float(low + (high - low) * share)
              : Float(SpecialFunctions.normalQuantile(min(1 - 1e-12, max(1e-12, share)))))
        }
      }
      return (rows, true)
    }
  }

  private func fans(_ steps: [Step], usesChance: inout Bool, name: String = "fans") -> WorldSample.Fans {
    let (actions, areDrawn) = fanActions()
    var fans = WorldSample.Fans(environment.specification, actions: actions.count, areDrawn: areDrawn)
    for (index, step) in steps.enumerated() {
      var stream = random.stream(name, index)
      let before = stream.position
      for (number, action) in actions.enumerated() {
        let here = follow(step.state, action, &stream)
        let next = follow(step.next, isOver: step.terminated, action, &stream)
        // R(S′, A, S″): what the world pays for A in S′, whatever S″.
        let paid = plan.asksEnvironment ? follow(here.next, isOver: here.terminated, action, &stream).reward : 0
        fans.index.append(index)
        fans.action.append(number)
        fans.weight.append(1)
        append(here, to: &fans.fromHere)
        append(next, to: &fans.fromNext)
        fans.across.append(
          environment.observation(of: here.next), action, environment.observation(of: next.next), terminated: false,
          reward: paid)
      }
      if stream.position != before { usesChance = true }
    }
    return fans
  }

  /// Random play from the first and the second state of the transitions by turns, going on with probability γ.
  private func walks(_ steps: [Step], _ block: [Int], usesChance: inout Bool) -> WorldSample.Walks {
    let target = min(WorldDrawing.walkedSteps, 50 * steps.count)
    let count = max(4 * WorldDrawing.blocks, Int(Double(target) * (1 - plan.discount)))
    var order = random.stream("walks/starts")
    // Each block's transitions are taken in random order, again and again, so that starts are spread evenly over them.
    let byBlock = (0..<WorldDrawing.blocks).map { number in
      var own = block.indices.filter { block[$0] == number }
      order.shuffle(&own)
      return own
    }
    var walks = WorldSample.Walks(rows: SampledRows(environment.specification), weight: [], block: [])
    for walk in 0..<count {
      let own = byBlock[walk % WorldDrawing.blocks]
      let start = own[walk / WorldDrawing.blocks % own.count]
      var stream = random.stream("walk", walk)
      var chances = random.stream("walk/actions", walk)
      let startsHere = (walk / WorldDrawing.blocks).isMultiple(of: 2) || steps[start].terminated
      var state = startsHere ? steps[start].state : steps[start].next
      repeat {
        let before = stream.position
        let step = follow(state, action(&chances), &stream)
        if stream.position != before { usesChance = true }
        append(step, to: &walks.rows)
        walks.weight.append(1)
        walks.block.append(block[start])
        state = step.next
        if step.terminated { break }
      } while chances.bernoulli(plan.discount)
    }
    return walks
  }
}
