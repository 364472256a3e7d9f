import Compute
import Environments

/// Steps that wait for permission: where what is seen is unlike what was judged, or where there may be no way back.
///
/// Whoever is asked says whether the step is taken. Refused, unanswered and beyond the limit, something else is done: a
/// trusted policy acts, or the agent stays where it is. In a finite world a word holds for the same action in the same
/// state until the guard is made anew; elsewhere each such step is asked about.
///
/// It is as good as whoever is asked, as what they are shown, and as what is done otherwise: a person who allows
/// everything makes it no caution at all, and one who is asked too often soon does.
package struct AskFirstRule: StepGuardRule {
  /// What makes a step wait.
  package struct Reasons: Sendable, Hashable {
    package var unfamiliar: Bool
    package var irreversible: Bool

    package init(unfamiliar: Bool, irreversible: Bool) {
      (self.unfamiliar, self.irreversible) = (unfamiliar, irreversible)
    }
  }

  /// What is done in the place of a step that is not allowed.
  package enum Otherwise: Sendable {
    case trusted(any ActingPolicy)
    /// In a finite world an action that stays where it is, or can be undone; in a continuous one no force, as near zero
    /// as the actions allow.
    case stay
  }

  package let reasons: Reasons
  package let otherwise: Otherwise
  /// The p-value below which what is seen is unfamiliar.
  package let level: Double
  /// Questions that one guard asks at most.
  package let limit: Int
  /// What was judged so far; nil where that is too little to tell. Nobody is asked then, and nothing unfamiliar is done.
  package var ground: FamiliarGround?
  /// In a finite world: how its steps can be undone.
  package let ways: WaysBack?
  /// What was said before, by state and action.
  package var standing: [Step: Bool] = [:]
  fileprivate let specification: EnvironmentSpecification

  /// A step of a finite world.
  package struct Step: Hashable, Sendable {
    package var state: Int
    package var action: Int

    package init(state: Int, action: Int) { (self.state, self.action) = (state, action) }
  }

  /// - Throws: `InputError` where irreversible steps are to wait and the world is no table whose states can be told
  ///   apart, or where staying is no action.
  package init(
    _ reasons: Reasons, otherwise: Otherwise, level: Double, limit: Int, in specification: EnvironmentSpecification,
    table: TabularWorld?
  ) throws {
    (self.reasons, self.otherwise, self.level, self.limit) = (reasons, otherwise, level, limit)
    self.specification = specification
    if reasons.irreversible {
      guard let table else {
        throw InputError(
          "only in a finite world is it known which steps can be undone", remedy: "ask about unfamiliar steps only")
      }
      ways = try WaysBack(table)
    } else {
      ways = table.flatMap { try? WaysBack($0) }
    }
    if case .stay = otherwise, case .discrete = specification.actionSpace, ways == nil {
      throw InputError(
        "none of this world's actions is known to do nothing", remedy: "name a policy that acts where a step is refused"
      )
    }
  }

  package func makeGuard(count: Int) -> AskFirstGuard { AskFirstGuard(self, count: count, desk: nil) }

  /// A guard of so many slots that asks at this desk.
  package func makeGuard(count: Int, desk: any PermissionDesk) -> AskFirstGuard {
    AskFirstGuard(self, count: count, desk: desk)
  }

  /// What would be done otherwise, by what is seen.
  package func makeOtherwise(count: Int) -> OtherwiseActor { OtherwiseActor(self, count: count) }

  /// Whether observations of this many rows are unfamiliar, each.
  fileprivate func unfamiliar(_ seen: Span<Float>, rows: Int) -> [Bool] {
    guard reasons.unfamiliar else { return [Bool](repeating: false, count: rows) }
    return ground.map { ground in ground.pValues(seen, count: rows).map { $0 < level } }
      ?? [Bool](repeating: true, count: rows)
  }
}

/// A step that waits.
package struct WaitingStep: Sendable, Hashable {
  package var slot: Int
  package var action: [Float]
  package var instead: [Float]
  package var isUnfamiliar: Bool
  package var isIrreversible: Bool
}

/// Where a guard asks.
package protocol PermissionDesk: AnyObject {
  /// Whether the step may be taken; nil if nobody said so in time.
  func mayTake(_ step: WaitingStep) -> Bool?
}

/// What is done in the place of steps that are not allowed.
package final class OtherwiseActor {
  private let rule: AskFirstRule
  private let trusted: (any BatchActor)?

  init(_ rule: AskFirstRule, count: Int) {
    self.rule = rule
    if case .trusted(let policy) = rule.otherwise { trusted = policy.makeActor(count: count) } else { trusted = nil }
  }

  /// - Parameters:
  ///   - seen: [rows × observation size].
  ///   - actions: [rows × action row size]; left as it is where the agent can neither stay nor undo anything.
  package func act(_ seen: Span<Float>, into actions: inout MutableSpan<Float>) {
    if let trusted { return trusted.act(seen, into: &actions) }
    let size = rule.specification.observationSpace.count
    switch rule.specification.actionSpace {
    case .continuous(let box):
      for index in 0..<actions.count {
        actions[index] = min(max(0, box.low[index % box.count]), box.high[index % box.count])
      }
    case .discrete:
      for row in 0..<actions.count {
        let observation = (0..<size).map { seen[row * size + $0] }
        if let ways = rule.ways, let state = ways.state(seeing: observation), let action = ways.staying(in: state) {
          actions[row] = Float(action)
        }
      }
    }
  }
}

/// Guards the steps of a batch by an ``AskFirstRule``.
package final class AskFirstGuard: StepGuard {
  private let rule: AskFirstRule
  private let otherwise: OtherwiseActor
  private let desk: (any PermissionDesk)?
  private var other: [Float] = []
  /// What was said, by state and action.
  package private(set) var standing: [AskFirstRule.Step: Bool]
  package private(set) var counts = Counts()

  /// What became of the steps.
  package struct Counts: Sendable, Hashable {
    package var steps = 0
    /// Questions, and what was said to them; the others were not answered in time.
    package var asked = 0
    package var allowed = 0
    package var refused = 0
    /// Steps in which something else was done.
    package var replaced = 0
    /// Those of them in which nobody was asked, because the limit was reached.
    package var beyondLimit = 0

    package init() {}
  }

  init(_ rule: AskFirstRule, count: Int, desk: (any PermissionDesk)?) {
    (self.rule, self.desk) = (rule, desk)
    otherwise = rule.makeOtherwise(count: count)
    standing = rule.standing
  }

  package func amend(_ actions: UnsafeMutablePointer<Float>, seeing observations: UnsafePointer<Float>, rows: Int) {
    let size = rule.specification.observationSpace.count
    let width = rule.specification.actionSpace.rowSize
    let seen = UnsafeBufferPointer(start: observations, count: rows * size).span
    counts.steps += rows
    let unfamiliar = rule.unfamiliar(seen, rows: rows)
    if other.count != rows * width { other = [Float](repeating: 0, count: rows * width) }
    // Where nothing else can be done, the agent's own action stands.
    for index in other.indices { other[index] = actions[index] }
    var instead = other.mutableSpan
    otherwise.act(seen, into: &instead)
    for row in 0..<rows {
      let places = row * width..<(row + 1) * width
      guard places.contains(where: { actions[$0] != other[$0] }) else { continue }
      let step = step(observations + row * size, size, actions[row])
      let isIrreversible =
        rule.reasons.irreversible && step.map { rule.ways?.mayBeFinal($0.state, $0.action) ?? false } ?? false
      guard unfamiliar[row] || isIrreversible else { continue }
      let waiting = WaitingStep(
        slot: row, action: places.map { actions[$0] }, instead: places.map { other[$0] },
        isUnfamiliar: unfamiliar[row], isIrreversible: isIrreversible)
      guard !isAllowed(waiting, step) else { continue }
      counts.replaced += 1
      for index in places { actions[index] = other[index] }
    }
  }

  /// The step of the table; nil elsewhere.
  private func step(_ observation: UnsafePointer<Float>, _ size: Int, _ action: Float) -> AskFirstRule.Step? {
    guard let ways = rule.ways else { return nil }
    let seen = Array(UnsafeBufferPointer(start: observation, count: size))
    return ways.state(seeing: seen).map { AskFirstRule.Step(state: $0, action: Int(action)) }
  }

  private func isAllowed(_ waiting: WaitingStep, _ step: AskFirstRule.Step?) -> Bool {
    if let step, let said = standing[step] { return said }
    // Before anything was judged everything is unfamiliar, and people would be asked about all that is done.
    guard let desk, !(waiting.isUnfamiliar && !waiting.isIrreversible && rule.ground == nil) else { return false }
    guard counts.asked < rule.limit else {
      counts.beyondLimit += 1
      return false
    }
    counts.asked += 1
    guard let said = desk.mayTake(waiting) else { return false }
    if said { counts.allowed += 1 } else { counts.refused += 1 }
    if let step { standing[step] = said }
    return said
  }
}
