import Compute
import Foundation

/// Samples from N(0, scale² I) times a likelihood, without step sizes: each step draws an ellipse through the position and
/// a prior draw, and shrinks an arc of it until the likelihood is above a random level.
///
/// Murray, Adams and MacKay, "Elliptical slice sampling", 2010, algorithm 1.
struct EllipticalSliceSampler {
  private(set) var position: [Double]
  private(set) var logLikelihood = -Double.infinity
  private let scale: Double
  private var random: RandomStream

  init(dimension: Int, scale: Double, random: RandomStream) {
    position = [Double](repeating: 0, count: dimension)
    self.scale = scale
    self.random = random
  }

  /// Starts at a draw of the prior.
  mutating func start(_ likelihood: ([Double]) throws -> Double) throws {
    for index in position.indices { position[index] = scale * random.normal() }
    logLikelihood = try likelihood(position)
  }

  mutating func step(_ likelihood: ([Double]) throws -> Double) throws {
    let other = position.map { _ in scale * random.normal() }
    let level = logLikelihood + log(1 - random.uniform())
    var angle = random.uniform(0, 2 * .pi)
    var (low, high) = (angle - 2 * .pi, angle)
    while true {
      let (along, across) = (cos(angle), sin(angle))
      let candidate = zip(position, other).map { $0 * along + $1 * across }
      let value = try likelihood(candidate)
      if value > level {
        (position, logLikelihood) = (candidate, value)
        return
      }
      if angle < 0 { low = angle } else { high = angle }
      // Nothing is left but where we are: rounding; the position stands.
      guard high - low > 1e-12 else { return }
      angle = random.uniform(low, high)
    }
  }
}
