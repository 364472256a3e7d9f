import Agents
import Audits
import Compute
import Testing

@Suite("How far inputs may be moved before a decision turns")
struct AdversarialTests {
  @Test("a preference between two clips by hand: 3 x over two steps against one turns at a tenth")
  func clip() throws {
    // First clip 0.1 + 0.4, second 0.2: margin 3 · 0.3 − 3 · 3 r turns at r = 0.1 if all move.
    let reward = try BoundedNetwork(
      Network(NetworkShape(inputs: 1, hidden: [], outputs: 1), parameters: [3, 0]), weights: [1])
    let margin = ClipMargin(reward, first: [0.1, 0.4], second: [0.2])
    #expect(abs(margin.value(at: margin.row) - 0.9) < 1e-6)
    var random = RandomSource(seed: 1).stream("flip")
    let reach = FlipReach.search(
      largest: 1, margin: margin, at: margin.row, scale: margin.scales([1]), rounds: 12, random: &random)
    let flip = try #require(reach.flip)
    #expect(reach.certified <= 0.1 + 1e-6 && reach.certified > 0.099 && flip >= 0.1 - 1e-6 && flip < 0.101)
    let witness = try #require(reach.witness)
    #expect(witness[0] + witness[1] - witness[2] <= 1e-6)
  }

  @Test("bounds of a preference hold at random moves of both clips")
  func clipBounds() throws {
    let network = Network(
      NetworkShape(inputs: 3, hidden: [8, 8], outputs: 1, activation: .relu), members: 2,
      initialization: .pyTorchDefault, random: RandomSource(seed: 2))
    let reward = try BoundedNetwork(network, weights: [0.5, 0.5])
    var random = RandomSource(seed: 2).stream("rows")
    let margin = ClipMargin(
      reward, first: (0..<12).map { _ in Float(random.normal()) }, second: (0..<9).map { _ in Float(random.normal()) })
    let box = InputBox(around: margin.row, reach: margin.scales([0.1, 0.2, 0]))
    let bounds = margin.bounds(over: box)
    for _ in 0..<500 {
      let row = box.clamped(margin.row.indices.map { box.lower[$0] + Float(box.width($0)) * random.uniformFloat() })
      let value = margin.value(at: row)
      if value < bounds.lower || value > bounds.upper { Issue.record("\(value) is outside of \(bounds)") }
    }
    let slopes = try #require(margin.gradients(at: margin.row, count: 1))
    for place in [0, 5, 12, 20] {
      var moved = margin.row
      moved[place] += 1e-2
      let difference = (margin.value(at: moved) - margin.value(at: margin.row)) / 1e-2
      #expect(abs(difference - Double(slopes[place])) < 0.05)
    }
  }

  @Test("a policy's action by hand: three scores, the nearest rival decides, and clipping ends all influence")
  func action() throws {
    // Scores x, 0.3 + 0 x and −x: at x = 0.5 the first leads by 0.2 and turns at x = 0.3.
    let network = try Network(NetworkShape(inputs: 1, hidden: [], outputs: 3), parameters: [1, 0, -1, 0, 0.3, 0])
    let policy = Policy(environment: "test", head: .categorical(count: 3), network: network, logStandardDeviations: [])
    let margin = try ActionMargin(policy, at: [0.5])
    #expect(margin.action == 0 && abs(margin.value(at: [0.5]) - 0.2) < 1e-6)
    var random = RandomSource(seed: 3).stream("flip")
    let reach = FlipReach.search(largest: 1, margin: margin, at: [0.5], scale: [1], rounds: 12, random: &random)
    let flip = try #require(reach.flip)
    #expect(reach.certified > 0.199 && reach.certified < 0.2001 && flip > 0.1999 && flip < 0.201)
    let held = FlipReach.search(largest: 0.15, margin: margin, at: [0.5], scale: [1], random: &random)
    #expect(held.certified == 0.15 && held.witness == nil)
  }

  @Test("continuous actions do not turn into others")
  func continuous() throws {
    let network = Network(
      NetworkShape(inputs: 1, hidden: [], outputs: 1), initialization: .he, random: RandomSource(seed: 0))
    let policy = Policy(
      environment: "test", head: .gaussian(low: [-1], high: [1]), network: network, logStandardDeviations: [0])
    #expect(throws: InputError.self) { try ActionMargin(policy, at: [0]) }
  }
}
