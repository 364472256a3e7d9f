import Compute
import Environments
import Rewards

extension LearnRun {
  /// The environment's named reward that the agent is paid by; nil if it is paid by the learned reward or the true one.
  ///
  /// - Throws: `InputError` with near misses and what there is, for a name that the environment does not have.
  static func namedReward(_ settings: LearnSettings, _ entry: EnvironmentEntry) throws -> NamedRewardEvaluator? {
    let asked = settings.run.agentReward
    guard asked != .learned, asked != .truth else { return nil }
    if let clip = entry.clipRewards.first(where: { $0.name == asked.rawValue }) {
      throw InputError(
        "'\(clip.name)' is told from whole clips, and an agent is paid for each step", at: "run.agentReward",
        remedy: "let the person judge by it (person.judgesBy), and the agent be paid by what is learned")
    }
    guard let reward = entry.namedRewards.first(where: { $0.name == asked.rawValue }) else {
      let standard: [RunSettings.AgentReward] = [.learned, .truth]
      throw InputError.unknown(
        "reward", asked.rawValue, among: standard.map(\.rawValue) + entry.namedRewards.map(\.name), in: entry,
        at: "run.agentReward")
    }
    return NamedRewardEvaluator(reward)
  }
}

extension InputError {
  /// A reward that an environment does not have: with near misses, and then all that it has.
  static func unknown(
    _ kind: String, _ name: String, among known: [String], in entry: EnvironmentEntry, at place: String
  ) -> InputError {
    var error = unknown(kind, name, among: known, at: place)
    let near = error.remedy.map { $0.hasPrefix("did") ? "\($0) " : "" } ?? ""
    error.remedy = near + "\(entry.specification.id) has " + known.joined(separator: ", ")
    return error
  }
}
