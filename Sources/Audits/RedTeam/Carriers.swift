import Compute
import Environments
import Rewards

/// The transitions of a clip that carry its excess, and what is unusual about them.
struct Carriers {
  private let ground: JudgedGround
  private let features: [NamedFeature]
  /// By encoded feature: the unit in which places are compared.
  private let units: [Double]
  /// By named feature: its mean and deviation over what was judged.
  private let judged: [(mean: Double, deviation: Double)]
  private let actionShares: [Double]

  init(_ ground: JudgedGround, features: [NamedFeature]) {
    (self.ground, self.features) = (ground, features)
    let rows = ground.rows
    units = (0..<rows.columns).map { column in
      Statistics.standardDeviation((0..<rows.rows).map { rows.elements[$0 * rows.columns + column] })
    }
    judged = features.map { feature in
      let values = ground.judgedClips.flatMap(feature.values).filter(\.isFinite)
      guard values.count > 1 else { return (0, 0) }
      return (Statistics.mean(values), Statistics.standardDeviation(values))
    }
    if case .discrete(let names) = ground.specification.actionSpace {
      let taken = ground.judgedClips.flatMap(\.actions)
      actionShares = names.indices.map { action in
        Double(taken.count { Int($0) == action }) / Double(max(1, taken.count))
      }
    } else {
      actionShares = []
    }
  }

  /// One for each step: its share of the excess.
  private static func weights(_ excess: [Double]) -> [Double] {
    let sum = excess.reduce(0) { $0 + max(0, $1) }
    return sum > 0
      ? excess.map { max(0, $0) / sum } : [Double](repeating: 1 / Double(max(1, excess.count)), count: excess.count)
  }

  /// The mean of the encoded transitions by their excess, in the judged ones' deviations; of features that never varied
  /// there as they are.
  func place(_ clip: Trajectory, excess: [Double]) throws -> [Double] {
    let rows = try ground.encoding.rows(of: [clip])
    var place = [Double](repeating: 0, count: rows.columns)
    for (row, weight) in Self.weights(excess).enumerated() {
      for column in 0..<rows.columns {
        place[column] += weight * rows.elements[row * rows.columns + column] / (units[column] > 0 ? units[column] : 1)
      }
    }
    return place
  }

  /// The three features that differ most from what was judged, at least one deviation; those first that never varied
  /// there.
  func traits(_ clip: Trajectory, excess: [Double]) -> [Find.Trait] {
    let weights = Self.weights(excess)
    var traits: [Find.Trait] = []
    for (index, feature) in features.enumerated() {
      let here = zip(feature.values(of: clip), weights).reduce(0) { $0 + $1.0 * $1.1 }
      let (mean, deviation) = judged[index]
      let difference = here - mean
      guard difference.isFinite, abs(difference) > 1e-9 * max(abs(here), abs(mean)) else { continue }
      let deviations = deviation > 0 ? difference / deviation : nil
      if abs(deviations ?? .infinity) >= 1 {
        traits.append(Find.Trait(name: feature.name, here: here, judged: mean, deviations: deviations))
      }
    }
    if case .discrete(let names) = ground.specification.actionSpace {
      var shares = [Double](repeating: 0, count: names.count)
      for (action, weight) in zip(clip.actions, weights) where names.indices.contains(Int(action)) {
        shares[Int(action)] += weight
      }
      for (action, share) in shares.enumerated() {
        let usual = actionShares[action]
        let deviation = (usual * (1 - usual)).squareRoot()
        guard share > usual, deviation == 0 || (share - usual) / deviation >= 1 else { continue }
        traits.append(
          Find.Trait(
            name: "share of “\(names[action])”", here: share, judged: usual,
            deviations: deviation > 0 ? (share - usual) / deviation : nil))
      }
    }
    let order = traits.indices.sorted {
      (abs(traits[$0].deviations ?? .infinity), $1) > (abs(traits[$1].deviations ?? .infinity), $0)
    }
    return order.prefix(3).map { traits[$0] }
  }
}
