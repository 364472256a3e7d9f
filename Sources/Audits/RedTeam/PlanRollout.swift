import Compute
import Environments
import Rewards

/// Plays many plans out side by side and tells of each its best stretch: what all open-loop searches spend their time on.
///
/// ```swift
/// let rollout = PlanRollout(world, reward: reward, yardstick: yardstick, population: 64, horizon: 50)
/// for plan in 0..<64 { rollout.place(start, in: plan); fill(rollout.plan(plan)) }
/// rollout.run(64)
/// rollout.scores[0].excess
/// ```
///
/// Plans begin at states that were copied there, so that nothing has to be played again; each goes on with the chance
/// that its start has, so that a plan's outcome follows from start and actions. A plan ends early where its episode
/// terminates or reaches the time limit. The score is the largest sum of excesses over consecutive steps (Kadane).
///
/// One dispatch to reward and yardstick for each step of all plans; no allocation after `init`. Not thread-safe.
final class PlanRollout<World: Environment> {
  let world: World
  let specification: EnvironmentSpecification
  let reward: any TransitionReward
  var yardstick: any Yardstick
  /// Plans at most.
  let population: Int
  /// Steps of a plan at most.
  let horizon: Int
  /// Steps simulated since `init`.
  private(set) var simulated = 0

  /// [population]: of the plans that were run.
  let scores: UnsafeMutablePointer<PlanScore>
  /// [population × horizon × action row size]
  let plans: UnsafeMutablePointer<Float>
  /// [population]: where each plan stands.
  let states: UnsafeMutablePointer<World.State>
  let streams: UnsafeMutablePointer<RandomStream>
  let steps: UnsafeMutablePointer<Int>
  /// [population × …]: each plan's last transition.
  let lastObservations: UnsafeMutablePointer<Float>
  let lastActions: UnsafeMutablePointer<Float>
  let lastNext: UnsafeMutablePointer<Float>

  let rowSize: Int
  let size: Int
  private let limit: Int
  /// By row: the plans that go on, and their transitions.
  private let order: UnsafeMutablePointer<Int>
  private let now: UnsafeMutablePointer<Float>
  private let next: UnsafeMutablePointer<Float>
  private let actions: UnsafeMutablePointer<Float>
  private let truth: UnsafeMutablePointer<Float>
  private let rewards: UnsafeMutablePointer<Float>
  private let ends: UnsafeMutablePointer<Bool>
  /// By plan: the sum of the stretch that ends here, and where it began.
  private let sums: UnsafeMutablePointer<Double>
  private let firsts: UnsafeMutablePointer<Int>

  init(
    _ world: World, reward: any TransitionReward, yardstick: any Yardstick, population: Int, horizon: Int
  ) {
    precondition(population > 0 && horizon > 0, "some plans of some steps")
    (self.world, self.reward, self.yardstick) = (world, reward, yardstick)
    (self.population, self.horizon) = (population, horizon)
    specification = world.specification
    rowSize = specification.actionSpace.rowSize
    size = specification.observationSpace.count
    limit = specification.maximumEpisodeSteps ?? .max
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
      let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
      memory.initialize(repeating: 0, count: count)
      return memory
    }
    scores = .allocate(capacity: population)
    scores.initialize(repeating: PlanScore(), count: population)
    plans = zeros(population * horizon * rowSize)
    states = .allocate(capacity: population)
    var stream = RandomStream(key: 0)
    states.initialize(repeating: world.reset(random: &stream), count: population)
    streams = .allocate(capacity: population)
    streams.initialize(repeating: stream, count: population)
    steps = .allocate(capacity: population)
    steps.initialize(repeating: 0, count: population)
    lastObservations = zeros(population * size)
    lastActions = zeros(population * rowSize)
    lastNext = zeros(population * size)
    order = .allocate(capacity: population)
    order.initialize(repeating: 0, count: population)
    now = zeros(population * size)
    next = zeros(population * size)
    actions = zeros(population * rowSize)
    truth = zeros(population)
    rewards = zeros(population)
    ends = .allocate(capacity: population)
    ends.initialize(repeating: false, count: population)
    sums = .allocate(capacity: population)
    sums.initialize(repeating: 0, count: population)
    firsts = .allocate(capacity: population)
    firsts.initialize(repeating: 0, count: population)
  }

  deinit {
    states.deinitialize(count: population)
    states.deallocate()
    scores.deallocate()
    streams.deallocate()
    for memory in [plans, lastObservations, lastActions, lastNext, now, next, actions, truth, rewards] {
      memory.deallocate()
    }
    for memory in [steps, order, firsts] { memory.deallocate() }
    ends.deallocate()
    sums.deallocate()
  }

  /// [horizon × action row size], to be written.
  func plan(_ plan: Int) -> UnsafeMutablePointer<Float> { plans + plan * horizon * rowSize }

  /// Copies a start into a plan's place.
  func place(_ start: AttackState<World>, in plan: Int) {
    states[plan] = start.state
    streams[plan] = start.stream
    steps[plan] = start.isOver ? .max : start.steps
  }

  /// Where a plan stands after ``run(_:)``.
  func state(of plan: Int) -> AttackState<World> {
    AttackState(state: states[plan], stream: streams[plan], steps: steps[plan], isOver: scores[plan].isOver)
  }

  /// Plays the first `count` plans out, `length` steps each at most.
  ///
  /// - Complexity: count · length steps of the world, the reward and the yardstick.
  func run(_ count: Int, length: Int? = nil) {
    let length = min(length ?? horizon, horizon)
    var alive = 0
    for plan in 0..<count {
      scores[plan] = PlanScore()
      (sums[plan], firsts[plan]) = (0, 0)
      guard steps[plan] < limit else { continue }
      order[alive] = plan
      show(states[plan], in: now + alive * size)
      alive += 1
    }
    for step in 0..<length where alive > 0 {
      for row in 0..<alive { advance(row, step) }
      simulated += alive
      let rows = TransitionRows(
        count: alive, observations: now, actions: actions, nextObservations: next, terminated: ends,
        specification: specification)
      reward.evaluate(rows, into: rewards)
      account(rows, step)
      yardstick.excess(rows, rewards: rewards, truth: truth)
      alive = sort(alive, step, isLast: step + 1 == length)
    }
  }

  /// Counts steps that were simulated for the plans elsewhere.
  func count(_ steps: Int) { simulated += steps }

  private func show(_ state: World.State, in row: UnsafeMutablePointer<Float>) {
    var span = UnsafeMutableBufferPointer(start: row, count: size).mutableSpan
    world.observe(state, into: &span)
  }

  private func advance(_ row: Int, _ step: Int) {
    let plan = order[row]
    let action = plans + (plan * horizon + step) * rowSize
    (actions + row * rowSize).update(from: action, count: rowSize)
    let outcome = world.step(
      &states[plan], World.Action.read(UnsafeBufferPointer(start: action, count: rowSize).span),
      random: &streams[plan])
    steps[plan] &+= 1
    truth[row] = Float(outcome.reward)
    ends[row] = outcome.terminated
    show(states[plan], in: next + row * size)
  }

  private func account(_ rows: TransitionRows, _ step: Int) {
    for row in 0..<rows.count {
      let plan = order[row]
      scores[plan].predicted += Double(rewards[row])
      scores[plan].truth += Double(truth[row])
      scores[plan].steps = step + 1
    }
  }

  /// Takes in the excesses, and keeps the plans that go on, in order.
  private func sort(_ alive: Int, _ step: Int, isLast: Bool) -> Int {
    var kept = 0
    for row in 0..<alive {
      let plan = order[row]
      // A reward that is not finite is worth nothing to a search.
      let value = rewards[row].isFinite ? Double(rewards[row]) : 0
      if sums[plan] <= 0 { (sums[plan], firsts[plan]) = (0, step) }
      sums[plan] += value
      if step == 0 || sums[plan] > scores[plan].excess {
        scores[plan].excess = sums[plan]
        (scores[plan].first, scores[plan].end) = (firsts[plan], step + 1)
      }
      if ends[row] || steps[plan] >= limit || isLast {
        scores[plan].isOver = ends[row]
        (lastObservations + plan * size).update(from: now + row * size, count: size)
        (lastActions + plan * rowSize).update(from: actions + row * rowSize, count: rowSize)
        (lastNext + plan * size).update(from: next + row * size, count: size)
        continue
      }
      order[kept] = plan
      (now + kept * size).update(from: next + row * size, count: size)
      kept += 1
    }
    return kept
  }
}

extension AttackState {
  init(state: World.State, stream: RandomStream, steps: Int, isOver: Bool) {
    (self.state, self.stream, self.steps, self.isOver) = (state, stream, steps, isOver)
  }
}

/// What a plan came to.
struct PlanScore: Sendable, Hashable {
  /// The largest sum of excesses over consecutive steps, and which steps these are.
  var excess = -Double.infinity
  var first = 0
  var end = 0
  /// Of all its steps.
  var predicted = 0.0
  var truth = 0.0
  var steps = 0
  /// Whether the episode ended for good.
  var isOver = false
}
