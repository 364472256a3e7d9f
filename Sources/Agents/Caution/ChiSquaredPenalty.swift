import Compute
import Environments
import Foundation

/// The policy of the largest mean reward a step less a multiple of √χ² of its occupancy against the reference's: the
/// occupancy-regularised policy optimisation of Laidlaw, Singhal and Dragan (2024), exact.
///
/// Rewards here are per step: occupancies are scaled to sum to 1. The penalty is a norm, √χ² = ‖(μ − μ₀) ÷ √μ₀‖, so
/// this is a second-order cone program; how much better another policy could be is measured by planning.
///
/// It assumes that the proxy and what is meant are correlated by at least `correlation` *under the reference policy*.
/// Then the gain over the reference, in deviations of the truth, is at least the promise (``CorrelatedProxy/exact``).
/// It fails where the correlation was guessed, or measured where the trouble is not; and the reference is the whole
/// argument: near one that hacks it hacks, and one that never takes an action forbids it for ever.
public struct ChiSquaredPenalty: CautionRule {
  /// How much √χ² counts.
  public enum Strength: Sendable, Hashable {
    /// So much reward a step for each unit of √χ².
    case weight(Double)
    /// σ √(1 − r²), with σ the proxy's deviation and r its correlation with what is meant, both under the reference.
    case correlation(Double)
  }

  /// How much √χ² counts.
  public let strength: Strength

  public var name: String {
    switch strength {
    case .weight(let weight): "near the reference (χ²), weight \(CautionFormat.number(weight))"
    case .correlation(let correlation): "near the reference (χ²), correlation \(CautionFormat.number(correlation))"
    }
  }
  public var assumption: String { "proxy and truth are so correlated where the reference goes" }
  public var failure: String { "a reference that hacks, or a correlation that was guessed" }

  /// A rule of this strength.
  ///
  /// - Throws: `InputError` for a weight that is negative or not finite, or a correlation that is not above 0 and up to
  ///   1.
  public init(_ strength: Strength) throws {
    switch strength {
    case .weight(let weight):
      guard weight >= 0, weight.isFinite else {
        throw InputError("the weight of √χ² is \(weight)", remedy: "give a number from 0")
      }
    case .correlation(let correlation):
      guard correlation > 0, correlation <= 1 else {
        throw InputError(
          "the correlation of proxy and truth is \(correlation)",
          remedy: "give one above 0, up to 1: without any, nothing is learned from the proxy")
      }
    }
    self.strength = strength
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let (mdp, reward) = (problem.mdp, problem.meanReward)
    let reachable = mdp.reachableStates
    // What rounding leaves where nothing reaches would have huge weights.
    let visits = try problem.trusted(by: name).occupancy
    let reference = visits.indices.map { reachable[$0 / mdp.actionCount] ? visits[$0] * (1 - mdp.discount) : 0 }
    try requireSupport(of: reference, in: mdp)
    let deviation = CorrelatedProxy.deviation(of: reward, under: reference)
    let weight: Double
    switch strength {
    case .weight(let given): weight = given
    case .correlation(let correlation): weight = deviation * (1 - correlation * correlation).squareRoot()
    }
    let scales = reference.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    let roots = reference.map { $0.squareRoot() }
    func objective(_ occupancy: [Double]) -> Double {
      let steps = occupancy.map { $0 * (1 - mdp.discount) }
      let divergence = steps.indices.reduce(0.0) { sum, row in
        let side = scales[row] * steps[row] - roots[row]
        return sum + side * side
      }
      return Vectors.dot(reward, steps) - weight * divergence.squareRoot()
    }
    let solution = try ConePlan.solve(
      mdp, reward: reward, weight: weight, norm: .diagonal(scales), offset: roots,
      from: reference.map { $0 / (1 - mdp.discount) })
    // Per step: the sum of an occupancy is 1 ÷ (1 − discount).
    let direction = solution.direction
    let priced = reward.indices.map { (1 - mdp.discount) * (reward[$0] - weight * direction[$0] * scales[$0]) }
    let policy = mdp.policy(fromOccupancy: solution.occupancy).withoutTraces(in: mdp, objective: objective)
    return CautionChoice(
      policy, in: problem, support: (priced, weight * Vectors.dot(direction, roots)),
      promise: promise(reference, mdp.occupancy(of: policy).map { $0 * (1 - mdp.discount) }, reward),
      objective: objective)
  }

  private func promise(_ reference: [Double], _ steps: [Double], _ reward: [Double]) -> CautionPromise? {
    // A proxy that is the same everywhere under the reference has no correlation, and promises nothing.
    guard case .correlation(let correlation) = strength,
      let bounds = try? CorrelatedProxy(reference: reference, policy: steps, proxy: reward, correlation: correlation)
    else { return nil }
    return CautionPromise(
      "the gain in true reward over the reference, in deviations of the true reward under it, is at least", bounds.exact
    )
  }

  /// - Throws: `InputError` that names a state and an action which can be taken, and the reference never takes.
  private func requireSupport(of reference: [Double], in mdp: TabularMDP) throws {
    let reachable = mdp.reachableStates
    for row in reference.indices where reference[row] <= 0 && reachable[row / mdp.actionCount] {
      let state = row / mdp.actionCount
      // In a state to which it never comes it need not choose; some action that leads there is found before.
      guard reference[state * mdp.actionCount..<(state + 1) * mdp.actionCount].contains(where: { $0 > 0 }) else {
        continue
      }
      throw InputError(
        "the reference policy never takes action \(row % mdp.actionCount) in state \(row / mdp.actionCount), "
          + "so χ² of a policy that does is infinite",
        at: "state \(row / mdp.actionCount), action \(row % mdp.actionCount)",
        remedy: "mix the reference with a little of every action")
    }
  }
}
