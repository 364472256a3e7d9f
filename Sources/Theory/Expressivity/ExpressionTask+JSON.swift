import Agents
import Compute
import Environments
import Files
import Foundation
import Rewards

/// A task as a file: what `pactolus express` reads. `Documentation/hacking.md` describes the format.
public struct ExpressionTaskFile: Sendable {
  /// What is to be expressed.
  public let task: ExpressionTask
  /// The rewards that may express it.
  public let domain: RewardDomain
  /// The task in a few words.
  public let description: String

  /// - Throws: `InputError` for unknown fields, policies or trajectories that do not fit the world.
  public init(json data: Data, in world: FiniteWorld, place: String = "task") throws {
    let fields: Fields
    do {
      let document = try JSONValue(parsing: Array(data), place: place)
      guard case .object(let given) = document else {
        throw InputError("a task's file holds one object", at: place, remedy: "begin it with { and end it with }")
      }
      let known = Fields.CodingKeys.allCases.map(\.rawValue)
      if let unknown = given.keys.sorted().first(where: { !known.contains($0) }) {
        throw InputError.unknown("field", unknown, among: known, at: place)
      }
      fields = try document.decode(Fields.self)
    } catch let error as DecodingError {
      throw Self.inputError(error, place)
    }
    domain = RewardDomain(try Self.axes(fields.reward, place), isNonNegative: fields.nonNegative ?? false)
    var reader = Reader(fields: fields, world: world, place: place)
    (task, description) = try reader.read()
  }

  private static func axes(_ text: String?, _ place: String) throws -> RewardTable.Axes {
    switch text {
    case nil, "state-action": return .stateAction
    case "state": return .state
    case "transition": return .transition
    case let text?:
      throw InputError.unknown("kind of reward", text, among: ["state", "state-action", "transition"], at: place)
    }
  }

  private static func inputError(_ error: DecodingError, _ place: String) -> InputError {
    switch error {
    case .keyNotFound(let key, _): return InputError("there is no field '\(key.stringValue)'", at: place)
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return InputError(
        path.isEmpty ? "not a task" : "the field '\(path)' has the wrong form", at: place,
        remedy: "see the format in Documentation/hacking.md")
    @unknown default: return InputError("not a task", at: place)
    }
  }

  fileprivate struct Fields: Decodable {
    var task: String
    var acceptable: [PolicyText]?
    var version: String?
    var reward: String?
    var nonNegative: Bool?
    var policies: [String: PolicyText]?
    var relations: [String]?
    var trajectories: [String: StateActionPath]?
    var discount: Double?
    var rewards: [String]?
    var rule: String?
    var threshold: Double?
    var mixtures: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case task, acceptable, version, reward, nonNegative, policies, relations, trajectories, discount, rewards, rule
      case threshold, mixtures
    }
  }
}

/// A policy as people write it: "01", [0, 1], or a row of probabilities for each state.
public enum PolicyText: Decodable, Sendable, Hashable {
  /// A word: "01", "3-0-12" or "uniform".
  case word(String)
  /// An action for each state.
  case actions([Int])
  /// A probability for each state and action.
  case probabilities([[Double]])

  /// A word, a list of actions or a table of probabilities; anything else is refused.
  public init(from decoder: any Decoder) throws {
    let box = try decoder.singleValueContainer()
    if let word = try? box.decode(String.self) {
      self = .word(word)
    } else if let actions = try? box.decode([Int].self) {
      self = .actions(actions)
    } else {
      self = .probabilities(try box.decode([[Double]].self))
    }
  }

  /// The policy that is meant; "uniform" is every action with equal probability, and words of actions may be parted by
  /// commas or dashes ("3-0-12").
  ///
  /// - Throws: `InputError` if it does not fit the world.
  public func policy(in mdp: TabularMDP, place: String) throws -> TabularPolicy {
    switch self {
    case .word("uniform"): return .uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount)
    case .word(let word):
      let parts =
        word.contains(where: { $0 == "-" || $0 == "," })
        ? word.split(whereSeparator: { $0 == "-" || $0 == "," }).map(String.init) : word.map { String($0) }
      let actions = try parts.map { part in
        guard let action = Int(part) else {
          throw InputError(
            "'\(word)' is no policy", at: place,
            remedy: "give an action for each state, such as \(String(repeating: "0", count: min(mdp.stateCount, 8)))")
        }
        return action
      }
      return try PolicyText.actions(actions).policy(in: mdp, place: place)
    case .actions(let actions):
      guard actions.count == mdp.stateCount else {
        throw InputError(
          "a policy has \(actions.count) actions", at: place,
          remedy: "give one for each of the \(mdp.stateCount) states")
      }
      if let state = actions.firstIndex(where: { !(0..<mdp.actionCount).contains($0) }) {
        throw InputError(
          "a policy takes action \(actions[state]) in state \(state)", at: place,
          remedy: "actions are 0 to \(mdp.actionCount - 1)")
      }
      return TabularPolicy(actions: actions, actionCount: mdp.actionCount)
    case .probabilities(let rows):
      guard rows.count == mdp.stateCount, rows.allSatisfy({ $0.count == mdp.actionCount }) else {
        throw InputError(
          "a policy's probabilities have the wrong shape", at: place,
          remedy: "give \(mdp.stateCount) rows of \(mdp.actionCount)")
      }
      if let state = rows.firstIndex(where: { row in
        !row.allSatisfy { $0 >= 0 && $0 <= 1 } || abs(row.reduce(0, +) - 1) > 1e-9
      }) {
        throw InputError("the probabilities of state \(state) are no distribution", at: place, remedy: "they sum to 1")
      }
      return TabularPolicy(probabilities: rows.flatMap(\.self), actionCount: mdp.actionCount)
    }
  }
}

private struct Reader {
  let fields: ExpressionTaskFile.Fields
  let world: FiniteWorld
  let place: String
  static let tasks = ["acceptable-policies", "policy-order", "trajectory-order", "objective"]

  mutating func read() throws -> (ExpressionTask, String) {
    switch fields.task {
    case "acceptable-policies": return try acceptable()
    case "policy-order":
      let policies = try self.policies()
      let wishes = try self.wishes(policies.map(\.name))
      return (.policyOrder(policies, wishes), (fields.relations ?? []).joined(separator: ", "))
    case "trajectory-order":
      let paths = (fields.trajectories ?? [:]).sorted { $0.key < $1.key }.map {
        ExpressionTask.NamedPath($0.key, $0.value)
      }
      if let discount = fields.discount, !(0...1).contains(discount) {
        throw InputError("the discount is \(discount)", at: place, remedy: "it lies between 0 and 1")
      }
      let wishes = try self.wishes(paths.map(\.name))
      return (
        .trajectoryOrder(paths, wishes, discount: fields.discount),
        "trajectories " + (fields.relations ?? []).joined(separator: ", ")
      )
    case "objective": return try objective()
    default: throw InputError.unknown("task", fields.task, among: Self.tasks, at: place)
    }
  }

  private func acceptable() throws -> (ExpressionTask, String) {
    guard let texts = fields.acceptable, !texts.isEmpty else {
      throw InputError("no policy is acceptable", at: place, remedy: "list some in the field 'acceptable'")
    }
    let policies = try texts.enumerated().map {
      try $0.element.policy(in: world.mdp, place: "\(place), acceptable[\($0.offset)]")
    }
    if let index = policies.firstIndex(where: { !$0.probabilities.allSatisfy { $0 == 0 || $0 == 1 } }) {
      throw InputError(
        "this policy draws its actions", at: "\(place), acceptable[\(index)]",
        remedy: "acceptable policies are deterministic; use the task policy-order for others")
    }
    let version = fields.version ?? "range"
    guard ["range", "equal"].contains(version) else {
      throw InputError.unknown("version", version, among: ["range", "equal"], at: place)
    }
    let names =
      policies.prefix(6).map { PolicySet.name(of: $0) }.joined(separator: ", ") + (policies.count > 6 ? ", …" : "")
    return (
      .acceptable(policies, areEqual: version == "equal"),
      "only the policies \(names) are acceptable" + (version == "equal" ? ", and equally so" : "")
    )
  }

  /// Those that are named, or else every deterministic one.
  private func policies() throws -> [ExpressionTask.NamedPolicy] {
    let mdp = world.mdp
    if let named = fields.policies {
      return try named.sorted { $0.key < $1.key }.map { name, text in
        ExpressionTask.NamedPolicy(try text.policy(in: mdp, place: "\(place), policies.\(name)"), name: name, in: mdp)
      }
    }
    return try DeterministicPolicies(mdp, limit: 4096).map { ExpressionTask.NamedPolicy($0, in: mdp) }
  }

  private func wishes(_ names: [String]) throws -> [ExpressionTask.Wish] {
    try (fields.relations ?? []).enumerated().map { index, text in
      let place = "\(place), relations[\(index)]"
      for relation in [ExpressibilityProgram.Relation.notBelow, .above, .equal] {
        guard let range = text.range(of: " \(relation.rawValue) ") else { continue }
        func index(_ name: Substring) throws -> Int {
          let name = name.trimmingCharacters(in: .whitespaces)
          guard let index = names.firstIndex(of: name) else {
            throw InputError.unknown("name", name, among: names, at: place)
          }
          return index
        }
        return ExpressionTask.Wish(try index(text[..<range.lowerBound]), relation, try index(text[range.upperBound...]))
      }
      throw InputError("'\(text)' is no relation", at: place, remedy: "write 'a > b', 'a = b' or 'a >= b'")
    }
  }

  private func objective() throws -> (ExpressionTask, String) {
    guard let names = fields.rewards, !names.isEmpty else {
      throw InputError("no rewards are named", at: place, remedy: "list the objectives in the field 'rewards'")
    }
    // All in one unit, that of the largest, so that no return overflows and their proportions stay.
    let tables = try names.map { try RewardTable.named($0, in: world).unitScaled }
    let unit = tables.filter { Vectors.largest($0.table.values) > 0 }.map(\.exponent).max() ?? 0
    let rewards = tables.map { Vectors.timesTwo($0.table.expected(in: world.mdp), to: $0.exponent - unit) }
    var policies = try self.policies()
    if fields.mixtures ?? false {
      guard policies.count <= 64 else {
        throw InputError(
          "\(policies.count) policies have too many mixtures", at: place, remedy: "name at most 64 policies")
      }
      let pure = policies
      for (index, first) in pure.enumerated() {
        for second in pure[(index + 1)...] {
          let half = zip(first.occupancy, second.occupancy).map { ($0 + $1) / 2 }
          policies.append(.init("half \(first.name), half \(second.name)", occupancy: half))
        }
      }
    }
    let rule: ObjectiveRule
    switch fields.rule ?? "maximin" {
    case "sum": rule = .sum
    case "maximin": rule = .maximin
    case "lexicographic": rule = .lexicographic
    case "threshold":
      guard let threshold = fields.threshold else {
        throw InputError("the rule needs a threshold", at: place, remedy: "give the field 'threshold'")
      }
      rule = .threshold(threshold.timesTwo(to: -unit))
    case let other:
      throw InputError.unknown("rule", other, among: ["sum", "maximin", "lexicographic", "threshold"], at: place)
    }
    let returns = policies.map { policy in rewards.map { Vectors.dot($0, policy.occupancy) } }
    return (
      .scores(policies, rule.scores(returns)),
      "policies ordered by the rule \(fields.rule ?? "maximin") of \(names.joined(separator: ", "))"
    )
  }
}
