import Compute
import Foundation

/// A number that is drawn, and data that follow from it: what an estimator is asked to find, over and over, where the
/// truth is
/// known.
///
/// ```swift
/// let problem = try EstimatorProblem.named("proportion")
/// let (truth, data) = problem.draw(RandomSource(seed: 1), 7)
/// ```
public struct EstimatorProblem: Sendable {
  /// As it is named on the command line.
  public let name: String
  /// How truth and data are drawn, so that a Bayesian can take it for the prior.
  public let summary: String
  /// Between what the data lie; nil where nothing bounds them.
  public let range: ClosedRange<Double>?
  private let make: @Sendable (inout RandomStream) -> (truth: Double, data: [Double])

  /// - Parameters:
  ///   - name: as it is named.
  ///   - summary: how truth and data are drawn.
  ///   - range: between what the data lie.
  ///   - make: draws them.
  public init(
    _ name: String, summary: String, range: ClosedRange<Double>? = nil,
    make: @escaping @Sendable (inout RandomStream) -> (truth: Double, data: [Double])
  ) {
    (self.name, self.summary, self.range, self.make) = (name, summary, range, make)
  }

  /// The truth and the data of one number: the same every time.
  public func draw(_ random: RandomSource, _ index: Int) -> (truth: Double, data: [Double]) {
    var stream = random.stream("estimator/\(name)", index)
    return make(&stream)
  }

  /// All of ours.
  public static let all: [EstimatorProblem] = [
    EstimatorProblem("normal-mean", summary: "the mean m ~ N(0, 1) of 20 numbers ~ N(m, 1)") { random in
      let mean = random.normal()
      return (mean, (0..<20).map { _ in mean + random.normal() })
    },
    EstimatorProblem("proportion", summary: "the share p ~ U(0, 1) of ones among 40 of 0 and 1", range: 0...1) {
      random in
      let share = random.uniform()
      return (share, (0..<40).map { _ in random.uniform() < share ? 1 : 0 })
    },
    EstimatorProblem(
      "rare-loss", summary: "the mean of 20 returns, each 500 with chance p ~ U(0.8, 1), or else ~ U(0, 500)",
      range: 0...500
    ) { random in
      let chance = random.uniform(0.8, 1)
      return (
        500 * chance + 250 * (1 - chance),
        (0..<20).map { _ in random.uniform() < chance ? 500 : random.uniform(0, 500) }
      )
    },
    EstimatorProblem(
      "skewed-mean", summary: "the mean s·√e, log s ~ N(0, ¼), of 40 numbers s·exp(N(0, 1))"
    ) { random in
      let scale = exp(0.5 * random.normal())
      return (scale * exp(0.5), (0..<40).map { _ in scale * exp(random.normal()) })
    },
    EstimatorProblem(
      "preference", summary: "the log-odds b ~ N(0, 1) of which 60 answers of 0 and 1 prefer the first", range: 0...1
    ) { random in
      let strength = random.normal()
      let share = 1 / (1 + exp(-strength))
      return (strength, (0..<60).map { _ in random.uniform() < share ? 1 : 0 })
    },
  ]

  /// - Throws: `InputError` with near misses for a name that is not known.
  public static func named(_ name: String) throws -> EstimatorProblem {
    guard let problem = all.first(where: { $0.name == name }) else {
      throw InputError.unknown("problem", name, among: all.map(\.name), at: "--problem")
    }
    return problem
  }
}
