import Compute
import Environments
import Foundation

/// Predicts what a visitor clicks, by a network with one hidden layer and the cross-entropy of the last click: supervised
/// learning, which cares neither for the next visitor nor for the next click.
package struct ContentPredictor: Sendable {
  static let hidden = 16
  private let shape: NetworkShape
  private var parameters: [Float]
  private var rate: Float

  package init(_ world: ContentWorld, random: RandomSource) {
    shape = NetworkShape(inputs: world.kinds, hidden: [Self.hidden], outputs: world.topics, activation: .relu)
    parameters =
      Network(shape, initialization: .orthogonal(hiddenGain: Float(2).squareRoot(), outputGain: 0.1), random: random)
      .parameters
    rate = 0.2
  }

  /// Shows a distribution for this kind of visitor, and then learns from the click, by one step of gradient descent.
  mutating func serve(
    _ kind: Int, pass: NetworkPass, gradients: inout [Float], click: (_ shown: [Double]) -> Int
  ) {
    var inputs = [Float](repeating: 0, count: shape.inputs)
    inputs[kind] = 1
    for index in gradients.indices { gradients[index] = 0 }
    var slopes = gradients.mutableSpan
    pass.differentiate(parameters.span, inputs: inputs.span, rows: 1, into: &slopes) { outputs, derivatives in
      let shown = ContentWorld.softmax(outputs.indices.map { Double(outputs[$0]) })
      let clicked = click(shown)
      for topic in shown.indices { derivatives[topic] = Float(shown[topic]) - (topic == clicked ? 1 : 0) }
    }
    for index in parameters.indices { parameters[index] -= rate * gradients[index] }
  }

  func makePass() -> (pass: NetworkPass, gradients: [Float]) {
    (NetworkPass(shape, capacity: 1), [Float](repeating: 0, count: shape.parameterCount))
  }

  /// Another step size, a fifth up or down, and the same network.
  func explored(_ random: inout RandomStream) -> ContentPredictor {
    var copy = self
    copy.rate *= random.bernoulli(0.5) ? 1.2 : 0.8
    return copy
  }
}
