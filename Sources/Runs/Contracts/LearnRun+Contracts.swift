import Audits
import Compute
import Environments
import Feedback
import Findings
import Foundation
import Rewards

extension LearnRun {
  /// Notes what the learned reward pays for a few transitions, before the agent trains on it.
  func beginContracts() {
    probe = nil
    guard watchesContracts, settings.run.agentReward == .learned else { return }
    guard let piece = experience.pieces.first(where: { $0.trajectory.count > 0 })?.trajectory else { return }
    let clip = piece.segment(0..<min(16, piece.count))
    probe = (clip, judge(clip).rewards)
  }

  /// What was broken in this round, to be written down where the agent's training is.
  func endContracts(_ iteration: Int, returns: [Double]) throws -> [LedgerEntry] {
    guard watchesContracts else { return [] }
    lookAtWorld(returns: returns)
    lookAtReward()
    let broken = contracts.broken
    contracts.begin()
    guard !broken.isEmpty, try isToBeRecorded() else { return [] }
    return broken.map { finding in
      var finding = finding
      finding.reason = "In round \(iteration): \(finding.reason)"
      return LedgerEntry(.findingMade(FindingMade(finding: finding)), step: counters.allSteps)
    }
  }

  /// An answer, as it is taken in.
  ///
  /// - Throws: `InputError` for one that its question does not offer: nothing can be learned from it, and whoever
  /// answers has to be
  ///   mended.
  func lookAt(_ answer: GivenAnswer, _ iteration: Int) throws {
    guard watchesContracts else { return }
    if let given = answer.answer {
      let kind = try feedback.kind(answer.question.kind)
      do { try kind.check(given, to: answer.question.question, in: world) } catch let error as InputError {
        throw InputError(
          "\(answer.person) gave an answer to question \(answer.question.number) of '\(kind.name)' that it does not "
            + "offer: "
            + error.problem, at: error.place, remedy: error.remedy)
      }
    }
    contracts.person.pass(
      TakenAnswer(
        question: answer.question.number, asked: answer.question.iteration, taken: iteration,
        isSilent: answer.content == nil && answer.skipped == nil),
      step: counters.allSteps, at: "the answer of \(answer.person)")
  }

  /// A run that an earlier version made is played again as it was: what that did not look for is not in its ledger.
  private func isToBeRecorded() throws -> Bool {
    guard ledger.isReplaying else { return true }
    return try ledger.entries(from: ledger.position, before: min(ledger.count, ledger.position + 16)).contains { row in
      if case .findingMade(let made) = row.event { made.finding.id.hasPrefix("contract/") } else { false }
    }
  }

  // MARK: The world

  private func lookAtWorld(returns: [Double]) {
    let pieces = experience.pieces
    let steps = pieces.reduce(0) { $0 + $1.trajectory.count }
    let stride = max(1, steps / RunContracts.most)
    let size = entry.specification.observationSpace.count
    var next = 0
    var begins = 0
    for piece in pieces {
      let (trajectory, start) = (piece.trajectory, piece.trajectory.start)
      let before = start?.step ?? 0
      func place(_ step: Int) -> String {
        "step \(before + step + 1) of episode \(start?.episode ?? 0) in slot \(start?.slot ?? 0)"
      }
      while next < begins + trajectory.count {
        let step = next - begins
        let row = trajectory.observations[(step + 1) * size..<(step + 2) * size]
        contracts.world.pass(
          SeenStep(observation: row, reward: trajectory.rewards[step], taken: before + step + 1),
          step: counters.allSteps,
          at: place(step))
        next += stride
      }
      begins += trajectory.count
      if trajectory.terminated || trajectory.truncated {
        contracts.world.pass(
          SeenStep(
            taken: before + trajectory.count, terminated: trajectory.terminated, truncated: trajectory.truncated),
          step: counters.allSteps, at: place(trajectory.count - 1))
      }
    }
    for earned in returns {
      contracts.world.pass(SeenStep(returned: earned), step: counters.allSteps, at: "the end of an episode")
    }
    playAgain(pieces, steps: steps)
  }

  /// Plays the beginning of one of the round's episodes again: a hundredth of its steps, and no more than 64.
  private func playAgain(_ pieces: [SourcedTrajectory], steps: Int) {
    // A world in another process tells by itself whether it repeats, and going back there is dear.
    guard !(entry.environment is PythonEnvironment) else { return }
    guard let piece = pieces.first(where: { $0.trajectory.start?.step == 0 }), let start = piece.trajectory.start else {
      return
    }
    let played = piece.trajectory.segment(0..<min(piece.trajectory.count, max(4, min(64, steps / 100))))
    let again = entry.whatIf(
      start: start, random: random.child(piece.source, piece.sourceIndex), actions: played.actions, from: 0)
    var parted: String?
    if again.observations.map(\.bitPattern) != played.observations.map(\.bitPattern) {
      parted = "its first \(played.count) steps show something else when they are played again"
    } else if again.rewards.map(\.bitPattern) != played.rewards.map(\.bitPattern) {
      parted = "its first \(played.count) steps pay something else when they are played again"
    }
    contracts.world.pass(
      SeenStep(repeated: parted), step: counters.allSteps, at: "episode \(start.episode) in slot \(start.slot)")
  }

  // MARK: The reward

  private func lookAtReward() {
    guard settings.run.agentReward == .learned else { return }
    let range = model.declaredRange
    if let probe {
      for (step, rewards) in zip(probe.rewards, judge(probe.clip).rewards).enumerated() {
        contracts.reward.pass(
          PaidStep(reward: rewards.1, range: range, before: rewards.0), step: counters.allSteps,
          at: "transition \(step) of the last round")
      }
    }
    // Some clips of eight steps, evenly over the pieces.
    let pieces = experience.pieces
    for piece in stride(from: 0, to: pieces.count, by: max(1, pieces.count / 4)) {
      let trajectory = pieces[piece].trajectory
      let clip = trajectory.segment(max(0, trajectory.count - 8)..<trajectory.count)
      for (step, reward) in judge(clip).rewards.enumerated() {
        contracts.reward.pass(
          PaidStep(reward: reward, range: range), step: counters.allSteps,
          at:
            "step \((clip.start?.step ?? 0) + step + 1) of episode \(clip.start?.episode ?? 0) in slot "
            + "\(clip.start?.slot ?? 0)"
        )
      }
    }
  }
}

extension RewardModel {
  /// Between what its outputs lie by the last activation, whatever the weights; nil where nothing bounds them.
  fileprivate var declaredRange: ClosedRange<Double>? {
    guard settings.outputActivation == .tanh, !outputMeans.isEmpty else { return nil }
    let ends = zip(outputMeans, outputScales).map { mean, scale in
      let both = [scale * (-1 - mean), scale * (1 - mean)]
      return (both[0] < both[1] ? both[0] : both[1], both[0] < both[1] ? both[1] : both[0])
    }
    let count = Double(ends.count)
    let (low, high) = (ends.reduce(0) { $0 + $1.0 } / count, ends.reduce(0) { $0 + $1.1 } / count)
    return low <= high ? low...high : nil
  }
}
