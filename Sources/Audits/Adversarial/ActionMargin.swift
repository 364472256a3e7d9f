import Agents
import Compute

/// By how much a policy's likeliest action leads the next one at an observation: what ``FlipReach`` asks how far an
/// observation may be moved before another action is the likeliest.
package struct ActionMargin: BoundedFunction {
  /// The action that leads.
  package let action: Int
  private let leads: [BoundedNetwork]

  /// - Parameters:
  ///   - policy: with discrete actions.
  ///   - observation: where its likeliest action is taken.
  /// - Throws: `InputError` for a policy with continuous actions, with a single one, or one that looks at images.
  package init(_ policy: Policy, at observation: [Float]) throws {
    guard case .categorical(let count) = policy.head, count > 1 else {
      throw InputError(
        "only one of several discrete actions can turn into another", remedy: "name a policy with discrete actions")
    }
    func network(_ weights: [Double]) throws -> BoundedNetwork {
      try BoundedNetwork(
        policy.network, normalizer: policy.normalizer, clip: policy.normalizerClip, weights: weights)
    }
    let scores = try (0..<count).map { action in
      try network((0..<count).map { $0 == action ? 1 : 0 }).value(at: observation)
    }
    let leader = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    action = leader
    leads = try (0..<count).filter { $0 != leader }.map { other in
      try network((0..<count).map { $0 == leader ? 1 : $0 == other ? -1 : 0 })
    }
  }

  package var inputs: Int { leads[0].inputs }
  package var weights: [Double] { leads[0].weights }

  package func bounds(over box: InputBox) -> BoxBounds {
    // The least of several functions lies above the least of their lower bounds, and below each upper one.
    let all = leads.map { $0.bounds(over: box) }
    let closest = all.min { $0.lower < $1.lower }!
    var bounds = BoxBounds(lower: closest.lower, upper: all.map(\.upper).min()!, inputs: inputs)
    // The closest rival's slopes say where to cut and where to look; as lines only the upper one is a bound.
    (bounds.upperSlopes, bounds.upperOffset) = (closest.upperSlopes, closest.upperOffset)
    bounds.lowerSlopes = closest.lowerSlopes
    bounds.lowerOffset = -.infinity
    return bounds
  }

  package func values(at rows: [Float], count: Int) -> [Double] {
    let all = leads.map { $0.values(at: rows, count: count) }
    return (0..<count).map { row in all.map { $0[row] }.min()! }
  }

  package func gradients(at rows: [Float], count: Int) -> [Float]? {
    let values = leads.map { $0.values(at: rows, count: count) }
    let slopes = leads.compactMap { $0.gradients(at: rows, count: count) }
    guard slopes.count == leads.count else { return nil }
    return (0..<count).flatMap { row -> ArraySlice<Float> in
      let closest = values.indices.min { values[$0][row] < values[$1][row] }!
      return slopes[closest][row * inputs..<(row + 1) * inputs]
    }
  }
}
