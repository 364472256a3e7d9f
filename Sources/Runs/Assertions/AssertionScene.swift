import Audits
import Compute
import Environments
import Rewards

/// The step at which an assertion is broken, or where that was found by search, the nearest step that was seen; with what it takes
/// to draw it.
package struct AssertionScene: Sendable {
  /// The assertion's line in its file, and its text.
  package let line: Int
  package let text: String
  /// "in a fresh episode, step 17", "in a judged clip, step 3".
  package let place: String
  /// How far the step is from the witness, at most, as a share of each number's range; 0 for the very step.
  package let distance: Double
  package let start: EpisodePosition
  package let random: RandomSource
  /// From the episode's first step to the end of what is shown.
  package let actions: [Float]
  /// Which steps of the episode are shown.
  package let shown: Range<Int>

  /// Steps that are shown before and after.
  fileprivate static let (before, after) = (20, 10)
}

/// Steps that were seen and can be played again.
struct SeenSteps {
  struct Clip {
    var place: String
    var trajectory: Trajectory
    var leading: [Float]
    var random: RandomSource
    /// Encoded.
    var rows: [Float]
  }

  private(set) var clips: [Clip] = []
  let encoding: TransitionEncoding

  init(_ encoding: TransitionEncoding) { self.encoding = encoding }

  mutating func append(_ place: String, _ trajectory: Trajectory, leading: [Float], random: RandomSource) throws {
    guard trajectory.start != nil, trajectory.count > 0, encoding.problem(with: trajectory) == nil else { return }
    var rows: [Float] = []
    try encoding.append(trajectory, to: &rows)
    clips.append(Clip(place: place, trajectory: trajectory, leading: leading, random: random, rows: rows))
  }

  /// The step nearest to either side of a witness; nil if nothing was seen.
  func scene(of result: AssertionResult, _ domain: AssertionDomain) -> AssertionScene? {
    guard let witness = result.witness else { return nil }
    let sides = [witness.first] + (witness.second.map { [$0] } ?? [])
    // What the line itself sets differs between the sides, and tells no steps apart.
    let varied = (0..<encoding.width).filter { domain.upper[$0] > domain.lower[$0] }
    let common = varied.filter { column in sides.allSatisfy { $0[column] == sides[0][column] } }
    // Two successive steps have nothing in common: each is looked for by itself.
    let columns = common.count * 2 < varied.count ? varied : common
    var best: (distance: Double, clip: Int, step: Int)?
    for (number, clip) in clips.enumerated() {
      for step in 0..<clip.trajectory.count {
        for side in sides {
          var distance = 0.0
          for column in columns {
            let range = Double(domain.upper[column]) - Double(domain.lower[column])
            distance = max(
              distance, abs(Double(clip.rows[step * encoding.width + column]) - Double(side[column])) / range)
            if let best, distance >= best.distance { break }
          }
          if best.map({ distance < $0.distance }) ?? true { best = (distance, number, step) }
        }
      }
    }
    guard let best, let start = clips[best.clip].trajectory.start else { return nil }
    let (clip, rowSize) = (clips[best.clip], clips[best.clip].trajectory.actionRowSize)
    let before = clip.leading.count / rowSize
    let at = before + best.step
    let end = min(before + clip.trajectory.count, at + 1 + AssertionScene.after)
    return AssertionScene(
      line: result.line, text: result.text, place: "\(clip.place), step \(best.step + 1)", distance: best.distance,
      start: EpisodePosition(slot: start.slot, episode: start.episode, step: 0), random: clip.random,
      actions: Array((clip.leading + clip.trajectory.actions)[..<(end * rowSize)]),
      shown: max(0, at - AssertionScene.before)..<end)
  }
}
