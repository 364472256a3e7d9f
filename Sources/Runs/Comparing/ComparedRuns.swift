import Agents
import Compute
import Environments
import Files
import Foundation
import Rewards

/// Finished runs of one environment, with what each has learned: what `compare --runs` compares.
///
/// ```swift
/// let runs = try ComparedRuns(["runs/Pendulum-v1-1", "runs/Pendulum-v1-2"])
/// runs.runs[0].reward        // the final ensemble
/// runs.entry                 // their environment
/// ```
public struct ComparedRuns: Sendable {
  /// Where all of them learned.
  public let entry: EnvironmentEntry
  /// In the order in which they were named; a study stands for its runs.
  public let runs: [Run]

  /// What is compared of a run.
  public struct Run: Sendable {
    /// The last part of its directory, or more of it where runs would have one name.
    public let name: String
    /// Its directory.
    public let directory: String
    /// The final ensemble.
    public let reward: RewardModel
    /// How its agent acts at the end.
    public let policy: any ActingPolicy
    /// γ by which its agent was trained; nil for a learner that is not PPO.
    public let discount: Double?
  }

  /// - Throws: `InputError` for a directory that holds no run (with near misses), a run that has not finished, was made in
  ///   another environment than the first, or has learned no reward, and for one that is named twice.
  public init(
    _ named: [String], registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard
  ) throws {
    var directories: [String] = []
    for name in named {
      let directory = RunLayout(name).directory
      let found =
        Study.isStudy(directory) ? try Study.open(directory: directory, learners: learners).directories : [directory]
      for run in found {
        guard !directories.contains(run) else {
          throw InputError("the run is named twice", at: run, remedy: "name each run once")
        }
        directories.append(run)
      }
    }
    let names = Self.names(directories)
    var runs: [Run] = []
    var entry: EnvironmentEntry?
    for (directory, name) in zip(directories, names) {
      try Self.requireFinished(directory)
      let trained = try TrainedRun(directory: directory, registry: registry, learners: learners)
      let environment = trained.entry.specification.id
      if let first = entry?.specification.id, first != environment {
        throw InputError(
          "the run learned in '\(environment)', and '\(directories[0])' in '\(first)'", at: directory,
          remedy: "compare runs of one environment")
      }
      entry = entry ?? trained.entry
      runs.append(
        Run(
          name: name, directory: directory, reward: trained.reward, policy: trained.policy,
          // The number that was set, not the nearest one of single precision; nil for a learner that has none.
          discount: trained.settings.values["\(trained.settings.run.learner).discount"].flatMap { Double($0) }))
    }
    guard let entry else {
      throw InputError("no runs are named", at: "runs", remedy: "name directories that 'pactolus learn' has made")
    }
    self.entry = entry
    self.runs = runs
  }

  /// γ of all runs; nil if it is not the same in all.
  public var discount: Double? {
    let discounts = Set(runs.map(\.discount))
    return discounts.count == 1 ? discounts.first ?? nil : nil
  }

  /// The last parts of the directories, as few as tell them apart.
  static func names(_ directories: [String]) -> [String] {
    let parts = directories.map { $0.split(separator: "/").map(String.init) }
    for length in 1...max(1, parts.map(\.count).max() ?? 1) {
      let names = parts.map { $0.suffix(length).joined(separator: "/") }
      if Set(names).count == names.count, !names.contains("") { return names }
    }
    return directories
  }

  private static func requireFinished(_ directory: String) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: RunLayout(directory).settings) else {
      if files.fileExists(atPath: directory + "/result.json") {
        throw InputError(
          "this is no run but what 'pactolus imitate' has written", at: directory,
          remedy: "name a directory that 'pactolus learn' has made")
      }
      throw InputError(
        "no run here", at: directory,
        remedy: try remedy(for: directory) ?? "name a directory that 'pactolus learn' has made")
    }
    guard let finished = try RunRecord(directory: directory).finished else {
      throw InputError(
        "the run has not finished", at: directory, remedy: "let it end, or 'pactolus resume \(directory)'")
    }
    guard finished.answers > 0 else {
      throw InputError(
        "the run has learned no reward: nobody answered", at: directory, remedy: "compare runs that got answers")
    }
  }

  /// Runs of nearly this name beside it and in `runs`.
  static func remedy(for directory: String) throws -> String? {
    let beside = directory.parentPath
    let known = try Set([beside.isEmpty ? "." : beside, "runs"]).flatMap { try RunSummary.all(below: $0) }
      .filter { $0.state != .unreadable }.map { RunLayout($0.directory).directory }
      .map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 }
    let near = nearMisses(of: directory.lastPathPart, among: Set(known).sorted())
    return near.isEmpty ? nil : "did you mean " + near.joined(separator: " or ") + "?"
  }
}
