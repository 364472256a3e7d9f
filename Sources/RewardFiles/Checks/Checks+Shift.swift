import Compute
import Findings
import Foundation

/// Two-sample comparisons of projected embeddings, kept apart from how they are read.
package enum ShiftStatistics {
  /// Energy distance of two samples (rows of `width` numbers) as a share of its largest possible value: 2E|X − Y| −
  /// E|X − X′| − E|Y − Y′| over 2E|X − Y|, at most 1 (a little below 0 by chance), with the p-value of a permutation
  /// test; 1 without a test if the share is within `margin`.
  package static func energy(
    _ first: [[Double]], _ second: [[Double]], margin: Double = -.infinity, permutations: Int, random: RandomSource
  ) -> (share: Double, pValue: Double) {
    let pooled = first + second
    let (n, m) = (first.count, second.count)
    guard n > 1, m > 1 else { return (.nan, 1) }
    let size = n + m
    var distances = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0..<i {
        let d = zip(pooled[i], pooled[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        distances[i * size + j] = d
        distances[j * size + i] = d
      }
    }
    var sums = [Double](repeating: 0, count: size)
    for i in 0..<size { for j in 0..<size { sums[i] += distances[i * size + j] } }
    let total = sums.reduce(0, +) / 2
    // From the first sample's own distances and its rows' sums follow the others.
    func share(_ chosen: ArraySlice<Int>) -> Double {
      let chosen = chosen.sorted()
      var inFirst = 0.0
      distances.withUnsafeBufferPointer { distances in
        for (place, a) in chosen.enumerated() {
          let row = a * size
          for other in 0..<place { inFirst += distances[row + chosen[other]] }
        }
      }
      let across = chosen.reduce(0) { $0 + sums[$1] } - 2 * inFirst
      let inSecond = total - inFirst - across
      // Unbiased (U) versions: no distance of a point to itself.
      let cross = 2 * across / Double(n * m)
      let within = 2 * inFirst / Double(n * (n - 1)) + 2 * inSecond / Double(m * (m - 1))
      return cross > 0 ? (cross - within) / cross : 0
    }
    let observed = share(Array(0..<n)[...])
    guard observed > margin else { return (observed, 1) }
    // Besag and Clifford's sequential p-value: ten more extreme arrangements settle that there is nothing.
    var extreme = 0
    for index in 0..<permutations {
      var stream = random.stream("permutation", index)
      if share(stream.permutation(size)[..<n]) >= observed - 1e-12 { extreme += 1 }
      if extreme == 10 { return (observed, 10 / Double(index + 1)) }
    }
    return (observed, Double(extreme + 1) / Double(permutations + 1))
  }

  /// For each evaluation distance the share of training distances at least as large (the point itself counted): a
  /// valid p-value of "this row is drawn like the training rows".
  static func conformal(training: [Double], evaluation: [Double]) -> [Double] {
    let sorted = training.sorted()
    return evaluation.map { value in
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < value { low = middle + 1 } else { high = middle }
      }
      return Double(sorted.count - low + 1) / Double(sorted.count + 1)
    }
  }

  /// Squared distance of each row from the training rows' mean, each direction in units of their spread.
  static func distances(_ rows: [[Double]], from reference: [[Double]]) -> [Double] {
    guard let width = reference.first?.count, reference.count > 1 else { return rows.map { _ in .nan } }
    let columns = (0..<width).map { c in reference.map { $0[c] } }
    let centre = columns.map(Statistics.mean)
    let spread = columns.map { max(1e-12, Statistics.variance($0)) }
    return rows.map { row in
      var sum = 0.0
      for c in 0..<width {
        let offset = row[c] - centre[c]
        sum += offset * offset / spread[c]
      }
      return sum
    }
  }
}

extension FilesAudit {
  /// Numbers in a projection.
  private static let projectionWidth = 16

  /// Sixteen random projections of each chosen reply: what both checks of shift look at.
  struct Projection {
    /// One for each row of the table.
    var vectors: [[Double]] = []
    /// Why there are none.
    var missing: String?
  }

  /// Reads the embeddings once, a block at a time.
  static func project(_ embeddings: EmbeddingSource, _ table: PreferenceTable) -> Projection {
    guard !training(table).isEmpty, training(table).count < table.split.names.count else {
      return Projection(missing: "no split column that names training and other rows")
    }
    let directions = (0..<projectionWidth).map { index -> [Float] in
      var stream = RandomSource(seed: 0x5eed).stream("projection", index)
      return (0..<embeddings.width).map { _ in Float(stream.normal()) }
    }
    do {
      let blocks = try embeddings.mapBlocks(rows: table.places.ordinal) { block in
        (0..<block.count).map { row in
          let vector = block.chosen(row)
          return directions.map { Double(product(vector, $0)) }
        }
      }
      return Projection(vectors: blocks.flatMap { $0 })
    } catch {
      return Projection(missing: "embeddings that can be read (\(error))")
    }
  }

  /// The inner product, sixteen at a time: the same order, so the same bits, on every machine.
  private static func product(_ vector: UnsafeBufferPointer<Float>, _ direction: [Float]) -> Float {
    direction.withUnsafeBytes { direction in
      let vector = UnsafeRawBufferPointer(vector)
      var sums = SIMD16<Float>(repeating: 0)
      let width = MemoryLayout<SIMD16<Float>>.size
      var place = 0
      while place + width <= vector.count {
        sums +=
          vector.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
          * direction.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
        place += width
      }
      var sum = sums.sum()
      while place < vector.count {
        sum +=
          vector.loadUnaligned(fromByteOffset: place, as: Float.self)
          * direction.loadUnaligned(fromByteOffset: place, as: Float.self)
        place += MemoryLayout<Float>.size
      }
      return sum
    }
  }

  /// The splits that are training ones, by their names.
  private static func training(_ table: PreferenceTable) -> Set<Int> {
    let names = table.split.names
    return Set(names.indices.filter { names[$0].lowercased().hasPrefix("train") })
  }

  static func shift(
    _ check: AuditCheck, _ projection: Projection, _ table: PreferenceTable, random: RandomSource
  ) -> CheckResult {
    if let missing = projection.missing { return CheckResult(check, missing: missing) }
    let vectors = projection.vectors
    let training = training(table)
    let usable = vectors.indices.filter { table.split.codes[$0] >= 0 && vectors[$0].allSatisfy(\.isFinite) }
    // Drawn in random order: the energy distance looks at the first five hundred of each.
    var stream = random.stream("rows")
    let order = stream.permutation(usable.count).map { usable[$0] }
    let (inside, outside) = (
      order.filter { training.contains(Int(table.split.codes[$0])) },
      order.filter { !training.contains(Int(table.split.codes[$0])) }
    )
    return shift(
      check, training: inside.map { vectors[$0] }, evaluation: outside.map { vectors[$0] }, rows: outside,
      table: table, random: random)
  }

  /// The verdict on two splits whose rows were projected.
  static func shift(
    _ check: AuditCheck, training: [[Double]], evaluation: [[Double]], rows: [Int], table: PreferenceTable,
    random: RandomSource
  ) -> CheckResult {
    guard training.count >= 40, evaluation.count >= 20 else {
      return CheckResult(check, missing: "fewer than 40 training or 20 evaluation rows with embeddings")
    }
    if check == .drift {
      let (share, p) = ShiftStatistics.energy(
        Array(training.prefix(500)), Array(evaluation.prefix(500)), margin: 0.02,
        // So many that a corrected p-value can be small: a thousandth, the least of 999, could never pass thirty tests.
        permutations: 9999, random: random)
      return CheckResult(
        .drift, AuditCheck.drift.title,
        tests: [
          EffectTest(
            "energy distance, as a share of its largest", share, interval: nil,
            count: min(500, training.count) + min(500, evaluation.count), pValue: p,
            isHarmless: share <= 0.02 && training.count >= 200 && evaluation.count >= 200, margin: "at most 0.02")
        ])
    }
    // Half of the training rows say where the centre is, the other half what distances are usual.
    let (centre, usual) = (
      training.indices.filter { $0.isMultiple(of: 2) }.map { training[$0] },
      training.indices.filter { !$0.isMultiple(of: 2) }.map { training[$0] }
    )
    let far = ShiftStatistics.distances(evaluation, from: centre)
    let values = ShiftStatistics.conformal(training: ShiftStatistics.distances(usual, from: centre), evaluation: far)
    let outside = values.count { $0 <= 0.05 }
    let top = values.indices.sorted { (-far[$0], $0) < (-far[$1], $1) }.prefix(5)
    return CheckResult(
      .outOfDistribution, AuditCheck.outOfDistribution.title,
      tests: [.share("evaluation rows with conformal p ≤ 0.05", outside, of: values.count, atMost: 0.1)],
      examples: top.map {
        ExampleRow(rows[$0], table.places.place(of: rows[$0]), "conformal p = \(Numbers.plain(values[$0]))")
      })
  }
}
