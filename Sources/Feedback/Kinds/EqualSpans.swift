import Compute
import Environments

/// Clips from one moment on, held against each other over the same number of steps.
///
/// The value of a clip is a sum over its steps, so a clip with more steps can be worth more for its length alone. What
/// a person made has the length that they gave it, and begins where they took over. It is compared as follows:
///
/// - the clip that they took over from comes before it, so that all options begin at the same moment (``OwnClip``);
/// - every option counts for the steps that all of them have. One that ended its episode has all steps there are: what
///   comes after the end is worth nothing, so it counts whole, and limits no other.
enum EqualSpans {
  /// The steps for which all of these count; nil if each of them ended its episode, so that all count whole.
  static func span(of clips: [Trajectory]) -> Int? { clips.filter { !$0.terminated }.map(\.count).min() }

  /// The clips, those cut that go on beyond the common span.
  static func cut(_ clips: [Trajectory]) -> [Trajectory] {
    guard let span = span(of: clips) else { return clips }
    return clips.map { $0.count > span ? $0.segment(0..<span) : $0 }
  }

  /// The choice of a person's clip among those that they were offered, all from the same moment on.
  ///
  /// Clips that are alike over the common span are one option, so a person who did what was offered took that.
  ///
  /// - Parameters:
  ///   - own: with what came before it (``OwnClip``).
  ///   - beginning: the step of it at which the person took over.
  /// - Returns: nothing if the common span ends before the person did anything, or nothing else was offered.
  static func choice(
    of own: Trajectory, from beginning: Int, among offered: [Trajectory], person: PersonModel
  ) -> [Choice] {
    let clips = offered + [own]
    if let span = span(of: clips), span <= beginning { return [] }
    var options: [Trajectory] = []
    for clip in cut(clips) where !options.contains(where: { $0.isAlike(clip) }) { options.append(clip) }
    let mine = cut(clips)[clips.count - 1]
    guard options.count > 1, let picked = options.firstIndex(where: { $0.isAlike(mine) }) else { return [] }
    return [
      Choice(
        options: options.map { person.option($0) }, picked: picked, rationality: person.rationality,
        lapse: person.lapse)
    ]
  }
}

/// A clip that a person made by acting from some step of another clip on.
struct OwnClip {
  /// The step of the other clip at which it begins; 0 if it begins elsewhere.
  let beginning: Int
  /// The other clip up to there, and then what the person did.
  let whole: Trajectory

  /// - Parameters:
  ///   - made: the clip that the person made.
  ///   - clip: the one that they took over from.
  ///   - said: the step, if the answer names it. Otherwise it follows from where the two clips begin, or, if that is
  ///     unknown, is the first step at which the other clip has the state that the person's begins with.
  init(_ made: Trajectory, from clip: Trajectory, said: Int? = nil) {
    let step = said ?? Self.offset(of: made, in: clip) ?? Self.meeting(of: made, with: clip) ?? 0
    beginning = step
    whole = step == 0 ? made : clip.segment(0..<step).followed(by: made)
  }

  private static func offset(of made: Trajectory, in clip: Trajectory) -> Int? {
    guard let first = clip.start, let own = made.start, first.slot == own.slot, first.episode == own.episode else {
      return nil
    }
    let step = own.step - first.step
    return (0...clip.count).contains(step) ? step : nil
  }

  private static func meeting(of made: Trajectory, with clip: Trajectory) -> Int? {
    let size = clip.observationSize
    let first = made.observations.prefix(size)
    return (0...clip.count).first { clip.observations[$0 * size..<($0 + 1) * size].elementsEqual(first) }
  }
}

extension Trajectory {
  /// This and then `other`, which begins in the state with which this ends.
  fileprivate func followed(by other: Trajectory) -> Trajectory {
    Trajectory(
      observationSize: observationSize, actionRowSize: actionRowSize,
      observations: observations.dropLast(observationSize) + other.observations, actions: actions + other.actions,
      rewards: rewards + other.rewards, terminated: other.terminated, truncated: other.truncated, start: start)
  }

  /// Whether the same was done and came of it.
  fileprivate func isAlike(_ other: Trajectory) -> Bool {
    observations == other.observations && actions == other.actions && terminated == other.terminated
  }
}
