import Files
import Foundation
import Pactolus

extension OffPolicyVerb {
  /// The evaluation, and what its log and its policy are called.
  func evaluate(
    _ options: OffPolicyEvaluation.Options
  ) throws -> (evaluation: OffPolicyEvaluation, log: String, policy: String) {
    let random = RandomSource(seed: seed)
    if let asked { return try evaluate(run: asked, options, random) }
    guard let log else { throw InputError("there is no log", remedy: "name a file, or --run") }
    let file = try read(log)
    let countsBehavior = try isCounted()
    guard let table = try target(of: file) else {
      guard !countsBehavior else {
        throw InputError(
          "who acted is counted by state and action", at: "--behavior",
          remedy: "name the policy in question: --policy FILE")
      }
      let logged = try file.logged(discount: discount)
      return (
        try OffPolicyEvaluation(logged, model: file.model, options: options, random: random), log,
        "the policy of column pi"
      )
    }
    let counted = try file.counted(table, countsBehavior: countsBehavior, discount: discount)
    let evaluation =
      if let model = file.model, !countsBehavior {
        try OffPolicyEvaluation(counted.episodes, model: model, options: options, random: random)
      } else {
        try OffPolicyEvaluation(counted, behaviorIsFitted: countsBehavior, options: options, random: random)
      }
    return (evaluation, log, policy ?? "uniform")
  }

  private func evaluate(
    run: String, _ options: OffPolicyEvaluation.Options, _ random: RandomSource
  ) throws -> (evaluation: OffPolicyEvaluation, log: String, policy: String) {
    guard behavior != "logged", behavior != "counted" else {
      throw InputError("whose policy acts is not said", at: "--behavior", remedy: "name a run in the same world")
    }
    func trained(_ directory: String) throws -> TrainedRun {
      try TrainedRun(
        directory: directory, registry: Parts.current.environments, learners: Parts.current.learners)
    }
    let played = try RunLog(
      behavior: trained(behavior), target: trained(run), episodes: episodes, horizon: horizon, discount: discount,
      random: random)
    return (
      try OffPolicyEvaluation(played.log, options: options, random: random),
      "\(behavior) in \(played.environment)", run
    )
  }

  /// By the name's ending: episodes that were recorded elsewhere, or a table.
  private func read(_ log: String) throws -> OffPolicyFile {
    let url = URL(fileURLWithPath: log)
    var isDirectory: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: log, isDirectory: &isDirectory)
    if isThere && isDirectory.boolValue || ["hdf5", "h5"].contains(url.pathExtension) {
      return try OffPolicyFile(MinariFile.read(url).content, place: log, horizon: horizon)
    }
    if url.pathExtension == "npz" {
      return try OffPolicyFile(ImitationFile.read(url).content, place: log, horizon: horizon)
    }
    return try OffPolicyFile(WholeFile.read(url), place: log, horizon: horizon)
  }

  /// The policy in question where it is known in every state; nil if the log has its probabilities.
  private func target(of file: OffPolicyFile) throws -> TargetTable? {
    switch policy {
    case nil where file.target != nil, "column": return nil
    case nil:
      throw InputError(
        "whose worth is asked for is not said", at: "--policy",
        remedy: "give uniform, a .csv file, or a column pi in the log")
    case "uniform": return .uniform(file)
    case let name?:
      guard name.hasSuffix(".csv") else {
        throw InputError.unknown("policy", name, among: ["uniform", "column"], at: "--policy")
      }
      return try TargetTable(WholeFile.read(URL(fileURLWithPath: name)), place: name, for: file)
    }
  }

  private func isCounted() throws -> Bool {
    switch behavior {
    case "logged": return false
    case "counted": return true
    default: throw InputError.unknown("behaviour", behavior, among: ["logged", "counted"], at: "--behavior")
    }
  }
}
