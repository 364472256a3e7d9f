import Agents
import Compute
import Environments

/// How the agent of another run acts, to be held beside a run's own: `run.reference`.
package struct ReferencePolicy: Sendable {
  package let policy: any ActingPolicy

  /// The policy that the run in this directory would end with; nil if none is named.
  ///
  /// - Throws: `InputError` if there is no run, or its agent acts in a world that is seen or acted in differently.
  init?(
    directory: String, in entry: EnvironmentEntry, _ registry: EnvironmentRegistry, _ learners: LearnerRegistry
  ) throws {
    guard directory != RunSettings.noReference else { return nil }
    let run: TrainedRun
    do {
      run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    } catch var error as InputError {
      error.place = "run.reference" + (error.place.map { ", \($0)" } ?? "")
      throw error
    }
    let (theirs, ours) = (run.entry.specification, entry.specification)
    guard theirs.observationNames == ours.observationNames, theirs.actionSpace == ours.actionSpace else {
      throw InputError(
        "the reference acts in '\(theirs.id)', which is seen or acted in differently", at: "run.reference",
        remedy: "name a run in '\(ours.id)'")
    }
    policy = run.policy
  }
}
