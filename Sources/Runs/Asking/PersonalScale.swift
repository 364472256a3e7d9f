import Compute
import Environments
import Feedback

/// The zero and the unit by which a simulated person answers what depends on how good a clip is by itself.
///
/// The units of a reward are arbitrary, the cut points of ratings are not: where all clips are worth −600, every one of
/// them is "very bad", and switching off at once is always best. So such answers are given by the reward less a zero,
/// over a unit, both measured on random play in the same world with segments of the run's length:
///
/// - what is *middling* is two standard deviations better than random play, and a unit is two of them: random play is one
///   unit below, and there is room above for what is learned;
/// - *nothing* is as good as random play, and a unit is one standard deviation.
///
/// The reward is then learned in these units. It is a convention for simulated people: a person has a scale of their own.
package struct PersonalScale: Sendable {
  /// The reward of a step of random play, on average.
  package let mean: Double
  /// The standard deviation, over clips of random play, of their return less what their length makes expect.
  package let deviation: Double
  /// Steps of a clip.
  let length: Int

  /// Of clips of random play: 64 are enough to know a unit to a tenth.
  static let clips = 64

  /// - Parameters:
  ///   - clips: the person's reward of each step of each clip; at least one step.
  ///   - length: steps of a clip that is asked about.
  package init(_ clips: [[Double]], length: Int) {
    let steps = clips.reduce(0) { $0 + $1.count }
    let mean = steps > 0 ? clips.joined().reduce(0, +) / Double(steps) : 0
    let squares = clips.reduce(0.0) { sum, clip in
      let excess = clip.reduce(0) { $0 + $1 - mean }
      return sum + excess * excess
    }
    let deviation = (squares / Double(max(1, clips.count))).squareRoot()
    let size = clips.joined().reduce(0) { max($0, abs($1)) }
    self.mean = mean
    self.length = length
    // Where random play is always worth the same, the reward's own size is all there is to measure by.
    self.deviation = deviation > 1e-9 * size * Double(length) ? deviation : size > 0 ? size : 1
  }

  /// Of random play in an environment, as this reward judges it.
  init(_ entry: EnvironmentEntry, length: Int, random: RandomSource, rewards: (Trajectory) -> [Double]) {
    self.init(entry.randomClips(Self.clips, steps: length, random: random).map(rewards), length: length)
  }

  /// Rewards in these units.
  package func scaled(_ rewards: [Double], for level: AnswerLevel) -> [Double] {
    switch level {
    case .none: return rewards
    case .nothing: return rewards.map { ($0 - mean) / deviation }
    case .middling:
      let middling = mean + 2 * deviation / Double(length)
      return rewards.map { ($0 - middling) / (2 * deviation) }
    }
  }
}
