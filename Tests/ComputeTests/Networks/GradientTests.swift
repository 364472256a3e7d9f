import Compute
import PactolusTesting
import Testing

@Suite("Derivatives of networks")
struct GradientTests {
  @Test(
    "every derivative agrees with finite differences, at every level",
    arguments: Activation.allCases, [Activation.identity, .tanh, .relu])
  func derivatives(activation: Activation, outputActivation: Activation) throws {
    let sizes: [(inputs: Int, hidden: [Int], outputs: Int, rows: Int)] = [
      (1, [], 1, 1), (3, [5], 1, 4), (4, [7, 6], 3, 5), (2, [17, 16], 2, 9), (20, [3], 18, 3), (19, [33], 4, 7),
    ]
    for size in sizes {
      for members in [1, 3] {
        for sharedInputs in [true, false] {
          let shape = NetworkShape(
            inputs: size.inputs, hidden: size.hidden, outputs: size.outputs, activation: activation,
            outputActivation: outputActivation)
          try check(shape, members: members, rows: size.rows, sharedInputs: sharedInputs)
        }
      }
    }
  }

  @Test("every derivative agrees through convolutions, with numbers behind the images and without", arguments: [0, 2])
  func images(behind: Int) throws {
    for (frames, channels, activation) in [(3, 1, Activation.relu), (1, 3, .tanh), (2, 1, .leakyReLU)] {
      let images = ImageLayers(
        frames: frames, rows: 5, columns: 6, channels: channels,
        convolutions: [
          ConvolutionalShape.Convolution(filters: 3, size: 3, stride: 1),
          ConvolutionalShape.Convolution(filters: 4, size: 2, stride: 2),
        ], activation: activation, scale: 0.7)
      for (members, sharedInputs) in [(1, true), (3, true), (3, false)] {
        for hidden in [[], [5]] {
          let shape = NetworkShape(
            inputs: images.count + behind, hidden: hidden, outputs: 2, activation: .tanh, images: images)
          try shape.validate()
          try check(shape, members: members, rows: 3, sharedInputs: sharedInputs)
        }
      }
    }
  }

  private func check(_ shape: NetworkShape, members: Int, rows: Int, sharedInputs: Bool) throws {
    let source = RandomSource(seed: 3)
    var network = Network(shape, members: members, initialization: .pyTorchDefault, random: source)
    // Outputs around one half, so that not all of them are dead under a ReLU.
    if let last = shape.layers.last {
      for member in 0..<members {
        for output in 0..<last.outputs {
          network.parameters[member * shape.parameterCount + last.biasOffset + output] += 0.5
        }
      }
    }
    var stream = source.stream("inputs")
    let copies = sharedInputs ? 1 : members
    let inputs = (0..<copies * rows * shape.inputs).map { _ in Float(stream.normal()) }
    let weights = (0..<members * rows * shape.outputs).map { _ in Float(stream.normal()) }
    let count = shape.parameterCount
    let rowSize = rows * shape.inputs

    // The loss is the outputs' sum with random weights, each member's apart.
    let reference = ReferenceNetwork(shape: shape)
    var parameterSlopes: [Double] = []
    var inputSlopes: [Double] = []
    for member in 0..<members {
      let parameters = network.parameters[member * count..<(member + 1) * count].map(Double.init)
      let first = sharedInputs ? 0 : member * rowSize
      let values = inputs[first..<first + rowSize].map(Double.init)
      let factors = weights[member * rows * shape.outputs..<(member + 1) * rows * shape.outputs].map(Double.init)
      func loss(_ parameters: [Double], _ inputs: [Double]) -> Double {
        zip(reference.outputs(parameters, inputs: inputs, rows: rows), factors).reduce(0) { $0 + $1.0 * $1.1 }
      }
      parameterSlopes += centralDifferences(of: { loss($0, values) }, at: parameters)
      inputSlopes += centralDifferences(of: { loss(parameters, $0) }, at: values)
    }

    for level in KernelLevel.available {
      try level.perform {
        var parameterGradients = [Float](repeating: 0.5, count: members * count)
        var inputGradients = [Float](repeating: .nan, count: members * rowSize)
        let pass = NetworkPass(shape, members: members, capacity: rows + 3)
        inputs.withUnsafeBufferPointer { inputs in
          pass.forward(network.parameters, inputs: inputs.baseAddress!, rows: rows, sharedInputs: sharedInputs)
          pass.backward(
            network.parameters, outputGradients: weights, parameterGradients: &parameterGradients,
            inputGradients: &inputGradients)
        }
        let place = "\(shape), \(members) members, \(rows) rows, shared \(sharedInputs), \(level.name)"
        try expectGradient(
          parameterGradients.map { Double($0) - 0.5 }, agreesWith: parameterSlopes, "parameters of \(place)")
        try expectGradient(inputGradients.map(Double.init), agreesWith: inputSlopes, "inputs of \(place)")
      }
    }
  }

  @Test("chains kept apart and added in order give the bits of one buffer", arguments: [1, 255, 256, 257, 700])
  func chains(rows: Int) {
    chains(NetworkShape(inputs: 5, hidden: [17, 64], outputs: 2, activation: .tanh), rows: rows)
    let images = ImageLayers(
      frames: 2, rows: 4, columns: 3, convolutions: [ConvolutionalShape.Convolution(filters: 3, size: 2, stride: 1)])
    chains(NetworkShape(inputs: images.count + 1, hidden: [6], outputs: 2, images: images), rows: rows)
  }

  private func chains(_ shape: NetworkShape, rows: Int) {
    let network = Network(shape, initialization: .he, random: RandomSource(seed: 2))
    var stream = RandomSource(seed: 3).stream("chains")
    let inputs = (0..<rows * shape.inputs).map { _ in Float(stream.normal()) }
    let slopes = (0..<rows * 2).map { _ in Float(stream.normal()) }
    let pass = NetworkPass(shape, capacity: rows)
    let count = shape.parameterCount
    var whole = [Float](repeating: 0, count: count)
    let chunks = (rows + NetworkPass.chunkRows - 1) / NetworkPass.chunkRows
    var apart = [Float](repeating: 0, count: chunks * count)
    inputs.withUnsafeBufferPointer { inputs in
      pass.forward(network.parameters, inputs: inputs.baseAddress!, rows: rows)
      pass.backward(network.parameters, outputGradients: slopes, parameterGradients: &whole)
      pass.forward(network.parameters, inputs: inputs.baseAddress!, rows: rows)
      pass.backward(network.parameters, outputGradients: slopes, parameterGradients: &apart, chunkStride: count)
    }
    var sum = [Float](repeating: 0, count: count)
    for chunk in 0..<chunks {
      for index in 0..<count { sum[index] += apart[chunk * count + index] }
    }
    #expect(sum == whole)
  }

  @Test("gradients add up over calls")
  func accumulation() {
    let shape = NetworkShape(inputs: 3, hidden: [8], outputs: 2)
    let network = Network(shape, initialization: .he, random: RandomSource(seed: 1))
    let pass = NetworkPass(shape, capacity: 2)
    var once = [Float](repeating: 0, count: shape.parameterCount)
    var twice: [Float] = []
    ([1, 2, 3, 4, 5, 6] as [Float]).withUnsafeBufferPointer { inputs in
      pass.forward(network.parameters, inputs: inputs.baseAddress!, rows: 2)
      pass.backward(network.parameters, outputGradients: [1, -1, 2, 3], parameterGradients: &once)
      twice = once
      pass.forward(network.parameters, inputs: inputs.baseAddress!, rows: 2)
      pass.backward(network.parameters, outputGradients: [1, -1, 2, 3], parameterGradients: &twice)
    }
    #expect(twice == once.map { 2 * $0 })
  }
}
