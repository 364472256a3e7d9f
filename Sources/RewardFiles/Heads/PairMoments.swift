import Compute

/// Means and deviations of the vectors of pairs, kept apart by the part of the data that a pair is in, so that any
/// union of parts is standardised by its own pairs without reading the data again.
///
/// A component whose deviation is no normal float (it never changes) is left out. Complexity: O(pairs × width) once.
struct PairMoments {
  /// What standardises the vectors of some parts.
  struct Standard {
    /// Of all vectors, component by component.
    var means: [Double]
    /// Population variances; 0 where a component is left out.
    var variances: [Double]
    /// 1 / deviation; 0 where a component is left out.
    var scales: [Double]
    /// Root mean square of the length of a pair's difference, in standardised components.
    var length: Double
  }

  private let width: Int
  private var pairs: [Double]
  /// [parts × width] each: means and squared deviations of vectors, and squared differences within pairs.
  private var means: [Double]
  private var squares: [Double]
  private var differences: [Double]

  /// - Parameters:
  ///   - part: of each pair.
  ///   - count: how many parts there are.
  init(_ data: HeadData, part: [Int], count: Int, pool: ThreadPool = .shared) {
    let width = data.width
    self.width = width
    pairs = [Double](repeating: 0, count: count)
    for part in part { pairs[part] += 1 }
    means = [Double](repeating: 0, count: count * width)
    squares = means
    differences = means
    let block = 128
    means.withUnsafeMutableBufferPointer { means in
      squares.withUnsafeMutableBufferPointer { squares in
        differences.withUnsafeMutableBufferPointer { differences in
          // Each block of columns is one part's own.
          let shared = Disjoint((means: means, squares: squares, differences: differences))
          pool.run((width + block - 1) / block) { number in
            let columns = number * block..<min(width, (number + 1) * block)
            var seen = [Double](repeating: 0, count: count)
            for pair in 0..<data.count {
              let base = part[pair] * width
              for vectors in [data.chosen, data.rejected] {
                seen[part[pair]] += 1
                let share = 1 / seen[part[pair]]
                for column in columns {
                  let value = Double(vectors[pair * width + column])
                  let offset = value - shared.value.means[base + column]
                  shared.value.means[base + column] += offset * share
                  shared.value.squares[base + column] += offset * (value - shared.value.means[base + column])
                }
              }
              for column in columns {
                let gap = Double(data.chosen[pair * width + column]) - Double(data.rejected[pair * width + column])
                shared.value.differences[base + column] += gap * gap
              }
            }
          }
        }
      }
    }
  }

  /// Of the pairs of these parts, which are in order.
  func standard(_ parts: [Int]) -> Standard {
    var standard = Standard(
      means: [Double](repeating: 0, count: width), variances: [Double](repeating: 0, count: width),
      scales: [Double](repeating: 0, count: width), length: 0)
    var gaps = [Double](repeating: 0, count: width)
    var count = 0.0
    for part in parts where pairs[part] > 0 {
      let added = 2 * pairs[part]
      let total = count + added
      for column in 0..<width {
        let place = part * width + column
        let offset = means[place] - standard.means[column]
        standard.means[column] += offset * (added / total)
        standard.variances[column] += squares[place] + offset * offset * (count * added / total)
        gaps[column] += differences[place]
      }
      count = total
    }
    guard count > 0 else { return standard }
    var length = 0.0
    for column in 0..<width {
      let deviation = (standard.variances[column] / count).squareRoot()
      guard Float(deviation).isNormal, Float(1 / deviation).isNormal else {
        standard.variances[column] = 0
        continue
      }
      standard.variances[column] /= count
      standard.scales[column] = 1 / deviation
      length += gaps[column] / standard.variances[column]
    }
    standard.length = (2 * length / count).squareRoot()
    return standard
  }
}
