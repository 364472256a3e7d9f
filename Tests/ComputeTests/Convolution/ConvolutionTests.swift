import Compute
import Foundation
import Testing

@Suite("Convolutional networks")
struct ConvolutionTests {
  /// Odd sizes, strides that leave a margin unseen, one filter, more dense layers than one.
  static let shapes: [ConvolutionalShape] = [
    ConvolutionalShape(
      height: 7, width: 9, channels: 2,
      convolutions: [
        ConvolutionalShape.Convolution(filters: 3, size: 3, stride: 2),
        ConvolutionalShape.Convolution(filters: 5, size: 2, stride: 1),
      ], hidden: [6], outputs: 2),
    ConvolutionalShape(
      height: 5, width: 5, channels: 1, convolutions: [ConvolutionalShape.Convolution(filters: 1, size: 5, stride: 3)],
      hidden: [], outputs: 1),
    ConvolutionalShape(
      height: 9, width: 6, channels: 3,
      convolutions: [
        ConvolutionalShape.Convolution(filters: 17, size: 1, stride: 1),
        ConvolutionalShape.Convolution(filters: 4, size: 3, stride: 2),
        ConvolutionalShape.Convolution(filters: 6, size: 2, stride: 2),
      ], hidden: [9, 6], outputs: 18, outputActivation: .tanh),
  ]

  private func sample(_ shape: ConvolutionalShape, rows: Int) -> (
    parameters: [Float], images: [Float], factors: [Float]
  ) {
    let random = RandomSource(seed: 4)
    let network = ConvolutionalNetwork(shape, initialization: .pyTorchDefault, random: random)
    var stream = random.stream("images")
    // Bright images and weights that lean upwards, so that not all units are dead under a ReLU.
    return (
      network.parameters.map { $0 + 0.1 }, (0..<rows * shape.inputs).map { _ in abs(Float(stream.normal())) },
      (0..<rows * shape.outputs).map { _ in Float(stream.normal()) }
    )
  }

  @Test("outputs are those of the definition, at every level", arguments: shapes, [Activation.relu, .tanh, .leakyReLU])
  func forward(shape: ConvolutionalShape, activation: Activation) throws {
    var shape = shape
    shape.activation = activation
    let (parameters, images, _) = sample(shape, rows: 5)
    let network = try ConvolutionalNetwork(shape, parameters: parameters)
    let expected = ReferenceConvolution(shape: shape)
      .outputs(parameters.map(Double.init), images: images.map(Double.init), rows: 5)
    #expect(expected.contains { abs($0) > 0.01 })
    for level in KernelLevel.available {
      let outputs = level.perform { network(images, rows: 5) }
      #expect(zip(outputs, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(level.name)")
    }
  }

  @Test("every derivative agrees with finite differences", arguments: shapes, [Activation.relu, .tanh, .leakyReLU])
  func derivatives(shape: ConvolutionalShape, activation: Activation) throws {
    var shape = shape
    shape.activation = activation
    let rows = 3
    let (parameters, images, factors) = sample(shape, rows: rows)
    let reference = ReferenceConvolution(shape: shape)
    let pixels = images.map(Double.init)
    func loss(_ parameters: [Double]) -> Double {
      zip(reference.outputs(parameters, images: pixels, rows: rows), factors).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    var at = parameters.map(Double.init)
    let step = 1e-6
    let expected = at.indices.map { index -> Double in
      let middle = at[index]
      defer { at[index] = middle }
      at[index] = middle + step
      let above = loss(at)
      at[index] = middle - step
      return (above - loss(at)) / (2 * step)
    }
    for level in KernelLevel.available {
      let slopes = level.perform {
        convolutionGradient(shape, parameters, images: images, rows: rows, factors: factors)
      }
      let worst = zip(slopes, expected).map { abs(Double($0) - $1) / (1 + abs($1)) }.max() ?? 0
      // Single precision: a tanh near 1 has a slope of few digits.
      #expect(worst < 1e-4, "\(level.name)")
    }
    #expect(expected.filter { $0 != 0 }.count > parameters.count / 3)
  }

  @Test("gradients have the same bits for any number of threads")
  func threads() {
    let shape = Self.shapes[0]
    let rows = 3 * 64 + 5
    let (parameters, images, factors) = sample(shape, rows: rows)
    let alone = convolutionGradient(shape, parameters, images: images, rows: rows, factors: factors)
    for threads in [2, 3, 4] {
      #expect(
        convolutionGradient(shape, parameters, images: images, rows: rows, factors: factors, threads: threads) == alone)
    }
    // The chunks' sums, one after the other.
    var total = [Float](repeating: 0, count: parameters.count)
    for first in stride(from: 0, to: rows, by: 64) {
      let count = min(64, rows - first)
      let part = convolutionGradient(
        shape, parameters, images: Array(images[first * shape.inputs..<(first + count) * shape.inputs]), rows: count,
        factors: Array(factors[first * shape.outputs..<(first + count) * shape.outputs]))
      for index in total.indices { total[index] += part[index] }
    }
    #expect(total == alone)
  }

  @Test("an image's outputs do not depend on the others")
  func rows() throws {
    // The last has a layer that is wide enough for the short cuts of few rows.
    let wide = ConvolutionalShape(
      height: 6, width: 6, channels: 4, convolutions: [ConvolutionalShape.Convolution(filters: 16, size: 2, stride: 1)],
      hidden: [75], outputs: 70)
    for shape in Self.shapes + [wide] {
      let (parameters, images, _) = sample(shape, rows: 9)
      let network = try ConvolutionalNetwork(shape, parameters: parameters)
      let all = network(images, rows: 9)
      for row in 0..<9 {
        let image = Array(images[row * shape.inputs..<(row + 1) * shape.inputs])
        let alone = network(image, rows: 1)
        #expect(alone == Array(all[row * shape.outputs..<(row + 1) * shape.outputs]))
      }
    }
  }

  @Test("the Atari network has the parameters of the papers: 1,684,128 and those of its outputs")
  func nature() throws {
    let shape = ConvolutionalShape.nature(outputs: 6)
    try shape.validate()
    #expect(shape.head.inputs == 7 * 7 * 64)
    #expect(shape.headOffset == 8_224 + 32_832 + 36_928)
    #expect(shape.parameterCount == 1_684_128 + 513 * 6)
  }

  @Test("shapes that cannot be are refused, and numbers that are none")
  func refusals() throws {
    var shape = Self.shapes[0]
    shape.convolutions[1].size = 9
    #expect(throws: InputError.self) { try shape.validate() }
    shape = Self.shapes[0]
    shape.convolutions = []
    #expect(throws: InputError.self) { try shape.validate() }
    shape = Self.shapes[0]
    shape.convolutions[0].stride = 0
    #expect(throws: InputError.self) { try shape.validate() }
    shape = Self.shapes[1]
    #expect(throws: InputError.self) { try ConvolutionalNetwork(shape, parameters: [1]) }
    var parameters = [Float](repeating: 0, count: shape.parameterCount)
    parameters[3] = .nan
    #expect(throws: InputError.self) { try ConvolutionalNetwork(shape, parameters: parameters) }
    let network = ConvolutionalNetwork(shape, initialization: .he, random: RandomSource(seed: 1))
    #expect(try JSONDecoder().decode(ConvolutionalNetwork.self, from: JSONEncoder().encode(network)) == network)
  }
}
