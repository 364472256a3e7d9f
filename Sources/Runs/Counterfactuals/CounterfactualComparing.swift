import Audits
import Compute
import Environments
import Findings

/// Makes differences of arms by several rewards, from one moment on.
struct CounterfactualComparing {
  let luck: SameLuck
  let rewards: [CounterfactualReward]
  let step: Int
  let discount: Double
  let space: ActionSpace

  func difference(_ reward: CounterfactualReward, _ other: Trajectory, _ done: Trajectory) -> Double {
    reward.worth(other, from: step, discount: discount) - reward.worth(done, from: step, discount: discount)
  }

  func pair(_ done: SameLuck.Episode, _ other: Trajectory) -> CounterfactualAudit.Pair {
    let (first, second) = (arm(done.trajectory), arm(other))
    return CounterfactualAudit.Pair(
      episode: done.number, done: first, other: second,
      firstAction: Self.firstDifference(
        done.trajectory.actions, other.actions, size: done.trajectory.actionRowSize),
      firstSeen: Self.firstDifference(
        done.trajectory.observations, other.observations, size: done.trajectory.observationSize),
      differences: rewards.indices.map { place in
        let own = CounterfactualReward.worth(first.rewards[place], from: step, discount: discount)
        let others = CounterfactualReward.worth(second.rewards[place], from: step, discount: discount)
        return CounterfactualAudit.Difference(
          reward: rewards[place].name, done: own, other: others, difference: others - own)
      })
  }

  private func arm(_ trajectory: Trajectory) -> CounterfactualAudit.Arm {
    let size = trajectory.actionRowSize
    return CounterfactualAudit.Arm(
      steps: trajectory.count,
      end: trajectory.terminated ? "terminated" : trajectory.truncated ? "truncated" : "over",
      actions: (0..<trajectory.count).map { space.name(of: Array(trajectory.actions[$0 * size..<($0 + 1) * size])) },
      rewards: rewards.map { $0.steps(trajectory) })
  }

  /// The first row that differs, or that one has and the other has not; nil if there is none.
  private static func firstDifference(_ a: [Float], _ b: [Float], size: Int) -> Int? {
    let place = zip(a, b).enumerated().first { $0.element.0.bitPattern != $0.element.1.bitPattern }?.offset
    if let place { return place / size }
    return a.count == b.count ? nil : min(a.count, b.count) / size
  }

  /// The differences of each change over other luck: [change][reward][luck].
  private func differences(
    _ done: SameLuck.Episode, _ changes: [CounterfactualChange], lucks: Int
  ) throws -> [[[Double]]] {
    var result = changes.map { _ in rewards.map { _ in [Double]() } }
    // [luck][reward][arm]
    let worths = try luck.again(done, changes, lucks: lucks) { arms in
      rewards.map { reward in arms.map { reward.worth($0, from: 0, discount: discount) } }
    }
    for luck in worths {
      for (place, arms) in luck.enumerated() {
        for change in changes.indices { result[change][place].append(arms[change + 1] - arms[0]) }
      }
    }
    return result
  }

  /// Over other luck from the moment on, of each change by each reward.
  func again(
    _ done: SameLuck.Episode, _ changes: [CounterfactualChange], lucks: Int
  ) throws -> [[CounterfactualAudit.Averaged]] {
    try differences(done, changes, lucks: lucks).map(averaged)
  }

  private func averaged(_ differences: [[Double]]) -> [CounterfactualAudit.Averaged] {
    zip(rewards, differences).map {
      CounterfactualAudit.Averaged(reward: $0.name, difference: PairedDifference($1))
    }
  }

  /// What is claimed of one change: that what was done is as good, and that a learned reward sees it as the true one does.
  func findings(
    _ all: [CounterfactualAudit.Averaged], _ own: CounterfactualAudit.Averaged, other: String, done: String,
    over: String
  ) -> [Finding] {
    [
      own.difference.finding(
        id: "counterfactual/as-good", other: other, done: done, reward: own.reward, over: over)
    ]
      + all.dropFirst().map { Self.agreement(own, $0, other: other, done: done) }
  }

  /// Whether two rewards say the same of a change.
  private static func agreement(
    _ own: CounterfactualAudit.Averaged, _ other: CounterfactualAudit.Averaged, other what: String, done: String
  ) -> Finding {
    func sign(_ difference: PairedDifference) -> Int? {
      guard !difference.isDecidedByFew, let interval = difference.interval else { return nil }
      return interval.lower > 0 ? 1 : interval.upper < 0 ? -1 : nil
    }
    let signs = (sign(own.difference), sign(other.difference))
    let verdict: Finding.Verdict = signs.0 == nil || signs.1 == nil ? .unknown : signs.0 == signs.1 ? .holds : .fails
    return Finding(
      id: "counterfactual/agrees/\(other.reward.replacing(" ", with: "-"))",
      claim: "The \(other.reward) prefers the same of the two as the \(own.reward)", verdict: verdict,
      reason: "\(what.prefix(1).uppercased() + what.dropFirst()) earns "
        + "\(Numbers.plain(own.difference.mean, own.difference.interval)) more than \(done) by the \(own.reward), and "
        + "\(Numbers.plain(other.difference.mean, other.difference.interval)) more by the \(other.reward).",
      evidence: [
        Evidence(
          "difference by \(own.reward)", own.difference.mean, interval: own.difference.interval,
          count: own.difference.pairs),
        Evidence(
          "difference by \(other.reward)", other.difference.mean, interval: other.difference.interval,
          count: other.difference.pairs),
      ],
      assumptions: ["The means of so many differences are nearly normal."],
      errorRate: "Each of the two signs is wrong in at most about 2.5 % of cases, so a verdict in at most about 5 %.",
      source: "Student's t over pairs", problem: "The \(other.reward) prefers the other of the two",
      advice: Finding.Advice(text: "Ask people about both clips: here the reward is wrong", command: nil))
  }

  /// One decision: each possible action with the same luck and with other luck, and whether any is better.
  func explain(
    _ done: SameLuck.Episode, lucks: Int
  ) throws -> (
    options: [CounterfactualAudit.Option], findings: [Finding], best: (name: String, row: [Float]),
    again: [CounterfactualAudit.Averaged]
  ) {
    let size = done.trajectory.actionRowSize
    guard done.trajectory.count > step else {
      throw InputError(
        "episode \(done.number) has no step \(step)", at: "--at",
        remedy: done.trajectory.count > 0 ? "it has the steps 0 to \(done.trajectory.count - 1)" : "it has none")
    }
    let taken = Array(done.trajectory.actions[step * size..<(step + 1) * size])
    var actions = space.alternatives
    guard actions.count <= 64 else {
      throw InputError(
        "\(actions.count) actions are too many to explain a decision among", at: "--action", remedy: "name one")
    }
    if !actions.contains(where: { $0.row == taken }) { actions.insert((space.name(of: taken), taken), at: 0) }
    let changes = actions.map { CounterfactualChange(at: step, actions: [$0.row]) }
    let differences = try differences(done, changes, lucks: lucks)
    let options = try actions.indices.map { index in
      let twin = try luck.twin(of: done, changes[index]).trajectory
      return CounterfactualAudit.Option(
        action: actions[index].name, isDone: actions[index].row == taken,
        returns: rewards.map { $0.worth(twin, from: step, discount: discount) },
        again: averaged(differences[index]))
    }
    let others = actions.indices.filter { !options[$0].isDone }
    guard
      let best = others.max(by: {
        (options[$0].again[0].difference.mean, $1) < (options[$1].again[0].difference.mean, $0)
      })
    else { throw InputError("there is only one action", at: "--at", remedy: "ask about another world") }
    // Every other action may be better, so each has its part of the error.
    let level = 1 - 0.05 / Double(others.count)
    let verdicts = others.map { PairedDifference(differences[$0][0], level: level).isAtMostZero }
    let verdict: Finding.Verdict =
      verdicts.contains(.fails) ? .fails : verdicts.allSatisfy { $0 == .holds } ? .holds : .unknown
    var finding = options[best].again[0].difference.finding(
      id: "counterfactual/decision", other: "\(actions[best].name) at step \(step)",
      done: "\(space.name(of: taken)), which was done", reward: rewards[0].name, over: "other luck from there on",
      verdict: verdict)
    finding.claim = "No other action at step \(step) is worth more than \(space.name(of: taken)), which was done"
    finding.assumptions.append(
      "The error is shared by \(Numbers.count(others.count, "other action")); afterwards who acted goes on.")
    return (options, [finding], actions[best], options[best].again)
  }
}
