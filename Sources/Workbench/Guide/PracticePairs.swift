import Compute
import Environments

/// Pairs of clips to practise on: one of each earns clearly more by the environment's own reward.
///
/// The clips are of episodes of their own, in which the guidance's example (or a random player who keeps to an action
/// for a while) acts with more or less chance. They have nothing to do with the run, and what is answered to them goes
/// nowhere. The same project always has the same pairs.
package struct PracticePairs {
  package struct Pair {
    package var clips: [Trajectory]
    /// 0 or 1.
    package var better: Int
    package var returns: [Double] { clips.map { $0.rewards.reduce(0) { $0 + Double($1) } } }
  }

  package let pairs: [Pair]
  private let entry: EnvironmentEntry
  private let source: RandomSource
  private static let candidates = 12
  package static let most = 4

  /// - Parameters:
  ///   - entry: the world.
  ///   - steps: the longest that a clip may be.
  ///   - random: decides the episodes.
  /// - Complexity: O(steps), each in twelve episodes.
  package init(_ entry: EnvironmentEntry, steps: Int, random: RandomSource) {
    self.entry = entry
    source = random
    let clips = Self.clips(entry, steps: steps, random: random)
    let sorted = clips.map { ($0, $0.rewards.reduce(0) { $0 + Double($1) }) }.sorted { $0.1 > $1.1 }
    guard let most = sorted.first?.1, let least = sorted.last?.1, most > least else {
      pairs = []
      return
    }
    var draws = random.stream("practice-sides")
    pairs = (0..<min(Self.most, sorted.count / 2)).compactMap { place in
      let (better, worse) = (sorted[place], sorted[sorted.count - 1 - place])
      // Half of all that there is between the best and the worst: plain to see.
      guard better.1 - worse.1 >= (most - least) / 2 else { return nil }
      let isLeft = draws.below(2) == 0
      return Pair(clips: isLeft ? [better.0, worse.0] : [worse.0, better.0], better: isLeft ? 0 : 1)
    }
  }

  /// The clips of a pair, drawn.
  package func pictures(_ pair: Pair) -> [ClipPicture] {
    pair.clips.map { clip in
      ClipPicture(
        entry.replayScenes(
          start: clip.start ?? EpisodePosition(slot: 0, episode: 0, step: 0), random: source, actions: clip.actions,
          range: 0..<clip.count))
    }
  }

  private static func clips(_ entry: EnvironmentEntry, steps: Int, random: RandomSource) -> [Trajectory] {
    let batch = entry.makeBatch(count: candidates, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var draws = random.stream("practice")
    let space = entry.specification.actionSpace
    let (size, width) = (space.rowSize, entry.specification.observationSpace.count)
    var actions = [Float](repeating: 0, count: candidates * size)
    for step in 0..<steps {
      for slot in 0..<candidates {
        let chance = Double(slot) / Double(candidates - 1)
        let isChance = draws.uniform() < chance
        let row = slot * size..<(slot + 1) * size
        if let example = entry.guidance.example, !isChance {
          let start = slot * width
          let observation = (start..<start + width).map { batch.observations[$0] }
          actions.replaceSubrange(row, with: example(observation))
        } else if entry.guidance.example != nil || step.isMultiple(of: 1 + 2 * slot) {
          actions.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { space.draw(into: base + slot * size, &draws) }
          }
        }
      }
      batch.step(actions)
      actions.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress { recorder.record(batch, base) }
      }
    }
    var clips = [Trajectory?](repeating: nil, count: candidates)
    for trajectory in recorder.take() {
      guard let start = trajectory.start, start.step == 0, clips[start.slot] == nil else { continue }
      clips[start.slot] = trajectory
    }
    return clips.compactMap(\.self)
  }
}
