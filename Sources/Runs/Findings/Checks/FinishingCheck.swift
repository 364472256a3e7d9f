import Audits

extension RunCheck {
  /// Whether the agent reaches the end, where the task is to reach one.
  static let finishing = RunCheck("episodes/finishing") { runs in
    guard let specification = runs.entry?.specification, specification.hasGoal,
      let limit = specification.maximumEpisodeSteps
    else { return [] }
    let lengths = runs.runs.compactMap(\.last).flatMap(\.lengths)
    guard !lengths.isEmpty else { return [] }
    let finishing = Finishing(finished: lengths.count { $0 < limit }, of: lengths.count)
    return [finishing.finding(isPaidByTruth: runs.arePaidByTruth)]
  }
}
