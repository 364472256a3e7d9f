import Compute
import Foundation
import Testing

@Suite("Logistic regressions on shared rows")
struct LogisticFamilyTests {
  private static let (count, width) = (40, 6)

  /// Rows by a formula that the reference computation in Python shares.
  private static func family(
    scale: Float = 1, factors: [Double]? = nil, order: [Int] = Array(0..<count), repeats: [Int]? = nil
  ) -> LogisticFamily {
    var (first, second, targets): ([Float], [Float], [Double]) = ([], [], [])
    for i in order {
      for _ in 0..<(repeats?[i] ?? 1) {
        for j in 0..<width {
          first.append(scale * Float((i * 7 + j * 13 + i * j * 5) % 23 - 11) / 8)
          second.append(scale * Float((i * 11 + j * 3 + i * i * j) % 19 - 9) / 8)
        }
        targets.append(i % 5 == 3 ? 0.5 : (i * i * 3 + i / 4) % 7 < 4 ? 1 : 0)
      }
    }
    return LogisticFamily(first: first, second: second, width: width, targets: targets, factors: factors)
  }

  private static func problem(
    _ penalty: Double, counts: [Double]? = nil, scales: [Double]? = nil
  ) -> LogisticFamily.Problem {
    LogisticFamily.Problem(
      counts: counts ?? [Double](repeating: 1, count: count), scales: scales ?? [Double](repeating: 1, count: width),
      rowLength: 3, penalty: penalty)
  }

  private static func far(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { abs($0 - $1) }.max() ?? .nan }

  /// scikit-learn 1.9.1, `LogisticRegression(C=1 / (2 · penalty · Σc), fit_intercept=False, tol=1e-10)`, ties as a half
  /// of either; its lbfgs and newton-cholesky agree to 2e-8.
  @Test("the weights are scikit-learn's, with counts, scales, factors and ties")
  func reference() {
    let plain = Self.family().solve([Self.problem(0.01)])[0]
    #expect(
      Self.far(
        plain.weights, [-0.199904182, 0.4936256079, 0.4562555079, 0.1471507234, -0.0407282949, -0.5247055287]) < 1e-7)
    let family = Self.family(factors: (0..<Self.count).map { $0 % 3 == 0 ? 0.5 : 1.5 })
    let problem = Self.problem(
      0.001, counts: (0..<Self.count).map { Double($0 % 4) }, scales: [1, 0.5, 2, 0, 1, 0.25])
    let weighed = family.solve([problem])[0]
    #expect(
      Self.far(
        weighed.weights, [0.0010267256, 0.4707798485, 0.1053233136, 0, -0.1844216315, -1.7321345996]) < 1e-7)
    #expect(plain.converged && weighed.converged && plain.tolerance < 1e-11)
  }

  @Test("at the solution the gradient is zero, computed from the formula", arguments: [1e-6, 1e-3, 1, 1e3])
  func gradient(penalty: Double) {
    let family = Self.family()
    let solution = family.solve([Self.problem(penalty)])[0]
    let logits = family.logits([solution.weights], scales: [[Double](repeating: 1, count: Self.width)])[0]
    for j in 0..<Self.width {
      var sum = 2 * penalty * solution.weights[j]
      for i in 0..<Self.count {
        let x = Double((i * 7 + j * 13 + i * j * 5) % 23 - 11) / 8 - Double((i * 11 + j * 3 + i * i * j) % 19 - 9) / 8
        let target = i % 5 == 3 ? 0.5 : (i * i * 3 + i / 4) % 7 < 4 ? 1.0 : 0
        sum += x * (1 / (1 + exp(-logits[i])) - target) / Double(Self.count)
      }
      #expect(abs(sum) < 1e-12)
    }
    #expect(solution.converged && solution.steps < 20)
  }

  @Test("a row that counts twice is two rows, and one that counts zero is none")
  func duplicates() {
    let repeats = (0..<Self.count).map { $0 % 3 }
    let counted = Self.family().solve([Self.problem(0.01, counts: repeats.map(Double.init))])[0]
    let family = Self.family(repeats: repeats)
    let repeated = family.solve([
      Self.problem(0.01, counts: [Double](repeating: 1, count: repeats.reduce(0, +)))
    ])[0]
    #expect(Self.far(counted.weights, repeated.weights) < 1e-11)
  }

  @Test("neither the order of the rows nor the unit of a column matters")
  func invariance() {
    let usual = Self.family().solve([Self.problem(0.01)])[0].weights
    let turned = Self.family(order: Array((0..<Self.count).reversed())).solve([Self.problem(0.01)])[0].weights
    #expect(Self.far(usual, turned) < 1e-11)
    for power in [-60, 60] {
      let unit = Float(sign: .plus, exponent: power, significand: 1)
      let scales = [Double](repeating: 1 / Double(unit), count: Self.width)
      #expect(Self.family(scale: unit).solve([Self.problem(0.01, scales: scales)])[0].weights == usual)
    }
  }

  @Test("answers that one direction explains leave the weights finite, and at their minimum")
  func separable() {
    let family = LogisticFamily(
      first: [1, 0, 2, 1, 3, -1, 0.5, 4], second: [0, 0, 0, 0, 0, 0, 0, 0], width: 2, targets: [1, 1, 1, 1])
    for penalty in [1e-2, 1e-6, 1e-12] {
      let solution = family.solve([
        .init(counts: [1, 1, 1, 1], scales: [1, 1], rowLength: 3, penalty: penalty)
      ])[0]
      #expect(solution.converged && solution.weights.allSatisfy(\.isFinite))
      #expect(solution.weights[0] > 0)
    }
  }

  @Test("ties alone leave the weights at zero")
  func ties() {
    let family = LogisticFamily(first: [1, 2, 3, 4], second: [4, 3, 2, 1], width: 2, targets: [0.5, 0.5])
    let solution = family.solve([.init(counts: [1, 1], scales: [1, 1], rowLength: 3, penalty: 1e-3)])[0]
    #expect(solution.weights == [0, 0] && solution.converged)
  }

  @Test("more problems than go at once are solved as each alone, with the same bits on one, two and four threads")
  func many() {
    let problems = (0..<LogisticFamily.atOnce + 7).map { number in
      Self.problem(pow(10, Double(number % 6) - 4), counts: (0..<Self.count).map { Double(($0 + number) % 3) })
    }
    let results = [1, 2, 4].map { threads in
      var family = Self.family()
      family.pool = ThreadPool(threadCount: threads)
      return family.solve(problems).map(\.weights)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    for number in [0, 30, LogisticFamily.atOnce + 6] {
      #expect(Self.far(Self.family().solve([problems[number]])[0].weights, results[0][number]) < 1e-9)
    }
  }

  @Test(
    "rows and columns beyond one block are all read, and the gradient there is zero; with less memory the same bits")
  func blocks() {
    let (count, width) = (1100, 530)
    var stream = RandomSource(seed: 4).stream("rows")
    let first = (0..<count * width).map { _ in Float(stream.normal()) }
    let second = [Float](repeating: 0.5, count: count * width)
    let targets = (0..<count).map { _ in stream.bernoulli(0.5) ? 1.0 : 0 }
    var family = LogisticFamily(first: first, second: second, width: width, targets: targets)
    let ones = [Double](repeating: 1, count: width)
    let problem = LogisticFamily.Problem(
      counts: [Double](repeating: 1, count: count), scales: ones, rowLength: 25, penalty: 0.1)
    let solution = family.solve([problem])[0]
    let logits = family.logits([solution.weights], scales: [ones])[0]
    for row in [0, 255, 256, 1099] {
      var sum = 0.0
      for j in 0..<width { sum += solution.weights[j] * (Double(first[row * width + j]) - 0.5) }
      #expect(abs(sum - logits[row]) < 1e-12)
    }
    for j in [0, 255, 256, 511, 512, 529] {
      var sum = 0.2 * solution.weights[j]
      for row in 0..<count {
        sum += (Double(first[row * width + j]) - 0.5) * (1 / (1 + exp(-logits[row])) - targets[row]) / Double(count)
      }
      #expect(abs(sum) < 1e-10)
    }
    family.mostBytes = 0
    #expect(family.solve([problem])[0].weights == solution.weights)
  }
}
