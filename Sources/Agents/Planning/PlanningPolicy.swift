import Compute
import Environments

/// How model-predictive control acts: by the first actions of the plan that its model expects most of.
package struct PlanningPolicy: Sendable, ActingPolicy {
  package let specification: EnvironmentSpecification
  package let ensemble: DynamicsEnsemble
  package let settings: PlanningSettings
  /// Before the ensemble has learned anything, actions are uniformly random.
  package let isTrained: Bool

  /// The ensemble predicts a reward.
  package init(
    _ ensemble: DynamicsEnsemble, _ settings: PlanningSettings, specification: EnvironmentSpecification,
    isTrained: Bool = true
  ) {
    (self.ensemble, self.settings, self.specification) = (ensemble, settings, specification)
    self.isTrained = isTrained
  }

  package func makeActor(count: Int) -> PlanningActor { PlanningActor(self, count: count) }
}

/// Acts by a ``PlanningPolicy``, row by row.
///
/// It remembers each row's plan and follows it for `replanEvery` steps as long as what is seen is what it foresaw:
/// where it is not, as when a new episode has begun, it plans afresh. Drawing differs from the most probable action in
/// where the search's own chance comes from. Rows are planned side by side; each by itself, so results do not depend on
/// the number of threads. Not thread-safe.
package final class PlanningActor: BatchActor {
  private let policy: PlanningPolicy
  private let capacity: Int
  private var lanes: [ActionPlanner] = []
  private var keys: [UInt64]
  /// [rows × horizon × action row size]
  private let plans: UnsafeMutablePointer<Float>
  private let shifted: UnsafeMutablePointer<Float>
  /// [rows × observation size]: what the row's plan expects to be seen next.
  private let foreseen: UnsafeMutablePointer<Float>
  /// [rows]: steps that the plan was followed; negative without one.
  private let ages: UnsafeMutablePointer<Int>

  init(_ policy: PlanningPolicy, count: Int) {
    precondition(count > 0, "an actor acts for at least one observation")
    self.policy = policy
    capacity = count
    keys = [UInt64](repeating: 0, count: count)
    let length = policy.settings.horizon * policy.ensemble.actionRowSize
    plans = zeroedFloats(count * length)
    shifted = zeroedFloats(count * length)
    foreseen = zeroedFloats(count * policy.ensemble.observationSize)
    ages = .allocate(capacity: count)
    ages.initialize(repeating: -1, count: count)
  }

  deinit {
    for memory in [plans, shifted, foreseen] { memory.deallocate() }
    ages.deallocate()
  }

  package func act(
    _ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream
  ) {
    let rows = checkedRows(observations.count, actions.count)
    // One draw a row, whether it plans or not, so that positions stay predictable.
    for row in 0..<rows { keys[row] = random.next() }
    act(observations, rows, into: &actions)
  }

  package func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    let rows = checkedRows(observations.count, actions.count)
    for row in 0..<rows { keys[row] = 0x6D70_6321 }
    act(observations, rows, into: &actions)
  }

  private func checkedRows(_ observations: Int, _ actions: Int) -> Int {
    let rows = observations / policy.ensemble.observationSize
    precondition(
      rows <= capacity && observations == rows * policy.ensemble.observationSize, "whole observations")
    precondition(actions == rows * policy.ensemble.actionRowSize, "an action row for each observation")
    return rows
  }

  private func act(_ observations: Span<Float>, _ rows: Int, into actions: inout MutableSpan<Float>) {
    let pool = ThreadPool.shared
    // A single row runs inline; of several, any lane may take one.
    while lanes.count < (capacity == 1 ? 1 : pool.lanes) {
      lanes.append(ActionPlanner(policy.ensemble, policy.settings, specification: policy.specification))
    }
    observations.withUnsafeBufferPointer { observations in
      actions.withUnsafeMutableBufferPointer { actions in
        guard let source = observations.baseAddress, let target = actions.baseAddress else { return }
        // A row writes its own plan, age and action, a lane is used by one row at a time; all else is only read.
        let shared = Disjoint((self, source, target))
        pool.runInLanes(rows, lanes: lanes.count) { row, lane in
          let (actor, source, target) = shared.value
          actor.act(row, actor.lanes[lane], source, target)
        }
      }
    }
  }

  private func act(
    _ row: Int, _ planner: ActionPlanner, _ observations: UnsafePointer<Float>, _ actions: UnsafeMutablePointer<Float>
  ) {
    let (width, size, horizon) = (
      policy.ensemble.observationSize, policy.ensemble.actionRowSize, policy.settings.horizon
    )
    guard policy.isTrained else {
      var random = RandomStream(key: keys[row])
      return policy.specification.actionSpace.draw(into: actions + row * size, &random)
    }
    let observation = observations + row * width
    let plan = plans + row * horizon * size
    let isForeseen = ages[row] >= 0 && isNear(observation, foreseen + row * width)
    if !isForeseen || ages[row] >= min(policy.settings.replanEvery, horizon) {
      let known = shifted + row * horizon * size
      if isForeseen {
        for step in 0..<horizon {
          (known + step * size).update(from: plan + min(step + ages[row], horizon - 1) * size, count: size)
        }
      }
      var random = RandomStream(key: keys[row])
      planner.plan(from: observation, known: isForeseen ? UnsafePointer(known) : nil, into: plan, random: &random)
      ages[row] = 0
    }
    let action = plan + ages[row] * size
    (actions + row * size).update(from: action, count: size)
    planner.rollout.expect(observation, action, into: foreseen + row * width)
    ages[row] += 1
  }

  /// Whether an observation is about what was foreseen: no component is off by three of its usual changes.
  private func isNear(_ observation: UnsafePointer<Float>, _ expected: UnsafePointer<Float>) -> Bool {
    let targets = policy.ensemble.targets
    for index in 0..<policy.ensemble.observationSize
    where !(abs(observation[index] - expected[index]) <= 3 * targets.deviations[index]) { return false }
    return true
  }
}
