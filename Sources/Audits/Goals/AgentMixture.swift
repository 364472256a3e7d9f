import Compute
import Foundation

/// What agents say of a record together: the mean over goals, slips, changes of goal and tastes of what each predicts.
///
/// The goal may change from step to step: after an action is seen, a goal's weight is multiplied by what it gave the
/// action, and then a share α of every weight goes to other goals, evenly (fixed share; Herbster & Warmuth 1998) or in
/// part by how long each was pursued before (Bousquet & Warmuth 2002).
///
/// Goals that never change keep logarithms, for a weight that is too small for a double today may win tomorrow; the
/// others cannot fall below their share. Complexity: O(steps · goals · slips · changes · tastes), without allocating.
package struct AgentMixture: Sendable {
  /// Of the mixture's prediction of each step, the natural logarithm.
  package private(set) var logPredictions: [Double]
  /// How probable each goal is in the last step, if an agent acts.
  package private(set) var goalPosterior: [Double]
  /// The mean over the steps of how probable each goal was after it.
  package private(set) var goalShares: [Double]
  /// [moments]: how probable each goal was after so many steps.
  package private(set) var course: [[Double]] = []
  /// How probable each chance of slipping is, in the class's order; and so on.
  package private(set) var slips: [Double]
  package private(set) var changes: [Double]
  package private(set) var tastes: [Double]

  /// - Parameters:
  ///   - record: what was done.
  ///   - library: the goals, of the same world.
  ///   - agents: the class.
  ///   - moments: numbers of steps, ascending, after which the goals are kept in ``course``.
  package init(_ record: ActionRecord, goals library: GoalLibrary, agents: AgentClass, moments: [Int] = []) {
    precondition(
      record.stateCount == library.stateCount && record.actionCount == library.actionCount, "goals of the same world")
    let patterns = GoalPatterns(library)
    var filter = GoalFilter(patterns, agents)
    var habits = [Int](repeating: 0, count: record.stateCount * record.actionCount)
    var tables = agents.tastes.map { _ in PatternChances(most: patterns.most) }
    var predictions = [Double](repeating: 0, count: record.count)
    var mean = [Double](repeating: 0, count: patterns.goalCount)
    var kept: [[Double]] = []
    var next = 0
    var before = 0.0
    for step in 0..<record.count {
      let (state, action) = (record.states[step], record.actions[step])
      for (index, taste) in agents.tastes.enumerated() {
        tables[index].set(patterns, taste, state, action, habits)
      }
      filter.observe(state, tables)
      habits[state * record.actionCount + action] += 1
      let after = filter.settle()
      predictions[step] = after - before
      before = after
      for goal in mean.indices { mean[goal] += filter.goals[goal] }
      while next < moments.count, moments[next] <= step + 1 {
        kept.append(filter.goals)
        next += 1
      }
    }
    logPredictions = predictions
    goalPosterior = filter.goals
    goalShares = record.count > 0 ? mean.map { $0 / Double(record.count) } : filter.goals
    course = kept
    (slips, changes, tastes) = filter.marginals()
  }
}

/// The weights of an agent mixture as a record goes by.
private struct GoalFilter {
  let patterns: GoalPatterns
  let agents: AgentClass
  /// [goals]: how probable each is now.
  var goals: [Double]
  /// [components × goals], not normalised: ``totals`` are their sums.
  private var weights: [Double]
  /// [components × goals] for components without changes; empty rows elsewhere are never read.
  private var logWeights: [Double]
  /// [components]
  private var totals: [Double]
  /// [components]: the logarithm of what each has given the record.
  private var evidence: [Double]
  /// [components × goals] for components that return to earlier goals: the sum over the steps of how probable each was.
  private var pursued: [Double]
  private var steps = 0
  private var posterior: [Double]
  private var chances: [Double]

  private var count: Int { patterns.goalCount }

  init(_ patterns: GoalPatterns, _ agents: AgentClass) {
    (self.patterns, self.agents) = (patterns, agents)
    let components = agents.slips.count * agents.changes.count * agents.tastes.count
    goals = [Double](repeating: 1 / Double(patterns.goalCount), count: patterns.goalCount)
    weights = [Double](repeating: 1 / Double(patterns.goalCount), count: components * patterns.goalCount)
    logWeights = [Double](repeating: -log(Double(patterns.goalCount)), count: weights.count)
    totals = [Double](repeating: 1, count: components)
    evidence = [Double](repeating: 0, count: components)
    pursued = [Double](repeating: 0, count: weights.count)
    posterior = [Double](repeating: 1 / Double(components), count: components)
    chances = [Double](repeating: 0, count: patterns.most)
  }

  /// Takes in one step: what each taste says of it by pattern.
  mutating func observe(_ state: Int, _ tables: [PatternChances]) {
    let used = patterns.starts[state + 1] - patterns.starts[state]
    var component = 0
    for table in tables {
      for slip in agents.slips {
        for place in 0..<used {
          chances[place] = (1 - slip) * table.good[place] + slip * table.poor[place] + table.flat[place]
        }
        for change in agents.changes {
          if change.rate == 0 || count == 1 {
            totals[component] = 1
            evidence[component] = Self.addLogarithms(
              &logWeights, &weights, component * count, count, chances, used, patterns.pattern, state)
          } else {
            let even = steps > 0 ? change.rate * (1 - change.returning) / Double(count - 1) : 0
            let kept = steps > 0 ? (1 - change.rate - even) / totals[component] : 1
            if change.returning > 0, steps > 0 {
              totals[component] = Self.multiply(
                &weights, returning: &pursued, component * count, count, kept, even,
                change.rate * change.returning / Double(steps), 1 / totals[component], chances, patterns.pattern, state)
            } else {
              totals[component] = Self.multiply(
                &weights, component * count, count, kept, even, chances, patterns.pattern, state)
            }
            evidence[component] += log(totals[component])
          }
          component += 1
        }
      }
    }
    steps += 1
  }

  /// Weighs components and goals anew; the logarithm of what the mixture has given the record.
  mutating func settle() -> Double {
    let most = evidence.max() ?? 0
    var sum = 0.0
    for component in posterior.indices {
      posterior[component] = exp(evidence[component] - most)
      sum += posterior[component]
    }
    for goal in goals.indices { goals[goal] = 0 }
    for component in posterior.indices {
      posterior[component] /= sum
      // What weighs nothing adds nothing.
      guard posterior[component] > 1e-18 else { continue }
      Self.add(weights, component * count, posterior[component] / totals[component], &goals)
    }
    return most + log(sum / Double(posterior.count))
  }

  func marginals() -> (slips: [Double], changes: [Double], tastes: [Double]) {
    var slips = [Double](repeating: 0, count: agents.slips.count)
    var changes = [Double](repeating: 0, count: agents.changes.count)
    var tastes = [Double](repeating: 0, count: agents.tastes.count)
    var component = 0
    for taste in tastes.indices {
      for slip in slips.indices {
        for change in changes.indices {
          slips[slip] += posterior[component]
          changes[change] += posterior[component]
          tastes[taste] += posterior[component]
          component += 1
        }
      }
    }
    return (slips, changes, tastes)
  }

  private static func multiply(
    _ weights: inout [Double], _ first: Int, _ count: Int, _ scale: Double, _ shift: Double, _ chances: [Double],
    _ pattern: [Int32], _ state: Int
  ) -> Double {
    var weights = weights.mutableSpan
    let (chances, pattern) = (chances.span, pattern.span)
    precondition(first + count <= weights.count && (state + 1) * count <= pattern.count, "rows within the tables")
    var total = 0.0
    for goal in 0..<count {
      let chance = chances[unchecked: Int(pattern[unchecked: state * count + goal])]
      let weight = (weights[unchecked: first + goal] * scale + shift) * chance
      weights[unchecked: first + goal] = weight
      total += weight
    }
    return total
  }

  /// The same, with a share that goes to goals by how long each was pursued.
  private static func multiply(
    _ weights: inout [Double], returning pursued: inout [Double], _ first: Int, _ count: Int, _ scale: Double,
    _ shift: Double, _ back: Double, _ norm: Double, _ chances: [Double], _ pattern: [Int32], _ state: Int
  ) -> Double {
    var weights = weights.mutableSpan
    var pursued = pursued.mutableSpan
    let (chances, pattern) = (chances.span, pattern.span)
    precondition(first + count <= weights.count && (state + 1) * count <= pattern.count, "rows within the tables")
    precondition(weights.count == pursued.count, "one for each weight")
    var total = 0.0
    for goal in 0..<count {
      let chance = chances[unchecked: Int(pattern[unchecked: state * count + goal])]
      let past = pursued[unchecked: first + goal] + weights[unchecked: first + goal] * norm
      pursued[unchecked: first + goal] = past
      let weight = (weights[unchecked: first + goal] * scale + past * back + shift) * chance
      weights[unchecked: first + goal] = weight
      total += weight
    }
    return total
  }

  /// The weights as they are after the step, normalised, and the logarithm of their sum before.
  private static func addLogarithms(
    _ logWeights: inout [Double], _ weights: inout [Double], _ first: Int, _ count: Int, _ chances: [Double],
    _ used: Int, _ pattern: [Int32], _ state: Int
  ) -> Double {
    var logWeights = logWeights.mutableSpan
    var weights = weights.mutableSpan
    let (chances, pattern) = (chances.span, pattern.span)
    precondition(first + count <= weights.count && (state + 1) * count <= pattern.count, "rows within the tables")
    var most = -Double.infinity
    for goal in 0..<count {
      let chance = chances[unchecked: Int(pattern[unchecked: state * count + goal])]
      let weight = logWeights[unchecked: first + goal] + log(chance)
      logWeights[unchecked: first + goal] = weight
      most = max(most, weight)
    }
    var sum = 0.0
    for goal in 0..<count {
      let weight = exp(logWeights[unchecked: first + goal] - most)
      weights[unchecked: first + goal] = weight
      sum += weight
    }
    for goal in 0..<count { weights[unchecked: first + goal] /= sum }
    return most + log(sum)
  }

  private static func add(_ weights: [Double], _ first: Int, _ factor: Double, _ goals: inout [Double]) {
    let weights = weights.span
    var goals = goals.mutableSpan
    precondition(first + goals.count <= weights.count, "rows within the table")
    for goal in 0..<goals.count { goals[unchecked: goal] += factor * weights[unchecked: first + goal] }
  }
}
