import Compute
import Environments
import Foundation

/// Numbers of a state in which values are linear: one for each state where states are few, else a constant, the
/// observation, its products and random waves (Rahimi and Recht, "Random features for large-scale kernel machines",
/// NeurIPS 2007) over the standardised observation.
package struct StateFeatures: Sendable {
  /// Whether each state has a feature of its own, so that every function of states is linear in them.
  package let isExact: Bool
  /// How many features.
  package let count: Int
  private var indices: [[Float]: Int] = [:]
  private var centres: [Double] = []
  private var scales: [Double] = []
  private var hasProducts = false
  private var waves: [Double] = []
  private var phases: [Double] = []

  /// Up to this many different observations each get a feature of their own.
  package static let stateLimit = 400
  private static let waveCount = 400

  /// Features for the observations that these rows start from.
  package init(_ rows: SampledRows, random: RandomSource) {
    let size = rows.specification.observationSpace.count
    if let seen = Self.indices(rows) {
      isExact = true
      indices = seen
      count = seen.count
      return
    }
    isExact = false
    for component in 0..<size {
      let values = (0..<rows.count).map { Double(rows.observations[$0 * size + component]) }
      let deviation = Statistics.variance(values).squareRoot()
      centres.append(Statistics.mean(values))
      scales.append(deviation > 0 ? 1 / deviation : 0)
    }
    hasProducts = size <= 8
    var stream = random.stream("value-features")
    for wave in 0..<Self.waveCount {
      let length = [0.25, 0.5, 1, 2][wave % 4] * Double(size).squareRoot()
      for _ in 0..<size { waves.append(stream.normal() / length) }
      phases.append(stream.uniform(0, 2 * .pi))
    }
    count = 1 + size + (hasProducts ? size * (size + 1) / 2 : 0) + Self.waveCount
  }

  /// A number for each observation that rows start from; nil if they are more than ``stateLimit``, or more than 64 and
  /// come up less than eight times on average.
  package static func indices(_ rows: SampledRows) -> [[Float]: Int]? {
    var seen: [[Float]: Int] = [:]
    for row in 0..<rows.count {
      let observation = Array(rows.observation(row))
      if seen[observation] == nil { seen[observation] = seen.count }
      if seen.count > min(stateLimit, max(64, rows.count / 8)) { return nil }
    }
    return seen
  }

  /// Adds the features of one observation to `features`; zeros for one that was never started from.
  package func append(_ observation: ArraySlice<Float>, to features: inout [Double]) {
    let start = features.count
    features.append(contentsOf: repeatElement(0, count: count))
    if isExact {
      if let index = indices[Array(observation)] { features[start + index] = 1 }
      return
    }
    let standard = observation.enumerated().map { (Double($0.element) - centres[$0.offset]) * scales[$0.offset] }
    var place = start
    func put(_ value: Double) {
      features[place] = value
      place += 1
    }
    put(1)
    for value in standard { put(value) }
    if hasProducts {
      for i in standard.indices { for j in 0...i { put(standard[i] * standard[j]) } }
    }
    for wave in phases.indices { put(cosine(wave, standard)) }
  }

  private func cosine(_ wave: Int, _ standard: [Double]) -> Double {
    var phase = phases[wave]
    for (component, value) in standard.enumerated() { phase += waves[wave * standard.count + component] * value }
    return cos(phase)
  }
}
