import Compute
import Foundation
import Testing

@Suite("Proofs over boxes")
struct BoxSearchTests {
  private static func network(
    _ inputs: Int, _ hidden: [Int], _ activation: Activation, seed: UInt64
  ) throws -> (function: BoundedNetwork, network: Network) {
    let network = Network(
      NetworkShape(inputs: inputs, hidden: hidden, outputs: 1, activation: activation), initialization: .pyTorchDefault,
      random: RandomSource(seed: seed))
    return (try BoundedNetwork(network, weights: [1]), network)
  }

  /// The exact maximum of a ReLU layer over a square: a function that is linear between the lines where units switch is
  /// largest at a corner of the pieces, so at a crossing of two such lines or sides.
  private static func exactMaximum(_ network: Network, units: Int, _ box: InputBox) -> Double {
    let p = network.parameters.map { Double($0) }
    var lines: [(a: Double, b: Double, c: Double)] = (0..<units).map { (p[$0], p[units + $0], p[2 * units + $0]) }
    lines += [(1, 0, -Double(box.lower[0])), (1, 0, -Double(box.upper[0]))]
    lines += [(0, 1, -Double(box.lower[1])), (0, 1, -Double(box.upper[1]))]
    func value(_ x: Double, _ y: Double) -> Double {
      (0..<units).reduce(p[4 * units]) {
        $0 + p[3 * units + $1] * max(0, p[$1] * x + p[units + $1] * y + p[2 * units + $1])
      }
    }
    var best = -Double.infinity
    for (index, first) in lines.enumerated() {
      for second in lines[(index + 1)...] {
        let determinant = first.a * second.b - second.a * first.b
        guard abs(determinant) > 1e-12 else { continue }
        let x = (first.b * second.c - second.b * first.c) / determinant
        let y = (second.a * first.c - first.a * second.c) / determinant
        let slack = 1e-9
        guard x >= Double(box.lower[0]) - slack, x <= Double(box.upper[0]) + slack, y >= Double(box.lower[1]) - slack,
          y <= Double(box.upper[1]) + slack
        else { continue }
        best = max(best, value(x, y))
      }
    }
    return best
  }

  @Test("small ReLU networks: found and proved meet at the maximum over all pieces")
  func pieces() throws {
    let box = InputBox(lower: [-2, -2], upper: [2, 2])
    for seed in 0..<20 {
      let (function, network) = try Self.network(2, [6], .relu, seed: UInt64(seed))
      var random = RandomSource(seed: 1).stream("search", seed)
      let largest = BoxSearch(nodes: 4000, tolerance: 1e-4).maximum(of: function, over: box, random: &random)
      let exact = Self.exactMaximum(network, units: 6, box)
      #expect(largest.proved >= exact - 1e-9 && largest.found <= exact + 1e-5, "seed \(seed)")
      #expect(largest.proved - largest.found <= 1e-4 && largest.nodes < 4000, "seed \(seed)")
      #expect(box.contains(largest.witness) && function.value(at: largest.witness) == largest.found)
    }
  }

  @Test("tanh networks against a grid in one and two dimensions, and in deep ones", arguments: 0..<8)
  func grid(seed: Int) throws {
    let inputs = 1 + seed % 2
    let (function, _) = try Self.network(inputs, seed < 4 ? [12, 12] : [8, 8, 8], .tanh, seed: UInt64(seed))
    let box = InputBox(lower: [Float](repeating: -2, count: inputs), upper: [Float](repeating: 1.5, count: inputs))
    let side = inputs == 1 ? 20_001 : 201
    var rows: [Float] = []
    for index in 0..<(inputs == 1 ? side : side * side) {
      for place in [index % side, index / side].prefix(inputs) {
        rows.append(-2 + 3.5 * Float(place) / Float(side - 1))
      }
    }
    let highest = function.values(at: rows, count: rows.count / inputs).max() ?? 0
    var random = RandomSource(seed: 2).stream("search", seed)
    let largest = BoxSearch(nodes: 4000, tolerance: 1e-3).maximum(of: function, over: box, random: &random)
    #expect(largest.proved >= highest && largest.found >= highest - 1e-3)
    #expect(largest.proved - largest.found <= 1e-3)
    let least = BoxSearch(nodes: 4000, tolerance: 1e-3).maximum(of: Negated(function), over: box, random: &random)
    #expect(-least.proved <= function.values(at: rows, count: rows.count / inputs).min()!)
  }

  @Test("a smaller box has no higher proof, a larger budget no looser one, and doubled weights double both")
  func metamorphic() throws {
    for seed in 0..<6 {
      let (function, network) = try Self.network(3, [10, 10], seed % 2 == 0 ? .relu : .tanh, seed: UInt64(seed))
      var random = RandomSource(seed: 3).stream("search", seed)
      let box = InputBox(lower: [-1, -1, -1], upper: [1, 1, 1])
      let inner = InputBox(lower: [-0.4, -0.5, 0], upper: [0.5, 0.3, 0.7])
      func proved(_ function: BoundedNetwork, _ box: InputBox, _ nodes: Int) -> Double {
        BoxSearch(nodes: nodes).maximum(of: function, over: box, random: &random).proved
      }
      let whole = proved(function, box, 400)
      #expect(proved(function, inner, 400) <= whole + 1e-6)
      #expect(whole <= proved(function, box, 20) && proved(function, box, 20) <= proved(function, box, 1))
      let doubled = try BoundedNetwork(network, weights: [2])
      #expect(abs(proved(doubled, inner, 1) - 2 * proved(function, inner, 1)) < 1e-4)
    }
  }

  @Test("a limit is proved, refuted with a witness, or left open when the budget is too small")
  func decisions() throws {
    let (function, _) = try Self.network(2, [16, 16], .tanh, seed: 5)
    let box = InputBox(lower: [-2, -2], upper: [2, 2])
    var random = RandomSource(seed: 4).stream("search")
    let largest = BoxSearch(nodes: 4000, tolerance: 1e-4).maximum(of: function, over: box, random: &random)
    func decide(_ limit: Double, _ nodes: Int) -> BoxDecision {
      BoxSearch(nodes: nodes).maximum(of: function, over: box, limit: limit, random: &random).decision(limit)
    }
    #expect(decide(largest.found + 0.01, 4000) == .proved)
    #expect(decide(largest.found - 0.01, 4000) == .refuted)
    #expect(decide(largest.found + 0.001, 1) == .undecided)
  }

  @Test("equal streams, equal searches")
  func repeats() throws {
    let (function, _) = try Self.network(4, [16, 16], .relu, seed: 6)
    let box = InputBox(lower: [-1, -1, -1, -1], upper: [1, 1, 1, 1])
    func search() -> BoxSearch.Largest {
      var random = RandomSource(seed: 5).stream("search")
      return BoxSearch(nodes: 51).maximum(of: function, over: box, random: &random)
    }
    #expect(search() == search() && search().nodes == 51)
  }
}
