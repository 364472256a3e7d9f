import Audits
import Compute
import Environments

/// What each patch of an image adds to a reward: where it looks.
package struct PatchMap: Sendable, Hashable, Encodable {
  /// Which step, or that it is the mean size over all that were explained.
  package let title: String
  /// What is paid there, and for the baseline; nil for the mean.
  package let paid: Double?
  /// The first pixel of each row and column of patches.
  package let tops: [Int]
  package let lefts: [Int]
  /// [row of patches][column]: signed for a step, sizes for the mean.
  package let values: [[Double]]

  /// The mean over all steps, the step that is paid best and the one that is paid worst; none for worlds that are not seen as images.
  static func maps(_ explained: Attributions, _ inspected: InspectedRun) -> [PatchMap] {
    guard let image = inspected.specification.image, !explained.scores.isEmpty else { return [] }
    let tops = Array(stride(from: 0, to: image.rows / max(1, image.frames), by: ExplainedFeature.patch))
    let lefts = Array(stride(from: 0, to: image.columns, by: ExplainedFeature.patch))
    let count = tops.count * lefts.count
    // Patches come before whatever else the reward reads.
    guard explained.values.columns >= count else { return [] }
    let rows = explained.values.rows
    let means = (0..<count).map { patch in
      (0..<rows).reduce(0) { $0 + abs(explained.values[$1, patch]) } / Double(rows)
    }
    func grid(_ values: [Double]) -> [[Double]] {
      tops.indices.map { Array(values[($0 * lefts.count)..<($0 + 1) * lefts.count]) }
    }
    var maps = [
      PatchMap(
        title: "Mean size over \(rows) steps", paid: nil, tops: tops, lefts: lefts, values: grid(means))
    ]
    let places = inspected.places
    let order = explained.scores.indices.sorted { (explained.scores[$0], $1) > (explained.scores[$1], $0) }
    for (name, row) in [("Paid best", order[0]), ("Paid worst", order[order.count - 1])] {
      let place = places.indices.contains(row) ? places[row] : (episode: 0, step: row)
      maps.append(
        PatchMap(
          title: "\(name): episode \(place.episode + 1), step \(place.step + 1)", paid: explained.scores[row],
          tops: tops, lefts: lefts, values: grid((0..<count).map { explained.values[row, $0] })))
    }
    return maps
  }
}
