import Compute
import Environments
import Foundation

/// The two features by which MAP-Elites tells behaviours apart, and the cells that they make.
struct ElitesFeatures: Sendable {
  let features: [NamedFeature]
  let cells: Int
  private let low: [Double]
  private let width: [Double]

  /// Cells over the range that was seen, and a tenth of it to each side; what lies beyond is in the outermost cells.
  init(_ features: [NamedFeature], cells: Int, seen: [Trajectory]) {
    (self.features, self.cells) = (features, cells)
    var (low, width) = ([Double](), [Double]())
    for feature in features {
      let values = seen.flatMap(feature.values).filter(\.isFinite)
      let (least, most) = (values.min() ?? 0, values.max() ?? 1)
      let range = max(most - least, 1e-9)
      low.append(least - 0.1 * range)
      width.append(1.2 * range)
    }
    (self.low, self.width) = (low, width)
  }

  /// The cell in which a plan ends, by its last transition.
  func cell(of last: Trajectory) -> Int {
    var cell = 0
    for (index, feature) in features.enumerated() {
      let value = feature.values(of: last).last ?? 0
      let share = value.isFinite ? (value - low[index]) / width[index] : 0
      cell = cell * cells + min(cells - 1, max(0, Int((share * Double(cells)).rounded(.down))))
    }
    return cell
  }

  /// The feature whose values fill 32 equal parts of their range most evenly, by entropy; and of those that do not merely
  /// repeat it (correlation below .95) the one that does so best. A second one that varies is not always there.
  static func mostVaried(_ features: [NamedFeature], _ seen: [Trajectory]) -> [NamedFeature] {
    let columns = features.map { feature in seen.flatMap(feature.values) }
    let entropies = columns.map { entropy($0) }
    let order = features.indices.sorted { (entropies[$0], $1) > (entropies[$1], $0) }
    guard let first = order.first else { return [] }
    let second = order.dropFirst().first { other in
      entropies[other] > 0 && abs(Statistics.pearson(columns[first], columns[other])) < 0.95
    }
    return [features[first]] + (second.map { [features[$0]] } ?? [])
  }

  /// In nats, over 32 equal parts of the range.
  static func entropy(_ values: [Double]) -> Double {
    guard let least = values.min(), let most = values.max(), most > least, most.isFinite, least.isFinite else {
      return 0
    }
    var counts = [Int](repeating: 0, count: 32)
    for value in values { counts[min(31, Int((value - least) / (most - least) * 32))] += 1 }
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / Double(values.count)
      return sum - share * log(share)
    }
  }
}
