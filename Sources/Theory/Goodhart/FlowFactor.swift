import Compute
import Environments
import Rewards

/// The flow equations of a large world, restricted to some pairs: the sparse Kᵀ with K = I − γτ in rows, and the Cholesky
/// factor of K_FᵀK_F over the pairs F that are free, which follows when a pair is fixed or freed.
///
/// What is left of a vector on F when its flow is taken out, t = r − K y with K_FᵀK_F y = K_Fᵀ r, is its projection onto
/// the directions that keep the flow and the fixed pairs' zeros. Fixing or freeing a pair costs as many operations as the
/// factor has entries, at most S²/2 and far fewer where states lead to near ones (``FlowEnvelope``; rank-one update of the
/// factor, Gill, Golub, Murray and Saunders 1974), where the Gram matrix of all fixed pairs would cost their cube. While each
/// state keeps a free pair, K_F holds the square and invertible I − γP of a policy, so the matrix stays positive definite.
struct FlowFactor: Sendable {
  let world: ReachableStates
  private(set) var isFree: [Bool]
  /// How many pairs of each state are free.
  private(set) var freeCount: [Int]
  /// Where the factor has entries, in an order of its own.
  private let envelope: FlowEnvelope
  /// R with RᵀR = K_FᵀK_F, upper, by the envelope's rows.
  private var factor: [Double] = []
  private var changes = 0

  private var size: Int { world.liveCount }

  /// With every pair free.
  init(_ world: ReachableStates) throws {
    self.world = world
    isFree = [Bool](repeating: true, count: world.rowCount)
    freeCount = [Int](repeating: world.actionCount, count: world.liveCount)
    envelope = FlowEnvelope(world)
    try refactor()
  }

  /// After so many changes the factor is made anew, lest their rounding add up.
  private static let mostChanges = 200

  private mutating func refactor() throws {
    let envelope = envelope
    var normal = [Double](repeating: 0, count: envelope.count)
    for row in 0..<world.rowCount where isFree[row] {
      let terms = terms(row)
      for a in terms {
        let (place, start) = (envelope.place[a.state], envelope.row(envelope.place[a.state]))
        for b in terms where envelope.place[b.state] >= place {
          normal[start + envelope.place[b.state]] += a.value * b.value
        }
      }
    }
    factor = try envelope.isDense ? Self.denseFactor(normal, envelope) : Self.factorised(normal, envelope)
    changes = 0
  }

  /// The factor of a matrix of which most is filled anyway.
  private static func denseFactor(_ normal: [Double], _ envelope: FlowEnvelope) throws -> [Double] {
    let size = envelope.size
    var whole = Matrix(rows: size, columns: size)
    for k in 0..<size {
      for column in k...envelope.last[k] {
        whole.elements[k * size + column] = normal[envelope.row(k) + column]
        whole.elements[column * size + k] = normal[envelope.row(k) + column]
      }
    }
    let lower = try LinearAlgebra.cholesky(whole).transposed.elements
    return (0..<size).flatMap { lower[$0 * size + $0...$0 * size + envelope.last[$0]] }
  }

  /// Row by row, within the envelope.
  private static func factorised(_ normal: [Double], _ envelope: FlowEnvelope) throws -> [Double] {
    var factor = normal
    var r = factor.mutableSpan
    for k in 0..<envelope.size {
      let (row, last) = (envelope.row(k), envelope.last[k])
      let square = r[row + k]
      guard square > 0 else {
        throw InputError(
          "the flow equations are singular to rounding", remedy: "the world's probabilities differ too much in size")
      }
      let root = square.squareRoot()
      for i in k...last { r[unchecked: row + i] /= root }
      for j in k + 1..<max(last + 1, k + 1) {
        let part = r[row + j]
        if part == 0 { continue }
        let other = envelope.row(j)
        for i in j...last { r[unchecked: other + i] -= part * r[unchecked: row + i] }
      }
    }
    return factor
  }

  /// The row of K: 1 in the pair's own state, −γ τ where it leads.
  func terms(_ row: Int) -> [(state: Int, value: Double)] {
    var terms = [(state: row / world.actionCount, value: 1.0)]
    for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < size {
      terms.append((world.successors[index], -world.discount * world.probabilities[index]))
    }
    return terms
  }

  /// Makes these pairs fixed and all others free.
  mutating func fix(_ pairs: [Int]) throws {
    var wanted = [Bool](repeating: true, count: isFree.count)
    for pair in pairs { wanted[pair] = false }
    // Freed first: the matrix only grows, and each state keeps a pair throughout.
    for frees in [true, false] {
      for pair in wanted.indices where wanted[pair] == frees && isFree[pair] != frees {
        isFree[pair] = frees
        freeCount[pair / world.actionCount] += frees ? 1 : -1
        changes += 1
        if changes <= Self.mostChanges, !update(pair, sign: frees ? 1 : -1) { changes = Self.mostChanges + 1 }
      }
    }
    if changes > Self.mostChanges { try refactor() }
  }

  /// RᵀR ± k kᵀ by rotations; false where rounding leaves no positive pivot.
  private mutating func update(_ pair: Int, sign: Double) -> Bool {
    let (envelope, size) = (envelope, size)
    var x = [Double](repeating: 0, count: size)
    for term in terms(pair) { x[envelope.place[term.state]] += term.value }
    var r = factor.mutableSpan
    var v = x.mutableSpan
    for k in 0..<size where v[k] != 0 {
      let row = envelope.row(k)
      let (diagonal, part) = (r[row + k], v[k])
      let square = diagonal * diagonal + sign * part * part
      guard square > 1e-14 * diagonal * diagonal else { return false }
      let root = square.squareRoot()
      let (cosine, sine) = (root / diagonal, part / diagonal)
      r[row + k] = root
      for i in k + 1..<envelope.last[k] + 1 {
        let entry = (r[unchecked: row + i] + sign * sine * v[unchecked: i]) / cosine
        r[unchecked: row + i] = entry
        v[unchecked: i] = cosine * v[unchecked: i] - sine * entry
      }
    }
    return true
  }

  /// K_FᵀK_F y = right
  private func solved(_ right: [Double]) -> [Double] {
    let envelope = envelope
    var ordered = right
    for (state, place) in envelope.place.enumerated() { ordered[place] = right[state] }
    let r = factor.span
    var y = ordered.mutableSpan
    for k in 0..<size {
      let row = envelope.row(k)
      let value = y[k] / r[row + k]
      y[k] = value
      if value == 0 { continue }
      for i in k + 1..<envelope.last[k] + 1 { y[unchecked: i] -= r[unchecked: row + i] * value }
    }
    for k in stride(from: size - 1, through: 0, by: -1) {
      let row = envelope.row(k)
      y[k] = (y[k] - Self.dot(r, row, y, k + 1, envelope.last[k] + 1)) / r[row + k]
    }
    return envelope.place.map { ordered[$0] }
  }

  /// Σ r[row + i] y[i] over i in first ..< last, in eight sums side by side.
  private static func dot(
    _ r: Span<Double>, _ row: Int, _ y: borrowing MutableSpan<Double>, _ first: Int, _ last: Int
  ) -> Double {
    var sums = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var i = first
    while i + 8 <= last {
      sums.0 += r[unchecked: row + i] * y[unchecked: i]
      sums.1 += r[unchecked: row + i + 1] * y[unchecked: i + 1]
      sums.2 += r[unchecked: row + i + 2] * y[unchecked: i + 2]
      sums.3 += r[unchecked: row + i + 3] * y[unchecked: i + 3]
      sums.4 += r[unchecked: row + i + 4] * y[unchecked: i + 4]
      sums.5 += r[unchecked: row + i + 5] * y[unchecked: i + 5]
      sums.6 += r[unchecked: row + i + 6] * y[unchecked: i + 6]
      sums.7 += r[unchecked: row + i + 7] * y[unchecked: i + 7]
      i += 8
    }
    var sum = ((sums.0 + sums.1) + (sums.2 + sums.3)) + ((sums.4 + sums.5) + (sums.6 + sums.7))
    while i < last {
      sum += r[unchecked: row + i] * y[unchecked: i]
      i += 1
    }
    return sum
  }

  /// Kᵀ r over the free pairs.
  private func flow(_ values: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: size)
    for row in 0..<world.rowCount where isFree[row] && values[row] != 0 {
      result[row / world.actionCount] += values[row]
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < size {
        result[world.successors[index]] -= world.discount * world.probabilities[index] * values[row]
      }
    }
    return result
  }

  /// A flow that is left by the projection, in sum and relative to the length of what is projected, that asks for no
  /// second step.
  static let leftover = 1e-12

  /// r − K y on all pairs: on the free ones the projection of r, on a fixed one minus its multiplier.
  func remainder(_ values: [Double]) -> [Double] {
    var potential = solved(flow(values))
    var result = world.shaped(values, by: potential)
    let rest = flow(result)
    guard rest.reduce(0, { $0 + abs($1) }) > Self.leftover * Vectors.wideNorm(values) else { return result }
    // Once more on what the factor's rounding left.
    potential = Vectors.sum(potential, 1, solved(rest))
    result = world.shaped(values, by: potential)
    return result
  }

  /// What the projection, with its second step, leaves of pure shaping, which should be nothing: the largest sum of
  /// magnitudes in a row of K times what is missing of each unit potential.
  func leftOfShaping() -> Double {
    let parts = min(size, 16)
    let zero = [Double](repeating: 0, count: world.rowCount)
    let sums = ThreadPool.shared.map(parts) { part in
      var sums = zero
      for state in stride(from: part, to: size, by: parts) {
        var missing = [Double](repeating: 0, count: size)
        missing[state] = 1
        // K times a potential is minus its shaping, so minus the potential comes back.
        for _ in 0..<2 { missing = Vectors.sum(missing, 1, solved(flow(world.shaped(zero, by: missing)))) }
        for (row, value) in world.shaped(zero, by: missing).enumerated() { sums[row] += abs(value) }
      }
      return sums
    }
    return sums.dropFirst().reduce(sums.first ?? []) { Vectors.sum($0, 1, $1) }.max() ?? 0
  }
}
