import Audits
import Compute
import Foundation
import Testing

@Suite("What units have learned")
struct LearnedFeatureTests {
  private static let groups = (0..<30).map { $0 * 20..<$0 * 20 + 20 }

  /// 600 rows of five numbers.
  private static func inputs(_ columns: Int = 5, seed: UInt64 = 1) -> Matrix {
    var draws = RandomSource(seed: seed).stream("inputs")
    return Matrix(rows: 600, columns: columns, elements: (0..<600 * columns).map { _ in draws.normal() })
  }

  @Test("what units carry is read, the control is not; what only the square carries is not in the inputs")
  func probes() throws {
    let inputs = Self.inputs()
    // Units: the square of the first number, and a mix of the second and third.
    let units = Matrix(
      (0..<600).map { [inputs[$0, 0] * inputs[$0, 0], inputs[$0, 1] + inputs[$0, 2], inputs[$0, 1] - inputs[$0, 2]] })
    func probe(_ value: (Int) -> Double) throws -> LinearProbe {
      try LinearProbe(
        "target", (0..<600).map(value), units: units, inputs: inputs, groups: Self.groups, random: RandomSource(seed: 3)
      )
    }
    let square = try probe { inputs[$0, 0] * inputs[$0, 0] }
    #expect(square.fromUnits > 0.99 && square.fromInputs < 0.2 && square.selectivity > 0.4)
    let linear = try probe { inputs[$0, 2] }
    #expect(linear.fromUnits > 0.99 && linear.fromInputs > 0.99)
    let absent = try probe { inputs[$0, 4] }
    #expect(absent.fromUnits < 0.05 && absent.fromInputs > 0.99 && absent.selectivity < 0.05)
    #expect(throws: NotMeasurable.self) { try probe { _ in 1 } }
  }

  @Test("a probe of so many units that it can learn anything is not selective")
  func control() throws {
    // Units that tell the rows' neighbourhoods apart read the control nearly as well as the target.
    let inputs = Self.inputs(1)
    let edges = (0..<60).map { -3 + Double($0) / 10 }
    let units = Matrix((0..<600).map { row in edges.map { inputs[row, 0] > $0 ? 1 : 0 } })
    let probe = try LinearProbe(
      "x", inputs.column(0), units: units, inputs: inputs, groups: Self.groups, random: RandomSource(seed: 3))
    #expect(probe.fromUnits > 0.98 && probe.control > 0.7 && probe.selectivity < 0.3)
  }

  @Test("units that follow one number are one group, whatever their sign, and still units are counted")
  func groups() {
    let inputs = Self.inputs()
    let units = Matrix(
      (0..<600).map { row in
        let (a, b) = (inputs[row, 0], inputs[row, 3])
        return [tanh(a), -a, a + 0.1 * b, tanh(2 * b), 1, b]
      })
    let found = UnitGroups(units, features: inputs, names: ["a", "b", "c", "d", "e"])
    #expect(found.groups.map(\.units) == [[0, 1, 2], [3, 5]] && found.still == 1)
    #expect(found.groups.map { $0.follows[0] } == ["a", "d"])
    #expect(abs(found.groups[0].correlations[0]) > 0.95)
  }

  @Test("turned and stretched features are alike, others are not, and the formula is the kernels' alignment")
  func alignment() {
    let x = Self.inputs(4)
    let turned = Matrix((0..<600).map { [3 * x[$0, 1] + 7, -3 * x[$0, 0], 3 * x[$0, 3], 3 * x[$0, 2]] })
    #expect(abs(FeatureSimilarity.linear(x, turned) - 1) < 1e-9)
    let other = Self.inputs(4, seed: 9)
    let similarity = FeatureSimilarity.linear(x, other)
    #expect(similarity < 0.05)
    // By kernels of 40 of the rows: HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)).
    func rows(_ m: Matrix) -> Matrix { Matrix((0..<40).map { m.row($0) }) }
    func kernel(_ m: Matrix) -> Matrix {
      let part = rows(m)
      var k = part * part.transposed
      let means = (0..<40).map { Statistics.mean(k.row($0)) }
      let mean = Statistics.mean(means)
      for a in 0..<40 { for b in 0..<40 { k[a, b] += mean - means[a] - means[b] } }
      return k
    }
    func product(_ a: Matrix, _ b: Matrix) -> Double { zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 } }
    let (k, l) = (kernel(x), kernel(other))
    let expected = product(k, l) / (product(k, k) * product(l, l)).squareRoot()
    #expect(abs(FeatureSimilarity.linear(rows(x), rows(other)) - expected) < 1e-9)
    #expect(FeatureSimilarity.linear(x, Matrix(rows: 600, columns: 2)).isNaN)
  }
}
