import Compute
import Environments

/// Plans as a ``Demonstrator`` does and follows where that leads, thousands of times in one world: everything that can be
/// prepared is.
///
/// Tables are [actions × states] here, so that the soft maximum over actions runs over whole vectors of states. Rewards
/// are multiplied by the rationality on the way in; values are in those units. Not thread-safe.
final class CausalPlanner {
  let mdp: TabularMDP
  let demonstrator: Demonstrator
  let states: Int
  let actions: Int
  /// Policies kept: the horizon, or 1.
  let steps: Int
  /// [steps + 1 × states]; without a horizon [1 × states], kept as the next plan's beginning.
  private(set) var values: [Double]
  /// [steps × actions × states].
  private(set) var policy: [Double]
  private let forward: Dynamics
  private let backward: Dynamics
  private let terminal: [Int]
  private var table: [Double]
  private var scratch: [Double]
  private var visits: [Double]
  private let tolerance: Double

  init(_ mdp: TabularMDP, _ demonstrator: Demonstrator, tolerance: Double = 1e-10) {
    self.mdp = mdp
    self.demonstrator = demonstrator
    self.tolerance = tolerance
    (states, actions) = (mdp.stateCount, mdp.actionCount)
    steps = demonstrator.horizon ?? 1
    values = [Double](repeating: 0, count: (demonstrator.horizon == nil ? 1 : steps + 1) * states)
    policy = [Double](repeating: 0, count: steps * actions * states)
    forward = Dynamics(mdp)
    backward = Dynamics(arrivalsOf: mdp)
    terminal = (0..<states).filter { mdp.isTerminal[$0] }
    table = [Double](repeating: 0, count: actions * states)
    scratch = [Double](repeating: 0, count: states)
    visits = [Double](repeating: 0, count: 2 * states)
  }

  /// [states × actions] to [actions × states].
  func transposed(_ rows: [Double]) -> [Double] {
    var result = rows
    for state in 0..<states {
      for action in 0..<actions { result[action * states + state] = rows[state * actions + action] }
    }
    return result
  }

  var policies: [TabularPolicy] {
    (0..<steps).map { step in
      var rows = [Double](repeating: 0, count: states * actions)
      for action in 0..<actions {
        for state in 0..<states { rows[state * actions + action] = policy[(step * actions + action) * states + state] }
      }
      return TabularPolicy(probabilities: rows, actionCount: actions)
    }
  }

  /// The mean value of a start, in units of rationality · reward.
  var startValue: Double { mdp.startMean(Array(values[0..<states])) }

  /// Plans for rewards on (action, state). Fills ``values`` and ``policy``.
  func plan(rewards: [Double]) throws {
    precondition(rewards.count == actions * states, "one reward for each action and state")
    let hard = demonstrator.model == .boltzmann
    let size = actions * states
    if demonstrator.horizon == nil { return try planForEver(rewards, hard: hard) }
    func planned(_ values: UnsafeMutablePointer<Double>, _ policy: UnsafeMutablePointer<Double>) {
      for step in stride(from: steps - 1, through: 0, by: -1) {
        sweep(rewards, from: values + (step + 1) * states, isLast: step == steps - 1)
        reduce(hard, values: values + step * states, policy: policy + step * size)
      }
    }
    planned(&values, &policy)
  }

  private func planForEver(_ rewards: [Double], hard: Bool) throws {
    let factor = demonstrator.discount / (1 - demonstrator.discount)
    var next = [Double](repeating: 0, count: states)
    for _ in 0..<1_000_000 {
      sweep(rewards, from: values, isLast: false)
      reduce(hard, values: &next, policy: &policy)
      // MacQueen's bounds: the values lie between these shifts of the sweep's.
      var (least, most) = (Double.infinity, -Double.infinity)
      for state in 0..<states {
        least = min(least, next[state] - values[state])
        most = max(most, next[state] - values[state])
      }
      swap(&values, &next)
      if factor * (most - least) <= 2 * tolerance {
        let shift = factor * (most + least) / 2
        for state in 0..<states where !mdp.isTerminal[state] { values[state] += shift }
        return
      }
    }
    throw InputError(
      "planning has not converged after 1,000,000 sweeps", remedy: "use a smaller discount, or a horizon")
  }

  /// table = rewards · β + discount · P values.
  private func sweep(_ rewards: [Double], from values: UnsafePointer<Double>, isLast: Bool) {
    let (rationality, discount) = (demonstrator.rationality, isLast ? 0 : demonstrator.discount)
    let rewards = rewards.span
    func fill(_ table: UnsafeMutablePointer<Double>) {
      if discount == 0 {
        for row in rewards.indices { table[row] = rationality * rewards[row] }
      } else {
        forward.apply(values, into: table)
        for row in rewards.indices { table[row] = rationality * rewards[row] + discount * table[row] }
      }
    }
    fill(&table)
  }

  private func reduce(_ hard: Bool, values: UnsafeMutablePointer<Double>, policy: UnsafeMutablePointer<Double>) {
    SoftMaximum.reduce(
      table, states: states, actions: actions, hard: hard, values: values, policy: policy, scratch: &scratch)
    for state in terminal { values[state] = 0 }
  }

  /// Follows the plan from (signed) weights that enter: `entering[t]`, [steps + 1 × states], or only those of the start.
  ///
  /// Adds to `rows`, [actions × states], the discounted weight that passes through each; a horizon's last states, where
  /// nothing is chosen any more, to `last`, [states].
  func follow(entering: [Double], into rows: inout [Double], last: inout [Double]) throws {
    let size = actions * states
    let discount = demonstrator.discount
    guard demonstrator.horizon != nil else { return try followForEver(entering, into: &rows) }
    func followed(
      _ policy: UnsafePointer<Double>, rows: UnsafeMutablePointer<Double>, table: UnsafeMutablePointer<Double>,
      visits: UnsafeMutablePointer<Double>
    ) {
      for state in 0..<states { visits[state] = entering[state] }
      for step in 0..<steps {
        for state in terminal { visits[state] = 0 }
        spread(visits, policy + step * size, into: table)
        for row in 0..<size { rows[row] += table[row] }
        backward.apply(table, into: visits)
        if discount != 1 { for state in 0..<states { visits[state] *= discount } }
        if entering.count > states {
          for state in 0..<states { visits[state] += entering[(step + 1) * states + state] }
        }
      }
      for state in 0..<states { last[state] += visits[state] }
    }
    followed(policy, rows: &rows, table: &table, visits: &visits)
  }

  private func followForEver(_ entering: [Double], into rows: inout [Double]) throws {
    let discount = demonstrator.discount
    var visits = Array(entering[0..<states])
    let goal = max(tolerance, 1e-14) * max(1, visits.reduce(0) { $0 + abs($1) })
    func followed(
      _ policy: UnsafePointer<Double>, rows: UnsafeMutablePointer<Double>, table: UnsafeMutablePointer<Double>,
      visits: UnsafeMutablePointer<Double>
    ) throws {
      for _ in 0..<1_000_000 {
        for state in terminal { visits[state] = 0 }
        spread(visits, policy, into: table)
        for row in 0..<actions * states { rows[row] += table[row] }
        backward.apply(table, into: visits)
        var left = 0.0
        for state in 0..<states {
          visits[state] *= discount
          left += abs(visits[state])
        }
        if left <= goal * (1 - discount) { return }
      }
      throw InputError("occupancies have not converged", remedy: "use a smaller discount, or a horizon")
    }
    try followed(policy, rows: &rows, table: &table, visits: &visits)
  }

  private func spread(
    _ visits: UnsafePointer<Double>, _ policy: UnsafePointer<Double>, into table: UnsafeMutablePointer<Double>
  ) {
    for action in 0..<actions {
      let (from, to) = (policy + action * states, table + action * states)
      for state in 0..<states { to[state] = visits[state] * from[state] }
    }
  }
}
