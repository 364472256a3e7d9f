import Compute

/// How often each of n episodes is drawn in one bootstrap resample: n draws with replacement.
///
/// Philox as `RandomStream` has it, two blocks at a time, and where n is small enough a draw for each 16 bits, with
/// Lemire's rejection. Blocks of the resample r of `("off-policy/bootstrap", r)` are numbered from 0; of two that are made
/// together the first is used first.
package struct ResampleCounts {
  private let key: UInt64
  private let count: UInt32

  /// Of the resamples of `("off-policy/bootstrap", r)`.
  package init(count: Int, random: RandomSource) {
    precondition(count > 0 && count <= 1 << 31, "between one and two thousand million episodes")
    self.count = UInt32(count)
    key = random.stream("off-policy/bootstrap").key
  }

  /// Writes the counts of resample `index`.
  package func fill(_ counts: UnsafeMutablePointer<Double>, resample index: Int) {
    for episode in 0..<Int(count) { counts[episode] = 0 }
    var (left, block) = (Int(count), UInt64(0))
    let isShort = count <= 1 << 16
    // A draw whose low part lies below this would favour some episodes.
    let threshold = isShort ? (1 << 16) % count : UInt32((1 << 32) % UInt64(count))
    while left > 0 {
      let (first, second) = Self.blocks(block, UInt64(index), key)
      block += 2
      if isShort {
        short(first, counts, threshold, &left)
        short(second, counts, threshold, &left)
      } else {
        long(first, counts, threshold, &left)
        long(second, counts, threshold, &left)
      }
    }
  }

  @inline(__always)
  private func short(
    _ words: SIMD4<UInt32>, _ counts: UnsafeMutablePointer<Double>, _ threshold: UInt32, _ left: inout Int
  ) {
    let (low, high) = ((words & 0xFFFF) &* count, (words &>> 16) &* count)
    for lane in 0..<4 {
      take(low[lane], counts, threshold, &left)
      take(high[lane], counts, threshold, &left)
    }
  }

  @inline(__always)
  private func take(
    _ product: UInt32, _ counts: UnsafeMutablePointer<Double>, _ threshold: UInt32, _ left: inout Int
  ) {
    guard product & 0xFFFF >= threshold, left > 0 else { return }
    counts[Int(product >> 16)] += 1
    left -= 1
  }

  @inline(__always)
  private func long(
    _ words: SIMD4<UInt32>, _ counts: UnsafeMutablePointer<Double>, _ threshold: UInt32, _ left: inout Int
  ) {
    for lane in 0..<4 {
      let product = UInt64(words[lane]) &* UInt64(count)
      guard UInt32(truncatingIfNeeded: product) >= threshold, left > 0 else { continue }
      counts[Int(product >> 32)] += 1
      left -= 1
    }
  }

  /// Two blocks of Philox4x32-10, whose rounds do not wait for each other: `RandomStream.philox` of `block` and the next.
  @inline(__always)
  private static func blocks(_ block: UInt64, _ index: UInt64, _ key: UInt64) -> (SIMD4<UInt32>, SIMD4<UInt32>) {
    var (a, b) = (Half(block, index), Half(block + 1, index))
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for _ in 0..<10 {
      a.round(k0, k1)
      b.round(k0, k1)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (SIMD4(a.c0, a.c1, a.c2, a.c3), SIMD4(b.c0, b.c1, b.c2, b.c3))
  }

  /// The counter of one block, as it is mixed.
  private struct Half {
    var c0, c1, c2, c3: UInt32

    @inline(__always)
    init(_ block: UInt64, _ index: UInt64) {
      (c0, c1) = (UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32))
      (c2, c3) = (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
    }

    @inline(__always)
    mutating func round(_ k0: UInt32, _ k1: UInt32) {
      let (p0, p1) = (UInt64(0xD251_1F53) &* UInt64(c0), UInt64(0xCD9E_8D57) &* UInt64(c2))
      (c0, c2) = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1
      )
      (c1, c3) = (UInt32(truncatingIfNeeded: p1), UInt32(truncatingIfNeeded: p0))
    }
  }
}
