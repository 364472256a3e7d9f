import Compute
import Foundation
import Testing

@Suite("Networks")
struct NetworkTests {
  let shape = NetworkShape(inputs: 3, hidden: [6, 5], outputs: 2, activation: .relu)

  @Test("layers lie one after the other, weights before biases")
  func layout() {
    #expect(shape.parameterCount == 3 * 6 + 6 + 6 * 5 + 5 + 5 * 2 + 2)
    #expect(shape.layers.map(\.weightOffset) == [0, 24, 59])
    #expect(shape.layers.map(\.biasOffset) == [18, 54, 69])
    #expect(shape.layers.map(\.activation) == [.relu, .relu, .identity])
  }

  @Test("a linear network by hand: y = x · W + b")
  func byHand() throws {
    let linear = NetworkShape(inputs: 2, hidden: [], outputs: 3)
    let network = try Network(linear, parameters: [1, 2, 3, 4, 5, 6, 0.5, -0.5, 0])
    #expect(network([1, 10], rows: 1) == [41.5, 51.5, 63])
  }

  @Test("ensemble members are what each would be alone")
  func members() throws {
    let source = RandomSource(seed: 9)
    let three = Network(shape, members: 3, initialization: .he, random: source)
    let one = Network(shape, members: 1, initialization: .he, random: source)
    let count = shape.parameterCount
    #expect(Array(three.parameters[0..<count]) == one.parameters)
    let inputs: [Float] = [0.1, -0.4, 2, 1, 0, -1]
    let outputs = three(inputs, rows: 2)
    for member in 0..<3 {
      let alone = try Network(shape, parameters: Array(three.parameters[member * count..<(member + 1) * count]))
      #expect(Array(outputs[member * 4..<(member + 1) * 4]) == alone(inputs, rows: 2))
    }
  }

  @Test(
    "orthogonal weights are orthonormal along the shorter side, times the gain",
    arguments: [(5, 5), (3, 9), (9, 3), (1, 1), (64, 64), (1, 7)])
  func orthogonal(inputs: Int, outputs: Int) {
    let shape = NetworkShape(inputs: inputs, hidden: [], outputs: outputs)
    let network = Network(
      shape, initialization: .orthogonal(hiddenGain: 5, outputGain: 2), random: RandomSource(seed: 4))
    let weights = Matrix(
      rows: inputs, columns: outputs, elements: network.parameters.prefix(inputs * outputs).map(Double.init))
    let gram = inputs >= outputs ? weights.transposed * weights : weights * weights.transposed
    #expect((gram - 4 * Matrix.identity(min(inputs, outputs))).largestMagnitude < 1e-5)
    #expect(network.parameters.suffix(outputs).allSatisfy { $0 == 0 })
  }

  @Test("hidden layers take the hidden gain, the last one the output gain")
  func gains() {
    let network = Network(
      NetworkShape(inputs: 4, hidden: [4], outputs: 4), initialization: .orthogonal(hiddenGain: 3, outputGain: 0.01),
      random: RandomSource(seed: 0))
    func norm(_ values: ArraySlice<Float>) -> Float { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    #expect(abs(norm(network.parameters[0..<16]) - 6) < 1e-4)
    #expect(abs(norm(network.parameters[20..<36]) - 0.02) < 1e-6)
  }

  @Test("He weights have variance 2 / inputs; PyTorch's default stays within ±1/√inputs")
  func spread() {
    let wide = NetworkShape(inputs: 100, hidden: [], outputs: 400)
    let he = Network(wide, initialization: .he, random: RandomSource(seed: 0)).parameters.prefix(40_000)
    let variance = he.reduce(0.0) { $0 + Double($1) * Double($1) } / 40_000
    #expect(abs(variance - 0.02) < 0.0006)
    let torch = Network(wide, initialization: .pyTorchDefault, random: RandomSource(seed: 0)).parameters
    #expect(torch.allSatisfy { abs($0) <= 0.1 })
    #expect(torch.contains { $0 > 0.0999 } && torch.contains { $0 < -0.0999 })
    #expect(torch.suffix(400).contains { $0 != 0 })
  }

  @Test("a network survives JSON, bit for bit")
  func coding() throws {
    let network = Network(shape, members: 2, initialization: .pyTorchDefault, random: RandomSource(seed: 2))
    let copy = try JSONDecoder().decode(Network.self, from: JSONEncoder().encode(network))
    #expect(copy == network)
  }

  @Test("parameters of the wrong number, or not finite, and empty layers are refused")
  func refusals() {
    #expect(throws: InputError.self) { try Network(shape, parameters: [1, 2]) }
    var parameters = [Float](repeating: 0, count: shape.parameterCount)
    parameters[7] = .nan
    #expect(throws: InputError("parameter 7 of a network is nan", remedy: "parameters must be finite")) {
      try Network(shape, parameters: parameters)
    }
    #expect(throws: InputError.self) { try NetworkShape(inputs: 1, hidden: [0], outputs: 1).validate() }
    #expect(throws: InputError.self) { try Network(NetworkShape(inputs: 0, hidden: [], outputs: 1), parameters: [0]) }
  }

  @Test("no rows is a pass that does nothing")
  func noRows() {
    let network = Network(shape, initialization: .he, random: RandomSource(seed: 0))
    #expect(network([], rows: 0).isEmpty)
    let pass = NetworkPass(shape, capacity: 0)
    var gradients = [Float](repeating: 1, count: shape.parameterCount)
    pass.forward(network.parameters, inputs: [0], rows: 0)
    pass.backward(network.parameters, outputGradients: [0], parameterGradients: &gradients)
    #expect(gradients.allSatisfy { $0 == 1 })
  }

  @Test("the same network learns the same function at every level", arguments: KernelLevel.available)
  func learning(level: KernelLevel) {
    level.perform {
      let shape = NetworkShape(inputs: 1, hidden: [16, 16], outputs: 1, activation: .tanh)
      var network = Network(
        shape, initialization: .orthogonal(hiddenGain: 1.4, outputGain: 1), random: RandomSource(seed: 0))
      var adam = Adam(AdamSettings(learningRate: 0.01), count: shape.parameterCount)
      let pass = NetworkPass(shape, capacity: 64)
      let x = (0..<64).map { Float($0) / 32 - 1 }
      var loss: Float = .infinity
      for _ in 0..<500 {
        let y = pass.forward(network.parameters, inputs: x, rows: 64)
        let residuals = (0..<64).map { y[$0] - sin(3 * x[$0]) }
        loss = residuals.reduce(0) { $0 + $1 * $1 } / 64
        var gradients = [Float](repeating: 0, count: shape.parameterCount)
        pass.backward(
          network.parameters, outputGradients: residuals.map { $0 / 32 }, parameterGradients: &gradients)
        adam.update(&network.parameters, gradients: gradients)
      }
      #expect(loss < 1e-3)
    }
  }
}
