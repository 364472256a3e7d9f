import Compute

/// By how much a reward prefers one clip to another, as a function of all numbers of both: what ``FlipReach`` asks how far
/// these may be moved before the preference turns.
///
/// ```swift
/// let margin = ClipMargin(reward, first: rows, second: others)
/// let reach = FlipReach.search(
///   largest: 0.5, margin: margin, at: margin.row, scale: margin.scales(deviations),
///   search: BoxSearch(nodes: 1), random: &random)
/// ```
///
/// Each transition's numbers are moved by themselves: a state that ends one transition and begins the next counts twice, so
/// what is certified holds all the more where it must be moved once.
package struct ClipMargin: BoundedFunction {
  package let reward: BoundedNetwork
  /// Both clips, the first one's transitions first.
  package let row: [Float]
  private let firstCount: Int
  private let count: Int

  /// - Parameters:
  ///   - reward: of a transition.
  ///   - first: the clip that is preferred, encoded: [transitions × `reward.inputs`].
  ///   - second: the other one.
  package init(_ reward: BoundedNetwork, first: [Float], second: [Float]) {
    precondition(first.count % reward.inputs == 0 && second.count % reward.inputs == 0, "whole transitions")
    self.reward = reward
    row = first + second
    firstCount = first.count / reward.inputs
    count = row.count / reward.inputs
  }

  package var inputs: Int { row.count }
  package var weights: [Double] { (0..<count).flatMap { _ in reward.weights } }

  /// The scales of a transition's numbers, for all of them.
  package func scales(_ scale: [Float]) -> [Float] { (0..<count).flatMap { _ in scale } }

  package func bounds(over box: InputBox) -> BoxBounds {
    let size = reward.inputs
    var total = BoxBounds(lower: 0, upper: 0, inputs: inputs)
    for index in 0..<count {
      let range = index * size..<(index + 1) * size
      let own = reward.bounds(over: InputBox(lower: Array(box.lower[range]), upper: Array(box.upper[range])))
      let part = index < firstCount ? own : own.negated
      total.add(part, at: range)
    }
    return total
  }

  package func values(at rows: [Float], count rowCount: Int) -> [Double] {
    let values = reward.values(at: rows, count: rowCount * count)
    return (0..<rowCount).map { row in
      (0..<count).reduce(0) { $0 + ($1 < firstCount ? 1 : -1) * values[row * count + $1] }
    }
  }

  package func gradients(at rows: [Float], count rowCount: Int) -> [Float]? {
    guard var slopes = reward.gradients(at: rows, count: rowCount * count) else { return nil }
    for place in slopes.indices where place / reward.inputs % count >= firstCount { slopes[place] = -slopes[place] }
    return slopes
  }
}
