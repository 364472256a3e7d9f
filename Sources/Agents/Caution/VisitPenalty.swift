import Compute
import Environments
import Rewards

/// Another reward, less what it costs to come by things more often than a reference does: λ √χ² a step on average, χ² being
/// that of the agent's visits (observation and action, undiscounted) from the reference's.
///
/// ```swift
/// let near = try VisitPenalty(learned, weight: 1, reference: episodes, in: entry.specification)
/// learner.iterate(batch, reward: near, progress: 0, recorder: nil)      // PPO: refitted to each rollout
/// ```
///
/// A step pays r − λ (w − 1) ÷ √χ², w being its ``VisitRatio``. With w held, that has the gradient of the objective
/// J(π) − λ √χ²(μ_π ‖ μ_ref) in the visits, as in ORPO (Laidlaw, Singhal, Dragan 2024). Unlike the divergence of choices, it
/// sees where small deviations lead, and asks of the reference nothing but episodes.
///
/// The ratio is of the agent's *present* visits. A learner that asks about each of its rollouts once has it refitted
/// there (``Fit/rollouts``); one that replays old steps pays by a ratio that is held until ``hold(_:)`` is called again.
package final class VisitPenalty: TransitionReward {
  /// What the ratio is fitted to.
  package enum Fit: Sendable {
    /// To the rows of each call, which are what the agent does now.
    case rollouts
    /// To what was last given to ``VisitPenalty/hold(_:)``.
    case held
  }

  package let base: any TransitionReward
  /// What √χ² costs, in units of the reward.
  package let weight: Double
  private let fit: Fit
  private let encoding: TransitionEncoding
  private let reference: Matrix
  private var held: (ratio: VisitRatio, chiSquared: Double)?

  /// Below this χ² is hardly more than the noise of its estimate, and the penalty no longer divides by it.
  package static let least = 0.01

  /// - Parameters:
  ///   - base: what is paid without it.
  ///   - weight: what √χ² costs.
  ///   - reference: episodes of the reference.
  ///   - specification: of the world.
  ///   - fit: what the ratio is fitted to.
  /// - Throws: `InputError` for a weight that is negative or not finite, a world that is seen as pictures, or a reference
  ///   that did nothing.
  package init(
    _ base: any TransitionReward, weight: Double, reference: [Trajectory], in specification: EnvironmentSpecification,
    fit: Fit = .rollouts
  ) throws {
    guard weight >= 0, weight.isFinite else {
      throw InputError("√χ² cannot cost \(weight)", remedy: "give a number that is not negative")
    }
    guard specification.image == nil else {
      throw InputError(
        "distances between images do not tell how far visits lie apart",
        remedy: "use it in worlds that are seen as numbers")
    }
    (self.base, self.weight, self.fit) = (base, weight, fit)
    encoding = try TransitionEncoding(
      RewardInputs(observation: true, action: true), specification: specification)
    self.reference = try Self.rows(of: reference, encoding)
    guard self.reference.rows > 1 else {
      throw InputError("the reference did \(self.reference.rows) steps", remedy: "let it play whole episodes")
    }
  }

  package var version: UInt64 {
    guard fit == .held, let held else { return base.version }
    return (base.version ^ held.ratio.fingerprint) &* 0x100_0000_01B3 ^ weight.bitPattern
  }

  /// From now on steps pay for being likelier than the reference's by these visits of the agent; without any, for nothing.
  /// Where the ratio is fitted to rollouts, nothing is held.
  package func hold(_ visits: [Trajectory]) throws {
    guard fit == .held else { return }
    let rows = try Self.rows(of: visits, encoding)
    // Visits that are all alike have no ratio, and cost nothing.
    held = rows.rows > 1 ? try? Self.fitted(rows, reference) : nil
  }

  package func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    base.evaluate(transitions, into: &rewards)
    charge(transitions, &rewards)
  }

  package func evaluate(
    _ transitions: TransitionRows, into rewards: inout MutableSpan<Float>, disagreement: inout MutableSpan<Float>
  ) {
    base.evaluate(transitions, into: &rewards, disagreement: &disagreement)
    charge(transitions, &rewards)
  }

  private func charge(_ transitions: TransitionRows, _ rewards: inout MutableSpan<Float>) {
    guard weight > 0, transitions.count > 0 else { return }
    var encoded = [Float](repeating: 0, count: transitions.count * encoding.width)
    var target = encoded.mutableSpan
    encoding.encode(transitions, into: &target)
    let rows = Matrix(rows: transitions.count, columns: encoding.width, elements: encoded.map(Double.init))
    // An agent whose numbers have run away is stopped by its learner; it is not charged on top.
    guard let (ratio, chiSquared) = fit == .held ? held : try? Self.fitted(rows, reference) else { return }
    let price = weight / max(chiSquared, Self.least).squareRoot()
    for (row, value) in ratio.values(rows).enumerated() {
      rewards[row] = Float(Double(rewards[row]) - price * (value - 1))
    }
  }

  // MARK: Measuring

  /// How far some episodes' visits are from the reference's: of each the sum of w − 1 over its steps, and how many these are.
  /// χ² is the ratio of the two sums over all episodes.
  ///
  /// Fitted to every other episode and measured on the others, both ways round, so that what the fit makes of chance does not
  /// count. Nil with fewer than two episodes.
  package func excesses(of visits: [Trajectory]) throws -> [(sum: Double, steps: Double)]? {
    let episodes = visits.filter { $0.count > 0 }
    guard episodes.count > 1 else { return nil }
    var sums: [(sum: Double, steps: Double)] = []
    for part in 0...1 {
      let learned = try Self.rows(of: episodes.indices.filter { $0 % 2 == part }.map { episodes[$0] }, encoding)
      guard learned.rows > 1, let ratio = try? VisitRatio(of: learned, over: reference) else { return nil }
      for index in episodes.indices where index % 2 != part {
        let values = ratio.values(try Self.rows(of: [episodes[index]], encoding))
        sums.append((values.reduce(0) { $0 + $1 - 1 }, Double(episodes[index].count)))
      }
    }
    return sums
  }

  private static func fitted(
    _ own: Matrix, _ reference: Matrix
  ) throws -> (ratio: VisitRatio, chiSquared: Double) {
    let ratio = try VisitRatio(of: own, over: reference)
    let values = ratio.values(own)
    return (ratio, values.reduce(0) { $0 + $1 - 1 } / Double(values.count))
  }

  private static func rows(of trajectories: [Trajectory], _ encoding: TransitionEncoding) throws -> Matrix {
    var encoded: [Float] = []
    for trajectory in trajectories { try encoding.append(trajectory, to: &encoded) }
    return Matrix(
      rows: encoded.count / encoding.width, columns: encoding.width, elements: encoded.map(Double.init))
  }
}
