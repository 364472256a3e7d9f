import Compute
import Testing

@Suite("Differences, slopes and flips of bounded networks")
struct NetworkDifferenceTests {
  private static func network(_ seed: UInt64, _ activation: Activation = .relu) throws -> BoundedNetwork {
    let network = Network(
      NetworkShape(inputs: 3, hidden: [12, 12], outputs: 1, activation: activation), members: 2,
      initialization: .pyTorchDefault, random: RandomSource(seed: seed))
    return try BoundedNetwork(network, weights: [0.5, 0.5])
  }

  @Test("no pair of rows passes the bounds of their difference")
  func soundness() throws {
    for seed in 0..<30 {
      let function = try Self.network(UInt64(seed), seed % 2 == 0 ? .relu : .tanh)
      // Number 0 fixed to two values; number 2 moved by the free number 3.
      let difference = NetworkDifference(
        function, first: [.fixed(1), .free(1), .sum(2, 3)], second: [.fixed(0), .free(1), .free(2)], inputs: 4)
      var random = RandomSource(seed: 8).stream("rows", seed)
      for width in [Float(0.001), 0.1, 2] {
        let lower = (0..<4).map { _ in Float(random.normal()) }
        let box = InputBox(lower: lower, upper: lower.map { $0 + width })
        let bounds = difference.bounds(over: box)
        for _ in 0..<200 {
          let row = box.clamped((0..<4).map { box.lower[$0] + width * random.uniformFloat() })
          let sides = difference.sides(row)
          let value = difference.value(at: row)
          let isRight = value == function.value(at: sides.first) - function.value(at: sides.second)
          if !isRight || value < bounds.lower || value > bounds.upper { Issue.record("\(seed), \(width), \(row)") }
        }
      }
    }
  }

  @Test("numbers that stand on both sides cancel: f(x + s) − f(x) of 3x − y is 3 s, however wide x is")
  func cancels() throws {
    let function = try BoundedNetwork(
      Network(NetworkShape(inputs: 2, hidden: [], outputs: 1), parameters: [3, -1, 0.5]), weights: [1])
    let difference = NetworkDifference(
      function, first: [.sum(0, 2), .free(1)], second: [.free(0), .free(1)], inputs: 3)
    let bounds = difference.bounds(over: InputBox(lower: [-100, -100, 0.5], upper: [100, 100, 1]))
    let sides = difference.sides([2, 7, 0.5])
    #expect(sides.first == [2.5, 7] && sides.second == [2, 7])
    #expect(abs(bounds.upper - 3) < 0.001 && abs(bounds.lower - 1.5) < 0.001)
  }

  @Test("a network that rises along one number is proved to, and one that does not is refuted with a witness")
  func slopes() throws {
    // tanh(x) + 0.5 tanh(x − 2y) rises with x; not with y.
    let shape = NetworkShape(inputs: 2, hidden: [2], outputs: 1, activation: .tanh)
    let function = try BoundedNetwork(Network(shape, parameters: [1, 1, 0, -2, 0, 0, 1, 0.5, 0]), weights: [1])
    let box = InputBox(lower: [-2, -2], upper: [2, 2])
    var random = RandomSource(seed: 9).stream("slopes")
    let falls = BoxSearch(nodes: 400).maximum(
      of: Negated(NetworkSlope(function, along: 0)), over: box, limit: 0, random: &random)
    #expect(falls.decision(0) == .proved)
    let other = BoxSearch(nodes: 400).maximum(
      of: Negated(NetworkSlope(function, along: 1)), over: box, limit: 0, random: &random)
    #expect(other.decision(0) == .refuted)
    let (x, y) = (other.witness[0], other.witness[1])
    #expect(function.value(at: [x, y + 0.01]) < function.value(at: [x, y - 0.01]))
  }

  @Test("the smallest flip of a linear margin by hand: 2x − y + 0.5 at (0, 0) turns at 1/6 and not before")
  func flip() throws {
    let function = try BoundedNetwork(
      Network(NetworkShape(inputs: 2, hidden: [], outputs: 1), parameters: [2, -1, 0.5]), weights: [1])
    var random = RandomSource(seed: 10).stream("flip")
    let reach = FlipReach.search(
      largest: 1, margin: function, at: [0, 0], scale: [1, 1], rounds: 12, random: &random)
    let flip = try #require(reach.flip)
    #expect(reach.certified < 1.0 / 6 + 1e-6 && reach.certified > 1.0 / 6 - 0.001)
    #expect(flip >= 1.0 / 6 - 1e-6 && flip < 1.0 / 6 + 0.001)
    #expect(function.value(at: try #require(reach.witness)) <= 0)
    let held = FlipReach.search(largest: 0.1, margin: function, at: [0, 0], scale: [1, 1], random: &random)
    #expect(held.certified == 0.1 && held.flip == nil)
    // With x held fast, y alone must reach 0.5; within limits of 0.3 it cannot.
    let limits = InputBox(lower: [-1, -1], upper: [1, 0.3])
    let limited = FlipReach.search(
      largest: 1, margin: function, at: [0, 0], scale: [0, 1], limits: limits, random: &random)
    #expect(limited.certified == 1 && limited.flip == nil)
  }

  @Test("what is certified is never flipped by random moves, and flips are real, in nets of both kinds")
  func certified() throws {
    for seed in 0..<8 {
      let function = try Self.network(UInt64(seed), seed % 2 == 0 ? .relu : .tanh)
      var random = RandomSource(seed: 11).stream("flip", seed)
      let row = (0..<3).map { _ in Float(random.normal()) }
      let sign: Double = function.value(at: row) > 0 ? 1 : -1
      let margin = try BoundedNetwork(function.network, weights: [0.5 * sign, 0.5 * sign])
      let reach = FlipReach.search(largest: 2, margin: margin, at: row, scale: [1, 1, 1], random: &random)
      if let witness = reach.witness { #expect(margin.value(at: witness) <= 0) }
      #expect(reach.certified <= reach.flip ?? 2)
      for _ in 0..<1000 {
        let moved = row.map { $0 + Float(reach.certified * random.uniform(-1, 1)) * 0.9999 }
        if margin.value(at: moved) <= 0 { Issue.record("\(seed): \(moved) flips within \(reach.certified)") }
      }
    }
  }
}
