import Compute
import Testing

@Suite("Bounds of networks")
struct BoundedNetworkTests {
  @Test("an activation stays between its lines", arguments: Activation.allCases)
  func lines(activation: Activation) throws {
    // One unit, so that the network is its activation.
    let shape = NetworkShape(inputs: 1, hidden: [], outputs: 1, outputActivation: activation)
    let unit = try BoundedNetwork(Network(shape, parameters: [1, 0]), weights: [1])
    for low in stride(from: Float(-6), through: 6, by: 0.5) {
      for width in [Float(0), 1e-7, 0.01, 0.3, 1, 2.5, 7] {
        let box = InputBox(lower: [low], upper: [low + width])
        let bounds = unit.bounds(over: box)
        for step in 0...20 {
          let x = min(box.upper[0], low + width * Float(step) / 20)
          let value = unit.value(at: [x])
          let (below, above) = (
            bounds.lowerSlopes[0] * Double(x) + bounds.lowerOffset,
            bounds.upperSlopes[0] * Double(x) + bounds.upperOffset
          )
          if !(below <= value && value <= above && bounds.lower <= value && value <= bounds.upper) {
            Issue.record("\(activation) at \(x) of \(box)")
          }
        }
        // At an end each of these functions is the largest, and the bound knows it.
        #expect(bounds.upper <= unit.value(at: box.upper) + 1e-5)
      }
    }
  }

  /// Networks of all sorts.
  private static func example(_ index: Int) throws -> (function: BoundedNetwork, random: RandomSource) {
    let random = RandomSource(seed: UInt64(index))
    var stream = random.stream("example")
    let activation = Activation.allCases[index % 4]
    let members = 1 + index % 3
    let inputs = 1 + index % 5
    let outputs = index % 7 == 0 ? 2 : 1
    let shape = NetworkShape(
      inputs: inputs, hidden: [[], [7], [16, 16], [8, 9, 10]][(index / 4) % 4], outputs: outputs,
      activation: activation,
      outputActivation: index % 5 == 0 ? .tanh : .identity)
    var network = Network(shape, members: members, initialization: .he, random: random)
    for place in network.parameters.indices { network.parameters[place] += Float(0.3 * stream.normal()) }
    var normalizer = RunningNormalizer(size: inputs)
    let seen = (0..<50 * inputs).map { Float(Double($0 % inputs) * 3 + (1 + Double($0 % inputs)) * stream.normal()) }
    normalizer.update(seen.span, rows: 50)
    return (
      try BoundedNetwork(
        network, normalizer: index % 2 == 0 ? normalizer : nil, clip: index % 4 == 0 ? 1.5 : nil,
        weights: (0..<members * outputs).map { _ in stream.normal() }, constant: stream.normal()), random
    )
  }

  @Test("no row of a box passes the bounds: 10⁵ random rows and corners, boxes of every width, single rows among them")
  func soundness() throws {
    var (rowsSeen, outside) = (0, [String]())
    for index in 0..<64 {
      let (function, random) = try Self.example(index)
      var stream = random.stream("boxes")
      let inputs = function.inputs
      for width in [0, 1e-4, 0.1, 1, 5] {
        let lower = (0..<inputs).map { _ in Float(2 * stream.normal()) }
        let box = InputBox(lower: lower, upper: lower.map { $0 + Float(width * stream.uniform()) })
        let bounds = function.bounds(over: box)
        let slopes = function.slopeBounds(over: box)
        let count = 320
        var rows: [Float] = []
        for row in 0..<count {
          for column in 0..<inputs {
            let share = row % 4 == 0 ? Double(stream.below(2)) : stream.uniform()
            let value = Float(Double(box.lower[column]) + share * box.width(column))
            rows.append(min(box.upper[column], max(box.lower[column], value)))
          }
        }
        for (row, value) in function.values(at: rows, count: count).enumerated() {
          if !(bounds.lower <= value && value <= bounds.upper) {
            outside.append("example \(index), \(width), row \(row)")
          }
        }
        for (place, slope) in (function.gradients(at: rows, count: count) ?? []).enumerated() {
          let column = place % inputs
          let slack = 1e-4 * (1 + abs(Double(slope)))
          if !(slopes.lower[column] - slack <= Double(slope) && Double(slope) <= slopes.upper[column] + slack) {
            outside.append("slope \(column) of example \(index), \(width)")
          }
        }
        rowsSeen += count
      }
    }
    #expect(rowsSeen >= 100_000 && outside.isEmpty, "\(outside.prefix(3))")
  }

  @Test("single precision's own error is inside: sums that cancel leave exact bounds and stay within ours")
  func rounding() throws {
    // 4096 (x + 4096) − 4096 · 4096 − 4096 x is 0, but not in single precision.
    let shape = NetworkShape(inputs: 1, hidden: [2], outputs: 1, activation: .identity)
    let network = try Network(shape, parameters: [1, 1, 4096.1, -4096.3, 4096, -4096, 0])
    let function = try BoundedNetwork(network, weights: [1])
    var strays = 0
    for step in 0..<1000 {
      let row = [Float(step) * 0.001]
      let bounds = function.bounds(over: InputBox(lower: row, upper: row))
      let exact =
        (Double(row[0]) + Double(4096.1 as Float)) * 4096 - (Double(row[0]) - Double(4096.3 as Float)) * 4096
      let value = function.value(at: row)
      #expect(bounds.lower <= value && value <= bounds.upper)
      #expect(bounds.lower <= exact && exact <= bounds.upper)
      if value != exact { strays += 1 }
    }
    #expect(strays > 100, "the case shows nothing if single precision is exact here")
  }

  @Test("a linear network's bounds are exact but for the slack: 2x − 3y + 1 on −1 … 2 × 0 … 1")
  func linear() throws {
    let function = try BoundedNetwork(
      Network(NetworkShape(inputs: 2, hidden: [], outputs: 1), parameters: [2, -3, 1]), weights: [1])
    let bounds = function.bounds(over: InputBox(lower: [-1, 0], upper: [2, 1]))
    #expect(abs(bounds.upper - 5) < 1e-5 && abs(bounds.lower + 4) < 1e-5)
    #expect(bounds.upper >= 5 && bounds.lower <= -4 && bounds.slack > 0)
    #expect(bounds.upperSlopes == [2, -3])
    let slopes = function.slopeBounds(over: InputBox(lower: [-1, 0], upper: [2, 1]))
    #expect(abs(slopes.lower[0] - 2) < 1e-12 && abs(slopes.upper[1] + 3) < 1e-12)
  }

  @Test("members that disagree are bounded together: the mean of x and −x is 0")
  func ensemble() throws {
    let shape = NetworkShape(inputs: 1, hidden: [], outputs: 1)
    let function = try BoundedNetwork(
      Network(shape, members: 2, parameters: [1, 0, -1, 0]), weights: [0.5, 0.5])
    let bounds = function.bounds(over: InputBox(lower: [-1], upper: [1]))
    #expect(bounds.gap < 1e-5)
  }

  @Test("networks that look at images are refused with what to do instead")
  func images() throws {
    let images = ImageLayers(
      rows: 5, columns: 5, convolutions: [ConvolutionalShape.Convolution(filters: 2, size: 3, stride: 2)])
    let shape = NetworkShape(inputs: 25, hidden: [4], outputs: 1, images: images)
    let network = Network(shape, initialization: .he, random: RandomSource(seed: 0))
    #expect(throws: InputError.self) { try BoundedNetwork(network, weights: [1]) }
  }
}
