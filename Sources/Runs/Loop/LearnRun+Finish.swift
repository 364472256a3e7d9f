import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

extension LearnRun {
  /// Episodes of a policy, judged by the truth and by the model.
  func evaluate(
    _ iteration: Int, of policy: any ActingPolicy, episodes: Int, source: String, clips: Int
  ) throws -> (event: Evaluated, segments: [StoredSegment], trajectories: [SourcedTrajectory]) {
    let player = EpisodePlayer(
      entry: entry, policy: policy, slots: min(episodes, 32), seed: random, source: source,
      sourceIndex: iteration, manner: .deterministic, guarding: guarding)
    let trajectories = try player.play(.episodes(episodes)).trajectories
    var predicted: [Double] = []
    var disagreement = 0.0
    var steps = 0
    var rewards: [[Float]] = []
    for played in trajectories {
      let judged = judge(played.trajectory)
      predicted.append(judged.rewards.reduce(0) { $0 + Double($1) })
      disagreement += judged.disagreement.reduce(0) { $0 + Double($1) }
      steps += played.trajectory.count
      rewards.append(judged.rewards)
    }
    var event = Evaluated(
      iteration: iteration, final: clips > 0, trueReturns: trajectories.map(\.trajectory.trueReturn),
      predictedReturns: predicted, lengths: trajectories.map(\.trajectory.count),
      disagreement: model.members > 1 ? disagreement / Double(max(1, steps)) : nil, clips: [])
    let segments = clips > 0 ? bestAndWorst(trajectories, rewards, count: clips) : []
    event.clips = segments.indices.map { ledger.nextSegment + $0 }
    return (event, segments, trajectories)
  }

  func judge(_ trajectory: Trajectory) -> (rewards: [Float], disagreement: [Float]) {
    var rewards = [Float](repeating: 0, count: trajectory.count)
    var disagreement = rewards
    rewards.withUnsafeMutableBufferPointer { rewards in
      disagreement.withUnsafeMutableBufferPointer { disagreement in
        guard let target = rewards.baseAddress else { return }
        trajectory.withTransitionRows(entry.specification) {
          evaluator.evaluate($0, into: target, disagreement: disagreement.baseAddress)
        }
      }
    }
    return (rewards, disagreement)
  }

  /// The best-judged segment of each episode, in order of that judgement: the first `count`; then the worst-judged
  /// segments likewise, worst last. Each episode is shown at most once on each side.
  private func bestAndWorst(
    _ trajectories: [SourcedTrajectory], _ rewards: [[Float]], count: Int
  ) -> [StoredSegment] {
    struct Candidate {
      var episode: Int
      var range: Range<Int>
      var sum: Double
    }
    var best: [Candidate] = []
    var worst: [Candidate] = []
    for (episode, rewards) in rewards.enumerated() where !rewards.isEmpty {
      let length = min(settings.feedback.segmentLength, rewards.count)
      var sum = rewards[..<length].reduce(0) { $0 + Double($1) }
      var high = Candidate(episode: episode, range: 0..<length, sum: sum)
      var low = high
      for end in length..<max(length, rewards.count) {
        sum += Double(rewards[end]) - Double(rewards[end - length])
        let candidate = Candidate(episode: episode, range: end - length + 1..<end + 1, sum: sum)
        if sum > high.sum { high = candidate }
        if sum < low.sum { low = candidate }
      }
      best.append(high)
      worst.append(low)
    }
    let top = best.sorted { ($0.sum, $1.episode) > ($1.sum, $0.episode) }.prefix(count)
    let bottom = worst.sorted { ($0.sum, $1.episode) > ($1.sum, $0.episode) }.suffix(count)
    return (top + bottom).map { trajectories[$0.episode].segment($0.range) }
  }

  /// The last evaluation, the final model's view of all segments, what fixed policies earn, what the audits find, and
  /// the last event.
  func finish() throws -> RunOutcome {
    try lock.checkPlace(layout)
    let last = nextIteration - 1
    let policy = try resultingPolicy()
    try beginGuarding(nextIteration)
    try keepPermissions(of: last)
    let (evaluated, clips, played) = try evaluate(
      last, of: policy, episodes: settings.evaluation.finalEpisodes, source: "experience/final-evaluation",
      clips: settings.evaluation.clips)
    var event = evaluated
    event.final = true
    event.kept = kept?.iteration
    try ledger.append([LedgerEntry(.evaluated(event), step: counters.allSteps, segments: clips)])

    let stored = try ledger.segments(Array(0..<ledger.nextSegment))
    let judged = stored.map { judge($0.trajectory).rewards.reduce(0) { $0 + Double($1) } }
    let finished = RunFinished(
      iterations: last + 1, agentSteps: counters.agentSteps, allSteps: counters.allSteps, answers: counters.answers)
    try ledger.append([
      LedgerEntry(.segmentsJudged(SegmentsJudged(predictedReturns: judged)), step: counters.allSteps)
    ])
    if try ledger.hasFinished() {
      // What comes now is worded by the version that finished the run; it stands.
      try ledger.rewind(to: ledger.count)
    } else {
      let means = try findingsOfMeans(policy, stored: stored)
      for finding in [findingOfComparisons(), findingOfSteps()].compactMap(\.self) + means {
        try ledger.append([LedgerEntry(.findingMade(FindingMade(finding: finding)), step: counters.allSteps)])
      }
      // Only from events before: in a replay there may be more after.
      var record = try RunRecord(ledger, directory: layout.directory, before: ledger.position)
      var references = try measureReferences(noisy: policy)
      references.visits = try unjudgedVisits(played.map(\.trajectory), of: record, stored: stored)
      references.uncertainty = try uncertainty(in: played.map(\.trajectory))
      try ledger.append([LedgerEntry(.referencesMeasured(references), step: counters.allSteps)], durable: false)
      record.references = references
      let findings = RunFindings([record], entry: entry).findings
      try ledger.append(
        findings.map { LedgerEntry(.findingMade(FindingMade(finding: $0)), step: counters.allSteps) }
          + [LedgerEntry(.runFinished(finished), step: counters.allSteps)])
    }
    try metrics.synchronize()
    return RunOutcome(
      directory: layout.directory, seed: settings.run.seed, finished: true, iterations: last + 1,
      agentSteps: counters.agentSteps, allSteps: counters.allSteps,
      answers: counters.answers - answering.withdrawn.count, trueReturns: event.trueReturns,
      predictedReturns: event.predictedReturns)
  }
}
