import Agents
import Compute
import Environments

/// Who chooses the actions of an episode that is played again.
package enum ActionRule: Sendable {
  /// Uniformly random ones.
  case random
  /// The action that does nothing, if there is one; of continuous ones the numbers nearest to 0.
  case stay
  /// A policy's likeliest ones, or drawn from it.
  case policy(any ActingPolicy, isDrawn: Bool)
  /// These, by the number of the step; the episode is over after the last one.
  case listed([[Float]])
}

extension ActionSpace {
  /// Names of actions that do nothing.
  package static let idleNames = [
    "stay", "wait", "noop", "no-op", "nothing", "do nothing", "none", "idle", "coast", "torque 0",
  ]

  /// The action that does nothing; nil where none is known to.
  package var idle: [Float]? {
    switch self {
    case .discrete(let names):
      names.firstIndex { Self.idleNames.contains($0.lowercased()) }.map { [Float($0)] }
    case .continuous(let box): box.low.indices.map { max(box.low[$0], min(box.high[$0], 0)) }
    }
  }

  /// The actions among which a decision is explained: all of a discrete space; of a continuous one the least and the
  /// greatest number of each component with the others at rest, and rest. Ends that are infinite are left out.
  package var alternatives: [(name: String, row: [Float])] {
    switch self {
    case .discrete(let names): return names.enumerated().map { ($0.element, [Float($0.offset)]) }
    case .continuous(let box):
      let rest = idle ?? []
      var rows: [[Float]] = [rest]
      for axis in box.low.indices {
        for end in [box.low[axis], box.high[axis]] where end.isFinite && end != rest[axis] {
          var row = rest
          row[axis] = end
          rows.append(row)
        }
      }
      return rows.map { (name(of: $0), $0) }
    }
  }

  /// An action as reports call it: its name, or its numbers.
  package func name(of row: [Float]) -> String {
    switch self {
    case .discrete(let names):
      return row.first.flatMap { Int(exactly: $0) }.flatMap { names.indices.contains($0) ? names[$0] : nil } ?? "?"
    case .continuous:
      return row.map { value in Int(exactly: value).map(String.init) ?? "\(value)" }.joined(separator: ":")
    }
  }

  /// - Throws: `InputError` for a row that is no action of this space.
  package func check(_ row: [Float], at place: String) throws {
    guard row.count == rowSize else {
      throw InputError("an action of \(row.count) numbers", at: place, remedy: "this world takes \(rowSize)")
    }
    switch self {
    case .discrete(let names):
      guard let index = Int(exactly: row[0]), names.indices.contains(index) else {
        throw InputError("there is no action \(row[0])", at: place, remedy: "use 0 to \(names.count - 1)")
      }
    case .continuous:
      guard row.allSatisfy(\.isFinite) else {
        throw InputError("an action that is not finite", at: place, remedy: "use numbers")
      }
    }
  }
}

/// Chooses one action at a time by a rule. Its chance is named by the step, so that what a rule draws at a step does not
/// depend on what was drawn before.
final class ActionChooser {
  private let rule: ActionRule
  private let space: ActionSpace
  private let actor: (any BatchActor)?
  private let idle: [Float]

  /// - Throws: `InputError` where nothing is known to do nothing.
  init(_ rule: ActionRule, _ specification: EnvironmentSpecification) throws {
    (self.rule, space) = (rule, specification.actionSpace)
    if case .policy(let policy, _) = rule { actor = Self.actor(policy) } else { actor = nil }
    guard case .stay = rule else {
      idle = []
      return
    }
    guard let idle = space.idle else {
      let names = space.alternatives.map(\.name).joined(separator: ", ")
      throw InputError(
        "no action of '\(specification.id)' is known to do nothing", at: specification.id,
        remedy: "name one of \(names)")
    }
    self.idle = idle
  }

  private static func actor(_ policy: some ActingPolicy) -> any BatchActor { policy.makeActor(count: 1) }

  /// Writes the action of a step; false past the end of a list.
  func choose(at step: Int, seeing observation: [Float], into row: inout [Float], draws: RandomSource) -> Bool {
    switch rule {
    case .random:
      var stream = draws.stream("action", step)
      row.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { space.draw(into: start, &stream) } }
    case .stay: row = idle
    case .policy(_, let isDrawn):
      var span = row.mutableSpan
      if isDrawn {
        var stream = draws.stream("action", step)
        actor?.act(observation.span, into: &span, random: &stream)
      } else {
        actor?.act(observation.span, into: &span)
      }
    case .listed(let rows):
      guard rows.indices.contains(step) else { return false }
      row = rows[step]
    }
    return true
  }
}
