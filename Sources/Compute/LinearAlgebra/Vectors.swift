/// Plain loops over vectors of doubles.
///
/// Sums of products come in two orders, which round differently: ``dot(_:_:)`` adds the terms one after the other, so that
/// a result is as exact as its terms and small worlds give zero where zero is meant; ``wideDot(_:_:)`` keeps eight sums
/// at once, several times as fast from some dozens of numbers on.
package enum Vectors {
  /// a · b, the terms added in order.
  package static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  /// √(a · a), the terms added in order.
  package static func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

  /// a · b in eight sums side by side.
  package static func wideDot(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count, "vectors of one length")
    var total = 0.0
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        let count = a.count / 8
        var sum = SIMD8<Double>.zero
        for i in 0..<count / 8 {
          sum +=
            a.loadUnaligned(fromByteOffset: i * 64, as: SIMD8<Double>.self)
            * b.loadUnaligned(fromByteOffset: i * 64, as: SIMD8<Double>.self)
        }
        total = sum.sum()
        for i in count & ~7..<count {
          total += a.load(fromByteOffset: i * 8, as: Double.self) * b.load(fromByteOffset: i * 8, as: Double.self)
        }
      }
    }
    return total
  }

  /// √(a · a) in eight sums side by side.
  package static func wideNorm(_ a: [Double]) -> Double { wideDot(a, a).squareRoot() }

  /// The largest absolute value; 0 of none.
  package static func largest(_ a: [Double]) -> Double {
    var result = 0.0
    a.withUnsafeBytes { a in
      let count = a.count / 8
      var most = SIMD8<Double>.zero
      for i in 0..<count / 8 {
        let value = a.loadUnaligned(fromByteOffset: i * 64, as: SIMD8<Double>.self)
        most = most.replacing(with: value, where: value .> most)
        most = most.replacing(with: -value, where: -value .> most)
      }
      result = most.max()
      for i in count & ~7..<count { result = max(result, abs(a.load(fromByteOffset: i * 8, as: Double.self))) }
    }
    return result
  }

  /// x · a + y · b
  package static func combine(_ x: Double, _ a: [Double], _ y: Double, _ b: [Double]) -> [Double] {
    let a = a.span
    let b = b.span
    return [Double](unsafeUninitializedCapacity: a.count) { result, count in
      for i in a.indices { result[i] = x * a[i] + y * b[i] }
      count = a.count
    }
  }

  /// a − b
  package static func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(-) }

  /// a + factor · b
  package static func sum(_ a: [Double], _ factor: Double, _ b: [Double]) -> [Double] {
    zip(a, b).map { $0 + factor * $1 }
  }

  /// What is left of a vector without its parts along the rows of an orthonormal basis; twice, for rounding.
  package static func rejecting(_ a: [Double], _ basis: Matrix) -> [Double] {
    var rest = a
    for _ in 0..<2 {
      for row in 0..<basis.rows {
        let direction = basis.row(row)
        rest = sum(rest, -dot(rest, direction), direction)
      }
    }
    return rest
  }

  /// Scaled so that the largest magnitude is 1; the zero vector stays.
  package static func normalised(_ a: [Double]) -> [Double] {
    let size = largest(a)
    return size > 0 ? a.map { $0 / size } : a
  }
}
