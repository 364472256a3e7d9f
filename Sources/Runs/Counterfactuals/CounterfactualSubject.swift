import Agents
import Audits
import Compute
import Environments
import Foundation
import Rewards

/// What a counterfactual is about: a run's agent, or a world with somebody who acts; and by which rewards it is told.
struct CounterfactualSubject {
  let entry: EnvironmentEntry
  let run: TrainedRun?
  let rule: ActionRule
  /// Who acted, in words.
  let actor: String
  private let registry: EnvironmentRegistry
  private let learners: LearnerRegistry

  /// - Parameters:
  ///   - name: a run's directory, or a world.
  ///   - settings: who acted.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` for neither.
  init(
    _ name: String, _ settings: CounterfactualSettings, registry: EnvironmentRegistry, learners: LearnerRegistry
  ) throws {
    (self.registry, self.learners) = (registry, learners)
    guard FileManager.default.fileExists(atPath: RunLayout(name).settings) else {
      entry = try Self.world(name, registry)
      run = nil
      if let done = settings.done {
        guard settings.acting == nil else {
          throw InputError("who acted, and what was done", at: "--acting", remedy: "give one of --acting and --done")
        }
        for row in done { try entry.specification.actionSpace.check(row, at: "--done") }
        (rule, actor) = (.listed(done), "the list")
        return
      }
      (rule, actor) = try Self.rule(
        settings.acting ?? "random", in: entry, isDrawn: settings.isDrawn, at: "--acting", registry, learners)
      return
    }
    guard settings.acting == nil, settings.done == nil else {
      throw InputError("in a run its own agent acts", at: "--acting", remedy: "name the world in place of the run")
    }
    let run = try TrainedRun(directory: name, registry: registry, learners: learners)
    (self.run, entry) = (run, run.entry)
    (rule, actor) = (.policy(run.policy, isDrawn: settings.isDrawn), "the agent")
  }

  private static func world(_ name: String, _ registry: EnvironmentRegistry) throws -> EnvironmentEntry {
    do { return try registry.entry(name) } catch let error as InputError {
      guard FileManager.default.fileExists(atPath: name) else { throw error }
      throw InputError("no run here, and no world", at: name, remedy: "name a run's directory or a world's id")
    }
  }

  /// Who a word means.
  ///
  /// - Throws: `InputError` for no run, or one whose world is seen or acted in differently.
  private static func rule(
    _ word: String, in entry: EnvironmentEntry, isDrawn: Bool, at place: String, _ registry: EnvironmentRegistry,
    _ learners: LearnerRegistry
  ) throws -> (ActionRule, String) {
    switch word {
    case "random": return (.random, "random actions")
    case "stay": return (.stay, "doing nothing")
    default:
      guard FileManager.default.fileExists(atPath: RunLayout(word).settings) else {
        throw InputError(
          "'\(word)' is neither a run nor a way to act", at: place,
          remedy: nearMisses(of: word, among: ["random", "stay"]).first.map { "did you mean \($0)?" }
            ?? "name a run's directory, random or stay")
      }
      let run = try TrainedRun(directory: word, registry: registry, learners: learners)
      let (theirs, ours) = (run.entry.specification, entry.specification)
      guard theirs.observationNames == ours.observationNames, theirs.actionSpace == ours.actionSpace else {
        throw InputError(
          "'\(word)' acts in '\(theirs.id)', which is seen or acted in differently", at: place,
          remedy: "name a run in '\(ours.id)'")
      }
      return (.policy(run.policy, isDrawn: isDrawn), word)
    }
  }

  /// Who acts afterwards, and in words; nil where who acted goes on.
  func afterwards(_ settings: CounterfactualSettings) throws -> (rule: ActionRule, words: String)? {
    try settings.policy.map {
      try Self.rule($0, in: entry, isDrawn: settings.isDrawn, at: "--policy", registry, learners)
    }
  }

  /// The rewards that every arm is told by: the true one, the learned one of a run, and another that is named.
  ///
  /// - Throws: `InputError` for a reward that there is not.
  func rewards(_ settings: CounterfactualSettings) throws -> [CounterfactualReward] {
    let specification = entry.specification
    var rewards = [CounterfactualReward(name: "true reward") { $0.rewards.map(Double.init) }]
    func learned(_ name: String, _ model: RewardModel) -> CounterfactualReward {
      let evaluator = RewardEvaluator(model)
      return CounterfactualReward(name: name) { trajectory in
        var values = [Float](repeating: 0, count: trajectory.count)
        trajectory.withTransitionRows(specification) { rows in
          var span = values.mutableSpan
          evaluator.evaluate(rows, into: &span)
        }
        return values.map(Double.init)
      }
    }
    if let run { rewards.append(learned("learned reward", run.reward)) }
    guard let word = settings.reward else { return rewards }
    if let named = entry.namedRewards.first(where: { $0.name == word }) {
      return rewards + [CounterfactualReward(name: word) { named.rewards(of: $0) }]
    }
    guard FileManager.default.fileExists(atPath: RunLayout(word).settings) else {
      throw InputError.unknown("reward", word, among: entry.namedRewards.map(\.name) + ["a run"], at: "--reward")
    }
    let other = try TrainedRun(directory: word, registry: registry, learners: learners)
    let theirs = other.entry.specification
    guard theirs.observationNames == specification.observationNames, theirs.actionSpace == specification.actionSpace
    else {
      throw InputError(
        "'\(word)' learned a reward in '\(theirs.id)', which is seen or acted in differently", at: "--reward",
        remedy: "name a run in '\(specification.id)'")
    }
    return rewards + [learned("reward of \(word)", other.reward)]
  }
}

/// A reward that arms are told by.
struct CounterfactualReward {
  let name: String
  let steps: (Trajectory) -> [Double]

  init(name: String, _ steps: @escaping (Trajectory) -> [Double]) { (self.name, self.steps) = (name, steps) }

  /// The discounted return from a step on.
  func worth(_ trajectory: Trajectory, from step: Int, discount: Double) -> Double {
    Self.worth(steps(trajectory), from: step, discount: discount)
  }

  static func worth(_ rewards: [Double], from step: Int, discount: Double) -> Double {
    var (sum, factor) = (0.0, 1.0)
    for reward in rewards.dropFirst(step) {
      sum += factor * reward
      factor *= discount
    }
    return sum
  }
}
