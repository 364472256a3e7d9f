import Compute
import Environments

/// A trusted policy that takes over, while an agent learns, wherever what is seen is unfamiliar to those who judged.
package struct FallbackRule: StepGuardRule {
  package let trusted: any ActingPolicy
  /// The p-value below which it acts.
  package let level: Double
  /// What was judged so far; nil where that is too little to tell, and everything is unfamiliar.
  package var ground: FamiliarGround?
  fileprivate let observationSize: Int
  fileprivate let actionSize: Int

  /// A rule that lets nobody else act yet.
  ///
  /// - Parameters:
  ///   - trusted: acts where nothing like what is seen was judged.
  ///   - level: the p-value below which it does.
  ///   - specification: of the world.
  package init(trusted: any ActingPolicy, level: Double, in specification: EnvironmentSpecification) {
    (self.trusted, self.level) = (trusted, level)
    observationSize = specification.observationSpace.count
    actionSize = specification.actionSpace.rowSize
  }

  /// A guard of so many slots.
  package func makeGuard(count: Int) -> FallbackGuard { FallbackGuard(self, count: count) }
}

/// Guards the steps of a batch by a ``FallbackRule``.
package final class FallbackGuard: StepGuard {
  private let rule: FallbackRule
  private let trusted: any BatchActor
  /// What the trusted policy would do.
  private var other: [Float] = []
  /// Steps that it looked at.
  package private(set) var steps = 0
  /// Those of them in which the trusted policy acted.
  package private(set) var takeovers = 0

  init(_ rule: FallbackRule, count: Int) {
    (self.rule, trusted) = (rule, rule.trusted.makeActor(count: count))
  }

  /// The trusted policy does what is most probable: it is there to be relied upon, not to explore.
  package func amend(_ actions: UnsafeMutablePointer<Float>, seeing observations: UnsafePointer<Float>, rows: Int) {
    let seen = UnsafeBufferPointer(start: observations, count: rows * rule.observationSize).span
    let unfamiliar =
      rule.ground.map { ground in ground.pValues(seen, count: rows).map { $0 < rule.level } }
      ?? [Bool](repeating: true, count: rows)
    steps += rows
    guard unfamiliar.contains(true) else { return }
    let width = rule.actionSize
    if other.count != rows * width { other = [Float](repeating: 0, count: rows * width) }
    var instead = other.mutableSpan
    trusted.act(seen, into: &instead)
    for (row, isUnfamiliar) in unfamiliar.enumerated() where isUnfamiliar {
      takeovers += 1
      for index in row * width..<(row + 1) * width { actions[index] = other[index] }
    }
  }
}
