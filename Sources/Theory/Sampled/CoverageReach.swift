import Compute

/// How much of what a behaviour meets lies where a sample has been.
public struct CoverageReach: Sendable, Codable, Hashable {
  /// "random play", or the name of a run.
  public let behavior: String
  /// The share of its states that are covered.
  public let share: Double
  /// 95 %, by episodes; nil for a single one.
  public let interval: Interval?
  /// How many states were looked at.
  public let states: Int

  /// A sample as it is looked up. A state counts as covered if the sample has it, where states are few; elsewhere if it
  /// is as near to the sample's nearest state as 95 % of the sample's own states are to those of other blocks, each
  /// component in units of its standard deviation.
  struct Sample {
    private let seen: Set<[Float]>?
    private let scales: [Double]
    private let states: [[Double]]
    private let limit: Double

    /// - `areFew`: whether the world has so few states that they come up again and again.
    init(_ rows: SampledRows, block: [Int], areFew: Bool) {
      let size = rows.specification.observationSpace.count
      guard !areFew else {
        seen = Set((0..<rows.count).map { Array(rows.observation($0)) })
        (scales, states, limit) = ([], [], 0)
        return
      }
      seen = nil
      let scales = (0..<size).map { component in
        let deviation = Statistics.variance((0..<rows.count).map { Double(rows.observations[$0 * size + component]) })
          .squareRoot()
        return deviation > 0 ? 1 / deviation : 1
      }
      let states = (0..<rows.count).map { row in
        rows.observation(row).enumerated().map { Double($0.element) * scales[$0.offset] }
      }
      self.scales = scales
      self.states = states
      let distances = ThreadPool.shared.map(rows.count) { row in
        Self.nearest(states[row], among: states, where: { block[$0] != block[row] })
      }
      limit = Statistics.quantile(sorted: distances.sorted(), 0.95)
    }

    func contains(_ observation: ArraySlice<Float>) -> Bool {
      if let seen { return seen.contains(Array(observation)) }
      let state = observation.enumerated().map { Double($0.element) * scales[$0.offset] }
      return Self.nearest(state, among: states, where: { _ in true }) <= limit
    }

    private static func nearest(_ state: [Double], among states: [[Double]], where counts: (Int) -> Bool) -> Double {
      var least = Double.infinity
      for index in states.indices where counts(index) {
        var sum = 0.0
        for component in state.indices {
          let apart = state[component] - states[index][component]
          sum += apart * apart
        }
        least = min(least, sum)
      }
      return least
    }
  }

  init(_ behavior: String, _ rows: SampledRows, perEpisode: Int, in sample: Sample) {
    self.behavior = behavior
    states = rows.count
    let covered = (0..<rows.count).map { sample.contains(rows.observation($0)) ? 1.0 : 0 }
    let shares = stride(from: 0, to: rows.count, by: perEpisode).map { start in
      Statistics.mean(Array(covered[start..<start + perEpisode]))
    }
    share = Statistics.mean(shares)
    interval = Statistics.meanInterval(shares).map {
      Interval(lower: max(0, $0.lower), upper: min(1, $0.upper), level: $0.level)
    }
  }
}
