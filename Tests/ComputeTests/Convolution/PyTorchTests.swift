import Compute
import Foundation
import Testing

/// Right values: PyTorch's `Conv2d` and `Linear` with the same numbers, which both sides make by formulas;
/// `PyTorch/torch_cases.py` writes them.
@Suite("Convolutional networks compute what PyTorch's do")
struct PyTorchConvolutionTests {
  private struct Case: Decodable {
    var rows: Int
    var outputs: [Double]
    /// The places of the recorded derivatives among the parameters, and the derivatives.
    var places: [Int]
    var gradients: [Double]
    /// Of all derivatives.
    var norm: Double
  }

  @Test(
    "on a small case and on the Atari network",
    arguments: [
      (
        "small",
        ConvolutionalShape(
          height: 12, width: 10, channels: 3,
          convolutions: [
            ConvolutionalShape.Convolution(filters: 5, size: 4, stride: 2),
            ConvolutionalShape.Convolution(filters: 6, size: 2, stride: 1),
          ], hidden: [7], outputs: 3)
      ), ("nature", ConvolutionalShape.nature(outputs: 7)),
    ])
  func same(name: String, shape: ConvolutionalShape) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "PyTorch/torch-cases.json")
    let cases = try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: file))
    let known = try #require(cases[name])
    let parameters = (0..<shape.parameterCount).map { Float(0.05 * sin(1.7 * Double($0) + 0.2)) }
    let images = (0..<known.rows * shape.inputs).map { Float(0.5 + 0.5 * sin(0.37 * Double($0))) }
    let factors = (0..<known.rows * shape.outputs).map { Float(cos(0.9 * Double($0))) }
    let outputs = try ConvolutionalNetwork(shape, parameters: parameters)(images, rows: known.rows)
    let scale = known.outputs.map { abs($0) }.max() ?? 0
    #expect(scale > 1e-3 && outputs.count == known.outputs.count)
    #expect(zip(outputs, known.outputs).allSatisfy { abs(Double($0) - $1) < 2e-5 * scale })
    let slopes = convolutionGradient(shape, parameters, images: images, rows: known.rows, factors: factors)
    let norm = slopes.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs(norm - known.norm) < 2e-5 * known.norm)
    let largest = known.gradients.map { abs($0) }.max() ?? 0
    #expect(largest > 0 && known.places.count == known.gradients.count)
    for (place, gradient) in zip(known.places, known.gradients) {
      #expect(abs(Double(slopes[place]) - gradient) < 2e-5 * largest, "derivative \(place)")
    }
  }
}
