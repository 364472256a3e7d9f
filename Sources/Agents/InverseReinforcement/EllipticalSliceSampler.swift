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

  /// One ellipse through all coordinates at once, then one for each alone, which moves on where the posterior is narrow.
  mutating func step(_ likelihood: ([Double]) throws -> Double) throws {
    try turn(position.indices, likelihood)
    guard position.count > 1 else { return }
    for index in position.indices { try turn(index..<index + 1, likelihood) }
  }

  /// The step of the paper for some coordinates, the others kept: their prior does not depend on these.
  private mutating func turn(_ moving: Range<Int>, _ likelihood: ([Double]) throws -> Double) throws {
    let other = moving.map { _ in scale * random.normal() }
    let level = logLikelihood + log(1 - random.uniform())
    var angle = random.uniform(0, 2 * .pi)
    var (low, high) = (angle - 2 * .pi, angle)
    var candidate = position
    while true {
      let (along, across) = (cos(angle), sin(angle))
      for (index, other) in zip(moving, other) { candidate[index] = position[index] * along + other * across }
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
