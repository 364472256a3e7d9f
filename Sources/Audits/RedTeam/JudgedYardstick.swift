import Compute
import Environments
import Rewards

/// Where nobody knows the truth: excess is the predicted reward minus that of the nearest judged transition.
///
/// What was judged is what the reward could learn from: near it, its predictions are backed by answers, and a transition
/// is justified as much as the nearest of those is. Distances are Euclidean over the encoded transition, each feature in
/// units of its deviation over what was judged. Features that never varied there tell no reference row from another, and
/// take no part.
///
/// Complexity: reference rows × varying features for each transition, in vectors of eight reference rows.
package final class JudgedYardstick: Yardstick {
  private let encoding: TransitionEncoding
  /// The features that vary, with their means and the reciprocals of their deviations.
  private let varying: [Int]
  private let centres: [Float]
  private let factors: [Float]
  /// [varying × blocks] of eight reference rows each, column by column; rows that fill up the last are infinitely far.
  private let columns: UnsafeMutablePointer<SIMD8<Float>>
  private let blocks: Int
  /// [blocks · 8]: what the reward says of the reference rows.
  private let rewards: [Float]
  private var encoded: UnsafeMutablePointer<Float>
  private var capacity = 0

  /// Reference rows that are kept, spread evenly over what was judged.
  package static let mostRows = 512

  /// - Parameters:
  ///   - judged: encoded transitions.
  ///   - predicted: what the reward says of each.
  /// - Throws: `NotMeasurable` with fewer than two rows, numbers that are not finite, or nothing that varies.
  package init(_ judged: Matrix, predicted: [Double], encoding: TransitionEncoding) throws(NotMeasurable) {
    guard judged.rows > 1 else { throw .tooFew(have: judged.rows, need: 2) }
    if let place = judged.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: place / judged.columns, column: place % judged.columns)
    }
    self.encoding = encoding
    let stride = max(1, (judged.rows + Self.mostRows - 1) / Self.mostRows)
    let kept = Swift.stride(from: 0, to: judged.rows, by: stride).map(\.self)
    var (varying, centres, factors) = ([Int](), [Float](), [Float]())
    for column in 0..<judged.columns {
      let values = (0..<judged.rows).map { judged.elements[$0 * judged.columns + column] }
      let deviation = values.count > 1 ? Statistics.standardDeviation(values) : 0
      guard deviation > 1e-12 * (values.map(abs).max() ?? 0) else { continue }
      varying.append(column)
      centres.append(Float(Statistics.mean(values)))
      factors.append(Float(1 / deviation))
    }
    guard !varying.isEmpty else { throw .constantFeatures }
    (self.varying, self.centres, self.factors) = (varying, centres, factors)
    blocks = (kept.count + 7) / 8
    let room = varying.count * blocks
    columns = .allocate(capacity: room)
    columns.initialize(repeating: SIMD8(repeating: .infinity), count: room)
    for (place, column) in varying.enumerated() {
      for (index, row) in kept.enumerated() {
        let value = (Float(judged.elements[row * judged.columns + column]) - centres[place]) * factors[place]
        columns[place * blocks + index / 8][index % 8] = value
      }
    }
    var rewards = [Float](repeating: 0, count: blocks * 8)
    for (index, row) in kept.enumerated() { rewards[index] = Float(predicted[row]) }
    self.rewards = rewards
    encoded = .allocate(capacity: 1)
  }

  deinit {
    columns.deallocate()
    encoded.deallocate()
  }

  package func excess(_ rows: TransitionRows, rewards: UnsafeMutablePointer<Float>, truth: UnsafePointer<Float>) {
    if rows.count > capacity {
      encoded.deallocate()
      capacity = rows.count
      encoded = .allocate(capacity: capacity * encoding.width)
      encoded.initialize(repeating: 0, count: capacity * encoding.width)
    }
    encoding.encode(rows, into: encoded)
    for row in 0..<rows.count { rewards[row] -= self.rewards[nearest(encoded + row * encoding.width)] }
  }

  /// The nearest reference row; of equally near ones the first.
  private func nearest(_ row: UnsafePointer<Float>) -> Int {
    var (best, place) = (Float.infinity, 0)
    for block in 0..<blocks {
      var sum = SIMD8<Float>.zero
      for index in varying.indices {
        let value = (row[varying[index]] - centres[index]) * factors[index]
        let difference = columns[index * blocks + block] - SIMD8(repeating: value)
        sum += difference * difference
      }
      guard sum.min() < best else { continue }
      for lane in 0..<8 where sum[lane] < best { (best, place) = (sum[lane], block * 8 + lane) }
    }
    return place
  }
}
