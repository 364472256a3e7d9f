import Compute
import Environments

/// The best policy for the mean reward less a multiple of how much each action takes away from what could still be
/// done.
///
/// Two measures. Relative reachability (Krakovna et al. 2019): by how much, averaged over all states, they can be
/// reached less well from where the action leads than from where one would be otherwise. Attainable utility (Turner,
/// Hadfield-Menell and Tadepalli 2020): how much the best returns under some other rewards change by the action.
/// "Otherwise" is the baseline: the start, or having stayed still just now. The result is a reward on (state, action),
/// so the plan is exact.
///
/// To come to an end is no impact: what is over is neither lost nor counted among what can be reached.
///
/// It assumes that harm shows as options lost, and promises nothing about harm that takes none away. Measured from the
/// start it also punishes what others do and what was wanted (a box that should be moved); measured from staying still
/// it may undo what it was asked to do, as soon as that looks like a change. The weight has no natural value.
public struct ImpactPenalty: CautionRule {
  /// What counts as impact.
  public enum Measure: Sendable, Hashable {
    /// How well all states can be reached, each step of the way discounted by this much: above 0, up to 1.
    case relativeReachability(discount: Double)
    /// The best returns under these rewards on (state, action), in absolute change.
    case attainableUtility(rewards: [[Double]])
  }
  /// What the state after an action is compared with.
  public enum Baseline: Sendable, Hashable {
    /// The start.
    case start
    /// What this action, which stays still, would have led to.
    case inaction(action: Int)
  }

  /// What counts as impact.
  public var measure: Measure
  /// What it is measured from.
  public var baseline: Baseline
  /// How much reward a unit of it costs; not negative.
  public var weight: Double

  public var name: String {
    switch measure {
    case .relativeReachability: "relative reachability, weight \(CautionFormat.number(weight))"
    case .attainableUtility: "attainable utility, weight \(CautionFormat.number(weight))"
    }
  }
  public var assumption: String { "harm is what takes options away" }
  public var failure: String { "harm that leaves all options; a weight that nobody knows" }

  /// A rule with this measure.
  public init(_ measure: Measure, from baseline: Baseline, weight: Double) {
    (self.measure, self.baseline, self.weight) = (measure, baseline, weight)
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    guard weight >= 0, weight.isFinite else {
      throw InputError("the weight of impact is \(weight)", remedy: "give a number from 0")
    }
    let penalty = try penalties(in: problem.mdp, ends: problem.ends)
    let reward = zip(problem.meanReward, penalty).map { $0 - weight * $1 }
    let policy = PolicyIteration.solve(problem.mdp, rewards: reward).policy
    var choice = CautionChoice(policy, in: problem, support: (reward, 0)) { Vectors.dot(reward, $0) }
    choice.promise = CautionPromise(
      "the discounted sum of what it takes away, as measured, is", Vectors.dot(penalty, choice.occupancy))
    return choice
  }

  /// The impact of each action in each state, [states × actions].
  ///
  /// - Parameters:
  ///   - mdp: the world in which options are taken away.
  ///   - ends: by state, where all is over; the world's terminal states unless given.
  /// - Throws: `InputError` for a discount, a reward or an action that does not fit the world.
  public func penalties(in mdp: TabularMDP, ends: [Bool]? = nil) throws -> [Double] {
    let ends = ends ?? mdp.isTerminal
    guard ends.count == mdp.stateCount else {
      throw InputError("\(ends.count) states are said to be an end or not", remedy: "the world has \(mdp.stateCount)")
    }
    if case .inaction(let action) = baseline, !(0..<mdp.actionCount).contains(action) {
      throw InputError("action \(action) is to stay still", remedy: "the world has \(mdp.actionCount), from 0")
    }
    let measures = try measures(mdp, ends)
    let isOneSided = if case .relativeReachability = measure { true } else { false }
    // How much less, on average over the measures, one state offers than another.
    func loss(_ now: Int, _ before: Int) -> Double {
      guard !ends[now], !ends[before] else { return 0 }
      var sum = 0.0
      for index in measures.indices {
        let difference = measures[index][before] - measures[index][now]
        sum += isOneSided ? max(difference, 0) : abs(difference)
      }
      return sum / Double(measures.count)
    }
    switch (measure, baseline) {
    case (.attainableUtility(let rewards), .inaction(let still)):
      // By the action values, in which the action itself counts.
      let tables = zip(rewards, measures).map { mdp.actionValues($1, rewards: $0) }
      return (0..<mdp.stateCount * mdp.actionCount).map { row in
        let other = row / mdp.actionCount * mdp.actionCount + still
        guard !ends[row / mdp.actionCount], !outcomes(mdp, row).contains(where: { ends[$0.state] }) else { return 0 }
        return tables.reduce(0.0) { $0 + abs($1[row] - $1[other]) } / Double(tables.count)
      }
    case (_, .start):
      let losses = (0..<mdp.stateCount).map { now in
        mdp.start.indices.reduce(0.0) { mdp.start[$1] > 0 ? $0 + mdp.start[$1] * loss(now, $1) : $0 }
      }
      return (0..<mdp.stateCount * mdp.actionCount).map { row in
        outcomes(mdp, row).reduce(0.0) { $0 + $1.probability * losses[$1.state] }
      }
    case (_, .inaction(let still)):
      return (0..<mdp.stateCount * mdp.actionCount).map { row in
        let others = outcomes(mdp, row / mdp.actionCount * mdp.actionCount + still)
        return outcomes(mdp, row).reduce(0.0) { sum, now in
          sum + others.reduce(0.0) { $0 + now.probability * $1.probability * loss(now.state, $1.state) }
        }
      }
    }
  }

  private func outcomes(_ mdp: TabularMDP, _ row: Int) -> [(state: Int, probability: Double)] {
    (mdp.rowStarts[row]..<mdp.rowStarts[row + 1]).map { (mdp.successors[$0], mdp.probabilities[$0]) }
  }

  /// What each state offers, [measures][states].
  private func measures(_ mdp: TabularMDP, _ ends: [Bool]) throws -> [[Double]] {
    switch measure {
    case .relativeReachability(let discount):
      guard discount > 0, discount <= 1 else {
        throw InputError("a step of the way counts \(discount)", remedy: "give a discount above 0, up to 1")
      }
      let targets = ends.contains(false) ? ends.indices.filter { !ends[$0] } : Array(ends.indices)
      return targets.map { Self.reachability(of: $0, in: mdp, discount: discount) }
    case .attainableUtility(let rewards):
      guard !rewards.isEmpty,
        rewards.allSatisfy({ $0.count == mdp.stateCount * mdp.actionCount && $0.allSatisfy(\.isFinite) })
      else { throw InputError("at least one other reward is wanted, each finite for every state and action") }
      return rewards.map { PolicyIteration.solve(mdp, rewards: $0).values }
    }
  }

  /// How well a state can be reached from each: the best expected discount^steps until it is, 1 at the state itself.
  public static func reachability(of target: Int, in mdp: TabularMDP, discount: Double) -> [Double] {
    var values = [Double](repeating: 0, count: mdp.stateCount)
    values[target] = 1
    // From below, so that with a discount of 1 the least solution is found: the probability of ever getting there.
    for _ in 0..<100_000 {
      var change = 0.0
      for state in 0..<mdp.stateCount where state != target && !mdp.isTerminal[state] {
        var best = 0.0
        for row in state * mdp.actionCount..<(state + 1) * mdp.actionCount {
          var sum = 0.0
          for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
            sum += mdp.probabilities[index] * values[mdp.successors[index]]
          }
          best = max(best, discount * sum)
        }
        change = max(change, best - values[state])
        values[state] = best
      }
      if change <= 1e-13 { break }
    }
    return values
  }
}
