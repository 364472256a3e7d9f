import Compute
import Testing

/// Expected values were computed with scikit-learn 1.9.1 (NumPy 2.4.6) from rows of the same formula, standardised by
/// `StandardScaler`'s rule: `LedoitWolf(assume_centered=True)`, `NearestNeighbors`, and `GaussianMixture` from the same
/// beginning (rows with a second feature above its mean, and the others), `reg_covar=1e-3`, `tol=1e-3`.
@Suite("Scores of the unfamiliar")
struct UnfamiliarityScoreTests {
  private func expectScores(_ score: some UnfamiliarityScore, _ expected: [Int: Double], sum: Double) {
    let scores = score.scores(ShiftRows.moved)
    for (row, value) in expected { expectClose(scores[row], value, relative: 1e-12) }
    expectClose(scores.reduce(0, +), sum, relative: 1e-12)
  }

  @Test("Mahalanobis distances with a shrunk covariance agree with scikit-learn's")
  func mahalanobis() throws {
    let score = try MahalanobisScore(ShiftRows.reference)
    expectClose(score.shrinkage, 0.028466056422394564, relative: 1e-12)
    expectScores(
      score, [0: 3.1433028237189578, 7: 2.2501106789541128, 100: 2.38327348002625], sum: 460.7203499164824)
    let plain = try MahalanobisScore(ShiftRows.reference, shrinkage: 0).scores(ShiftRows.moved)
    for (row, value) in [0: 3.3431197045765098, 7: 2.355746139358966, 100: 2.3951376732954164] {
      expectClose(plain[row], value, relative: 1e-12)
    }
  }

  @Test("distances to the nearest and the fifth nearest agree with scikit-learn's, and of a row of the reference are 0")
  func neighbours() throws {
    expectScores(
      try NearestNeighbourScore(ShiftRows.reference, neighbour: 1),
      [0: 0.6441338275333064, 7: 0.5787740874080596, 100: 0.6326065275017899], sum: 123.00631425831307)
    expectScores(
      try NearestNeighbourScore(ShiftRows.reference),
      [0: 0.8449525003926408, 7: 0.7415355825922654, 100: 1.0048534040620458], sum: 169.38565707333095)
    let own = try NearestNeighbourScore(ShiftRows.reference, neighbour: 1).scores(ShiftRows.reference)
    #expect(own.allSatisfy { $0 == 0 })
  }

  @Test("a mixture from the same beginning is scikit-learn's: rounds, density, criterion and scores")
  func mixture() throws {
    let reference = ShiftRows.reference
    let centre = Statistics.mean(reference.column(1))
    var shares = Matrix(rows: reference.rows, columns: 2)
    for row in 0..<reference.rows { shares[row, reference[row, 1] > centre ? 1 : 0] = 1 }
    let mixture = try GaussianMixture(reference, shares: shares, ridge: 1e-3)
    #expect(mixture.rounds == 24 && mixture.hasConverged)
    expectClose(mixture.meanLogDensity, -3.790738540706778, relative: 1e-11)
    expectClose(mixture.informationCriterion, 2439.8528161890968, relative: 1e-11)
    expectClose(mixture.weights[0], 1.0 / 3, relative: 1e-7)
    expectScores(
      mixture, [0: 11.405676993825612, 7: 5.8775430138458304, 100: 11.155479638326208], sum: 1642.0288684902532)
  }

  @Test("drawn beginnings find the two heaps, and the criterion prefers two to one")
  func selected() throws {
    let random = RandomSource(seed: 1)
    let two = try GaussianMixture(ShiftRows.reference, components: 2, random: random)
    expectClose(two.weights.min() ?? 0, 1.0 / 3, relative: 1e-6)
    #expect(two == (try GaussianMixture(ShiftRows.reference, components: 2, random: random)))
    let one = try GaussianMixture(ShiftRows.reference, components: 1, random: random)
    #expect(two.informationCriterion < one.informationCriterion)
    let best = try GaussianMixture.selected(ShiftRows.reference, most: 3, random: random)
    #expect(best.informationCriterion <= two.informationCriterion)
  }

  @Test("a row's score is its own: alone, among others, and at any place of a block")
  func alone() throws {
    for score in try ShiftRows.scores(of: ShiftRows.reference) {
      let row = ShiftRows.moved.row(3)
      let many = score.scores(Matrix((0..<300).map { $0 % 2 == 0 ? row : ShiftRows.moved.row($0 % 200) }))
      let apart = score.score(row)
      for place in stride(from: 0, to: 300, by: 2) { expectClose(many[place], apart, relative: 1e-13) }
    }
  }

  @Test("units of the features do not matter")
  func units() throws {
    func rescaled(_ rows: Matrix) -> Matrix {
      Matrix((0..<rows.rows).map { row in zip(rows.row(row), [1e9, 1e-12, 3, -2]).map { $0 * $1 + $1 } })
    }
    let scores = try ShiftRows.scores(of: ShiftRows.reference)
    for (score, other) in zip(scores, try ShiftRows.scores(of: rescaled(ShiftRows.reference))) {
      for (a, b) in zip(score.scores(ShiftRows.moved), other.scores(rescaled(ShiftRows.moved))) {
        expectClose(a, b, relative: 1e-8)
      }
    }
  }

  @Test("a row that differs in what never varied is infinitely unfamiliar, and so is one that is no number")
  func constants() throws {
    func widened(_ rows: Matrix, _ value: Double) -> Matrix {
      Matrix((0..<rows.rows).map { rows.row($0) + [value] })
    }
    let plain = try ShiftRows.scores(of: ShiftRows.reference)
    for (score, narrow) in zip(try ShiftRows.scores(of: widened(ShiftRows.reference, 7)), plain) {
      #expect(score.columns == 5)
      #expect(score.scores(widened(ShiftRows.moved, 7)) == narrow.scores(ShiftRows.moved))
      #expect(score.score(ShiftRows.moved.row(0) + [8]) == .infinity)
      #expect(score.score([.nan, 0, 0, 0, 7]) == .infinity)
      #expect(score.score([0, .infinity, 0, 0, 7]) == .infinity)
    }
    #expect(try MahalanobisScore(widened(ShiftRows.reference, 7)).constantColumns == [4])
  }

  @Test("what cannot be measured says why, and is no score")
  func degenerate() throws {
    let constant = Matrix(rows: 20, columns: 3, repeating: 2)
    #expect(throws: NotMeasurable.constantFeatures) { try MahalanobisScore(constant) }
    #expect(throws: NotMeasurable.constantFeatures) { try NearestNeighbourScore(constant) }
    #expect(throws: NotMeasurable.constantFeatures) {
      try GaussianMixture(constant, components: 1, random: RandomSource(seed: 1))
    }
    let one = ShiftRows.rows(0..<1)
    #expect(throws: NotMeasurable.tooFew(have: 1, need: 2)) { try MahalanobisScore(one) }
    #expect(throws: NotMeasurable.tooFew(have: 1, need: 5)) { try NearestNeighbourScore(one) }
    #expect(throws: NotMeasurable.tooFew(have: 9, need: 16)) {
      try GaussianMixture(ShiftRows.rows(0..<9), components: 2, random: RandomSource(seed: 1))
    }
    // The third feature is the sum of the others: without shrinkage there is no inverse, with it there is.
    let dependent = Matrix(
      (0..<50).map { row in
        let (a, b) = (ShiftRows.number(row, 0), ShiftRows.number(row, 1))
        return [a, b, a + b]
      })
    #expect(throws: NotMeasurable.singularCovariance) { try MahalanobisScore(dependent, shrinkage: 0) }
    #expect(try MahalanobisScore(dependent).score([1, 0, 0]) > MahalanobisScore(dependent).score([1, 0, 1]))
    var broken = ShiftRows.reference
    broken[17, 2] = .infinity
    #expect(throws: NotMeasurable.notFinite(row: 17, column: 2)) { try NearestNeighbourScore(broken) }
  }

  @Test("between two heaps one heap's distance sees nothing, neighbours and mixtures do")
  func betweenHeaps() throws {
    // Heaps at −1 and 1; what is at 0 is the mean.
    let heaps = Matrix((0..<200).map { [($0 % 2 == 0 ? 1 : -1) + 0.2 * (ShiftRows.number($0, 0) - 0.5)] })
    let scores = try ShiftRows.scores(of: heaps)
    let (between, inside) = (scores.map { $0.score([0]) }, scores.map { $0.score([1.01]) })
    #expect(between[0] < inside[0])
    #expect(between[1] > 10 * inside[1])
    #expect(between[2] > inside[2] + 10)
  }
}
