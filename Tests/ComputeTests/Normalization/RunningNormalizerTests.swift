import Compute
import Foundation
import Testing

@Suite("Running normalisation")
struct RunningNormalizerTests {
  static func rows(_ count: Int, size: Int, seed: UInt64) -> [Float] {
    var stream = RandomSource(seed: seed).stream("rows")
    return (0..<count * size).map { Float(5 + Double($0 % size) * stream.normal()) }
  }

  @Test("batches of any sizes give the mean and variance of all rows")
  func batches() {
    let all = Self.rows(300, size: 4, seed: 1)
    var normalizer = RunningNormalizer(size: 4)
    var start = 0
    for size in [1, 7, 0, 64, 128, 100] {
      normalizer.update(Array(all[start * 4..<(start + size) * 4]) + [0], rows: size)
      start += size
    }
    #expect(start == 300 && normalizer.count == 300)
    for column in 0..<4 {
      let values = (0..<300).map { Double(all[$0 * 4 + column]) }
      let mean = values.reduce(0, +) / 300
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300
      #expect(abs(normalizer.mean[column] - mean) < 1e-12)
      #expect(abs(normalizer.variance[column] - variance) < 1e-10)
    }
  }

  @Test("merging two is seeing all rows, in either order")
  func merging() {
    let (a, b) = (Self.rows(50, size: 3, seed: 1), Self.rows(31, size: 3, seed: 2))
    var first = RunningNormalizer(size: 3)
    first.update(a, rows: 50)
    var second = RunningNormalizer(size: 3)
    second.update(b, rows: 31)
    var whole = first
    whole.update(b, rows: 31)
    let (alone, before) = (second, first)
    second.merge(before)
    first.merge(alone)
    for other in [first, second] {
      #expect(zip(other.mean, whole.mean).allSatisfy { abs($0 - $1) < 1e-12 })
      #expect(zip(other.variance, whole.variance).allSatisfy { abs($0 - $1) < 1e-10 })
    }
    var empty = RunningNormalizer(size: 3)
    empty.merge(alone)
    #expect(zip(empty.mean, alone.mean).allSatisfy { abs($0 - $1) < 1e-12 } && empty.count == alone.count)
  }

  @Test("normalised rows have mean 0 and variance 1, and stay within the bound")
  func normalising() {
    let all = Self.rows(400, size: 3, seed: 3)
    var normalizer = RunningNormalizer(size: 3)
    normalizer.update(all, rows: 400)
    var result = all
    normalizer.normalize(all, rows: 400, into: &result)
    for column in 1..<3 {
      let values = (0..<400).map { Double(result[$0 * 3 + column]) }
      #expect(abs(values.reduce(0, +) / 400) < 1e-5)
      #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 400 - 1) < 1e-5)
    }
    #expect(result.contains { abs($0) > 1.5 })
    normalizer.normalize(all, rows: 400, into: &result, clip: 1.5)
    #expect(result.allSatisfy { abs($0) <= 1.5 } && result.contains(1.5) && result.contains(-1.5))
  }

  @Test("before the first row nothing changes; a constant column becomes 0; NaN stays NaN")
  func edges() {
    var normalizer = RunningNormalizer(size: 2)
    var result: [Float] = [0, 0]
    normalizer.normalize([3, -4], rows: 1, into: &result)
    #expect(result == [3, -4])
    normalizer.update([7, 1, 7, 3], rows: 2)
    normalizer.normalize([7, .nan], rows: 1, into: &result, clip: 10)
    #expect(result[0] == 0 && result[1].isNaN)
  }

  @Test("it survives JSON and goes on as before; impossible statistics are refused")
  func coding() throws {
    let all = Self.rows(20, size: 2, seed: 4)
    var normalizer = RunningNormalizer(size: 2, epsilon: 1e-5)
    normalizer.update(all, rows: 20)
    var copy = try JSONDecoder().decode(RunningNormalizer.self, from: JSONEncoder().encode(normalizer))
    copy.update(all, rows: 20)
    normalizer.update(all, rows: 20)
    #expect(copy == normalizer)
    #expect(throws: InputError.self) {
      try RunningNormalizer(count: 3, mean: [0, 1], sumSquaredDeviations: [1])
    }
    #expect(throws: InputError.self) { try RunningNormalizer(count: 3, mean: [0], sumSquaredDeviations: [-1]) }
    #expect(throws: InputError.self) { try RunningNormalizer(count: 3, mean: [.nan], sumSquaredDeviations: [1]) }
  }

  @Test("gradients are turned back by the scale of their column")
  func gradients() {
    // Columns of mean 2 and 10, and population variance 1 and 16.
    var normalizer = RunningNormalizer(size: 2, epsilon: 0)
    normalizer.update([1, 6, 3, 14], rows: 2)
    let zeros: [Float] = [0, 0, 0, 0]
    var (low, high) = (zeros, zeros)
    normalizer.normalize([1, 6, 3, 14], rows: 2, into: &low, clip: nil)
    normalizer.normalize([2, 7, 4, 15], rows: 2, into: &high, clip: nil)
    var gradients: [Float] = [1, 1, 2, -4]
    normalizer.denormalizeGradients(&gradients, rows: 2)
    // What a step of one in a raw value adds to the normalised one.
    for (index, factor) in [Float(1), 1, 2, -4].enumerated() {
      #expect(abs(gradients[index] - factor * (high[index] - low[index])) < 1e-5)
    }
    #expect(abs(gradients[2]) > 1.5 && abs(gradients[3]) < 2)
  }
}
