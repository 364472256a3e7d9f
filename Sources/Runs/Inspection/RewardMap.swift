import Audits
import Compute
import Environments
import Foundation
import Rewards

/// What a reward pays over two numbers that are observed: of a finite world every state, of others a slice.
package struct RewardMap: Sendable, Encodable {
  package var across: UncertaintyMap.Axis
  package var up: UncertaintyMap.Axis
  /// [up][across], from the bottom: the mean over actions; nil where there is no such state.
  package var values: [[Double?]]
  /// What the rest of the observation is, a sentence.
  package var words: String

  /// Cells of a side in a slice.
  private static let side = 10

  /// - Parameters:
  ///   - inspected: the run.
  ///   - most: features, those that carry most of the reward first.
  init?(_ inspected: InspectedRun, most: [String]) throws {
    let specification = inspected.specification
    guard specification.image == nil, specification.observationSpace.count >= 2 else { return nil }
    let names = specification.observationNames
    if let world = inspected.run.entry.tabular {
      guard
        let map = Self.finite(
          world, inspected, axes: Self.axes(most, names, Self.spreads(world.observations, names.count)))
      else { return nil }
      self = map
      return
    }
    let observed = inspected.observationRows
    let spreads = Self.spreads(observed, names.count)
    guard let axes = Self.axes(most, names, spreads) else { return nil }
    self = Self.slice(inspected, observed, axes: axes)
  }

  private static func spreads(_ rows: [Float], _ size: Int) -> [Double] {
    (0..<size).map { column in
      Statistics.standardDeviation(stride(from: column, to: rows.count, by: size).map { Double(rows[$0]) })
    }
  }

  /// The two components that carry most among those that vary.
  private static func axes(_ most: [String], _ names: [String], _ spreads: [Double]) -> (Int, Int)? {
    let chosen = most.compactMap { names.firstIndex(of: $0) }.filter { spreads[$0] > 0 }.prefix(2).sorted()
    return chosen.count == 2 ? (chosen[0], chosen[1]) : nil
  }

  /// Every state that is not an end, in the cell of its two numbers.
  private static func finite(_ world: TabularWorld, _ inspected: InspectedRun, axes: (Int, Int)?) -> RewardMap? {
    guard let axes, world.observationSize == inspected.encoding.observationSize else { return nil }
    let size = world.observationSize
    let states = (0..<world.mdp.stateCount).filter { !world.mdp.isTerminal[$0] }
    func number(_ state: Int, _ axis: Int) -> Double { Double(world.observations[state * size + axis]) }
    let across = Set(states.map { number($0, axes.0) }).sorted()
    let up = Set(states.map { number($0, axes.1) }).sorted()
    // More cells than this are no picture.
    guard across.count <= 40, up.count <= 40 else { return nil }
    let rewards = inspected.meanRewards(
      states.flatMap { Array(world.observations[$0 * size..<($0 + 1) * size]) }, count: states.count)
    var sums = [[(Double, Double)]](
      repeating: [(Double, Double)](repeating: (0, 0), count: across.count), count: up.count)
    for (place, state) in states.enumerated() {
      guard let column = across.firstIndex(of: number(state, axes.0)),
        let row = up.firstIndex(of: number(state, axes.1))
      else { continue }
      sums[row][column].0 += rewards[place]
      sums[row][column].1 += 1
    }
    let names = inspected.specification.observationNames
    return RewardMap(
      across: UncertaintyMap.Axis(name: names[axes.0], middles: across),
      up: UncertaintyMap.Axis(name: names[axes.1], middles: up),
      values: sums.map { $0.map { $0.1 > 0 ? $0.0 / $0.1 : nil } },
      words: "All \(states.count) states that are no end, the mean over actions and over the states of a cell"
        + inspected.stillWords + ".")
  }

  /// The other components at their means over the agent's steps.
  private static func slice(_ inspected: InspectedRun, _ observed: [Float], axes: (Int, Int)) -> RewardMap {
    let size = inspected.encoding.observationSize
    let means = observed.meanRow(size)
    func middles(_ axis: Int) -> [Double] {
      let values = stride(from: axis, to: observed.count, by: size).map { Double(observed[$0]) }
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      return (0..<side).map { low + (Double($0) + 0.5) / Double(side) * (high - low) }
    }
    let (across, up) = (middles(axes.0), middles(axes.1))
    var rows: [Float] = []
    for y in up {
      for x in across {
        var row = means
        (row[axes.0], row[axes.1]) = (Float(x), Float(y))
        rows += row
      }
    }
    let rewards = inspected.meanRewards(rows, count: side * side)
    let names = inspected.specification.observationNames
    let rest = names.count > 2 ? ", the other \(names.count - 2) numbers at their means over the agent's steps" : ""
    return RewardMap(
      across: UncertaintyMap.Axis(name: names[axes.0], middles: across),
      up: UncertaintyMap.Axis(name: names[axes.1], middles: up),
      values: (0..<side).map { row in (0..<side).map { rewards[row * side + $0] } },
      words: "A slice\(rest); the mean over actions\(inspected.stillWords).")
  }

  private init(across: UncertaintyMap.Axis, up: UncertaintyMap.Axis, values: [[Double?]], words: String) {
    (self.across, self.up, self.values, self.words) = (across, up, values, words)
  }
}

extension InspectedRun {
  /// Where a reward sees what a step leads to, and a state alone is asked about.
  var stillWords: String {
    encoding.inputs.nextObservation ? "; the step is taken to lead nowhere else" : ""
  }

  /// The actions to look at, each as a row: all discrete ones, or the mean of what the agent does.
  var actionsToTry: [(name: String, row: [Float])] {
    switch specification.actionSpace {
    case .discrete(let names): return names.enumerated().map { ($1, [Float($0)]) }
    case .continuous:
      let size = specification.actionSpace.rowSize
      return [("the agent's mean action", episodes.flatMap(\.actions).meanRow(size))]
    }
  }

  /// Encoded steps from observations, with an action, that lead nowhere.
  func encoded(_ observations: [Float], count: Int, action: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: count * encoding.width)
    let actions = (0..<count).flatMap { _ in action }
    let ends = [Bool](repeating: false, count: count)
    TransitionRows.over(
      count, observations: observations, actions: actions, nextObservations: observations, terminated: ends,
      specification: specification
    ) { rows in
      result.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { encoding.encode(rows, into: start) } }
    }
    return result
  }

  /// The reward of observations, the mean over ``actionsToTry``.
  func meanRewards(_ observations: [Float], count: Int) -> [Double] {
    let tried = actionsToTry
    var sums = [Double](repeating: 0, count: count)
    guard let score = try? ExplainedScore(run.reward) else { return sums }
    for action in tried {
      let values = score.values(encoded(observations, count: count, action: action.row))
      for index in sums.indices { sums[index] += values[index] / Double(tried.count) }
    }
    return sums
  }
}
