import Compute

/// Estimates by a table: a model of the world counted from a log, and marginalised weights of its states.
///
/// The model is the world in which each pair of state and action leads where it led in the log, as often, and earns the mean
/// of what it earned: there, evaluating the target exactly is fitted Q evaluation to its end. A pair that was never seen
/// is taken to earn nothing and to end. Where the last step within the horizon led is not known, and is not counted.
package struct TableEstimates: Sendable {
  let log: CountedLog
  /// The distinct (state, action) pairs that were seen, by their rows state · actions + action.
  private let pairs: [Int]
  /// Each step's pair, as an index of `pairs`.
  private let pairOfStep: [Int]
  /// Distinct continuations (pair, next state), ordered by pair; `nextOf` is −1 at an end. A step whose continuation lies
  /// beyond the horizon has the link −1.
  private let linkStarts: [Int]
  private let nextOf: [Int]
  private let linkOfStep: [Int]
  private let episodeOfStep: [Int]
  /// All steps by their place in the episode, episodes in order: what is swept through from the starts on.
  private let timed: [TimedStep]
  /// Where in `timed` each place begins, and where the last ends.
  private let timeStarts: [Int]

  private struct TimedStep: Sendable {
    var episode, state: Int
    /// −1 at an end.
    var next: Int
    var ratio, reward: Double
  }

  package init(_ log: CountedLog) {
    self.log = log
    let actions = log.policy.actionCount
    let episodes = log.episodes
    var (episodeOfStep, next) = ([Int](), [Int]())
    for episode in 0..<episodes.count {
      for step in episodes.steps(episode) {
        episodeOfStep.append(episode)
        next.append(step + 1 < episodes.starts[episode + 1] ? log.states[step + 1] : -1)
      }
    }
    let rows = log.states.indices.map { log.states[$0] * actions + log.actions[$0] }
    let pairs = Set(rows).sorted()
    let index = Dictionary(uniqueKeysWithValues: pairs.enumerated().map { ($0.element, $0.offset) })
    let pairOfStep = rows.map { index[$0]! }
    var links = [Set<Int>](repeating: [], count: pairs.count)
    func isCut(_ step: Int) -> Bool { step - episodes.starts[episodeOfStep[step]] == episodes.horizon - 1 }
    for step in rows.indices where !isCut(step) { links[pairOfStep[step]].insert(next[step]) }
    var (starts, nextOf, places) = ([0], [Int](), [[Int: Int]]())
    for pair in pairs.indices {
      let sorted = links[pair].sorted()
      places.append(
        Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element, nextOf.count + $0.offset) }))
      nextOf += sorted
      starts.append(nextOf.count)
    }
    linkOfStep = rows.indices.map { isCut($0) ? -1 : places[pairOfStep[$0]][next[$0]]! }
    (self.pairs, self.pairOfStep, self.episodeOfStep) = (pairs, pairOfStep, episodeOfStep)
    (linkStarts, self.nextOf) = (starts, nextOf)
    var (timed, timeStarts) = ([TimedStep](), [0])
    for time in 0..<episodes.horizon {
      for episode in 0..<episodes.count where time < episodes.steps(episode).count {
        let step = episodes.starts[episode] + time
        timed.append(
          TimedStep(
            episode: episode, state: log.states[step], next: next[step],
            ratio: episodes.target[step] / episodes.behavior[step], reward: episodes.rewards[step]))
      }
      timeStarts.append(timed.count)
    }
    (self.timed, self.timeStarts) = (timed, timeStarts)
  }

  /// Memory for one evaluation after another.
  package struct Scratch {
    fileprivate var visits, earned, followed, links, values, next, occupied, share: [Double]

    package init(_ table: TableEstimates) {
      visits = [Double](repeating: 0, count: table.pairs.count)
      (earned, followed) = (visits, visits)
      links = [Double](repeating: 0, count: table.nextOf.count)
      values = [Double](repeating: 0, count: table.log.policy.stateCount)
      (next, occupied, share) = (values, values, values)
    }
  }

  /// The value with each episode counted so often.
  ///
  /// - Complexity: O(steps + horizon × continuations).
  package func value(
    _ estimator: OffPolicyEstimator, counts: UnsafePointer<Double>, _ scratch: inout Scratch
  ) -> Double {
    estimator == .marginalized ? marginalized(counts, &scratch) : fittedQ(counts, &scratch)
  }

  /// The value with each episode counted once.
  package func value(_ estimator: OffPolicyEstimator) -> Double {
    var scratch = Scratch(self)
    return value(estimator, counts: [Double](repeating: 1, count: log.episodes.count), &scratch)
  }

  // MARK: Fitted Q

  private func fit(_ counts: UnsafePointer<Double>, _ scratch: inout Scratch) {
    for pair in scratch.visits.indices {
      (scratch.visits[pair], scratch.earned[pair], scratch.followed[pair]) = (0, 0, 0)
    }
    for link in scratch.links.indices { scratch.links[link] = 0 }
    for state in scratch.values.indices { scratch.values[state] = 0 }
    let rewards = log.episodes.rewards
    for step in pairOfStep.indices {
      let (count, pair, link) = (counts[episodeOfStep[step]], pairOfStep[step], linkOfStep[step])
      guard count > 0 else { continue }
      scratch.visits[pair] += count
      scratch.earned[pair] += count * rewards[step]
      guard link >= 0 else { continue }
      scratch.followed[pair] += count
      scratch.links[link] += count
    }
    for pair in scratch.visits.indices where scratch.visits[pair] > 0 {
      scratch.earned[pair] /= scratch.visits[pair]
    }
    for pair in scratch.followed.indices where scratch.followed[pair] > 0 {
      for link in linkStarts[pair]..<linkStarts[pair + 1] { scratch.links[link] /= scratch.followed[pair] }
    }
  }

  /// Q of a pair with the values of one step less to go.
  private func actionValue(_ pair: Int, _ scratch: Scratch) -> Double {
    var ahead = 0.0
    for link in linkStarts[pair]..<linkStarts[pair + 1] where nextOf[link] >= 0 {
      ahead += scratch.links[link] * scratch.values[nextOf[link]]
    }
    return scratch.earned[pair] + log.episodes.discount * ahead
  }

  /// From the values with k steps to go to those with k + 1.
  private func sweep(_ scratch: inout Scratch) {
    for state in scratch.next.indices { scratch.next[state] = 0 }
    let actions = log.policy.actionCount
    for pair in pairs.indices {
      let weight = log.policy.probabilities[pairs[pair]]
      if weight > 0 { scratch.next[pairs[pair] / actions] += weight * actionValue(pair, scratch) }
    }
    swap(&scratch.values, &scratch.next)
  }

  private func fittedQ(_ counts: UnsafePointer<Double>, _ scratch: inout Scratch) -> Double {
    fit(counts, &scratch)
    for _ in 0..<log.episodes.horizon { sweep(&scratch) }
    var (sum, total) = (0.0, 0.0)
    for episode in 0..<log.episodes.count {
      sum += counts[episode] * scratch.values[log.states[log.episodes.starts[episode]]]
      total += counts[episode]
    }
    return sum / total
  }

  /// What the model says of each step of the episodes of each fold, fitted to the other folds: episode i belongs to fold i
  /// mod `folds`. With one fold it is fitted to all, those that it speaks of included.
  package func modeled(folds: Int) throws -> ModeledValues {
    let episodes = log.episodes
    let folds = min(folds, episodes.count)
    var actionValues = [Double](repeating: 0, count: log.states.count)
    var values = actionValues
    var scratch = Scratch(self)
    for fold in 0..<folds {
      let counts = (0..<episodes.count).map { folds == 1 || $0 % folds != fold ? 1.0 : 0 }
      fit(counts, &scratch)
      for time in stride(from: episodes.horizon - 1, through: 0, by: -1) {
        // Before the sweep the values are those from the next step on.
        for episode in stride(from: fold, to: episodes.count, by: folds) {
          let step = episodes.starts[episode] + time
          if step < episodes.starts[episode + 1] { actionValues[step] = actionValue(pairOfStep[step], scratch) }
        }
        sweep(&scratch)
        for episode in stride(from: fold, to: episodes.count, by: folds) {
          let step = episodes.starts[episode] + time
          if step < episodes.starts[episode + 1] { values[step] = scratch.values[log.states[step]] }
        }
      }
    }
    return try ModeledValues(actionValues: actionValues, values: values)
  }

  // MARK: Marginalised

  /// How probable the target is in each state at each step, forward from the starts, in place of products of weights. The
  /// shares of the next step's states are those of weights that sum to what they should: without that they drift.
  private func marginalized(_ counts: UnsafePointer<Double>, _ scratch: inout Scratch) -> Double {
    let episodes = log.episodes
    // `values`: how often the target is in each state at this step; `occupied`: how often the log is.
    for state in scratch.values.indices { (scratch.values[state], scratch.occupied[state]) = (0, 0) }
    var total = 0.0
    for step in timed[..<timeStarts[1]] {
      let count = counts[step.episode]
      total += count
      scratch.values[step.state] += count
      scratch.occupied[step.state] += count
    }
    var (value, factor) = (0.0, 1.0)
    for time in 0..<episodes.horizon {
      var (alive, weighed, earned) = (0.0, 0.0, 0.0)
      for state in scratch.next.indices {
        alive += scratch.values[state]
        scratch.share[state] = scratch.occupied[state] > 0 ? scratch.values[state] / scratch.occupied[state] : 0
        (scratch.next[state], scratch.occupied[state]) = (0, 0)
      }
      for step in timed[timeStarts[time]..<timeStarts[time + 1]] {
        let count = counts[step.episode]
        let weight = count * scratch.share[step.state] * step.ratio
        earned += weight * step.reward
        weighed += weight
        if step.next >= 0 {
          scratch.next[step.next] += weight
          scratch.occupied[step.next] += count
        }
      }
      value += factor * earned
      for state in scratch.next.indices where weighed > 0 { scratch.next[state] *= alive / weighed }
      swap(&scratch.values, &scratch.next)
      factor *= episodes.discount
    }
    return value / total
  }

  /// The weights of each step's episodes under marginalisation, those that have ended left out: one record for each step.
  package var marginalWeights: [ImportanceWeights] {
    let episodes = log.episodes
    let n = Double(episodes.count)
    var target = [Double](repeating: 0, count: log.policy.stateCount)
    var occupied = target
    for episode in 0..<episodes.count {
      target[log.states[episodes.starts[episode]]] += 1 / n
      occupied[log.states[episodes.starts[episode]]] += 1 / n
    }
    return (0..<episodes.horizon).map { time in
      var next = [Double](repeating: 0, count: target.count)
      var after = next
      var weights: [Double] = []
      let alive = target.reduce(0, +)
      for episode in 0..<episodes.count {
        let step = episodes.starts[episode] + time
        guard step < episodes.starts[episode + 1] else { continue }
        let state = log.states[step]
        let weight = target[state] / occupied[state] * (episodes.target[step] / episodes.behavior[step])
        weights.append(weight)
        if step + 1 < episodes.starts[episode + 1] {
          next[log.states[step + 1]] += weight / n
          after[log.states[step + 1]] += 1 / n
        }
      }
      let weighed = weights.reduce(0, +) / n
      (target, occupied) = (weighed > 0 ? next.map { $0 * alive / weighed } : next, after)
      return ImportanceWeights(weights)
    }
  }
}
