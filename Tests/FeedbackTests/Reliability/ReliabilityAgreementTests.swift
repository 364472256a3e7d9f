import Compute
import Feedback
import Testing

@Suite("Agreement between people")
struct ReliabilityAgreementTests {
  /// Four people, twelve items: the worked example of Krippendorff 2011.
  static let published: [[Double?]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, nil, nil, nil], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nil, 3],
    [nil, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nil], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nil],
  ]

  /// Five people at random, with a third missing.
  static let sparse: [[Double?]] = [
    [nil, 3, 0, 3, 1, 2, 2, nil, 3, 0, 1, 1, nil, 1, nil, 0, 0, 0, 0, nil],
    [0, 2, 3, 0, 1, 1, 1, 3, 0, nil, 3, 3, 0, 1, 2, 1, nil, 2, nil, 0],
    [3, 2, 3, nil, 1, nil, 0, nil, 1, nil, 0, 3, nil, 0, nil, 3, 3, nil, 1, nil],
    [3, nil, nil, nil, nil, 2, 1, 1, 3, 0, 2, nil, 1, 3, 0, 1, 0, 0, 1, nil],
    [nil, nil, nil, nil, nil, nil, 0, 1, nil, 3, 2, 2, 1, 2, 3, 0, nil, 0, nil, 3],
  ]

  @Test("Krippendorff's alpha is the published one, and that of the package krippendorff 0.8 to all digits")
  func alpha() throws {
    for (ratings, level, reference) in [
      (Self.published, Agreement.Level.nominal, 0.743421052631579),
      (Self.published, .ordinal, 0.8153875037548814), (Self.published, .interval, 0.8491071428571428),
      (Self.sparse, .nominal, 0.019540884082716703), (Self.sparse, .ordinal, -0.1538977485630273),
      (Self.sparse, .interval, -0.14728205128205119),
    ] {
      #expect(abs(try #require(Agreement.alpha(ratings, level)) - reference) < 1e-12)
    }
  }

  @Test("alpha does not mind the order of people or items, nor, as names or ranks, a rising change of the numbers")
  func invariance() throws {
    for level in Agreement.Level.allCases {
      let alpha = try #require(Agreement.alpha(Self.sparse, level))
      let turned = Self.sparse.reversed().map { Array($0.reversed()) }
      #expect(abs(try #require(Agreement.alpha(turned, level)) - alpha) < 1e-12)
      let shifted = Self.sparse.map { $0.map { $0.map { 3 * $0 + 7 } } }
      #expect(abs(try #require(Agreement.alpha(shifted, level)) - alpha) < 1e-12)
      let cubed = Self.sparse.map { $0.map { $0.map { $0 * $0 * $0 } } }
      if level != .interval { #expect(abs(try #require(Agreement.alpha(cubed, level)) - alpha) < 1e-12) }
    }
  }

  @Test("intervals of kappa and alpha are of 95 % over 1,000 resamples, with names for labels, unless told otherwise")
  func defaults() throws {
    let (first, second) = ([0, 0, 1, 1, 2, 2, 0, 1, 2, 1, 0, 2], [0, 0, 1, 2, 2, 2, 1, 1, 2, 1, 0, 0])
    let random = RandomSource(seed: 4)
    let kappa = try #require(Agreement.kappaInterval(first, second, labels: 3, random: random))
    func other(_ level: Agreement.Level, _ confidence: Double, _ resamples: Int) -> Interval? {
      Agreement.kappaInterval(
        first, second, labels: 3, level: level, confidence: confidence, resamples: resamples, random: random)
    }
    #expect(kappa.level == 0.95 && kappa == other(.nominal, 0.95, 1000))
    let narrow = try #require(other(.nominal, 0.9, 1000))
    #expect(narrow.level == 0.9 && kappa.halfWidth > narrow.halfWidth)
    let alpha = try #require(Agreement.alphaInterval(Self.published, random: random))
    #expect(
      alpha.level == 0.95
        && alpha
          == Agreement.alphaInterval(Self.published, .nominal, confidence: 0.95, resamples: 1000, random: random)
    )
    // One item leaves nothing to resample.
    #expect(Agreement.kappaInterval([1], [1], labels: 2, random: random) == nil)
    #expect(Agreement.alphaInterval([[1], [2]], random: random) == nil)
  }

  @Test("where nothing can disagree, alpha and kappa are undefined rather than 1")
  func undefined() {
    #expect(Agreement.alpha([[1, 1], [1, 1]]) == nil)
    #expect(Agreement.alpha([[1, nil], [nil, 2]]) == nil)
    #expect(Agreement.kappa([1, 1], [1, 1], labels: 2) == nil)
    #expect(Agreement.kappa([], [], labels: 2) == nil)
    #expect(Agreement.alpha([[1, 2], [1, 2]]) == 1)
  }

  @Test("Cohen's kappa by hand: of 50 items 20 and 15 alike, 5 and 10 not, gives 0.4")
  func kappa() throws {
    let first = [Int](repeating: 1, count: 25) + [Int](repeating: 0, count: 25)
    let second =
      [Int](repeating: 1, count: 20) + [Int](repeating: 0, count: 5) + [Int](repeating: 1, count: 10)
      + [Int](repeating: 0, count: 15)
    for level in Agreement.Level.allCases {
      // With two labels every weight is the same.
      #expect(abs(try #require(Agreement.kappa(first, second, labels: 2, level: level)) - 0.4) < 1e-12)
    }
    let interval = try #require(
      Agreement.kappaInterval(first, second, labels: 2, random: RandomSource(seed: 1)))
    // Fleiss, Cohen, Everitt 1969: the standard error here is 0.127.
    #expect(interval.contains(0.4) && abs(interval.halfWidth - 1.96 * 0.127) < 0.05)
  }

  @Test("the bootstrap interval of alpha covers the truth in 19 of 20 samples, less a little for small ones")
  func coverage() throws {
    // Three people who say the item's label with probability .7, else any of 3: alpha's truth is that of many items.
    func sample(_ items: Int, _ stream: inout RandomStream) -> [[Double?]] {
      var rows = [[Double?]](repeating: [], count: 3)
      for _ in 0..<items {
        let truth = stream.below(3)
        for person in 0..<3 {
          let said = stream.bernoulli(0.7) ? truth : stream.below(3)
          rows[person].append(stream.bernoulli(0.1) ? nil : Double(said))
        }
      }
      return rows
    }
    let source = RandomSource(seed: 8)
    var stream = source.stream("samples")
    let truth = try #require(Agreement.alpha(sample(40_000, &stream)))
    #expect(abs(truth - 0.49) < 0.01)
    let covered = (0..<200).count { index in
      let interval = Agreement.alphaInterval(sample(60, &stream), resamples: 300, random: source.child("boot", index))
      return interval.map { $0.contains(truth) } ?? false
    }
    // At a true coverage of .90, fewer than 165 of 200 happen once in 2000 times.
    #expect(covered >= 165)
  }
}
